#include "cli/rpc/patient_call.h"

#include "absl/time/clock.h"
#include "common/base/status.h"
#include "common/base/tenant_buckets.h"

namespace pulsetaker::cli {

bool HasRoomBefore(absl::Time deadline, const absl::Status& refused) {
  if (ReasonOf(refused) != kQuotaExceeded) return false;
  return absl::Now() + RetryDelayOf(refused).value_or(absl::ZeroDuration()) <
         deadline;
}

}  // namespace pulsetaker::cli
