#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "absl/status/statusor.h"
#include "services/network/domain/graph.h"

namespace pulsetaker::network {

// How much the contacts of people know each other. Weights are ignored.
struct Clustering {
  // triangles(i): pairs of i's contacts that are tied to each other.
  std::vector<std::uint64_t> triangles;
  // local(i) = triangles(i) / (k_i * (k_i - 1) / 2), k_i the number of
  // contacts: the share of pairs of contacts that are tied (D. Watts and S.
  // Strogatz, 1998). In [0, 1]; 0 where k_i < 2, so isolates have 0.
  std::vector<double> local;
  // Of `local`, over all nodes, those with 0 too; 0 without nodes.
  double mean = 0.0;
  // The sum of triangles(i) / the sum of k_i * (k_i - 1) / 2: the share of
  // two-step paths whose ends are tied. In [0, 1]; nullopt without such paths,
  // where the share is undefined (0 in networkx).
  std::optional<double> transitivity;
};

// Each triangle is found once, from the one of its nodes with the fewest
// contacts (M. Latapy, "Main-memory triangle computations for very large
// (sparse (power-law)) graphs", 2008). Time O(edges^1.5), memory O(nodes +
// edges). Components need no rule of their own.
//
// CANCELLED: `is_cancelled`, asked once in many edges, said yes.
absl::StatusOr<Clustering> ClusteringOf(const Graph& graph,
                                        IsCancelled is_cancelled);
// Contacts are all whom a person names or is named by (OR).
absl::StatusOr<Clustering> ClusteringOf(const Digraph& graph,
                                        IsCancelled is_cancelled);

}  // namespace pulsetaker::network
