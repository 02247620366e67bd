#pragma once

#include <optional>
#include <vector>

#include "services/network/domain/graph.h"

// Counts of ties. Weights are ignored, but in the strengths. All O(nodes +
// arcs) or better.

namespace pulsetaker::network {

std::vector<NodeId> InDegrees(const Digraph& graph);
std::vector<NodeId> OutDegrees(const Digraph& graph);
std::vector<NodeId> Degrees(const Graph& graph);

// The sum of the weights of a node's edges, in the order of its neighbors.
std::vector<double> Strengths(const Graph& graph);

// The share of possible ties that are there: arcs / (n * (n - 1)), or edges /
// (n * (n - 1) / 2). In [0, 1]; 0 where n < 2.
double Density(const Digraph& graph);
double Density(const Graph& graph);

// The share of arcs that are answered: arcs i->j with j->i / arcs. In [0, 1];
// nullopt without arcs, where the share is undefined.
std::optional<double> ArcReciprocity(const Digraph& graph);

// The share of tied pairs that are tied both ways: mutual / (mutual +
// asymmetric). In [0, 1], never above ArcReciprocity; nullopt without arcs.
std::optional<double> DyadReciprocity(const Digraph& graph);

}  // namespace pulsetaker::network
