// The cores that an analysis tells of, read back from what it says of people:
// searching for them again would take many times as long as all that is asked
// about them.

#pragma once

#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "services/network/domain/analysis.h"
#include "services/network/domain/wave.h"

namespace pulsetaker::network {

struct ToldCores {
  // Flags of each network's core; empty where it has none, or none that may be
  // told: its gate is not kAllRoles.
  std::vector<NodeFlags> networks;
  // Flags of those who are in CliqueRisk::recurrence_threshold cores or more.
  // Empty if they are fewer than kPooledCoreMin, or if one of the networks that
  // count has a gate other than kAllRoles.
  NodeFlags pooled;
};

// INVALID_ARGUMENT, ANALYSIS_OF_OTHER_WAVE: `result` is not of the snapshot of
// `wave`, or its people or networks are not those of it. O(people + networks).
absl::Status CheckAnalysisOf(const AnalysisResult& result, const Wave& wave);

// The error of CheckAnalysisOf. O(people * networks).
absl::StatusOr<ToldCores> CoresToldBy(const AnalysisResult& result,
                                      const Wave& wave);

}  // namespace pulsetaker::network
