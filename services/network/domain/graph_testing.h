// Graphs for the tests of this folder.

#pragma once

#include <string>
#include <utility>
#include <vector>

#include "common/base/random.h"
#include "gtest/gtest.h"
#include "services/network/domain/graph.h"
#include "services/network/domain/rewire.h"

namespace pulsetaker::network {

inline Digraph DigraphOf(NodeId nodes, const std::vector<Arc>& arcs) {
  absl::StatusOr<Digraph> graph = Digraph::FromArcs(nodes, arcs);
  EXPECT_TRUE(graph.ok()) << graph.status();
  return graph.ok() ? *std::move(graph) : Digraph();
}

inline Graph GraphOf(NodeId nodes, const std::vector<Arc>& edges) {
  absl::StatusOr<Graph> graph = Graph::FromEdges(nodes, edges);
  EXPECT_TRUE(graph.ok()) << graph.status();
  return graph.ok() ? *std::move(graph) : Graph();
}

// 0 to `nodes_max` nodes; from no arcs to most, so that seeds give isolated
// nodes, several components and dense graphs. Weights 1 to `weight_max`.
inline Digraph RandomDigraph(Random& random, NodeId nodes_max,
                             NodeId weight_max = 1) {
  const auto nodes =
      static_cast<NodeId>(random.Uniform(std::uint64_t{nodes_max} + 1));
  const std::uint64_t percent =
      random.Uniform(2) == 0 ? random.Uniform(90) : random.Uniform(12);
  std::vector<Arc> arcs;
  for (NodeId u = 0; u < nodes; ++u) {
    for (NodeId v = 0; v < nodes; ++v) {
      if (u == v || random.Uniform(100) >= percent) continue;
      arcs.push_back(
          {u, v, static_cast<double>(1 + random.Uniform(weight_max))});
    }
  }
  return DigraphOf(nodes, arcs);
}

inline Graph Path(NodeId nodes) {
  std::vector<Arc> edges;
  for (NodeId u = 1; u < nodes; ++u) edges.push_back({u - 1, u});
  return GraphOf(nodes, edges);
}

inline Graph Cycle(NodeId nodes) {
  std::vector<Arc> edges;
  for (NodeId u = 0; u < nodes; ++u) edges.push_back({u, (u + 1) % nodes});
  return GraphOf(nodes, edges);
}

// Node 0 is the hub.
inline Graph Star(NodeId nodes) {
  std::vector<Arc> edges;
  for (NodeId u = 1; u < nodes; ++u) edges.push_back({0, u});
  return GraphOf(nodes, edges);
}

inline Graph Complete(NodeId nodes) {
  std::vector<Arc> edges;
  for (NodeId u = 0; u < nodes; ++u) {
    for (NodeId v = u + 1; v < nodes; ++v) edges.push_back({u, v});
  }
  return GraphOf(nodes, edges);
}

// `permutation[u]` is the new name of u.
inline Graph Relabeled(const Graph& graph,
                       const std::vector<NodeId>& permutation) {
  return Graph::Symmetrized(Relabeled(graph.ToDigraph(), permutation),
                            Symmetrization::kOr);
}

// D. Krackhardt's kite: ten people, of whom another one leads by each measure.
inline Graph Kite() {
  return GraphOf(10, {{0, 1},
                      {0, 2},
                      {0, 3},
                      {0, 5},
                      {1, 3},
                      {1, 4},
                      {1, 6},
                      {2, 3},
                      {2, 5},
                      {3, 4},
                      {3, 5},
                      {3, 6},
                      {4, 6},
                      {5, 6},
                      {5, 7},
                      {6, 7},
                      {7, 8},
                      {8, 9}});
}

// Marriages of fifteen families of Florence about 1430 (J. Padgett).
enum Family : NodeId {
  kAcciaiuoli,
  kAlbizzi,
  kBarbadori,
  kBischeri,
  kCastellani,
  kGinori,
  kGuadagni,
  kLamberteschi,
  kMedici,
  kPazzi,
  kPeruzzi,
  kRidolfi,
  kSalviati,
  kStrozzi,
  kTornabuoni,
  kFamilies,
};

inline Graph Florence() {
  return GraphOf(kFamilies,
                 {{kRidolfi, kTornabuoni},    {kRidolfi, kStrozzi},
                  {kPeruzzi, kStrozzi},       {kPazzi, kSalviati},
                  {kMedici, kTornabuoni},     {kMedici, kSalviati},
                  {kMedici, kRidolfi},        {kGuadagni, kTornabuoni},
                  {kGuadagni, kLamberteschi}, {kCastellani, kStrozzi},
                  {kCastellani, kPeruzzi},    {kBischeri, kStrozzi},
                  {kBischeri, kPeruzzi},      {kBischeri, kGuadagni},
                  {kBarbadori, kMedici},      {kBarbadori, kCastellani},
                  {kAlbizzi, kMedici},        {kAlbizzi, kGuadagni},
                  {kAlbizzi, kGinori},        {kAcciaiuoli, kMedici}});
}

// The karate club of W. Zachary (1977), without weights.
inline Graph Karate() {
  const std::vector<std::vector<NodeId>> later_friends = {
      {1, 2, 3, 4, 5, 6, 7, 8, 10, 11, 12, 13, 17, 19, 21, 31},
      {2, 3, 7, 13, 17, 19, 21, 30},
      {3, 7, 8, 9, 13, 27, 28, 32},
      {7, 12, 13},
      {6, 10},
      {6, 10, 16},
      {16},
      {},
      {30, 32, 33},
      {33},
      {},
      {},
      {},
      {33},
      {32, 33},
      {32, 33},
      {},
      {},
      {32, 33},
      {33},
      {32, 33},
      {},
      {32, 33},
      {25, 27, 29, 32, 33},
      {25, 27, 31},
      {31},
      {29, 33},
      {33},
      {31, 33},
      {32, 33},
      {32, 33},
      {32, 33},
      {33},
      {}};
  std::vector<Arc> edges;
  for (NodeId u = 0; u < later_friends.size(); ++u) {
    for (const NodeId v : later_friends[u]) edges.push_back({u, v});
  }
  return GraphOf(34, edges);
}

// Who names whom as a friend among D. Krackhardt's 21 managers (1987); manager
// k is node k - 1.
inline Digraph ManagersFriendship() {
  const std::vector<std::vector<NodeId>> named = {
      {2, 4, 8, 12, 16},
      {1, 18, 21},
      {14, 19},
      {1, 2, 8, 12, 16, 17},
      {2, 9, 11, 14, 17, 19, 21},
      {2, 7, 9, 12, 17, 21},
      {},
      {4},
      {},
      {3, 5, 8, 9, 12, 16, 20},
      {1, 2, 3, 4, 5, 8, 9, 12, 13, 15, 17, 18, 19},
      {1, 4, 17, 21},
      {5, 11},
      {7, 15},
      {1, 3, 5, 6, 9, 11, 14, 19},
      {1, 2},
      {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 14, 15, 16, 19, 20, 21},
      {2},
      {1, 2, 3, 5, 11, 12, 14, 15, 20},
      {11, 18},
      {2, 12, 17, 18}};
  std::vector<Arc> arcs;
  for (NodeId u = 0; u < named.size(); ++u) {
    for (const NodeId v : named[u]) arcs.push_back({u, v - 1});
  }
  return DigraphOf(21, arcs);
}

}  // namespace pulsetaker::network
