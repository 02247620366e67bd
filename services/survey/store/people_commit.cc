#include "services/survey/store/people_commit.h"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/base/status.h"
#include "services/survey/store/erasure_stage.h"
#include "services/survey/store/keys.h"
#include "services/survey/store/people_reader.h"
#include "services/survey/store/people_records.h"
#include "services/survey/store/quality_rows.h"
#include "services/survey/store/records.h"
#include "services/survey/store/request_results.h"

namespace pulsetaker::survey {
namespace {

std::optional<WaveKey> WaveOf(const PeopleChange& change) {
  if (const auto* const erase = std::get_if<EraseResponses>(&change)) {
    return erase->wave;
  }
  if (const auto* const put = std::get_if<PutReview>(&change)) {
    return put->wave;
  }
  return std::nullopt;
}

// Puts one change into one batch.
class Stage {
 public:
  Stage(const Tables& tables, const PeopleCommit& commit,
        rocksdb::WriteBatch& batch)
      : tables_(tables),
        commit_(commit),
        batch_(batch),
        now_(tables, nullptr),
        people_(tables, nullptr),
        sealer_(tables, commit.locality, batch) {}

  PersonSealer& sealer() { return sealer_; }
  // What was erased first, if that was the change.
  const std::optional<Erasure>& erasure() const { return erasure_; }

  // False: to be done again.
  absl::StatusOr<bool> Put() {
    PT_ASSIGN_OR_RETURN(const std::int64_t revision,
                        people_.ReadRevision(commit_.locality));
    if (revision != commit_.revision) return false;
    if (!std::holds_alternative<std::monostate>(commit_.change)) {
      PT_ASSIGN_OR_RETURN(const bool current, PutWaves());
      if (!current) return false;
      PT_RETURN_IF_ERROR(
          std::visit([this](const auto& change) { return PutChange(change); },
                     commit_.change));
    }
    storage::PeopleRevisionRecord record;
    record.set_revision(revision + 1);
    batch_.Put(tables_.people_revisions, keys::ForLocality(commit_.locality),
               record.SerializeAsString());
    return true;
  }

 private:
  // The waves that the change can reach, as they are after it. False if one is
  // closed and not digested as it is.
  absl::StatusOr<bool> PutWaves() {
    const std::optional<WaveKey> only = WaveOf(commit_.change);
    PT_ASSIGN_OR_RETURN(const std::vector<Wave> waves,
                        people_.ListWaves(commit_.locality));
    for (const Wave& wave : waves) {
      if (only.has_value() && *only != wave.key) continue;
      PT_ASSIGN_OR_RETURN(const bool awaits, Awaits(wave));
      if (awaits) return false;
      std::string digest;
      if (wave.state == WaveState::kClosed) {
        const auto closed = std::find_if(
            commit_.closed_waves.begin(), commit_.closed_waves.end(),
            [&](const ClosedWave& read) { return read.wave == wave.key; });
        if (closed == commit_.closed_waves.end() ||
            closed->revision != wave.revision) {
          return false;
        }
        digest = closed->digest;
      }
      PutChanged(wave);
      const Wave reviewed = Reviewed(wave, digest);
      if (reviewed == wave) continue;
      batch_.Put(tables_.waves, keys::ForWave(wave.key),
                 ToRecord(reviewed).SerializeAsString());
    }
    return true;
  }

  // Whether the wave keeps someone from being erased.
  absl::StatusOr<bool> Awaits(const Wave& wave) const {
    const auto* const erase = std::get_if<EraseIds>(&commit_.change);
    if (erase == nullptr || !erase->only_if_closed ||
        wave.state == WaveState::kClosed) {
      return false;
    }
    const std::string prefix = keys::ForWave(wave.key);
    std::string value;
    for (const Erasure& erasure : erase->erasures) {
      for (const std::string& id : erasure.ids) {
        PT_ASSIGN_OR_RETURN(
            const bool found,
            now_.Get(tables_.participants, absl::StrCat(prefix, id), value));
        if (found) return true;
      }
    }
    return false;
  }

  // Lets those who watch the wave count again.
  void PutChanged(Wave wave) {
    ++wave.change_count;
    batch_.Put(tables_.wave_counts, keys::ForWave(wave.key),
               ToCountsRecord(wave).SerializeAsString());
  }

  absl::Status PutChange(std::monostate) { return absl::OkStatus(); }

  absl::Status PutChange(const AddOptOut& change) {
    batch_.Put(tables_.opt_outs, KeyOf(change.opt_out.person),
               ToRecord(change.opt_out).SerializeAsString());
    return absl::OkStatus();
  }

  absl::Status PutChange(const RemoveOptOut& change) {
    batch_.Delete(tables_.opt_outs, KeyOf(change.person));
    return absl::OkStatus();
  }

  absl::Status PutChange(const PutAlias& change) {
    const PersonAlias& alias = change.alias;
    if (!alias.split_time.has_value()) {
      PT_RETURN_IF_ERROR(CheckOneResponse(alias));
    }
    const std::string key =
        absl::StrCat(KeyOf(alias.from), keys::NumberSuffix(alias.number));
    PT_ASSIGN_OR_RETURN(
        const auto record,
        ToRecord(sealer_, {alias.from, keys::kPersonAliasesFamily, key},
                 alias));
    batch_.Put(tables_.person_aliases, key, record.SerializeAsString());
    return absl::OkStatus();
  }

  // BOTH_RESPONDED: the alias and another id of the person have a response in
  // one wave.
  absl::Status CheckOneResponse(const PersonAlias& alias) const {
    PT_ASSIGN_OR_RETURN(const Overlay overlay,
                        people_.ReadOverlay(commit_.locality));
    const std::vector<std::string> ids =
        OverlayIndex(overlay).IdsOf(alias.into);
    PT_ASSIGN_OR_RETURN(const std::vector<Wave> waves,
                        people_.ListWaves(commit_.locality));
    for (const Wave& wave : waves) {
      PT_ASSIGN_OR_RETURN(const auto own,
                          now_.FindResponse(wave.key, alias.from));
      if (!own.has_value()) continue;
      for (const std::string& id : ids) {
        PT_ASSIGN_OR_RETURN(const auto other, now_.FindResponse(wave.key, id));
        if (!other.has_value()) continue;
        const std::string name =
            absl::StrCat("surveys/", wave.key.survey, "/waves/", wave.key.wave);
        return MakeError(
            absl::StatusCode::kFailedPrecondition, "BOTH_RESPONDED",
            absl::StrCat(alias.from, " and ", id, " both have a response in ",
                         name, ": one must be withdrawn first"),
            {{"wave", name}});
      }
    }
    return absl::OkStatus();
  }

  absl::Status PutChange(const PutReview& change) {
    const FlaggedResponse& reviewed = change.reviewed;
    PT_ASSIGN_OR_RETURN(
        const auto former,
        FindFlagged(tables_, now_, change.wave, reviewed.person));
    if (!former.has_value() || former->revision != reviewed.revision) {
      return NotFound("FLAGGED_RESPONSE_NOT_FOUND",
                      "no findings are kept of this response");
    }
    return PutFlagged(tables_, sealer_, change.wave, reviewed, batch_);
  }

  absl::Status PutChange(const EraseIds& change) {
    PT_ASSIGN_OR_RETURN(std::vector<Erasure> erased,
                        StageErasures(tables_, change.erasures, batch_));
    erasure_ = std::move(erased.front());
    return absl::OkStatus();
  }

  absl::Status PutChange(const EraseResponses& change) {
    PT_ASSIGN_OR_RETURN(Wave wave, now_.GetWave(change.wave));
    const std::string prefix = keys::ForWave(change.wave);
    std::int64_t erased = 0;
    for (const std::string& person : change.people) {
      PT_ASSIGN_OR_RETURN(const bool had_one, Erase(prefix, person));
      erased += had_one ? 1 : 0;
      PT_ASSIGN_OR_RETURN(const auto before,
                          people_.FindWithdrawal(change.wave, person));
      if (before.has_value()) continue;
      const Withdrawal withdrawal = {.person = person,
                                     .withdraw_time = change.withdraw_time};
      batch_.Put(tables_.withdrawals, absl::StrCat(prefix, person),
                 ToRecord(withdrawal).SerializeAsString());
    }
    if (erased == 0) {
      return NotFound("RESPONSE_NOT_FOUND",
                      "the wave has no response of this person");
    }
    wave.response_count -= erased;
    ++wave.change_count;
    batch_.Put(tables_.wave_counts, prefix,
               ToCountsRecord(wave).SerializeAsString());
    return absl::OkStatus();
  }

  // Deletes all revisions of one response. A delete of each key, which the next
  // compaction carries out on the bytes.
  absl::StatusOr<bool> Erase(const std::string& prefix,
                             const std::string& person) {
    const std::string key = absl::StrCat(prefix, person);
    std::string value;
    PT_ASSIGN_OR_RETURN(const bool found,
                        now_.Get(tables_.responses, key, value));
    if (!found) return false;
    batch_.Delete(tables_.responses, key);
    batch_.Delete(tables_.quality_reviews, key);
    const std::string revisions = absl::StrCat(key, absl::string_view("\0", 1));
    PT_RETURN_IF_ERROR(now_.Scan(
        tables_.response_revisions, revisions, revisions,
        [&](absl::string_view revision,
            absl::string_view) -> absl::StatusOr<bool> {
          batch_.Delete(tables_.response_revisions, kv::ToSlice(revision));
          return true;
        }));
    return true;
  }

  std::string KeyOf(absl::string_view person) const {
    return absl::StrCat(keys::SurveysPrefix(commit_.locality), person);
  }

  const Tables& tables_;
  const PeopleCommit& commit_;
  rocksdb::WriteBatch& batch_;
  const StoredReader now_;
  const PeopleReader people_;
  PersonSealer sealer_;
  std::optional<Erasure> erasure_;
};

}  // namespace

std::string PeopleRequestKey(const LocalityKey& locality,
                             const std::optional<WaveKey>& wave,
                             const Request& request) {
  return wave.has_value() ? RequestKey(*wave, request)
                          : RequestKey(locality.tenant, request);
}

absl::StatusOr<std::optional<PeopleResult>> StagePeopleCommit(
    const Tables& tables, const PeopleCommit& commit, Bars& bars,
    rocksdb::WriteBatch& batch) {
  const std::string request_key =
      PeopleRequestKey(commit.locality, commit.request_wave, commit.request);
  PT_ASSIGN_OR_RETURN(
      const auto before,
      StoredReader(tables, nullptr).FindRequest(request_key, commit.request));
  if (before.has_value()) return std::optional<PeopleResult>();
  Stage stage(tables, commit, batch);
  PT_ASSIGN_OR_RETURN(const bool put, stage.Put());
  if (!put) {
    batch.Clear();
    return std::optional<PeopleResult>();
  }
  bars.Clear();
  storage::RequestRecord record;
  record.set_digest(commit.request.digest);
  PeopleResult result = stage.erasure().has_value()
                            ? PeopleResult(*stage.erasure())
                            : commit.result;
  PT_RETURN_IF_ERROR(SetResult(stage.sealer(), request_key, result, record));
  batch.Put(tables.request_ids, request_key, record.SerializeAsString());
  return std::optional<PeopleResult>(std::move(result));
}

}  // namespace pulsetaker::survey
