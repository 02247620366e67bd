#include "services/assessment/rpc/read_assessment.h"

#include "absl/strings/str_cat.h"
#include "common/base/status.h"
#include "common/rpc/resource_name.h"
#include "services/assessment/rpc/assessment_id.h"

namespace pulsetaker::assessment {
absl::Status ParseStored(const StoredAssessment& stored, v1::Assessment& to) {
  if (to.ParseFromString(stored.message)) return absl::OkStatus();
  return MakeError(absl::StatusCode::kDataLoss, "STORED_DATA_UNREADABLE",
                   absl::StrCat(stored.name, ": not an Assessment"));
}

absl::Status ReadAssessment(const AssessmentStore& store,
                            absl::string_view name, v1::Assessment& to) {
  PT_ASSIGN_OR_RETURN(const rpc::WaveChildName parsed,
                      rpc::ParseWaveChildName(name, rpc::kAssessments, "name"));
  PT_RETURN_IF_ERROR(CheckAssessmentId(parsed.id));
  PT_ASSIGN_OR_RETURN(const StoredAssessment stored, store.Get(name));
  return ParseStored(stored, to);
}

}  // namespace pulsetaker::assessment
