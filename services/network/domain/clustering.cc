#include "services/network/domain/clustering.h"

#include <algorithm>
#include <cstddef>

#include "absl/status/status.h"
#include "absl/types/span.h"
#include "common/base/status.h"

namespace pulsetaker::network {
namespace {

// Entries that are looked at between two questions whether to go on.
constexpr std::size_t kEntriesPerQuestion = 1'000'000;

// The nodes by rising degree, and of each node the neighbors behind it. No list
// is longer than sqrt(2 * edges), as all in it have a list as long or longer.
struct Ranking {
  std::vector<NodeId> node;         // By rank.
  std::vector<std::size_t> begins;  // By rank, into `later`.
  std::vector<NodeId> later;        // Ranks.

  absl::Span<const NodeId> LaterThan(NodeId rank) const {
    return {later.data() + begins[rank], begins[rank + 1] - begins[rank]};
  }
};

std::vector<NodeId> ByRisingDegree(const Graph& graph) {
  std::vector<std::size_t> next(graph.node_count() + std::size_t{1}, 0);
  for (NodeId u = 0; u < graph.node_count(); ++u) {
    ++next[graph.neighbors(u).size() + 1];
  }
  for (std::size_t d = 1; d < next.size(); ++d) next[d] += next[d - 1];
  std::vector<NodeId> nodes(graph.node_count());
  for (NodeId u = 0; u < graph.node_count(); ++u) {
    nodes[next[graph.neighbors(u).size()]++] = u;
  }
  return nodes;
}

Ranking Rank(const Graph& graph) {
  Ranking ranking;
  ranking.node = ByRisingDegree(graph);
  std::vector<NodeId> rank(graph.node_count());
  for (NodeId r = 0; r < rank.size(); ++r) rank[ranking.node[r]] = r;
  ranking.begins.reserve(rank.size() + 1);
  ranking.begins.push_back(0);
  // Written before it is known whether it is later, so one more than needed.
  ranking.later.resize(graph.edge_count() + 1);
  std::size_t end = 0;
  for (NodeId r = 0; r < rank.size(); ++r) {
    for (const NodeId v : graph.neighbors(ranking.node[r])) {
      ranking.later[end] = rank[v];
      end += rank[v] > r ? 1 : 0;
    }
    ranking.begins.push_back(end);
  }
  return ranking;
}

// The triangles of each node, by rank.
absl::StatusOr<std::vector<std::uint64_t>> CountTriangles(
    const Ranking& ranking, IsCancelled is_cancelled) {
  const NodeId nodes = static_cast<NodeId>(ranking.node.size());
  std::vector<std::uint64_t> triangles(nodes, 0);
  std::vector<std::uint8_t> is_contact(nodes, 0);
  std::size_t until_question = 0;
  for (NodeId u = 0; u < nodes; ++u) {
    const absl::Span<const NodeId> contacts = ranking.LaterThan(u);
    for (const NodeId v : contacts) is_contact[v] = 1;
    for (const NodeId v : contacts) {
      const absl::Span<const NodeId> theirs = ranking.LaterThan(v);
      if (until_question < theirs.size()) {
        if (is_cancelled()) return absl::CancelledError("clustering");
        until_question = kEntriesPerQuestion + theirs.size();
      }
      until_question -= theirs.size();
      std::uint64_t found = 0;
      // No branch: who closes a triangle is not to be foreseen.
      for (const NodeId w : theirs) {
        found += is_contact[w];
        triangles[w] += is_contact[w];
      }
      triangles[v] += found;
      triangles[u] += found;
    }
    for (const NodeId v : contacts) is_contact[v] = 0;
  }
  return triangles;
}

}  // namespace

absl::StatusOr<Clustering> ClusteringOf(const Graph& graph,
                                        IsCancelled is_cancelled) {
  const NodeId nodes = graph.node_count();
  const Ranking ranking = Rank(graph);
  PT_ASSIGN_OR_RETURN(const std::vector<std::uint64_t> by_rank,
                      CountTriangles(ranking, is_cancelled));
  Clustering clustering;
  clustering.triangles.resize(nodes);
  for (NodeId r = 0; r < nodes; ++r) {
    clustering.triangles[ranking.node[r]] = by_rank[r];
  }
  clustering.local.assign(nodes, 0.0);
  std::uint64_t closed = 0;
  std::uint64_t pairs = 0;
  double sum = 0;
  for (NodeId u = 0; u < nodes; ++u) {
    const std::uint64_t degree = graph.neighbors(u).size();
    if (degree < 2) continue;
    const std::uint64_t pairs_here = degree * (degree - 1) / 2;
    closed += clustering.triangles[u];
    pairs += pairs_here;
    clustering.local[u] = static_cast<double>(clustering.triangles[u]) /
                          static_cast<double>(pairs_here);
    sum += clustering.local[u];
  }
  if (nodes > 0) clustering.mean = sum / nodes;
  if (pairs > 0) {
    clustering.transitivity =
        static_cast<double>(closed) / static_cast<double>(pairs);
  }
  return clustering;
}

absl::StatusOr<Clustering> ClusteringOf(const Digraph& graph,
                                        IsCancelled is_cancelled) {
  return ClusteringOf(Graph::Symmetrized(graph, Symmetrization::kOr),
                      is_cancelled);
}

}  // namespace pulsetaker::network
