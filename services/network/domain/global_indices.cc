#include "services/network/domain/global_indices.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "absl/status/status.h"
#include "common/base/status.h"
#include "services/network/domain/clustering.h"
#include "services/network/domain/random_graph_null.h"

namespace pulsetaker::network {
namespace {

using Reason = NotMeasuredReason;

constexpr NodeId kRespondentsMin = 3;

// The ties among who answered.
absl::StatusOr<Digraph> AmongRespondents(const WaveNetwork& network) {
  std::vector<NodeId> names(network.answered.size(), 0);
  NodeId count = 0;
  for (std::size_t node = 0; node < names.size(); ++node) {
    if (network.answered[node] != 0) names[node] = count++;
  }
  std::vector<Arc> arcs;
  for (const Arc& arc : network.graph.Arcs()) {
    if (network.answered[arc.from] == 0 || network.answered[arc.to] == 0) {
      continue;
    }
    arcs.push_back({names[arc.from], names[arc.to]});
  }
  return Digraph::FromArcs(count, arcs);
}

double CentralisationOf(const std::vector<NodeId>& in_degrees, bool directed) {
  const auto people = static_cast<double>(in_degrees.size());
  double largest = 0.0;
  double sum = 0.0;
  for (const NodeId in_degree : in_degrees) {
    const auto degree = static_cast<double>(in_degree);
    largest = std::max(largest, degree);
    sum += degree;
  }
  return (people * largest - sum) /
         ((people - 1) * (directed ? people - 1 : people - 2));
}

struct TieIndices {
  double centralisation = 0.0;
  std::optional<double> transitivity;  // Of ties without their direction.
};

// Of a network given by its arcs, undirected ties both ways.
absl::StatusOr<TieIndices> IndicesOf(NodeId node_count,
                                     const std::vector<Arc>& arcs,
                                     bool directed, IsCancelled is_cancelled) {
  std::vector<NodeId> in_degrees(node_count, 0);
  for (const Arc& arc : arcs) ++in_degrees[arc.to];
  PT_ASSIGN_OR_RETURN(const Graph tied,
                      Graph::FromEdges(node_count, arcs, Repeats::kCollapse));
  PT_ASSIGN_OR_RETURN(const Clustering clustering,
                      ClusteringOf(tied, is_cancelled));
  return TieIndices{CentralisationOf(in_degrees, directed),
                    clustering.transitivity};
}

// The arcs of a random graph with the pairs, or undirected ties, of `graph`.
absl::StatusOr<std::vector<Arc>> ArcsWithPairsOf(const Digraph& graph,
                                                 const DyadCensus& census,
                                                 bool directed,
                                                 Random& random) {
  if (directed) {
    return UniformArcsWithDyads(graph.node_count(), census, random);
  }
  PT_ASSIGN_OR_RETURN(
      const Graph drawn,
      UniformGraphWithEdges(graph.node_count(), graph.arc_count() / 2, random));
  return drawn.ToDigraph().Arcs();
}

struct IndexDraws {
  std::vector<double> arc_reciprocity;
  std::vector<double> dyad_reciprocity;
  std::vector<double> centralisation;
  std::vector<double> transitivity;  // Of the draws that have one.
};

absl::StatusOr<IndexDraws> DrawIndices(const Digraph& graph, bool directed,
                                       int draw_count, const Random& random,
                                       IsCancelled is_cancelled) {
  IndexDraws draws;
  const DyadCensus census = DyadCensusOf(graph);
  const auto arcs = static_cast<double>(graph.arc_count());
  for (int draw = 0; draw < draw_count; ++draw) {
    if (is_cancelled()) return absl::CancelledError("global indices");
    Random own = random.Fork(static_cast<std::uint64_t>(draw));
    PT_ASSIGN_OR_RETURN(const std::vector<Arc> of_pairs,
                        ArcsWithPairsOf(graph, census, directed, own));
    PT_ASSIGN_OR_RETURN(
        const TieIndices indices,
        IndicesOf(graph.node_count(), of_pairs, directed, is_cancelled));
    draws.centralisation.push_back(indices.centralisation);
    if (indices.transitivity) {
      draws.transitivity.push_back(*indices.transitivity);
    }
    if (!directed) continue;
    PT_ASSIGN_OR_RETURN(
        const std::uint64_t mutual_count,
        MutualDyadsOfArcs(graph.node_count(), graph.arc_count(), own));
    const auto mutual = static_cast<double>(mutual_count);
    draws.arc_reciprocity.push_back(2 * mutual / arcs);
    draws.dyad_reciprocity.push_back(mutual / (arcs - mutual));
  }
  return draws;
}

void CompareWith(const std::vector<double>& draws, int draw_count,
                 Measure& measure) {
  if (2 * draws.size() < static_cast<std::size_t>(draw_count)) return;
  CompareWithDraws(draws, NullModel::kCountsKept, measure);
}

}  // namespace

absl::Status CompareGlobalIndices(const WaveNetwork& network, int draw_count,
                                  const Random& random,
                                  IsCancelled is_cancelled,
                                  NetworkFindings& findings) {
  const bool directed = network.definition.directed;
  PT_ASSIGN_OR_RETURN(const Digraph graph, AmongRespondents(network));
  if (graph.node_count() < kRespondentsMin) {
    findings.centralisation = findings.transitivity = Measure::Missing(
        Reason::kTooFewPeople, "fewer than three people answered");
    return absl::OkStatus();
  }
  PT_ASSIGN_OR_RETURN(
      const TieIndices indices,
      IndicesOf(graph.node_count(), graph.Arcs(), directed, is_cancelled));
  findings.centralisation = Measure::Of(indices.centralisation);
  findings.transitivity =
      indices.transitivity
          ? Measure::Of(*indices.transitivity)
          : Measure::Missing(Reason::kNoTies,
                             "nobody has ties to two respondents");
  if (graph.arc_count() == 0) return absl::OkStatus();
  PT_ASSIGN_OR_RETURN(
      const IndexDraws draws,
      DrawIndices(graph, directed, draw_count, random, is_cancelled));
  CompareWith(draws.arc_reciprocity, draw_count, findings.arc_reciprocity);
  CompareWith(draws.dyad_reciprocity, draw_count, findings.dyad_reciprocity);
  CompareWith(draws.centralisation, draw_count, findings.centralisation);
  CompareWith(draws.transitivity, draw_count, findings.transitivity);
  return absl::OkStatus();
}

}  // namespace pulsetaker::network
