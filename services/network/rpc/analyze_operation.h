#pragma once

#include <string>

#include "absl/strings/string_view.h"
#include "common/base/clock.h"
#include "common/rpc/operation_runner.h"
#include "google/protobuf/any.pb.h"
#include "services/network/domain/analyzer.h"

namespace pulsetaker::network {

// The kind of the operations that AnalyzeWave makes. Stored with them.
inline constexpr char kAnalyzeWaveKind[] = "AnalyzeWave";

// Carries out an AnalyzeWaveRequest, which was checked when it was accepted:
// its response is an Analysis, its metadata an AnalyzeWaveMetadata. Run again,
// it comes to the same. What it is given must outlive it.
rpc::OperationWorker MakeAnalyzeWorker(Analyzer& analyzer, Clock clock);

// The metadata of an operation that waits for its turn.
google::protobuf::Any QueuedMetadata(absl::string_view wave,
                                     absl::Time create_time);

}  // namespace pulsetaker::network
