#include "services/assessment/rpc/read_assessment.h"

#include <cstddef>

#include "absl/algorithm/container.h"
#include "absl/strings/str_cat.h"
#include "common/base/status.h"
#include "common/rpc/resource_name.h"

namespace pulsetaker::assessment {
namespace {

constexpr std::size_t kAssessmentIdLength = 32;

bool IsAssessmentId(absl::string_view id) {
  return id.size() == kAssessmentIdLength && absl::c_all_of(id, [](char c) {
           return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
         });
}

}  // namespace

absl::Status ParseStored(const StoredAssessment& stored, v1::Assessment& to) {
  if (to.ParseFromString(stored.message)) return absl::OkStatus();
  return MakeError(absl::StatusCode::kDataLoss, "STORED_DATA_UNREADABLE",
                   absl::StrCat(stored.name, ": not an Assessment"));
}

absl::Status ReadAssessment(const AssessmentStore& store,
                            absl::string_view name, v1::Assessment& to) {
  PT_ASSIGN_OR_RETURN(const rpc::WaveChildName parsed,
                      rpc::ParseWaveChildName(name, rpc::kAssessments, "name"));
  // Other ids are well-formed, and none that an assessment has.
  if (!IsAssessmentId(parsed.id)) {
    return MakeError(absl::StatusCode::kNotFound, "ASSESSMENT_NOT_FOUND",
                     "the wave has no such assessment");
  }
  PT_ASSIGN_OR_RETURN(const StoredAssessment stored, store.Get(name));
  return ParseStored(stored, to);
}

}  // namespace pulsetaker::assessment
