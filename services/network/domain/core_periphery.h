#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "absl/status/statusor.h"
#include "services/network/domain/graph.h"

namespace pulsetaker::network {

// A core and what sets it apart.
struct Core {
  std::vector<NodeId> members;  // Ascending; 2 to n - 2 of them.
  // Pearson correlation, over the ordered pairs within the core and within the
  // periphery, of "there is an arc" with "the pair is in the core". In [-1, 1].
  double correlation = 0.0;
  // Shares of the possible arcs that are there.
  double core_density = 0.0;
  double periphery_density = 0.0;
  double between_density = 0.0;  // Core to periphery and back, together.
  double overall_density = 0.0;

  friend bool operator==(const Core&, const Core&) = default;
};

// What tells nodes of the same degree apart where it takes one before another.
enum class CoreOrder : std::uint8_t {
  kByPlace,   // Their place in the graph.
  kByNumber,  // Their number: quicker, for graphs whose numbers mean nothing.
};

// The discrete core of S. Borgatti and M. Everett, "Models of core/periphery
// structures" (1999), with the pairs between core and periphery left out: the
// partition that maximises the correlation above. Weights are ignored.
//
// Method: nodes by falling degree, the best cut of that order, then the best
// single change (one in, one out, or one exchanged) until none is better. A
// local optimum, and the same one for the same graph; nodes are told apart by
// their place in the graph (CanonicalOrder), so renumbering them changes at
// most which of two interchangeable nodes is taken. Time O(arcs + steps * (core
// * periphery)).
//
// nullopt if no partition has a correlation: n < 4, no arcs, all arcs.
// CANCELLED: `is_cancelled`, asked once a change, said yes.
absl::StatusOr<std::optional<Core>> FindCore(
    const Digraph& graph, IsCancelled is_cancelled,
    CoreOrder by = CoreOrder::kByPlace);

// The densities and the correlation of a core given by its members, or nullopt
// if the correlation is undefined. `members` must be below the node count;
// order and repeats make no difference.
std::optional<Core> MeasureCore(const Digraph& graph,
                                std::vector<NodeId> members);

}  // namespace pulsetaker::network
