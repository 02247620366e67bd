#pragma once

#include <vector>

#include "absl/status/statusor.h"
#include "services/network/domain/distances.h"
#include "services/network/domain/graph.h"

// Quick enough to wait for: FindKeyPlayerSet of key_player_sets.h tries more
// sets, and proves the best of small ones, in many times the time.

namespace pulsetaker::network {

// The people whose departure together leaves the others in the most pieces:
// the "negative key player problem" of S. Borgatti, "Identifying sets of key
// players in a social network" (2006).
struct KeyPlayers {
  std::vector<NodeId> members;  // Ascending.
  Fragmentation without;        // Of the graph that is left.

  friend bool operator==(const KeyPlayers&, const KeyPlayers&) = default;
};

// `count` people, chosen for the largest by_distance of FragmentationWithout.
// `count` is at most the node count.
//
// Method: one after the other the person who raises it the most, then the best
// exchange of one of them for one of the others until none raises it. A local
// optimum, not always the largest. Values within IsTie of each other are ties,
// which go to the smallest node; so the same graph gives the same people, and
// renumbering its nodes changes at most which of two ties is taken.
//
// Above kAllTriedNodesMax nodes, only the kTriedCount most promising are tried
// beside each set, also in exchange for one of it, by 2 h(v) + b(v): h(v) the
// sum of 1 / d to the others and b(v) betweenness, in what the set leaves of
// the graph. Without v, the sum of 1 / d over ordered pairs falls by no more
// than that: 2 h(v) are the pairs with v, and of the others only those that are
// two steps or more apart, all of whose shortest paths pass through v, come to
// be further apart.
//
// Time O(count + exchanges) times that of Betweenness, and O(count * (1 +
// exchanges)) times that of FragmentationWithout for each one tried. CANCELLED.
// OUT_OF_RANGE, PATH_COUNT_OVERFLOW.
absl::StatusOr<KeyPlayers> FindScreenedKeyPlayers(const Graph& graph,
                                                  NodeId count,
                                                  IsCancelled is_cancelled);

inline constexpr NodeId kAllTriedNodesMax = 128;
inline constexpr NodeId kTriedCount = 24;

}  // namespace pulsetaker::network
