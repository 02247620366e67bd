#include "services/assessment/store/rocks_assessment_store.h"

#include <functional>
#include <optional>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/base/status.h"
#include "common/erasure/withdrawn_rows.h"
#include "common/kv/keys.h"
#include "common/kv/rocks_operation_store.h"
#include "rocksdb/write_batch.h"
#include "services/assessment/store/assessment_row.h"
#include "services/assessment/store/keys.h"

namespace pulsetaker::assessment {
namespace {

class RocksAssessmentStore final : public AssessmentStore {
 public:
  explicit RocksAssessmentStore(kv::Rocks& rocks)
      : rocks_(rocks),
        assessments_(rocks.family(keys::kAssessmentsFamily)),
        withdrawn_(rocks) {}

  absl::Status Put(const StoredAssessment& assessment) override {
    PT_ASSIGN_OR_RETURN(const std::string key,
                        keys::ForAssessment(assessment.name));
    PT_ASSIGN_OR_RETURN(const std::optional<std::string> stored,
                        rocks_.Get(assessments_, key));
    // Two that put the same name at once write the same bytes.
    if (stored.has_value()) {
      return ReadAssessmentRow(assessment.name, key, *stored).status();
    }
    rocksdb::WriteBatch batch = kv::NewBatch();
    batch.Put(assessments_, key, AssessmentRow(key, assessment));
    withdrawn_.Remove(key, batch);
    return rocks_.Commit(batch);
  }

  absl::StatusOr<StoredAssessment> Get(absl::string_view name) const override {
    PT_ASSIGN_OR_RETURN(const std::string key, keys::ForAssessment(name));
    PT_ASSIGN_OR_RETURN(const std::optional<std::string> value,
                        rocks_.Get(assessments_, key));
    if (!value.has_value()) {
      return withdrawn_.NotFound(key, "ASSESSMENT_WITHDRAWN",
                                 "ASSESSMENT_NOT_FOUND");
    }
    return ReadAssessmentRow(std::string(name), key, *value);
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
      PT_ASSIGN_OR_RETURN(
          page.emplace_back(),
          ReadAssessmentRow(absl::StrCat(wave, "/assessments/", id), it->key(),
                            it->value()));
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
  const erasure::WithdrawnRows withdrawn_;
};

class RocksAssessmentScan final : public AssessmentScan {
 public:
  explicit RocksAssessmentScan(kv::Rocks& rocks)
      : rocks_(rocks), assessments_(rocks.family(keys::kAssessmentsFamily)) {}

  absl::Status Scan(absl::string_view tenant,
                    const std::function<absl::Status(DatedAssessment)>& visit)
      const override {
    PT_ASSIGN_OR_RETURN(const std::string prefix, keys::PrefixOfTenant(tenant));
    const auto it = rocks_.NewPrefixIterator(assessments_, prefix);
    for (it->Seek(prefix); it->Valid(); it->Next()) {
      PT_ASSIGN_OR_RETURN(std::string name, keys::NameOf(it->key()));
      PT_ASSIGN_OR_RETURN(
          StoredAssessment row,
          ReadAssessmentRow(std::move(name), it->key(), it->value()));
      PT_RETURN_IF_ERROR(visit({std::move(row.name), row.create_time_micros,
                                std::move(row.message)}));
    }
    return it->status();
  }

 private:
  kv::Rocks& rocks_;
  kv::Rocks::Family* const assessments_;
};

class RocksWithdrawableAssessments final : public WithdrawableAssessments {
 public:
  RocksWithdrawableAssessments(kv::Rocks& rocks, Clock clock)
      : rocks_(rocks),
        clock_(std::move(clock)),
        assessments_(rocks.family(keys::kAssessmentsFamily)),
        operations_(rocks.family(kv::kOperationsFamily)),
        withdrawn_(rocks) {}

  absl::Status Visit(absl::string_view locality,
                     const Visitor& visitor) const override {
    PT_ASSIGN_OR_RETURN(const std::string prefix,
                        keys::PrefixOfLocality(locality));
    const auto it = rocks_.NewPrefixIterator(assessments_, prefix);
    for (; it->Valid(); it->Next()) {
      PT_ASSIGN_OR_RETURN(std::string name, keys::NameOf(it->key()));
      PT_ASSIGN_OR_RETURN(
          const StoredAssessment row,
          ReadAssessmentRow(std::move(name), it->key(), it->value()));
      PT_RETURN_IF_ERROR(visitor(row));
    }
    return it->status();
  }

  absl::Status Withdraw(absl::string_view name) override {
    PT_ASSIGN_OR_RETURN(const std::string key, keys::ForAssessment(name));
    rocksdb::WriteBatch batch = kv::NewBatch();
    batch.Delete(assessments_, key);
    withdrawn_.Add(key, clock_(), batch);
    return rocks_.Commit(batch);
  }

  absl::Status Purge() override {
    return withdrawn_.Purge({{{assessments_, ""}, {operations_, ""}}});
  }

 private:
  kv::Rocks& rocks_;
  const Clock clock_;
  kv::Rocks::Family* const assessments_;
  kv::Rocks::Family* const operations_;
  const erasure::WithdrawnRows withdrawn_;
};

}  // namespace

std::vector<std::string> AssessmentStoreFamilies() {
  return {keys::kAssessmentsFamily, keys::kReleasesFamily,
          erasure::kWithdrawnFamily};
}

std::unique_ptr<AssessmentStore> MakeRocksAssessmentStore(kv::Rocks& rocks) {
  return std::make_unique<RocksAssessmentStore>(rocks);
}

std::unique_ptr<AssessmentScan> MakeRocksAssessmentScan(kv::Rocks& rocks) {
  return std::make_unique<RocksAssessmentScan>(rocks);
}

std::unique_ptr<WithdrawableAssessments> MakeRocksWithdrawableAssessments(
    kv::Rocks& rocks, Clock clock) {
  return std::make_unique<RocksWithdrawableAssessments>(rocks,
                                                        std::move(clock));
}

}  // namespace pulsetaker::assessment
