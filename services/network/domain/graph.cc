#include "services/network/domain/graph.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "common/base/status.h"

namespace pulsetaker::network {
namespace {

absl::Status CheckSize(NodeId node_count, std::size_t arc_count) {
  if (node_count > kNodesMax || arc_count > kArcsMax) {
    return MakeError(
        absl::StatusCode::kResourceExhausted, "GRAPH_TOO_LARGE",
        absl::StrCat("graph of ", node_count, " nodes and ", arc_count,
                     " arcs, want at most ", kNodesMax, " and ", kArcsMax));
  }
  return absl::OkStatus();
}

absl::Status CheckArc(const Arc& arc, NodeId node_count) {
  if (arc.from >= node_count || arc.to >= node_count) {
    return MakeError(absl::StatusCode::kInvalidArgument, "NODE_OUT_OF_RANGE",
                     absl::StrCat("arc ", arc.from, "->", arc.to,
                                  ", want nodes below ", node_count));
  }
  if (arc.from == arc.to) {
    return MakeError(absl::StatusCode::kInvalidArgument, "SELF_LOOP",
                     absl::StrCat("node ", arc.from, " names itself"));
  }
  if (!std::isfinite(arc.weight) || arc.weight <= 0) {
    return MakeError(
        absl::StatusCode::kInvalidArgument, "INVALID_WEIGHT",
        absl::StrCat("arc ", arc.from, "->", arc.to, " has weight ", arc.weight,
                     ", want a finite one above 0"));
  }
  return absl::OkStatus();
}

struct Entry {
  NodeId target;
  double weight;
};

// A row begins where the rows before it end.
std::vector<std::size_t> BeginsOf(std::vector<std::size_t> sizes) {
  sizes.push_back(0);
  std::size_t begin = 0;
  for (std::size_t& size : sizes) begin += std::exchange(size, begin);
  return sizes;
}

// Sorts each row and makes one entry of those with the same target. The order
// by weight is for the sum, which must not depend on the order of the input.
Rows Merged(const std::vector<std::size_t>& begins, std::vector<Entry> entries,
            Repeats repeats) {
  const std::size_t rows = begins.size() - 1;
  std::vector<std::size_t> merged_begins{0};
  std::vector<NodeId> targets;
  std::vector<double> weights;
  merged_begins.reserve(begins.size());
  targets.reserve(entries.size());
  weights.reserve(entries.size());
  for (std::size_t u = 0; u < rows; ++u) {
    const auto row =
        absl::MakeSpan(entries).subspan(begins[u], begins[u + 1] - begins[u]);
    std::sort(row.begin(), row.end(), [](const Entry& a, const Entry& b) {
      return a.target != b.target ? a.target < b.target : a.weight < b.weight;
    });
    for (const Entry& entry : row) {
      const bool repeated =
          targets.size() > merged_begins[u] && targets.back() == entry.target;
      if (!repeated) {
        targets.push_back(entry.target);
        weights.push_back(repeats == Repeats::kSum ? entry.weight : 1.0);
      } else if (repeats == Repeats::kSum) {
        weights.back() += entry.weight;
      }
    }
    merged_begins.push_back(targets.size());
  }
  return Rows(std::move(merged_begins), std::move(targets), std::move(weights));
}

Rows TransposedRows(const Rows& rows) {
  const NodeId nodes = rows.node_count();
  std::vector<std::size_t> sizes(nodes, 0);
  for (NodeId u = 0; u < nodes; ++u) {
    for (const NodeId v : rows.row(u)) ++sizes[v];
  }
  std::vector<std::size_t> begins = BeginsOf(std::move(sizes));
  std::vector<std::size_t> next = begins;
  std::vector<NodeId> targets(rows.entry_count());
  std::vector<double> weights(rows.entry_count());
  for (NodeId u = 0; u < nodes; ++u) {
    for (std::size_t i = 0; i < rows.row_size(u); ++i) {
      const std::size_t at = next[rows.row(u)[i]]++;
      targets[at] = u;
      weights[at] = rows.weights(u)[i];
    }
  }
  return Rows(std::move(begins), std::move(targets), std::move(weights));
}

double SymmetricWeight(double forth, double back, Symmetrization how) {
  switch (how) {
    case Symmetrization::kOr:
      return std::max(forth, back);
    case Symmetrization::kAnd:
      return std::min(forth, back);
    case Symmetrization::kMean:
      return (forth + back) / 2;
  }
  return 0;
}

}  // namespace

double Rows::weight(NodeId from, NodeId to) const {
  const absl::Span<const NodeId> targets = row(from);
  const auto* const found =
      std::lower_bound(targets.begin(), targets.end(), to);
  if (found == targets.end() || *found != to) return 0;
  return weights(from)[static_cast<std::size_t>(found - targets.begin())];
}

absl::StatusOr<Digraph> Digraph::FromArcs(NodeId node_count,
                                          absl::Span<const Arc> arcs,
                                          Repeats repeats) {
  PT_RETURN_IF_ERROR(CheckSize(node_count, arcs.size()));
  std::vector<std::size_t> sizes(node_count, 0);
  for (const Arc& arc : arcs) {
    PT_RETURN_IF_ERROR(CheckArc(arc, node_count));
    ++sizes[arc.from];
  }
  const std::vector<std::size_t> begins = BeginsOf(std::move(sizes));
  std::vector<std::size_t> next = begins;
  std::vector<Entry> entries(arcs.size());
  for (const Arc& arc : arcs) entries[next[arc.from]++] = {arc.to, arc.weight};

  Rows out = Merged(begins, std::move(entries), repeats);
  Rows in = TransposedRows(out);
  return Digraph(std::move(out), std::move(in));
}

std::vector<Arc> Digraph::Arcs() const {
  std::vector<Arc> arcs;
  arcs.reserve(arc_count());
  for (NodeId u = 0; u < node_count(); ++u) {
    for (std::size_t i = 0; i < out(u).size(); ++i) {
      arcs.push_back({u, out(u)[i], out_weights(u)[i]});
    }
  }
  return arcs;
}

Digraph Digraph::Transposed() const { return Digraph(in_, out_); }

absl::StatusOr<Graph> Graph::FromEdges(NodeId node_count,
                                       absl::Span<const Arc> edges,
                                       Repeats repeats) {
  PT_RETURN_IF_ERROR(CheckSize(node_count, edges.size()));
  std::vector<std::size_t> sizes(node_count, 0);
  for (const Arc& edge : edges) {
    PT_RETURN_IF_ERROR(CheckArc(edge, node_count));
    ++sizes[edge.from];
    ++sizes[edge.to];
  }
  const std::vector<std::size_t> begins = BeginsOf(std::move(sizes));
  std::vector<std::size_t> next = begins;
  std::vector<Entry> entries(2 * edges.size());
  for (const Arc& edge : edges) {
    entries[next[edge.from]++] = {edge.to, edge.weight};
    entries[next[edge.to]++] = {edge.from, edge.weight};
  }
  Graph graph;
  graph.rows_ = Merged(begins, std::move(entries), repeats);
  return graph;
}

Graph Graph::Symmetrized(const Digraph& digraph, Symmetrization how) {
  const NodeId nodes = digraph.node_count();
  std::vector<std::size_t> begins{0};
  std::vector<NodeId> targets;
  std::vector<double> weights;
  begins.reserve(std::size_t{nodes} + 1);
  for (NodeId u = 0; u < nodes; ++u) {
    // Two sorted rows merge into one.
    const absl::Span<const NodeId> out = digraph.out(u);
    const absl::Span<const NodeId> in = digraph.in(u);
    for (std::size_t i = 0, j = 0; i < out.size() || j < in.size();) {
      const bool forth = j == in.size() || (i < out.size() && out[i] <= in[j]);
      const bool back = i == out.size() || (j < in.size() && in[j] <= out[i]);
      const NodeId v = forth ? out[i] : in[j];
      const double w_out = forth ? digraph.out_weights(u)[i++] : 0.0;
      const double w_in = back ? digraph.in_weights(u)[j++] : 0.0;
      if (how == Symmetrization::kAnd && !(forth && back)) continue;
      targets.push_back(v);
      weights.push_back(SymmetricWeight(w_out, w_in, how));
    }
    begins.push_back(targets.size());
  }
  Graph graph;
  graph.rows_ = Rows(std::move(begins), std::move(targets), std::move(weights));
  return graph;
}

Digraph Graph::ToDigraph() const { return Digraph(rows_, rows_); }

}  // namespace pulsetaker::network
