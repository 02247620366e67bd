// Who holds which role, for drawings and exports, which say something of
// everybody: also that somebody does not hold it, where that may be told.

#pragma once

#include <array>
#include <cstddef>
#include <optional>

#include "services/network/domain/analysis.h"
#include "services/network/domain/graph.h"

namespace pulsetaker::network {

// What may be said of one person in one network.
struct ToldRoles {
  // Indexed by Role - 1. Absent of those who are not named where the network
  // withholds the role, or some of its holders: they may be one of them.
  std::array<std::optional<bool>, kRoleCount> holds;
  std::optional<bool> in_core;

  friend bool operator==(const ToldRoles&, const ToldRoles&) = default;
};

// Of person number `person` in network number `network` of `result`, both of
// which it has. O(withheld roles).
ToldRoles RolesToldBy(const AnalysisResult& result, std::size_t network,
                      NodeId person);

}  // namespace pulsetaker::network
