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

// The arcs from `from` to `to`, in rows by source. Sorted by target without a
// comparison: dealt into columns first, and from these, one after the other,
// into rows.
struct DealtRows {
  std::vector<std::size_t> begins;
  std::vector<Entry> entries;
};

template <typename ForEachArc>
DealtRows Dealt(NodeId node_count, const ForEachArc& for_each_arc) {
  std::vector<std::size_t> row_sizes(node_count, 0);
  std::vector<std::size_t> column_sizes(node_count, 0);
  for_each_arc([&](NodeId from, NodeId to, double /*weight*/) {
    ++row_sizes[from];
    ++column_sizes[to];
  });
  const std::vector<std::size_t> column_begins =
      BeginsOf(std::move(column_sizes));
  std::vector<Entry> columns(column_begins.back());
  std::vector<std::size_t> next = column_begins;
  for_each_arc([&](NodeId from, NodeId to, double weight) {
    columns[next[to]++] = {from, weight};
  });
  DealtRows rows{BeginsOf(std::move(row_sizes)), {}};
  rows.entries.resize(columns.size());
  next = rows.begins;
  for (NodeId to = 0; to < node_count; ++to) {
    for (std::size_t i = column_begins[to]; i < column_begins[to + 1]; ++i) {
      rows.entries[next[columns[i].target]++] = {to, columns[i].weight};
    }
  }
  return rows;
}

// Makes one entry of those of a row with the same target. They are added up in
// the order of their weights, as the sum must not depend on that of the input.
Rows Merged(DealtRows dealt, Repeats repeats) {
  const std::size_t rows = dealt.begins.size() - 1;
  std::vector<std::size_t> begins{0};
  std::vector<NodeId> targets;
  std::vector<double> weights;
  begins.reserve(dealt.begins.size());
  targets.reserve(dealt.entries.size());
  weights.reserve(dealt.entries.size());
  for (std::size_t u = 0; u < rows; ++u) {
    std::size_t i = dealt.begins[u];
    const std::size_t row_end = dealt.begins[u + 1];
    while (i < row_end) {
      Entry* const first = &dealt.entries[i];
      std::size_t same = 1;
      while (i + same < row_end && first[same].target == first->target) ++same;
      i += same;
      targets.push_back(first->target);
      if (repeats == Repeats::kCollapse) {
        weights.push_back(1.0);
        continue;
      }
      std::sort(first, first + same, [](const Entry& a, const Entry& b) {
        return a.weight < b.weight;
      });
      weights.push_back(first->weight);
      for (std::size_t k = 1; k < same; ++k) weights.back() += first[k].weight;
    }
    begins.push_back(targets.size());
  }
  return Rows(std::move(begins), std::move(targets), std::move(weights));
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
  for (const Arc& arc : arcs) PT_RETURN_IF_ERROR(CheckArc(arc, node_count));
  const auto for_each_arc = [&](const auto& visit) {
    for (const Arc& arc : arcs) visit(arc.from, arc.to, arc.weight);
  };
  Rows out = Merged(Dealt(node_count, for_each_arc), repeats);
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
  for (const Arc& edge : edges) PT_RETURN_IF_ERROR(CheckArc(edge, node_count));
  const auto for_each_arc = [&](const auto& visit) {
    for (const Arc& edge : edges) {
      visit(edge.from, edge.to, edge.weight);
      visit(edge.to, edge.from, edge.weight);
    }
  };
  Graph graph;
  graph.rows_ = Merged(Dealt(node_count, for_each_arc), repeats);
  return graph;
}

Graph Graph::Symmetrized(const Digraph& digraph, Symmetrization how) {
  const NodeId nodes = digraph.node_count();
  std::vector<std::size_t> begins{0};
  std::vector<NodeId> targets;
  std::vector<double> weights;
  begins.reserve(std::size_t{nodes} + 1);
  const std::size_t entries_max = 2 * digraph.arc_count();
  targets.reserve(entries_max);
  weights.reserve(entries_max);
  for (NodeId u = 0; u < nodes; ++u) {
    // Two sorted rows merge into one.
    const absl::Span<const NodeId> out = digraph.out(u);
    const absl::Span<const NodeId> in = digraph.in(u);
    const absl::Span<const double> out_weights = digraph.out_weights(u);
    const absl::Span<const double> in_weights = digraph.in_weights(u);
    const auto add = [&](NodeId v, double w_out, double w_in) {
      targets.push_back(v);
      weights.push_back(SymmetricWeight(w_out, w_in, how));
    };
    std::size_t i = 0;
    std::size_t j = 0;
    while (i < out.size() && j < in.size()) {
      const bool forth = out[i] <= in[j];
      const bool back = in[j] <= out[i];
      if (how != Symmetrization::kAnd || (forth && back)) {
        add(forth ? out[i] : in[j], forth ? out_weights[i] : 0.0,
            back ? in_weights[j] : 0.0);
      }
      i += forth ? 1 : 0;
      j += back ? 1 : 0;
    }
    if (how != Symmetrization::kAnd) {
      for (; i < out.size(); ++i) add(out[i], out_weights[i], 0.0);
      for (; j < in.size(); ++j) add(in[j], 0.0, in_weights[j]);
    }
    begins.push_back(targets.size());
  }
  Graph graph;
  graph.rows_ = Rows(std::move(begins), std::move(targets), std::move(weights));
  return graph;
}

Digraph Graph::ToDigraph() const { return Digraph(rows_, rows_); }

}  // namespace pulsetaker::network
