#include "services/assessment/rpc/assessment_results.h"

#include <utility>
#include <vector>

#include "common/base/status.h"
#include "common/rpc/resource_name.h"
#include "pulsetaker/assessment/v1/assessment.pb.h"

namespace pulsetaker::assessment {
namespace {

absl::StatusOr<erasure::KeptResult> ResultOf(const StoredAssessment& stored) {
  PT_ASSIGN_OR_RETURN(
      const rpc::WaveChildName name,
      rpc::ParseWaveChildName(stored.name, rpc::kAssessments, "name"));
  v1::Assessment assessment;
  if (!assessment.ParseFromString(stored.message)) {
    return MakeError(absl::StatusCode::kDataLoss, "STORED_DATA_UNREADABLE",
                     "a stored assessment is not one");
  }
  v1::AssessmentInputs& made_of = *assessment.mutable_inputs();
  return erasure::KeptResult{
      .name = stored.name,
      .wave = rpc::FormatName(name.wave),
      .snapshot_digest = std::move(*made_of.mutable_snapshot_digest()),
      .based_on = std::move(*made_of.mutable_previous_assessment())};
}

class AssessmentResults final : public erasure::ResultStore {
 public:
  explicit AssessmentResults(WithdrawableAssessments& assessments)
      : assessments_(assessments) {}

  absl::StatusOr<std::vector<erasure::KeptResult>> ListResults(
      absl::string_view locality) const override {
    std::vector<erasure::KeptResult> results;
    PT_RETURN_IF_ERROR(assessments_.Visit(
        locality, [&](const StoredAssessment& stored) -> absl::Status {
          PT_ASSIGN_OR_RETURN(results.emplace_back(), ResultOf(stored));
          return absl::OkStatus();
        }));
    return results;
  }

  absl::Status Withdraw(const erasure::KeptResult& result) override {
    return assessments_.Withdraw(result.name);
  }

  absl::Status Purge() override { return assessments_.Purge(); }

 private:
  WithdrawableAssessments& assessments_;
};

}  // namespace

std::unique_ptr<erasure::ResultStore> MakeAssessmentResults(
    WithdrawableAssessments& assessments) {
  return std::make_unique<AssessmentResults>(assessments);
}

}  // namespace pulsetaker::assessment
