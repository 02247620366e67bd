#pragma once

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "services/network/domain/graph.h"

// For the .cc files of this folder; callers want distances.h.

namespace pulsetaker::network {

// Sums of count / divisor in fixed point, so that people whose counts are
// alike have equal sums, in whatever order they came. One unit is 2^-63; the
// halves of the unit counts are summed apart, and neither half overflows, as
// the counts of a node sum to less than kNodesMax < 2^20.
class ReciprocalSums {
 public:
  explicit ReciprocalSums(NodeId nodes) : high_(nodes, 0), low_(nodes, 0) {}

  void Add(NodeId node, std::uint64_t divisor, std::uint64_t count) {
    const std::uint64_t term = (std::uint64_t{1} << 63) / divisor;
    high_[node] += count * (term >> 32);
    low_[node] += count * (term & 0xFFFF'FFFF);
  }

  // As if what was added to `other` had been added to this.
  void Add(const ReciprocalSums& other) {
    for (std::size_t u = 0; u < high_.size(); ++u) {
      high_[u] += other.high_[u];
      low_[u] += other.low_[u];
    }
  }

  double at(NodeId node) const {
    return std::ldexp(static_cast<double>(high_[node]), 32 - 63) +
           std::ldexp(static_cast<double>(low_[node]), -63);
  }

 private:
  std::vector<std::uint64_t> high_;
  std::vector<std::uint64_t> low_;
};

}  // namespace pulsetaker::network
