// Requests of comparison, checked as their contract says.

#pragma once

#include "absl/status/status.h"
#include "pulsetaker/assessment/v1/comparison.pb.h"
#include "services/assessment/domain/comparer.h"

namespace pulsetaker::assessment {

// Each answers a request with what `comparer` tells. The errors are those of
// the contract.
absl::Status CompareLocalities(Comparer& comparer,
                               const v1::CompareLocalitiesRequest& request,
                               v1::LocalityComparison& response);
absl::Status GetBenchmark(Comparer& comparer,
                          const v1::GetBenchmarkRequest& request,
                          v1::Benchmark& response);

}  // namespace pulsetaker::assessment
