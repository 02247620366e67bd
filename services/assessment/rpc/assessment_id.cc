#include "services/assessment/rpc/assessment_id.h"

#include <cstddef>

#include "absl/algorithm/container.h"
#include "common/base/status.h"

namespace pulsetaker::assessment {
namespace {

constexpr std::size_t kAssessmentIdLength = 32;

}  // namespace

absl::Status CheckAssessmentId(absl::string_view id) {
  if (id.size() == kAssessmentIdLength && absl::c_all_of(id, [](char c) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
      })) {
    return absl::OkStatus();
  }
  return MakeError(absl::StatusCode::kNotFound, "ASSESSMENT_NOT_FOUND",
                   "the wave has no such assessment");
}

}  // namespace pulsetaker::assessment
