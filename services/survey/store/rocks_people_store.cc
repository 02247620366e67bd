#include "services/survey/store/rocks_people_store.h"

#include <algorithm>
#include <condition_variable>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "common/base/mutex.h"
#include "common/base/status.h"
#include "services/survey/store/erasure_rows.h"
#include "services/survey/store/erasure_stage.h"
#include "services/survey/store/keys.h"
#include "services/survey/store/people_commit.h"
#include "services/survey/store/people_reader.h"
#include "services/survey/store/people_records.h"
#include "services/survey/store/quality_rows.h"
#include "services/survey/store/wave_rows.h"

namespace pulsetaker::survey {
namespace {

// What a change holds in memory, about.
constexpr std::size_t kWorkBytes = 4096;

class RocksPeopleView final : public PeopleView {
 public:
  RocksPeopleView(const Tables& tables, std::shared_ptr<const DurableView> view,
                  LocalityKey locality)
      : tables_(tables),
        view_(std::move(view)),
        locality_(std::move(locality)),
        reader_(tables, view_->snapshot()) {}

  absl::Status Read() {
    PT_ASSIGN_OR_RETURN(revision_, reader_.ReadRevision(locality_));
    PT_ASSIGN_OR_RETURN(overlay_, reader_.ReadOverlay(locality_));
    return absl::OkStatus();
  }

  std::int64_t revision() const override { return revision_; }
  const Overlay& overlay() const override { return overlay_; }

  absl::StatusOr<std::optional<OptOut>> FindOptOut(
      absl::string_view person) const override {
    return reader_.FindOptOut(locality_, person);
  }

  absl::StatusOr<std::optional<PersonAlias>> FindAlias(
      absl::string_view from) const override {
    return reader_.FindAlias(locality_, from);
  }

  absl::StatusOr<std::vector<PersonAlias>> ListMerges() const override {
    return reader_.ListMerges(locality_);
  }

  absl::StatusOr<std::optional<Withdrawal>> FindWithdrawal(
      const WaveKey& wave, absl::string_view person) const override {
    return reader_.FindWithdrawal(wave, person);
  }

  absl::StatusOr<std::optional<FlaggedResponse>> FindFlagged(
      const WaveKey& wave, absl::string_view person) const override {
    return survey::FindFlagged(
        tables_, StoredReader(tables_, view_->snapshot()), wave, person);
  }

  absl::StatusOr<std::optional<Erasure>> FindErasure(
      absl::string_view id) const override {
    return survey::FindErasure(
        tables_, StoredReader(tables_, view_->snapshot()), locality_, id);
  }

  absl::StatusOr<std::vector<Wave>> ListWaves() const override {
    return reader_.ListWaves(locality_);
  }

  absl::StatusOr<std::vector<std::string>> ListRosterIds(
      const WaveKey& wave) const override {
    return reader_.ListRosterIds(wave);
  }

  absl::StatusOr<WaveRows> ReadWave(const WaveKey& wave) const override {
    return ReadWaveRows(tables_, view_, wave);
  }

 private:
  const Tables& tables_;
  const std::shared_ptr<const DurableView> view_;
  const LocalityKey locality_;
  const PeopleReader reader_;
  std::int64_t revision_ = 0;
  Overlay overlay_;
};

class RocksPeopleStore final : public PeopleStore {
 public:
  RocksPeopleStore(const Tables& tables, Committer& committer, Bars& bars)
      : tables_(tables), committer_(committer), bars_(bars) {}

  absl::StatusOr<std::unique_ptr<PeopleView>> ReadPeople(
      const LocalityKey& locality) const override {
    auto view = committer_.durable_view();
    PT_ASSIGN_OR_RETURN(
        const auto found,
        StoredReader(tables_, view->snapshot()).FindLocality(locality));
    if (!found.has_value()) {
      return NotFound("LOCALITY_NOT_FOUND", "the tenant has no such locality");
    }
    auto people =
        std::make_unique<RocksPeopleView>(tables_, std::move(view), locality);
    PT_RETURN_IF_ERROR(people->Read());
    return people;
  }

  absl::StatusOr<std::optional<PeopleResult>> FindResult(
      const LocalityKey& locality, const std::optional<WaveKey>& wave,
      const Request& request) const override {
    const auto view = committer_.durable_view();
    const StoredReader reader(tables_, view->snapshot());
    const std::string key = PeopleRequestKey(locality, wave, request);
    PT_ASSIGN_OR_RETURN(const auto before, reader.FindRequest(key, request));
    if (!before.has_value()) return std::optional<PeopleResult>();
    return PeopleResultOf(tables_, reader, locality, key, *before);
  }

  absl::StatusOr<std::optional<PeopleResult>> Commit(
      const PeopleCommit& commit) override {
    std::optional<PeopleResult> committed;
    PT_RETURN_IF_ERROR(committer_.Run(
        kWorkBytes, [&](rocksdb::WriteBatch& batch) -> absl::Status {
          PT_ASSIGN_OR_RETURN(committed,
                              StagePeopleCommit(tables_, commit, bars_, batch));
          return absl::OkStatus();
        }));
    return committed;
  }

  absl::StatusOr<std::vector<Erasure>> ListErasures() const override {
    const auto view = committer_.durable_view();
    return ReadErasures(tables_, StoredReader(tables_, view->snapshot()));
  }

  absl::Status PurgeErased(const LocalityKey& locality) override {
    const std::string key = keys::ForLocality(locality);
    MutexLock lock(purge_mutex_);
    // Erased before this call: what a purge that begins from now on takes away.
    const std::uint64_t wanted = ++purges_[key].wanted;
    while (purges_[key].done < wanted) {
      if (purging_) {
        lock.Wait(purged_);
        continue;
      }
      const std::uint64_t all = purges_[key].wanted;
      purging_ = true;
      lock.Unlock();
      const absl::Status done = PurgeErasedRows(tables_, locality);
      lock.Lock();
      purging_ = false;
      purged_.notify_all();
      PT_RETURN_IF_ERROR(done);
      Purges& purges = purges_[key];
      purges.done = std::max(purges.done, all);
    }
    return absl::OkStatus();
  }

  absl::StatusOr<OptOut> GetOptOut(const PersonKey& key) const override {
    const auto view = committer_.durable_view();
    PT_ASSIGN_OR_RETURN(auto found,
                        ReaderOf(*view).FindOptOut(key.locality, key.person));
    if (!found.has_value()) {
      return NotFound("OPT_OUT_NOT_FOUND", "the person has not opted out");
    }
    return *std::move(found);
  }

  absl::StatusOr<std::vector<OptOut>> ListOptOuts(
      const LocalityKey& locality, absl::string_view after,
      std::size_t limit) const override {
    const auto view = committer_.durable_view();
    return ReaderOf(*view).ListOptOuts(locality, after, limit);
  }

  absl::StatusOr<std::vector<PersonAlias>> ListAliases(
      const LocalityKey& locality, absl::string_view after_from,
      std::int64_t after_number, std::size_t limit) const override {
    const auto view = committer_.durable_view();
    return ReaderOf(*view).ListAliases(locality, after_from, after_number,
                                       limit);
  }

  absl::StatusOr<std::vector<Response>> ListResponseRevisions(
      const ResponseKey& key, std::int64_t after,
      std::size_t limit) const override {
    const auto view = committer_.durable_view();
    PT_ASSIGN_OR_RETURN(auto current, StoredReader(tables_, view->snapshot())
                                          .FindResponse(key.wave, key.person));
    if (!current.has_value()) {
      return NotFound("RESPONSE_NOT_FOUND",
                      "the wave has no response of this person");
    }
    PT_ASSIGN_OR_RETURN(std::vector<Response> revisions,
                        ReaderOf(*view).ListFormerRevisions(key, after, limit));
    if (revisions.size() < limit && current->revision > after) {
      revisions.push_back(*std::move(current));
    }
    return revisions;
  }

 private:
  PeopleReader ReaderOf(const DurableView& view) const {
    return PeopleReader(tables_, view.snapshot());
  }

  // How many purges of a locality were asked for, and how many of those are
  // covered by one that was carried out.
  struct Purges {
    std::uint64_t wanted = 0;
    std::uint64_t done = 0;
  };

  const Tables& tables_;
  Committer& committer_;
  Bars& bars_;
  Mutex purge_mutex_;
  std::condition_variable purged_;
  bool purging_ ABSL_GUARDED_BY(purge_mutex_) = false;
  std::map<std::string, Purges> purges_ ABSL_GUARDED_BY(purge_mutex_);
};

}  // namespace

std::unique_ptr<PeopleStore> MakeRocksPeopleStore(const Tables& tables,
                                                  Committer& committer,
                                                  Bars& bars) {
  return std::make_unique<RocksPeopleStore>(tables, committer, bars);
}

}  // namespace pulsetaker::survey
