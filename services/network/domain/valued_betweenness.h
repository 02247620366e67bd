#pragma once

#include <vector>

#include "absl/status/statusor.h"
#include "services/network/domain/graph.h"

namespace pulsetaker::network {

// The largest value that a tie may have, as answers on a scale have it.
inline constexpr int kTieValueMax = 10;

// Betweenness (see betweenness.h) where strong ties are short: a tie of value w
// has the length 1 / w, and a shortest path is one with the smallest sum of
// them. What it is made of, direction and pairs without a path are as there.
//
// Values are whole numbers, 1 to kTieValueMax, and lengths are counted in
// 1 / (their least common multiple), so paths are equally long if they are, not
// if rounding has it so. A graph whose ties all have the same value has the
// result of Betweenness, but for rounding.
//
// Method: U. Brandes, "A faster algorithm for betweenness centrality" (2001),
// with a ring of buckets for a queue (R. Dial, "Algorithm 360", 1969). Time
// O(nodes * (arcs + longest shortest path)), the latter in those units; memory
// O(nodes + arcs). Sums run in a fixed order, so equal graphs give bit-equal
// results.
//
// INVALID_ARGUMENT, TIE_VALUE_OUT_OF_RANGE: the first tie whose weight is no
// such value. CANCELLED: `is_cancelled`, asked once a source, said yes.
// OUT_OF_RANGE, PATH_COUNT_OVERFLOW: over 1e308 shortest paths between a pair.
absl::StatusOr<std::vector<double>> ValuedBetweenness(const Digraph& graph,
                                                      IsCancelled is_cancelled);
absl::StatusOr<std::vector<double>> ValuedBetweenness(const Graph& graph,
                                                      IsCancelled is_cancelled);

}  // namespace pulsetaker::network
