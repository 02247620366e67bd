#pragma once

#include <cstdint>
#include <limits>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "services/network/domain/graph.h"

namespace pulsetaker::network {

// The group of people who are in none. They broker nothing, and nothing is
// brokered for them.
inline constexpr std::uint32_t kUngrouped =
    std::numeric_limits<std::uint32_t>::max();

// How often a broker v stands between two others: the number of pairs a, b with
// a -> v and v -> b, but no a -> b, by the groups of a, v and b (R. Gould and
// R. Fernandez, "Structures of mediation", 1989). Letters are groups; different
// letters are different groups. Each is at most (n - 1) * (n - 2).
//
// Other programs and their manuals disagree on which of gatekeeper and
// representative is which; the pattern is what counts.
struct BrokerageRoles {
  std::uint64_t coordinator = 0;     // A -> A -> A, all of one group.
  std::uint64_t itinerant = 0;       // A -> B -> A, an outsider between two.
  std::uint64_t gatekeeper = 0;      // A -> B -> B, into the broker's group.
  std::uint64_t representative = 0;  // A -> A -> B, out of the broker's group.
  std::uint64_t liaison = 0;         // A -> B -> C, three groups.

  std::uint64_t total() const {
    return coordinator + itinerant + gatekeeper + representative + liaison;
  }

  friend bool operator==(const BrokerageRoles&,
                         const BrokerageRoles&) = default;
};

// Along which way two-paths are read, where arc i -> j is "i names j".
// Information runs against nominations, so what comes in along the one goes out
// along the other: gatekeeper and representative change places, and no other
// role changes. Whoever shows either must say which way it was read.
enum class BrokerageDirection : std::uint8_t {
  // Gatekeeper: outsiders name the broker, who names people of the own group.
  kNomination,
  // Gatekeeper: the broker names outsiders, and is named within the own group;
  // what outsiders know gets into the group through the broker.
  kFlow,
};

// Of each node. Weights are ignored. `group` has one number a node, any, or
// kUngrouped; isolates and ungrouped nodes have only zeros. In an undirected
// graph, as ToDigraph() gives it, each pair counts once each way.
//
// Pairs with a -> v -> b are counted from how many of each group v names and is
// named by; those with a -> b are subtracted, triangle by triangle. So time is
// O(nodes * log(nodes) + arcs * sqrt(arcs)) even with hubs, where walking the
// two-paths would take O(sum over nodes of in-degree * out-degree). Memory
// O(nodes + arcs).
//
// CANCELLED: `is_cancelled`, asked once in many ties, said yes.
absl::StatusOr<std::vector<BrokerageRoles>> BrokerageOf(
    const Digraph& nominations, absl::Span<const std::uint32_t> group,
    BrokerageDirection direction, IsCancelled is_cancelled);

}  // namespace pulsetaker::network
