#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "absl/status/statusor.h"
#include "services/network/domain/graph.h"

namespace pulsetaker::network {

// A partition of the nodes, numbered by smallest member, so that the community
// of node 0 is community 0.
struct Communities {
  std::vector<NodeId> id;    // Of each node.
  std::vector<NodeId> size;  // Of each community; they sum to the node count.
  // See Modularity, at the resolution asked for; nullopt without edges.
  std::optional<double> modularity;

  friend bool operator==(const Communities&, const Communities&) = default;
};

inline constexpr double kLeidenResolutionMax = 1e6;
inline constexpr int kLeidenStartsMax = 1'000;
inline constexpr int kLeidenIterationsMax = 1'000;

struct LeidenOptions {
  // Above 0, at most kLeidenResolutionMax. Above 1 for smaller communities.
  double resolution = 1.0;
  // Any; it decides in what order nodes are visited.
  std::uint64_t seed = 0;
  // 1 to kLeidenStartsMax. Each visits nodes in another order. After two
  // iterations only the best goes on, the first of equals.
  int starts = 10;
  // 1 to kLeidenIterationsMax. An iteration is the whole method, from what the
  // one before it found; one that gains nothing is the last.
  int iterations_max = 10;
};

// Communities of high modularity by the Leiden method (V. Traag, L. Waltman and
// N. van Eck, "From Louvain to Leiden: guaranteeing well-connected
// communities", 2019): nodes move to the community where they add most, until
// none gains; each community is refined into parts that hold well together; and
// the same is done to the graph of the parts, until no parts merge. Weights are
// strengths.
//
// - Every community is connected. An isolated node is alone in its own, and no
//   community spans components.
// - A local optimum: finding the best partition is NP-hard. On survey graphs,
//   starts differ by up to 0.01 in modularity, and may differ in many members
//   where modularity hardly does.
// - Modularity does not see communities of less than about sqrt(2 * W) weight
//   at resolution 1 (S. Fortunato and M. Barthelemy, 2007).
// - Equal graphs and options give equal results. Renumbering the nodes may give
//   another local optimum, as another seed may.
// - Of the merges of refinement, the best is taken, which the paper's random
//   choice tends to as its temperature goes to 0; chance is in the order.
//
// Time about O((2 * starts + iterations) * edges), a few rounds of it each:
// nobody has proved a bound. Memory O(nodes + edges).
//
// INVALID_ARGUMENT: RESOLUTION_OUT_OF_RANGE, STARTS_OUT_OF_RANGE,
// ITERATIONS_OUT_OF_RANGE. OUT_OF_RANGE, WEIGHTS_TOO_LARGE: their sum is more
// than a double can hold. CANCELLED: `is_cancelled` said yes.
absl::StatusOr<Communities> LeidenCommunities(const Graph& graph,
                                              const LeidenOptions& options,
                                              IsCancelled is_cancelled);

}  // namespace pulsetaker::network
