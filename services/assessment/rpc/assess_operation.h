#pragma once

#include <string>

#include "absl/strings/string_view.h"
#include "common/base/clock.h"
#include "common/rpc/operation_runner.h"
#include "google/protobuf/any.pb.h"
#include "services/assessment/domain/assessor.h"

namespace pulsetaker::assessment {

// The kind of the operations that AssessWave makes. Stored with them.
inline constexpr char kAssessWaveKind[] = "AssessWave";

// Carries out an AssessWaveRequest, which was checked when it was accepted: its
// response is an Assessment, its metadata an AssessWaveMetadata. Run again, it
// comes to the same. What it is given must outlive it.
rpc::OperationWorker MakeAssessWorker(Assessor& assessor, Clock clock);

// The metadata of an operation that waits for its turn.
google::protobuf::Any QueuedMetadata(absl::string_view wave,
                                     absl::Time create_time);

}  // namespace pulsetaker::assessment
