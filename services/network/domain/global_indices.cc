#include "services/network/domain/global_indices.h"

#include <algorithm>
#include <cstddef>
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

double CentralisationOf(const Digraph& graph, bool directed) {
  const double people = graph.node_count();
  double largest = 0.0;
  double sum = 0.0;
  for (NodeId node = 0; node < graph.node_count(); ++node) {
    const auto degree = static_cast<double>(graph.in(node).size());
    largest = std::max(largest, degree);
    sum += degree;
  }
  return (people * largest - sum) /
         ((people - 1) * (directed ? people - 1 : people - 2));
}

absl::StatusOr<std::optional<double>> TransitivityOf(const Digraph& graph,
                                                     IsCancelled is_cancelled) {
  PT_ASSIGN_OR_RETURN(const Clustering clustering,
                      ClusteringOf(graph, is_cancelled));
  return clustering.transitivity;
}

// A random graph with the pairs, or undirected ties, of `graph`.
absl::StatusOr<Digraph> WithPairsOf(const Digraph& graph,
                                    const DyadCensus& census, bool directed,
                                    Random& random) {
  if (directed) {
    return UniformDigraphWithDyads(graph.node_count(), census, random);
  }
  PT_ASSIGN_OR_RETURN(
      const Graph drawn,
      UniformGraphWithEdges(graph.node_count(), graph.arc_count() / 2, random));
  return drawn.ToDigraph();
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
    PT_ASSIGN_OR_RETURN(const Digraph of_pairs,
                        WithPairsOf(graph, census, directed, own));
    draws.centralisation.push_back(CentralisationOf(of_pairs, directed));
    PT_ASSIGN_OR_RETURN(const std::optional<double> transitivity,
                        TransitivityOf(of_pairs, is_cancelled));
    if (transitivity) draws.transitivity.push_back(*transitivity);
    if (!directed) continue;
    PT_ASSIGN_OR_RETURN(
        const Digraph of_arcs,
        UniformDigraphWithArcs(graph.node_count(), graph.arc_count(), own));
    const auto mutual = static_cast<double>(DyadCensusOf(of_arcs).mutual);
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
  findings.centralisation = Measure::Of(CentralisationOf(graph, directed));
  PT_ASSIGN_OR_RETURN(const std::optional<double> transitivity,
                      TransitivityOf(graph, is_cancelled));
  findings.transitivity =
      transitivity ? Measure::Of(*transitivity)
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
