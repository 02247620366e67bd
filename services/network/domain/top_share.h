#pragma once

#include <vector>

#include "absl/types/span.h"
#include "services/network/domain/graph.h"
#include "services/network/domain/wave.h"

namespace pulsetaker::network {

// Who is at the top of a score.
struct TopShare {
  // False if ties at the cut would give more than twice the target.
  bool separated = true;
  double cutoff = 0.0;          // The score at the target's rank.
  std::vector<NodeId> members;  // Ascending; empty if not separated.
  int candidate_count = 0;      // With a score at or above the cut.

  bool contains(NodeId node) const;
};

// ceil(share * node_count), at least 1.
int TargetCount(double share, NodeId node_count);

// Everyone who is eligible with a score at or above the score at rank `target`
// among the eligible, or at the last rank if they are fewer. Scores that are
// ties (IsTie) are above or below the cut together. Nobody eligible gives an
// empty top.
TopShare TopShareOf(absl::Span<const double> scores, const NodeFlags& eligible,
                    int target);

}  // namespace pulsetaker::network
