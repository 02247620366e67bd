#include "services/network/domain/random_graph_null.h"

#include <bit>
#include <cmath>
#include <functional>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "common/base/random.h"
#include "common/base/status.h"
#include "gtest/gtest.h"
#include "services/network/domain/degree.h"
#include "services/network/domain/graph_testing.h"

namespace pulsetaker::network {
namespace {

// One bit an ordered pair, so that graphs of up to eight nodes have a number.
std::uint64_t PatternOf(const Digraph& graph) {
  std::uint64_t pattern = 0;
  for (const Arc& arc : graph.Arcs()) {
    pattern |= std::uint64_t{1} << (8 * arc.from + arc.to);
  }
  return pattern;
}

Digraph FromPattern(NodeId nodes, std::uint64_t pattern) {
  std::vector<Arc> arcs;
  for (NodeId bit = 0; bit < 64; ++bit) {
    if ((pattern >> bit & 1) != 0) arcs.push_back({bit / 8, bit % 8});
  }
  return DigraphOf(nodes, arcs);
}

// All digraphs of few nodes, by their patterns.
std::vector<std::uint64_t> AllPatterns(NodeId nodes) {
  std::vector<std::uint64_t> patterns = {0};
  for (NodeId u = 0; u < nodes; ++u) {
    for (NodeId v = 0; v < nodes; ++v) {
      if (u == v) continue;
      const std::size_t count = patterns.size();
      for (std::size_t i = 0; i < count; ++i) {
        patterns.push_back(patterns[i] | std::uint64_t{1} << (8 * u + v));
      }
    }
  }
  return patterns;
}

bool IsSymmetric(std::uint64_t pattern) {
  for (unsigned bit = 0; bit < 64; ++bit) {
    const unsigned back = bit % 8 * 8 + bit / 8;
    if ((pattern >> bit & 1) != (pattern >> back & 1)) return false;
  }
  return true;
}

// Draws 300 for each pattern that there should be, and compares.
void ExpectUniform(const std::vector<std::uint64_t>& patterns,
                   const std::function<Digraph(Random&)>& draw) {
  Random random(3);
  std::map<std::uint64_t, int> drawn;
  for (const std::uint64_t pattern : patterns) drawn[pattern] = 0;
  for (std::size_t i = 0; i < 300 * patterns.size(); ++i) {
    ++drawn[PatternOf(draw(random))];
  }
  ASSERT_EQ(drawn.size(), patterns.size());
  double chi_square = 0;
  for (const auto& [pattern, count] : drawn) {
    chi_square += (count - 300.0) * (count - 300.0) / 300;
  }
  const double freedom = static_cast<double>(patterns.size()) - 1;
  EXPECT_LT(chi_square, freedom + 4 * std::sqrt(2 * freedom) + 4);
  EXPECT_GE(chi_square, freedom - 4 * std::sqrt(2 * freedom));
}

std::vector<std::uint64_t> Matching(
    NodeId nodes, const std::function<bool(std::uint64_t)>& is_wanted) {
  std::vector<std::uint64_t> patterns;
  for (const std::uint64_t pattern : AllPatterns(nodes)) {
    if (is_wanted(pattern)) patterns.push_back(pattern);
  }
  return patterns;
}

TEST(UniformDigraphTest, DrawsAllOfTheSizeAsOften) {
  ExpectUniform(AllPatterns(3), [](Random& random) {
    return UniformDigraph(3, random).value();
  });
}

TEST(UniformDigraphTest, DrawsAllWithTheArcsAsOften) {
  for (const std::size_t arcs : {0, 1, 3, 10, 12}) {
    ExpectUniform(Matching(4,
                           [&](std::uint64_t pattern) {
                             return static_cast<std::size_t>(
                                        std::popcount(pattern)) == arcs;
                           }),
                  [&](Random& random) {
                    return UniformDigraphWithArcs(4, arcs, random).value();
                  });
  }
}

// The share of all digraphs with the arcs that have so many mutual dyads.
TEST(MutualDyadsOfArcsTest, IsAsOftenAsAmongAllDigraphs) {
  constexpr int kDraws = 20'000;
  for (const std::size_t arcs : {0, 1, 2, 5, 7, 11, 12}) {
    SCOPED_TRACE(arcs);
    std::map<std::uint64_t, double> share;
    double all = 0;
    for (const std::uint64_t pattern : AllPatterns(4)) {
      if (static_cast<std::size_t>(std::popcount(pattern)) != arcs) continue;
      ++share[DyadCensusOf(FromPattern(4, pattern)).mutual];
      ++all;
    }
    Random random(7);
    std::map<std::uint64_t, int> drawn;
    for (int i = 0; i < kDraws; ++i) {
      ++drawn[MutualDyadsOfArcs(4, arcs, random).value()];
    }
    ASSERT_LE(drawn.size(), share.size());
    for (const auto& [mutual, count] : share) {
      const double p = count / all;
      EXPECT_NEAR(drawn[mutual], p * kDraws,
                  5 * std::sqrt(p * (1 - p) * kDraws) + 1e-9)
          << mutual;
    }
  }
}

TEST(UniformDigraphTest, DrawsAllWithTheDyadsAsOften) {
  for (const DyadCensus& census :
       {DyadCensus{1, 2, 3}, DyadCensus{0, 3, 3}, DyadCensus{3, 0, 3},
        DyadCensus{2, 4, 0}, DyadCensus{0, 0, 6}, DyadCensus{6, 0, 0}}) {
    ExpectUniform(Matching(4,
                           [&](std::uint64_t pattern) {
                             return DyadCensusOf(FromPattern(4, pattern)) ==
                                    census;
                           }),
                  [&](Random& random) {
                    return UniformDigraphWithDyads(4, census, random).value();
                  });
  }
}

TEST(UniformGraphTest, DrawsAllAsOften) {
  ExpectUniform(Matching(4, IsSymmetric), [](Random& random) {
    return UniformGraph(4, random).value().ToDigraph();
  });
  for (const std::size_t edges : {0, 1, 4, 6}) {
    ExpectUniform(
        Matching(4,
                 [&](std::uint64_t pattern) {
                   return IsSymmetric(pattern) &&
                          static_cast<std::size_t>(std::popcount(pattern)) ==
                              2 * edges;
                 }),
        [&](Random& random) {
          return UniformGraphWithEdges(4, edges, random).value().ToDigraph();
        });
  }
}

TEST(DyadCensusTest, MatchesHandWorkedAndCountedDyads) {
  EXPECT_EQ(DyadCensusOf(Digraph()), DyadCensus());
  EXPECT_EQ(DyadCensusOf(DigraphOf(1, {})), DyadCensus());
  EXPECT_EQ(DyadCensusOf(DigraphOf(4, {{0, 1}, {1, 0}, {2, 1}})),
            (DyadCensus{1, 1, 4}));
  // Krackhardt's managers: 102 friendships, 46 of them both ways.
  EXPECT_EQ(DyadCensusOf(ManagersFriendship()), (DyadCensus{23, 56, 131}));
  for (unsigned seed = 0; seed < 100; ++seed) {
    SCOPED_TRACE(seed);
    Random random(seed);
    const Digraph graph = RandomDigraph(random, 15);
    DyadCensus want;
    for (NodeId u = 0; u < graph.node_count(); ++u) {
      for (NodeId v = 0; v < u; ++v) {
        const int arcs = graph.has_arc(u, v) + graph.has_arc(v, u);
        ++(arcs == 2 ? want.mutual : arcs == 1 ? want.asymmetric : want.null);
      }
    }
    EXPECT_EQ(DyadCensusOf(graph), want);
  }
}

TEST(UniformDigraphTest, KeepsCountsOfAnyGraph) {
  for (unsigned seed = 0; seed < 100; ++seed) {
    SCOPED_TRACE(seed);
    Random random(seed);
    const Digraph graph = RandomDigraph(random, 40);
    const DyadCensus census = DyadCensusOf(graph);
    const Digraph dyads =
        UniformDigraphWithDyads(graph.node_count(), census, random).value();
    EXPECT_EQ(dyads.node_count(), graph.node_count());
    EXPECT_EQ(DyadCensusOf(dyads), census);
    const Digraph arcs =
        UniformDigraphWithArcs(graph.node_count(), graph.arc_count(), random)
            .value();
    EXPECT_EQ(arcs.node_count(), graph.node_count());
    EXPECT_EQ(arcs.arc_count(), graph.arc_count());
    for (const Arc& arc : arcs.Arcs()) EXPECT_EQ(arc.weight, 1);
  }
}

TEST(UniformGraphTest, ReachesEveryPairOfLargeGraphs) {
  Random random(1);
  EXPECT_EQ(UniformGraphWithEdges(300, 300 * 299 / 2, random).value(),
            Complete(300));
  EXPECT_EQ(UniformDigraphWithArcs(300, 300 * 299, random).value(),
            Complete(300).ToDigraph());
  // Numbers of pairs up to 5e11, as many edges as asked for.
  const Graph graph = UniformGraphWithEdges(kNodesMax, 5'000, random).value();
  EXPECT_EQ(graph.edge_count(), 5'000u);
  const Digraph digraph =
      UniformDigraphWithDyads(kNodesMax,
                              {1'000, 2'000, 499'999'500'000 - 3'000}, random)
          .value();
  EXPECT_EQ(digraph.arc_count(), 4'000u);
}

TEST(UniformGraphTest, HasTheSameForTheSameSeed) {
  Random one(4);
  Random other(4);
  EXPECT_EQ(UniformDigraphWithArcs(100, 500, one).value(),
            UniformDigraphWithArcs(100, 500, other).value());
}

TEST(UniformGraphTest, ReportsWhatCannotBe) {
  Random random(1);
  const std::uint64_t huge = ~std::uint64_t{0};
  const struct {
    absl::Status status;
    const char* reason;
  } kCases[] = {
      {UniformDigraphWithArcs(4, 13, random).status(), "TOO_MANY_ARCS"},
      {MutualDyadsOfArcs(4, 13, random).status(), "TOO_MANY_ARCS"},
      {UniformDigraphWithArcs(1, 1, random).status(), "TOO_MANY_ARCS"},
      {UniformDigraphWithArcs(0, 1, random).status(), "TOO_MANY_ARCS"},
      {UniformGraphWithEdges(4, 7, random).status(), "TOO_MANY_EDGES"},
      {UniformDigraphWithDyads(4, {1, 2, 4}, random).status(),
       "DYAD_CENSUS_MISMATCH"},
      {UniformDigraphWithDyads(4, {3, 2, 0}, random).status(),
       "DYAD_CENSUS_MISMATCH"},
      {UniformDigraphWithDyads(4, {huge, 4, 3}, random).status(),
       "DYAD_CENSUS_MISMATCH"},
      {UniformDigraph(8'000, random).status(), "GRAPH_TOO_LARGE"},
      {UniformGraph(11'000, random).status(), "GRAPH_TOO_LARGE"},
      {UniformDigraphWithArcs(kNodesMax + 1, 1, random).status(),
       "GRAPH_TOO_LARGE"},
      {UniformDigraphWithArcs(kNodesMax, kArcsMax + 1, random).status(),
       "GRAPH_TOO_LARGE"},
  };
  for (const auto& test : kCases) {
    EXPECT_EQ(ReasonOf(test.status), test.reason) << test.status;
  }
  EXPECT_EQ(UniformDigraph(0, random).value(), Digraph());
  EXPECT_EQ(UniformGraph(1, random).value().edge_count(), 0u);
}

}  // namespace
}  // namespace pulsetaker::network
