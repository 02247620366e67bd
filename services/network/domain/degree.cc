#include "services/network/domain/degree.h"

#include <cstddef>

namespace pulsetaker::network {
namespace {

std::vector<NodeId> RowSizes(const Rows& rows) {
  std::vector<NodeId> sizes(rows.node_count());
  for (NodeId u = 0; u < rows.node_count(); ++u) {
    sizes[u] = static_cast<NodeId>(rows.row_size(u));
  }
  return sizes;
}

double DensityOf(const Rows& rows) {
  const double n = rows.node_count();
  if (n < 2) return 0;
  return static_cast<double>(rows.entry_count()) / (n * (n - 1));
}

// Arcs whose opposite is there too: twice the number of mutual pairs.
std::size_t AnsweredArcs(const Digraph& graph) {
  std::size_t answered = 0;
  for (NodeId u = 0; u < graph.node_count(); ++u) {
    // Both rows ascend, so one walk along the two finds what they share.
    const absl::Span<const NodeId> out = graph.out(u);
    const absl::Span<const NodeId> in = graph.in(u);
    for (std::size_t i = 0, j = 0; i < out.size() && j < in.size();) {
      if (out[i] == in[j]) ++answered;
      const bool step_out = out[i] <= in[j];
      const bool step_in = in[j] <= out[i];
      i += step_out ? 1 : 0;
      j += step_in ? 1 : 0;
    }
  }
  return answered;
}

}  // namespace

std::vector<NodeId> InDegrees(const Digraph& graph) {
  return RowSizes(graph.in_rows());
}

std::vector<NodeId> OutDegrees(const Digraph& graph) {
  return RowSizes(graph.out_rows());
}

std::vector<NodeId> Degrees(const Graph& graph) {
  return RowSizes(graph.rows());
}

std::vector<double> Strengths(const Graph& graph) {
  std::vector<double> strengths(graph.node_count(), 0.0);
  for (NodeId u = 0; u < graph.node_count(); ++u) {
    for (const double weight : graph.weights(u)) strengths[u] += weight;
  }
  return strengths;
}

double Density(const Digraph& graph) { return DensityOf(graph.out_rows()); }

double Density(const Graph& graph) { return DensityOf(graph.rows()); }

std::optional<double> ArcReciprocity(const Digraph& graph) {
  if (graph.arc_count() == 0) return std::nullopt;
  return static_cast<double>(AnsweredArcs(graph)) /
         static_cast<double>(graph.arc_count());
}

std::optional<double> DyadReciprocity(const Digraph& graph) {
  if (graph.arc_count() == 0) return std::nullopt;
  const std::size_t mutual = AnsweredArcs(graph) / 2;
  return static_cast<double>(mutual) /
         static_cast<double>(graph.arc_count() - mutual);
}

}  // namespace pulsetaker::network
