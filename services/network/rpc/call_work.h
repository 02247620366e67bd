// What the methods of the network service have in common.

#pragma once

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "common/rpc/resource_name.h"
#include "common/rpc/unary.h"
#include "services/network/domain/analysis_reader.h"

namespace pulsetaker::network {

// What `work` returns. It asks now and then whether it is still waited for; if
// it is not, the error is the call's: CANCELLED or DEADLINE_EXCEEDED.
absl::Status RunLongWork(const rpc::CallContext& call,
                         absl::FunctionRef<absl::Status(IsCancelled)> work);

// The name of an analysis. INVALID_ARGUMENT, NAME_MALFORMED.
absl::StatusOr<rpc::WaveChildName> ParseAnalysisName(absl::string_view name,
                                                     absl::string_view field);

WaveKey ToKey(const rpc::WaveName& name);

// The errors of AnalysisReader::Read.
absl::StatusOr<AnalyzedSnapshot> ReadAnalyzed(const AnalysisReader& reader,
                                              const rpc::WaveChildName& name,
                                              IsCancelled is_cancelled);

// The same error; where it is about a field, about that field of `parent`.
absl::Status WithinField(const absl::Status& error, absl::string_view parent);

// The same error, about `field` if it is an INVALID_ARGUMENT that names none.
absl::Status AboutField(const absl::Status& error, absl::string_view field);

}  // namespace pulsetaker::network
