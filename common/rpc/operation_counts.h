// How operations have ended since the start of the process.

#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "absl/status/status.h"
#include "common/base/metrics.h"

namespace pulsetaker::rpc {

// Safe for use by any number of threads at once.
class OperationCounts {
 public:
  // An operation has ended, with this error or well.
  void Count(const absl::Status& end);

  // pulsetaker_operations_ended_total{result}, and beside it how many are
  // `queued` and `running` at the moment.
  std::vector<MetricSample> ToSamples(std::size_t queued,
                                      std::size_t running) const;

 private:
  std::atomic<std::uint64_t> done_ = 0;
  std::atomic<std::uint64_t> cancelled_ = 0;
  std::atomic<std::uint64_t> failed_ = 0;
};

}  // namespace pulsetaker::rpc
