#include "services/network/domain/vertex_cut.h"

#include <algorithm>
#include <bit>
#include <cstdint>
#include <limits>
#include <utility>
#include <vector>

#include "common/base/random.h"
#include "common/base/status.h"
#include "gtest/gtest.h"
#include "services/network/domain/graph_testing.h"

namespace pulsetaker::network {
namespace {

using Nodes = std::vector<NodeId>;

template <typename G>
VertexCut CutOf(const G& graph, const Nodes& from, const Nodes& to,
                NodeId cap = kVertexCutCapDefault) {
  absl::StatusOr<VertexCut> cut =
      MinimumVertexCut(graph, from, to, cap, kNeverCancelled);
  EXPECT_TRUE(cut.ok()) << cut.status();
  return cut.ok() ? *std::move(cut) : VertexCut();
}

// Whether a path leads from the one set to the other around what is gone, by
// marking until nothing changes. Sets are bits.
bool Leads(const Digraph& graph, std::uint32_t from, std::uint32_t to,
           std::uint32_t gone) {
  std::uint32_t reached = from & ~gone;
  for (std::uint32_t before = 0; before != reached;) {
    before = reached;
    for (const Arc& arc : graph.Arcs()) {
      if ((reached >> arc.from & 1) != 0) reached |= 1u << arc.to & ~gone;
    }
  }
  return (reached & to) != 0;
}

std::uint32_t BitsOf(const Nodes& nodes) {
  std::uint32_t bits = 0;
  for (const NodeId node : nodes) bits |= 1u << node;
  return bits;
}

// The size of the smallest of all subsets that cut.
NodeId ByDefinition(const Digraph& graph, const Nodes& from, const Nodes& to) {
  auto smallest = static_cast<int>(graph.node_count());
  for (std::uint32_t gone = 0; gone < 1u << graph.node_count(); ++gone) {
    if (std::popcount(gone) >= smallest) continue;
    if (!Leads(graph, BitsOf(from), BitsOf(to), gone)) {
      smallest = std::popcount(gone);
    }
  }
  return static_cast<NodeId>(smallest);
}

Nodes RandomSet(Random& random, NodeId node_count) {
  Nodes nodes;
  for (NodeId u = 0; u < node_count; ++u) {
    if (random.Uniform(3) == 0) nodes.push_back(u);
  }
  return nodes;
}

TEST(MinimumVertexCutTest, MatchesClosedForms) {
  EXPECT_EQ(CutOf(Path(5), {0}, {4}), (VertexCut{.size = 1, .nodes = {0}}));
  EXPECT_EQ(CutOf(Cycle(6), {0, 1}, {3, 4}).size, 2);
  EXPECT_EQ(CutOf(Star(8), {1, 2, 3}, {4, 5, 6, 7}),
            (VertexCut{.size = 1, .nodes = {0}}));
  EXPECT_EQ(CutOf(Complete(7), {0, 1, 2}, {3, 4, 5, 6}),
            (VertexCut{.size = 3, .nodes = {0, 1, 2}}));
  // Six ties between the sets, and two people who carry them all.
  EXPECT_EQ(CutOf(GraphOf(7, {{0, 3}, {0, 4}, {0, 5}, {1, 6}, {2, 6}}),
                  {0, 1, 2}, {3, 4, 5, 6}),
            (VertexCut{.size = 2, .nodes = {0, 6}}));
}

TEST(MinimumVertexCutTest, MovesPathsThatStandInTheWay) {
  // The shortest path, 0-2-5-7, blocks both others.
  const Graph graph = GraphOf(
      10,
      {{0, 2}, {2, 5}, {5, 7}, {2, 3}, {3, 8}, {8, 6}, {1, 4}, {4, 9}, {9, 5}});
  EXPECT_EQ(CutOf(graph, {0, 1}, {6, 7}).size, 2);
}

TEST(MinimumVertexCutTest, TellsWhatSetsCanBe) {
  const Graph path = Path(4);
  struct Case {
    const char* what;
    Nodes from;
    Nodes to;
    VertexCut cut;
  };
  const std::vector<Case> cases = {
      {"nobody", {}, {}, {}},
      {"nobody to reach", {0}, {}, {}},
      {"nobody to start from", {}, {3}, {}},
      {"direct tie: an end is cut", {0}, {1}, {.size = 1, .nodes = {0}}},
      {"in both", {2}, {2}, {.size = 1, .nodes = {2}}},
      {"the same", {0, 1}, {0, 1}, {.size = 2, .nodes = {0, 1}}},
      {"repeats", {0, 0, 0}, {3, 3}, {.size = 1, .nodes = {0}}},
      {"both sides of one", {0, 2}, {1}, {.size = 1, .nodes = {1}}},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.what);
    EXPECT_EQ(CutOf(path, c.from, c.to), c.cut);
  }
  EXPECT_EQ(CutOf(GraphOf(4, {{0, 1}, {2, 3}}), {0, 1}, {2, 3}), VertexCut());
}

TEST(MinimumVertexCutTest, FollowsArcs) {
  const Digraph graph = DigraphOf(4, {{0, 1}, {1, 2}, {2, 3}});
  EXPECT_EQ(CutOf(graph, {0}, {3}).size, 1);
  EXPECT_EQ(CutOf(graph, {3}, {0}), VertexCut());
  EXPECT_EQ(CutOf(graph.Transposed(), {3}, {0}).size, 1);
}

TEST(MinimumVertexCutTest, StopsAtTheCap) {
  const Graph graph = Complete(24);
  Nodes upper;
  Nodes lower;
  for (NodeId u = 0; u < 11; ++u) upper.push_back(u);
  for (NodeId u = 11; u < 24; ++u) lower.push_back(u);
  EXPECT_EQ(CutOf(graph, upper, lower),
            (VertexCut{.size = 10, .capped = true, .nodes = {}}));
  EXPECT_EQ(CutOf(graph, upper, lower, 11),
            (VertexCut{.size = 11, .nodes = upper}));
  EXPECT_EQ(CutOf(graph, upper, lower, 0),
            (VertexCut{.capped = true, .nodes = {}}));
  upper.pop_back();
  EXPECT_EQ(CutOf(graph, upper, lower),
            (VertexCut{.size = 10, .nodes = upper}));
  EXPECT_EQ(CutOf(GraphOf(2, {}), {0}, {1}, 0), VertexCut());
}

TEST(MinimumVertexCutTest, RefusesWhatIsOutOfRange) {
  struct Case {
    Nodes from;
    Nodes to;
    NodeId cap;
    const char* reason;
  };
  for (const Case& c : std::vector<Case>{
           {{3}, {0}, kVertexCutCapMax + 1, "CAP_OUT_OF_RANGE"},
           {{0}, {2}, std::numeric_limits<NodeId>::max(), "CAP_OUT_OF_RANGE"},
           {{3}, {0}, kVertexCutCapMax, "NODE_OUT_OF_RANGE"},
           {{0}, {1, 3}, 0, "NODE_OUT_OF_RANGE"}}) {
    const auto cut =
        MinimumVertexCut(Path(3), c.from, c.to, c.cap, kNeverCancelled);
    EXPECT_EQ(cut.status().code(), absl::StatusCode::kInvalidArgument);
    EXPECT_EQ(ReasonOf(cut.status()), c.reason);
  }
  EXPECT_EQ(CutOf(Path(3), {0}, {2}, kVertexCutCapMax).size, 1);
}

TEST(MinimumVertexCutTest, StopsWhenItIsCancelled) {
  const Graph graph = Complete(1'500);
  Nodes upper;
  Nodes lower;
  for (NodeId u = 0; u < 750; ++u) {
    upper.push_back(u);
    lower.push_back(750 + u);
  }
  for (const int answers : {0, 1, 5}) {
    int asked = 0;
    const auto cut = MinimumVertexCut(graph, upper, lower, kVertexCutCapMax,
                                      [&] { return asked++ == answers; });
    EXPECT_EQ(cut.status().code(), absl::StatusCode::kCancelled);
    EXPECT_EQ(asked, answers + 1);
  }
}

TEST(MinimumVertexCutTest, AgreesWithAllSubsets) {
  for (unsigned seed = 0; seed < 300; ++seed) {
    SCOPED_TRACE(seed);
    Random random(seed);
    const Digraph graph = RandomDigraph(random, 11);
    const Nodes from = RandomSet(random, graph.node_count());
    const Nodes to = RandomSet(random, graph.node_count());
    const VertexCut cut = CutOf(graph, from, to);
    EXPECT_EQ(cut.size, ByDefinition(graph, from, to));
    EXPECT_EQ(cut.nodes.size(), cut.size);
    EXPECT_TRUE(std::is_sorted(cut.nodes.begin(), cut.nodes.end()));
    EXPECT_FALSE(Leads(graph, BitsOf(from), BitsOf(to), BitsOf(cut.nodes)));
    EXPECT_EQ(CutOf(graph.Transposed(), to, from).size, cut.size);

    const Graph tied = Graph::Symmetrized(graph, Symmetrization::kOr);
    EXPECT_EQ(CutOf(tied, from, to), CutOf(tied.ToDigraph(), from, to));
  }
}

TEST(MinimumVertexCutTest, DoesNotDependOnTheOrderOfNodes) {
  for (unsigned seed = 0; seed < 100; ++seed) {
    SCOPED_TRACE(seed);
    Random random(seed);
    const Digraph graph = RandomDigraph(random, 40);
    const Nodes from = RandomSet(random, graph.node_count());
    const Nodes to = RandomSet(random, graph.node_count());
    const Nodes names = RandomPermutation(graph.node_count(), random);
    const auto renamed = [&](const Nodes& nodes) {
      Nodes result;
      for (const NodeId node : nodes) result.push_back(names[node]);
      random.Shuffle(absl::MakeSpan(result));
      return result;
    };
    VertexCut want = CutOf(graph, from, to, 40);
    want.nodes = renamed(want.nodes);
    std::sort(want.nodes.begin(), want.nodes.end());
    EXPECT_EQ(CutOf(Relabeled(graph, names), renamed(from), renamed(to), 40),
              want);
  }
}

}  // namespace
}  // namespace pulsetaker::network
