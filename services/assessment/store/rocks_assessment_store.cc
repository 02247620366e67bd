#include "services/assessment/store/rocks_assessment_store.h"

#include <bit>
#include <cstdint>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/base/crc32.h"
#include "common/base/status.h"
#include "common/kv/keys.h"
#include "rocksdb/write_batch.h"
#include "services/assessment/store/keys.h"
#include "services/assessment/store/record.pb.h"

namespace pulsetaker::assessment {
namespace {

std::uint32_t RowCrc32(absl::string_view key,
                       const storage::AssessmentRecord& record) {
  std::string bytes = absl::StrCat(key, record.message());
  for (const double probability : record.posterior()) {
    AppendBigEndian64(std::bit_cast<std::uint64_t>(probability), bytes);
  }
  if (record.create_time_micros() != 0) {
    AppendBigEndian64(static_cast<std::uint64_t>(record.create_time_micros()),
                      bytes);
  }
  return Crc32(bytes);
}

std::string ToRecord(absl::string_view key,
                     const StoredAssessment& assessment) {
  storage::AssessmentRecord record;
  record.set_message(assessment.message);
  if (assessment.posterior.has_value()) {
    for (const double probability : *assessment.posterior) {
      record.add_posterior(probability);
    }
  }
  record.set_create_time_micros(assessment.create_time_micros);
  record.set_crc32(RowCrc32(key, record));
  return record.SerializeAsString();
}

absl::StatusOr<StoredAssessment> FromRecord(std::string name,
                                            absl::string_view key,
                                            absl::string_view value) {
  storage::AssessmentRecord record;
  if (!record.ParseFromArray(value.data(), static_cast<int>(value.size())) ||
      (record.posterior_size() != 0 &&
       record.posterior_size() != kPhaseCount)) {
    return kv::UnreadableError(absl::StrCat(name, ": not an AssessmentRecord"));
  }
  if (record.crc32() != RowCrc32(key, record)) {
    return kv::UnreadableError(
        absl::StrCat(name, ": a record of another key or content"));
  }
  StoredAssessment assessment;
  assessment.name = std::move(name);
  assessment.message = std::move(*record.mutable_message());
  assessment.create_time_micros = record.create_time_micros();
  if (record.posterior_size() > 0) {
    PhaseDistribution& posterior = assessment.posterior.emplace();
    for (int i = 0; i < kPhaseCount; ++i) {
      posterior[static_cast<std::size_t>(i)] = record.posterior(i);
    }
  }
  return assessment;
}

class RocksAssessmentStore final : public AssessmentStore {
 public:
  explicit RocksAssessmentStore(kv::Rocks& rocks)
      : rocks_(rocks), assessments_(rocks.family(keys::kAssessmentsFamily)) {}

  absl::Status Put(const StoredAssessment& assessment) override {
    PT_ASSIGN_OR_RETURN(const std::string key,
                        keys::ForAssessment(assessment.name));
    PT_ASSIGN_OR_RETURN(const std::optional<std::string> stored,
                        rocks_.Get(assessments_, key));
    // Two that put the same name at once write the same bytes.
    if (stored.has_value()) {
      return FromRecord(assessment.name, key, *stored).status();
    }
    rocksdb::WriteBatch batch = kv::NewBatch();
    batch.Put(assessments_, key, ToRecord(key, assessment));
    return rocks_.Commit(batch);
  }

  absl::StatusOr<StoredAssessment> Get(absl::string_view name) const override {
    PT_ASSIGN_OR_RETURN(const std::string key, keys::ForAssessment(name));
    PT_ASSIGN_OR_RETURN(const std::optional<std::string> value,
                        rocks_.Get(assessments_, key));
    if (!value.has_value()) {
      return MakeError(absl::StatusCode::kNotFound, "ASSESSMENT_NOT_FOUND",
                       "the wave has no such assessment");
    }
    return FromRecord(std::string(name), key, *value);
  }

  absl::StatusOr<std::vector<StoredAssessment>> List(absl::string_view wave,
                                                     absl::string_view after_id,
                                                     int limit) const override {
    PT_ASSIGN_OR_RETURN(const std::string prefix, keys::PrefixOf(wave));
    std::string start = absl::StrCat(prefix, after_id);
    start.push_back('\0');  // The first key above it.
    std::vector<StoredAssessment> page;
    const auto it = rocks_.NewPrefixIterator(assessments_, prefix);
    for (it->Seek(start); it->Valid() && static_cast<int>(page.size()) < limit;
         it->Next()) {
      PT_ASSIGN_OR_RETURN(const std::string id, keys::IdOf(it->key(), prefix));
      PT_ASSIGN_OR_RETURN(StoredAssessment assessment,
                          FromRecord(absl::StrCat(wave, "/assessments/", id),
                                     it->key(), it->value()));
      page.push_back(std::move(assessment));
    }
    PT_RETURN_IF_ERROR(it->status());
    return page;
  }

  absl::StatusOr<std::vector<std::string>> ListNewestWaves(
      absl::string_view locality, int limit) const override {
    PT_ASSIGN_OR_RETURN(const std::string prefix,
                        keys::PrefixOfLocality(locality));
    std::vector<std::string> newest;
    std::string survey;
    const auto it = rocks_.NewPrefixIterator(assessments_, prefix);
    // From the first assessment of a wave to that of the next wave.
    while (it->Valid()) {
      PT_ASSIGN_OR_RETURN(const keys::WaveId wave,
                          keys::WaveIdOf(it->key(), prefix));
      const bool same_survey = !newest.empty() && wave.survey == survey;
      if (!same_survey && static_cast<int>(newest.size()) == limit) break;
      if (same_survey) newest.pop_back();
      survey = wave.survey;
      newest.push_back(absl::StrCat(locality, "/surveys/", wave.survey,
                                    "/waves/", wave.number));
      PT_ASSIGN_OR_RETURN(const std::string of_wave,
                          keys::PrefixOf(newest.back()));
      it->Seek(kv::PrefixEnd(of_wave));
    }
    PT_RETURN_IF_ERROR(it->status());
    return newest;
  }

 private:
  kv::Rocks& rocks_;
  kv::Rocks::Family* const assessments_;
};

}  // namespace

std::vector<std::string> AssessmentStoreFamilies() {
  return {keys::kAssessmentsFamily};
}

std::unique_ptr<AssessmentStore> MakeRocksAssessmentStore(kv::Rocks& rocks) {
  return std::make_unique<RocksAssessmentStore>(rocks);
}

}  // namespace pulsetaker::assessment
