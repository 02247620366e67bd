#include "services/survey/store/rocks_quality_store.h"

#include <algorithm>
#include <functional>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/base/status.h"
#include "services/survey/store/keys.h"
#include "services/survey/store/quality_rows.h"
#include "services/survey/store/records.h"
#include "services/survey/store/wave_rows.h"

namespace pulsetaker::survey {
namespace {

// Responses whose findings are kept in one write: the committer is not to be
// held up for longer.
constexpr std::size_t kWriteCount = 500;
constexpr std::size_t kWorkBytes = 64 << 10;
constexpr std::size_t kReadCount = 1'000;

// Puts one batch together, and says whether snapshots show something else
// afterwards.
class Stage {
 public:
  Stage(const Tables& tables, const WaveKey& wave, rocksdb::WriteBatch& batch)
      : tables_(tables),
        now_(tables, nullptr),
        wave_(wave),
        prefix_(keys::ForWave(wave)),
        batch_(batch),
        sealer_(tables, {wave.tenant, wave.locality}, batch) {}

  absl::Status Put(absl::Span<const FlaggedResponse> found) {
    for (const FlaggedResponse& flagged : found) {
      PT_ASSIGN_OR_RETURN(const auto response,
                          now_.FindResponse(wave_, flagged.person));
      if (!response.has_value() || response->revision != flagged.revision) {
        continue;
      }
      PT_ASSIGN_OR_RETURN(const auto former,
                          FindFlagged(tables_, now_, wave_, flagged.person));
      const FlaggedResponse kept = WithDecision(former, flagged);
      PT_RETURN_IF_ERROR(PutFlagged(tables_, sealer_, wave_, kept, batch_));
      const bool was_left_out = former.has_value() && IsLeftOut(*former);
      shows_other_ = shows_other_ || was_left_out != IsLeftOut(kept);
    }
    return absl::OkStatus();
  }

  absl::Status Forget(absl::Span<const std::string> people) {
    for (const std::string& person : people) {
      PT_ASSIGN_OR_RETURN(const auto former,
                          FindFlagged(tables_, now_, wave_, person));
      if (!former.has_value() || former->review_time.has_value()) continue;
      batch_.Delete(tables_.quality_reviews, absl::StrCat(prefix_, person));
      shows_other_ = shows_other_ || IsLeftOut(*former);
    }
    return absl::OkStatus();
  }

  bool shows_other() const { return shows_other_; }

 private:
  const Tables& tables_;
  const StoredReader now_;
  const WaveKey& wave_;
  const std::string prefix_;
  rocksdb::WriteBatch& batch_;
  PersonSealer sealer_;
  bool shows_other_ = false;
};

class RocksQualityStore final : public QualityStore {
 public:
  RocksQualityStore(const Tables& tables, Committer& committer)
      : tables_(tables), committer_(committer) {}

  absl::StatusOr<FlagCounts> PutFindings(
      const WaveKey& wave, absl::Span<const FlaggedResponse> found) override {
    std::set<std::string> people;
    for (const FlaggedResponse& flagged : found) people.insert(flagged.person);
    PT_ASSIGN_OR_RETURN(const std::vector<std::string> gone,
                        ListUndecidedWithout(wave, people));
    // Also where there is nothing to write, for the state of the wave.
    std::size_t begin = 0;
    do {
      const std::size_t count = std::min(kWriteCount, found.size() - begin);
      PT_RETURN_IF_ERROR(Write(wave, [&](Stage& stage) {
        return stage.Put(found.subspan(begin, count));
      }));
      begin += count;
    } while (begin < found.size());
    for (begin = 0; begin < gone.size(); begin += kWriteCount) {
      PT_RETURN_IF_ERROR(Write(wave, [&](Stage& stage) {
        return stage.Forget(absl::MakeSpan(gone).subspan(begin, kWriteCount));
      }));
    }
    return Count(wave);
  }

  absl::StatusOr<std::unique_ptr<WaveSnapshot>> ReadRows(
      const WaveKey& wave) const override {
    PT_ASSIGN_OR_RETURN(WaveRows read,
                        ReadWaveRows(tables_, committer_.durable_view(), wave));
    return std::move(read.rows);
  }

  absl::StatusOr<std::vector<FlaggedResponse>> ListFlagged(
      const WaveKey& wave, absl::string_view after,
      std::size_t limit) const override {
    const auto view = committer_.durable_view();
    const StoredReader reader(tables_, view->snapshot());
    const PersonOpener opener(tables_, reader, {wave.tenant, wave.locality});
    const std::string prefix = keys::ForWave(wave);
    std::string start = absl::StrCat(prefix, after);
    if (!after.empty()) start.push_back('\0');  // The first key above it.
    std::vector<FlaggedResponse> flagged;
    if (limit == 0) return flagged;
    PT_RETURN_IF_ERROR(reader.Scan(
        tables_.quality_reviews, prefix, start,
        [&](absl::string_view key,
            absl::string_view value) -> absl::StatusOr<bool> {
          PT_ASSIGN_OR_RETURN(const std::string person,
                              keys::IdOf(key, prefix));
          PT_ASSIGN_OR_RETURN(FlaggedResponse row,
                              DecodeFlagged(opener, key, person, value));
          flagged.push_back(std::move(row));
          return flagged.size() < limit;
        }));
    return flagged;
  }

 private:
  // Has the committer write what `fill` puts into a stage, with what it means
  // for the wave.
  absl::Status Write(const WaveKey& key,
                     const std::function<absl::Status(Stage& stage)>& fill) {
    return committer_.Run(
        kWorkBytes, [&](rocksdb::WriteBatch& batch) -> absl::Status {
          PT_ASSIGN_OR_RETURN(Wave wave,
                              StoredReader(tables_, nullptr).GetWave(key));
          if (wave.state != WaveState::kClosing) {
            PT_RETURN_IF_ERROR(CheckOpen(wave));
          }
          Stage stage(tables_, key, batch);
          PT_RETURN_IF_ERROR(fill(stage));
          if (!stage.shows_other()) return absl::OkStatus();
          const Wave reviewed = survey::Reviewed(wave, "");
          if (reviewed != wave) {
            batch.Put(tables_.waves, keys::ForWave(key),
                      ToRecord(reviewed).SerializeAsString());
          }
          ++wave.change_count;
          batch.Put(tables_.wave_counts, keys::ForWave(key),
                    ToCountsRecord(wave).SerializeAsString());
          return absl::OkStatus();
        });
  }

  // Calls `row` with all flagged responses of the wave.
  absl::Status ForEach(
      const WaveKey& wave,
      const std::function<void(const FlaggedResponse&)>& row) const {
    std::string after;
    for (;;) {
      PT_ASSIGN_OR_RETURN(const std::vector<FlaggedResponse> some,
                          ListFlagged(wave, after, kReadCount));
      if (some.empty()) return absl::OkStatus();
      for (const FlaggedResponse& flagged : some) row(flagged);
      after = some.back().person;
    }
  }

  absl::StatusOr<std::vector<std::string>> ListUndecidedWithout(
      const WaveKey& wave, const std::set<std::string>& people) const {
    std::vector<std::string> others;
    PT_RETURN_IF_ERROR(ForEach(wave, [&](const FlaggedResponse& flagged) {
      if (!flagged.review_time.has_value() &&
          people.count(flagged.person) == 0) {
        others.push_back(flagged.person);
      }
    }));
    return others;
  }

  absl::StatusOr<FlagCounts> Count(const WaveKey& wave) const {
    FlagCounts counts;
    PT_RETURN_IF_ERROR(ForEach(wave, [&](const FlaggedResponse& flagged) {
      ++counts.flagged;
      counts.left_out += IsLeftOut(flagged) ? 1 : 0;
    }));
    return counts;
  }

  const Tables& tables_;
  Committer& committer_;
};

}  // namespace

std::unique_ptr<QualityStore> MakeRocksQualityStore(const Tables& tables,
                                                    Committer& committer) {
  return std::make_unique<RocksQualityStore>(tables, committer);
}

}  // namespace pulsetaker::survey
