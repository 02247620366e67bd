#include "common/rpc/operation_counts.h"

#include <utility>

namespace pulsetaker::rpc {

void OperationCounts::Count(const absl::Status& end) {
  if (end.ok()) {
    ++done_;
  } else if (absl::IsCancelled(end)) {
    ++cancelled_;
  } else {
    ++failed_;
  }
}

std::vector<MetricSample> OperationCounts::ToSamples(
    std::size_t queued, std::size_t running) const {
  std::vector<MetricSample> samples = {
      {.name = "pulsetaker_operations_queued",
       .help = "Operations that have not begun.",
       .value = static_cast<double>(queued)},
      {.name = "pulsetaker_operations_running",
       .help = "Operations that are being carried out.",
       .value = static_cast<double>(running)}};
  for (const auto& [result, count] :
       {std::pair{"cancelled", cancelled_.load()},
        std::pair{"done", done_.load()}, std::pair{"failed", failed_.load()}}) {
    samples.push_back({.name = "pulsetaker_operations_ended_total",
                       .help = "Operations that have ended, by how.",
                       .kind = MetricKind::kCounter,
                       .labels = {{"result", result}},
                       .value = static_cast<double>(count)});
  }
  return samples;
}

}  // namespace pulsetaker::rpc
