// Where the search for a drawing begins. All of a connected graph.

#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "absl/types/span.h"
#include "services/network/domain/graph.h"

namespace pulsetaker::network {

// A place in a drawing.
struct Point {
  double x = 0.0;
  double y = 0.0;

  friend bool operator==(const Point&, const Point&) = default;
};

// For each node its place in an earlier drawing, if it had one.
using Anchors = absl::Span<const std::optional<Point>>;

double Distance(Point a, Point b);

// The number of ties on a shortest path from `source` to each node; what cannot
// be reached is not written to. `hops` has an entry a node. O(nodes + edges).
void HopsFrom(const Graph& graph, NodeId source,
              absl::Span<std::uint32_t> hops);

// A drawing in which distances are about the numbers of ties on shortest paths:
// multidimensional scaling by up to 50 pivots (U. Brandes and C. Pich,
// "Eigensolver methods for progressive multidimensional scaling of large data",
// 2006). No two nodes are in one place. `graph` is connected, and not empty.
// O(50 * (nodes + edges) + 50^2 * nodes).
std::vector<Point> ColdStart(const Graph& graph);

// The anchors, divided by `unit`; and nodes without one beside those of their
// neighbors that have a place, those nearest to anchors first. At least one
// node has an anchor. O(nodes + edges).
std::vector<Point> WarmStart(const Graph& graph, Anchors anchors, double unit);

// The mean length of ties between anchors, or 0 without any.
double MeanTieLength(const Graph& graph, Anchors anchors);

}  // namespace pulsetaker::network
