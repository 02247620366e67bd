#include "services/network/domain/structural_holes.h"

#include <algorithm>
#include <optional>
#include <vector>

#include "common/base/random.h"
#include "gtest/gtest.h"
#include "services/network/domain/graph_testing.h"

namespace pulsetaker::network {
namespace {

// Burt's formulas over all pairs and triples, with no use made of who is tied.
struct ByDefinition {
  explicit ByDefinition(const Digraph& digraph) : graph(digraph) {}

  double z(NodeId i, NodeId j) const {
    return graph.weight(i, j) + graph.weight(j, i);
  }
  double p(NodeId i, NodeId j) const {
    double sum = 0;
    for (NodeId q = 0; q < graph.node_count(); ++q) sum += z(i, q);
    return z(i, j) / sum;
  }
  double m(NodeId j, NodeId q) const {
    double largest = 0;
    for (NodeId r = 0; r < graph.node_count(); ++r) {
      largest = std::max(largest, z(j, r));
    }
    return z(j, q) / largest;
  }
  double Constraint(NodeId i) const {
    double constraint = 0;
    for (NodeId j = 0; j < graph.node_count(); ++j) {
      if (z(i, j) == 0) continue;
      double invested = p(i, j);
      for (NodeId q = 0; q < graph.node_count(); ++q) {
        if (q != i && q != j && z(i, q) > 0) invested += p(i, q) * p(q, j);
      }
      constraint += invested * invested;
    }
    return constraint;
  }
  double EffectiveSize(NodeId i) const {
    double size = 0;
    for (NodeId j = 0; j < graph.node_count(); ++j) {
      if (z(i, j) == 0) continue;
      double redundancy = 0;
      for (NodeId q = 0; q < graph.node_count(); ++q) {
        if (q != i && q != j && z(i, q) > 0) redundancy += p(i, q) * m(j, q);
      }
      size += 1 - redundancy;
    }
    return size;
  }

  const Digraph& graph;
};

enum Person : NodeId { kA, kB, kC, kD, kE, kF, kG, kPeople };

// As published in the tests of networkx, which were checked against UCINET.
TEST(StructuralHolesTest, MatchesPublishedUndirectedValues) {
  const StructuralHoles holes = StructuralHolesOf(GraphOf(kPeople, {{kA, kB},
                                                                    {kA, kF},
                                                                    {kA, kG},
                                                                    {kA, kE},
                                                                    {kE, kG},
                                                                    {kF, kG},
                                                                    {kB, kG},
                                                                    {kB, kD},
                                                                    {kD, kG},
                                                                    {kG, kC}}));
  EXPECT_NEAR(holes.constraint[kG].value(), 0.400, 5e-4);
  EXPECT_NEAR(holes.constraint[kA].value(), 0.595, 5e-4);
  EXPECT_NEAR(holes.constraint[kC].value(), 1, 1e-12);
  EXPECT_NEAR(holes.effective_size[kG].value(), 4.67, 5e-3);
  EXPECT_NEAR(holes.effective_size[kA].value(), 2.50, 5e-3);
  EXPECT_NEAR(holes.effective_size[kC].value(), 1, 1e-12);
}

TEST(StructuralHolesTest, MatchesPublishedWeightedValues) {
  const StructuralHoles holes =
      StructuralHolesOf(GraphOf(kPeople, {{kA, kB, 2},
                                          {kA, kF, 3},
                                          {kA, kG, 5},
                                          {kA, kE, 2},
                                          {kE, kG, 8},
                                          {kF, kG, 3},
                                          {kB, kG, 4},
                                          {kB, kD, 1},
                                          {kD, kG, 3},
                                          {kG, kC, 10}}));
  EXPECT_NEAR(holes.constraint[kG].value(), 0.299, 5e-4);
  EXPECT_NEAR(holes.constraint[kA].value(), 0.795, 5e-4);
  EXPECT_NEAR(holes.constraint[kC].value(), 1, 1e-12);
  EXPECT_NEAR(holes.effective_size[kG].value(), 5.47, 5e-3);
  EXPECT_NEAR(holes.effective_size[kA].value(), 2.47, 5e-3);
  EXPECT_NEAR(holes.effective_size[kC].value(), 1, 1e-12);
}

TEST(StructuralHolesTest, MatchesPublishedDirectedValues) {
  const StructuralHoles holes =
      StructuralHolesOf(DigraphOf(3, {{0, 1}, {0, 2}, {1, 0}, {2, 1}}));
  EXPECT_NEAR(holes.constraint[0].value(), 1.003, 5e-4);
  EXPECT_NEAR(holes.constraint[1].value(), 1.003, 5e-4);
  EXPECT_NEAR(holes.constraint[2].value(), 1.389, 5e-4);
  EXPECT_NEAR(holes.effective_size[0].value(), 1.167, 5e-4);
  EXPECT_NEAR(holes.effective_size[1].value(), 1.167, 5e-4);
  EXPECT_NEAR(holes.effective_size[2].value(), 1, 1e-12);
}

TEST(StructuralHolesTest, HasNoValueForIsolates) {
  const StructuralHoles holes = StructuralHolesOf(DigraphOf(3, {{0, 1}}));
  EXPECT_EQ(holes.constraint[2], std::nullopt);
  EXPECT_EQ(holes.effective_size[2], std::nullopt);
  // Named, but names nobody: measured all the same.
  EXPECT_EQ(holes.constraint[1], 1.0);
  EXPECT_EQ(holes.effective_size[1], 1.0);
  EXPECT_TRUE(StructuralHolesOf(Digraph()).constraint.empty());
}

TEST(StructuralHolesTest, MatchesTheClosedFormOfAStar) {
  const StructuralHoles holes = StructuralHolesOf(Star(5));
  EXPECT_DOUBLE_EQ(holes.constraint[0].value(), 1.0 / 4);
  EXPECT_DOUBLE_EQ(holes.effective_size[0].value(), 4);
}

TEST(StructuralHolesTest, AgreesWithTheDefinition) {
  for (unsigned seed = 0; seed < 200; ++seed) {
    SCOPED_TRACE(seed);
    Random random(seed);
    const Digraph graph = RandomDigraph(random, 12, 5);
    const ByDefinition want(graph);
    const StructuralHoles got = StructuralHolesOf(graph);
    for (NodeId u = 0; u < graph.node_count(); ++u) {
      const bool isolated = graph.out(u).empty() && graph.in(u).empty();
      ASSERT_EQ(got.constraint[u].has_value(), !isolated);
      ASSERT_EQ(got.effective_size[u].has_value(), !isolated);
      if (isolated) continue;
      EXPECT_NEAR(*got.constraint[u], want.Constraint(u), 1e-12);
      EXPECT_NEAR(*got.effective_size[u], want.EffectiveSize(u), 1e-12);
      EXPECT_GE(*got.effective_size[u], 0);
    }
  }
}

}  // namespace
}  // namespace pulsetaker::network
