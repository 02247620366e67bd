// The few people who together matter most to a network: S. Borgatti,
// "Identifying sets of key players in a social network" (2006). The best set is
// not the best people one by one, as theirs may be the same contacts.

#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "absl/status/statusor.h"
#include "services/network/domain/graph.h"

namespace pulsetaker::network {

// What is to be as large as possible. n is the number of all nodes, r of those
// left without the set; all four are in [0, 1]. Weights are ignored.
enum class KeyPlayerGoal : std::uint8_t {
  // Negative: how far the network falls apart without the set.
  // F = 1 - (ordered pairs with a path) / (r * (r - 1)); 0 where r < 2.
  kFragmentation,
  // F_D = 1 - (sum over ordered pairs of 1 / distance) / (r * (r - 1)), pairs
  // without a path adding 0; 0 where r < 2. At least F. Falls when somebody at
  // the edge is removed, so the best set may have less than the whole network.
  kDistanceFragmentation,
  // Positive: how much of the network the set gets to.
  // The share of nodes that are in the set or within `steps` of a member.
  kReach,
  // D_R = (sum over nodes of 1 / distance from the nearest member) / n, members
  // adding 1 and nodes without a path 0. 1 where everyone else is next to one.
  kDistanceReach,
};

struct KeyPlayerQuery {
  KeyPlayerGoal goal = KeyPlayerGoal::kDistanceFragmentation;
  NodeId size = 1;
  NodeId steps = 2;  // Of kReach; other goals ignore it.
  // Who may be in the set; empty: everyone. All others count as before.
  std::vector<NodeId> candidates = {};
};

struct KeyPlayerSet {
  std::vector<NodeId> members;  // Ascending.
  double value = 0.0;           // Of the goal, with this set.
  double baseline = 0.0;        // The same without anyone in the set.
  // Whether no other set of this size from the candidates has more. If not, a
  // set from greedy search, which no exchange of one member improves.
  bool exact = false;

  friend bool operator==(const KeyPlayerSet&, const KeyPlayerSet&) = default;
};

// Sets to try are all, if there are at most this many, and else those of a
// greedy search. The second is for goals by distance and for fragmentation of a
// Digraph, where each set needs a long search.
inline constexpr std::uint64_t kKeyPlayerSetsMax = 200'000;
inline constexpr std::uint64_t kSearchedKeyPlayerSetsMax = 20'000;

// Exchanges that a greedy search makes at most.
inline constexpr int kKeyPlayerExchangesMax = 100;

// The set with the largest value of the goal. One person is always exact. Two
// are up to 632 candidates, or 200 with the second limit; more people in small
// networks. Beyond, one after the other whoever adds the most joins, then the
// best exchange of a member for another candidate is made as long as that
// improves. (For the two kinds of reach the greedy set alone has 1 - 1/e of the
// best, G. Nemhauser and others, 1978; for fragmentation there is no bound.)
// Values that IsTie calls equal are: of sets the first in lexicographic order
// of ascending members is taken, of greedy steps the lowest node.
//
// In a Digraph paths follow the arcs. Which way makes no difference to
// fragmentation. Reach starts from the set: pass the graph along which things
// spread, for information graph.Transposed() of nominations.
//
// INVALID_ARGUMENT: NODE_OUT_OF_RANGE, a candidate; SET_SIZE_OUT_OF_RANGE, size
// 0 or above the number of different candidates. CANCELLED.
//
// Time for each set that is tried: kFragmentation of a Graph O((nodes + edges)
// / candidates), as all last members are tried together; of a Digraph, and
// kDistanceFragmentation, O(nodes * arcs / 256 * diameter); reach O(nodes +
// arcs) at worst, much less once the set has members. A greedy search tries
// size * candidates sets, and as many for each exchange. Memory O(nodes +
// arcs).
absl::StatusOr<KeyPlayerSet> FindKeyPlayerSet(const Graph& graph,
                                              const KeyPlayerQuery& query,
                                              IsCancelled is_cancelled);
absl::StatusOr<KeyPlayerSet> FindKeyPlayerSet(const Digraph& graph,
                                              const KeyPlayerQuery& query,
                                              IsCancelled is_cancelled);

}  // namespace pulsetaker::network
