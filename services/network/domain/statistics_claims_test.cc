// What is promised of p-values of null models N1, N3 and N5, and of the share
// of people who name somebody, held to on simulated data. The data are
// simulated by other means than the draws. Each test prints what it has shown;
// seeds are fixed.

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <functional>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "common/base/random.h"
#include "gtest/gtest.h"
#include "services/network/domain/claims_testing.h"
#include "services/network/domain/counterparts.h"
#include "services/network/domain/graph.h"
#include "services/network/domain/graph_testing.h"
#include "services/network/domain/measure.h"
#include "services/network/domain/random_graph_null.h"
#include "services/network/domain/rewire.h"
#include "services/network/domain/roles.h"

namespace pulsetaker::network {
namespace {

// The mean distance between the values of namers and named: hardly ever the
// same for two graphs.
double MeanDifference(absl::Span<const Arc> arcs,
                      const std::vector<double>& values) {
  double sum = 0;
  for (const Arc& arc : arcs)
    sum += std::abs(values[arc.from] - values[arc.to]);
  return arcs.empty() ? 0 : sum / static_cast<double>(arcs.size());
}

// Who is popular and who is talkative differs; nothing else does.
Digraph DegreesAlone(NodeId nodes, Random& random) {
  const std::vector<double> popular = Normals(nodes, random);
  const std::vector<double> talkative = Normals(nodes, random);
  std::vector<Arc> arcs;
  for (NodeId u = 0; u < nodes; ++u) {
    for (NodeId v = 0; v < nodes; ++v) {
      if (u != v && Happens(random, popular[v] + talkative[u] - 1.2)) {
        arcs.push_back({u, v});
      }
    }
  }
  return DigraphOf(nodes, arcs);
}

double MutualArcs(const Digraph& graph) {
  return static_cast<double>(DyadCensusOf(graph).mutual);
}

// N1. The two strata differ in what their people are like and name each other
// little: labels dealt over both would not do.
struct Labelled {
  Digraph graph;
  std::vector<std::uint32_t> strata;
};

Labelled TwoStrata(Random& random) {
  constexpr NodeId kNodes = 30;
  Labelled labelled;
  std::vector<Arc> arcs;
  for (NodeId u = 0; u < kNodes; ++u) labelled.strata.push_back(u % 3 / 2);
  for (NodeId u = 0; u < kNodes; ++u) {
    for (NodeId v = 0; v < kNodes; ++v) {
      const bool same = labelled.strata[u] == labelled.strata[v];
      if (u != v && Happens(random, same ? -1.5 : -3.5)) arcs.push_back({u, v});
    }
  }
  labelled.graph = DigraphOf(kNodes, arcs);
  return labelled;
}

Comparison CompareShuffled(
    const Labelled& data, std::vector<std::uint32_t> labels, Random& random,
    const std::function<double(const std::vector<std::uint32_t>&)>& figure) {
  Comparison comparison{figure(labels), {}};
  for (int draw = 0; draw < kDraws; ++draw) {
    ShuffleLabels(data.strata, random, absl::MakeSpan(labels));
    comparison.draws.push_back(figure(labels));
  }
  return comparison;
}

TEST(LabelsShuffledTest, HasEvenPValues) {
  ExpectEven("N1, labels shuffled", 1, [](Random& random) {
    const Labelled data = TwoStrata(random);
    std::vector<std::uint32_t> labels;
    std::vector<double> values;
    for (std::uint32_t i = 0; i < data.strata.size(); ++i) {
      labels.push_back(i);
      values.push_back(Normal(random) + 3.0 * data.strata[i]);
    }
    const std::vector<Arc> arcs = data.graph.Arcs();
    return CompareShuffled(data, labels, random, [&](const auto& dealt) {
      double sum = 0;
      for (const Arc& arc : arcs) {
        sum += std::abs(values[dealt[arc.from]] - values[dealt[arc.to]]);
      }
      return sum;
    });
  });
}

TEST(LabelsShuffledTest, HasNoSmallPValuesForSectors) {
  ExpectNotTooSmall("N1, ties within sectors", 2, [](Random& random) {
    const Labelled data = TwoStrata(random);
    std::vector<std::uint32_t> sectors;
    for (const std::uint32_t stratum : data.strata) {
      sectors.push_back(
          static_cast<std::uint32_t>(random.Uniform(stratum == 0 ? 4 : 2)));
    }
    const std::vector<Arc> arcs = data.graph.Arcs();
    return CompareShuffled(data, sectors, random, [&](const auto& dealt) {
      return static_cast<double>(std::count_if(
          arcs.begin(), arcs.end(),
          [&](const Arc& arc) { return dealt[arc.from] == dealt[arc.to]; }));
    });
  });
}

// N3. Odds that are a product of who names and who is named leave, given all
// degrees, each graph as likely.
// Each draw anew from the graph, or in a chain as counterparts.h makes them.
enum class Drawn : std::uint8_t { kEachAnew, kInAChain };

Comparison CompareRewired(const Digraph& graph, Random& random,
                          const std::function<double(const Rewirer&)>& figure,
                          Drawn drawn = Drawn::kEachAnew) {
  Comparison comparison{figure(Rewirer(graph)), {}};
  Rewirer rewirer(graph);
  for (int draw = 0; draw < kDraws; ++draw) {
    const bool begins = draw == 0 || drawn == Drawn::kEachAnew;
    if (begins) rewirer = Rewirer(graph);
    EXPECT_TRUE(
        rewirer
            .Shuffle(random, kNeverCancelled,
                     begins ? Rewirer::kAttemptsPerArc : kChainAttemptsPerArc)
            .ok());
    comparison.draws.push_back(figure(rewirer));
  }
  return comparison;
}

TEST(DegreesKeptTest, HasEvenPValues) {
  ExpectEven("N3, degrees kept", 3, [](Random& random) {
    const Digraph graph = DegreesAlone(14, random);
    const std::vector<double> values = Normals(14, random);
    return CompareRewired(graph, random, [&](const Rewirer& rewirer) {
      // Summed in one order, as arcs come in none.
      return MeanDifference(rewirer.graph().Arcs(), values);
    });
  });
}

TEST(DegreesKeptTest, HasEvenPValuesWhereDrawsAreChained) {
  ExpectEven("N3, degrees kept, draws in a chain", 14, [](Random& random) {
    const Digraph graph = DegreesAlone(14, random);
    const std::vector<double> values = Normals(14, random);
    return CompareRewired(
        graph, random,
        [&](const Rewirer& rewirer) {
          return MeanDifference(rewirer.graph().Arcs(), values);
        },
        Drawn::kInAChain);
  });
}

// How many arcs of a draw are those of the one before, beyond chance.
TEST(DegreesKeptTest, ForgetsTheDrawBeforeInAChain) {
  Random random(15);
  const Digraph graph = DegreesAlone(60, random);
  double chained = 0;
  double independent = 0;
  constexpr int kPairs = 500;
  const auto shared = [](const Digraph& a, const Digraph& b) {
    double count = 0;
    for (const Arc& arc : a.Arcs()) count += b.has_arc(arc.from, arc.to);
    return count;
  };
  for (int pair = 0; pair < kPairs; ++pair) {
    Rewirer one(graph);
    Rewirer other(graph);
    ASSERT_TRUE(one.Shuffle(random, kNeverCancelled).ok());
    ASSERT_TRUE(other.Shuffle(random, kNeverCancelled).ok());
    const Digraph before = one.graph();
    independent += shared(before, other.graph());
    ASSERT_TRUE(
        one.Shuffle(random, kNeverCancelled, kChainAttemptsPerArc).ok());
    chained += shared(before, one.graph());
  }
  const double kept =
      (chained - independent) /
      (kPairs * static_cast<double>(graph.arc_count()) - independent);
  std::printf("N3, chained: %.3f of the arcs stay beyond chance\n", kept);
  EXPECT_LT(kept, 0.05);
}

TEST(DegreesKeptTest, HasNoSmallPValuesForMutualArcs) {
  ExpectNotTooSmall("N3, mutual arcs", 4, [](Random& random) {
    return CompareRewired(
        DegreesAlone(14, random), random,
        [](const Rewirer& rewirer) { return MutualArcs(rewirer.graph()); });
  });
}

// N5. Arcs that are independent of each other, and dyads.
Digraph IndependentDyads(double mutual, double one_way, Random& random) {
  constexpr NodeId kNodes = 12;
  std::vector<Arc> arcs;
  for (NodeId u = 0; u < kNodes; ++u) {
    for (NodeId v = 0; v < u; ++v) {
      const double chance = random.UnitDouble();
      if (chance < mutual + one_way) arcs.push_back({u, v});
      if (chance < mutual ||
          (chance >= mutual + one_way && chance < mutual + 2 * one_way)) {
        arcs.push_back({v, u});
      }
    }
  }
  return DigraphOf(kNodes, arcs);
}

Comparison CompareUniform(
    const Digraph& graph, Random& random,
    const std::function<double(const Digraph&)>& figure,
    const std::function<absl::StatusOr<Digraph>(Random&)>& draw_one) {
  Comparison comparison{figure(graph), {}};
  for (int draw = 0; draw < kDraws; ++draw) {
    comparison.draws.push_back(figure(draw_one(random).value()));
  }
  return comparison;
}

TEST(ConditionalUniformTest, HasEvenPValues) {
  const auto difference = [](const std::vector<double>& values) {
    return [values](const Digraph& graph) {
      return MeanDifference(graph.Arcs(), values);
    };
  };
  ExpectEven("N5, given the size", 7, [&](Random& random) {
    const Digraph graph = IndependentDyads(0.25, 0.25, random);
    return CompareUniform(graph, random, difference(Normals(12, random)),
                          [&](Random& stream) {
                            return UniformDigraph(graph.node_count(), stream);
                          });
  });
  ExpectEven("N5, given the arcs", 8, [&](Random& random) {
    // Arcs of chance .2, independent.
    const Digraph graph = IndependentDyads(0.04, 0.16, random);
    return CompareUniform(graph, random, difference(Normals(12, random)),
                          [&](Random& stream) {
                            return UniformDigraphWithArcs(
                                graph.node_count(), graph.arc_count(), stream);
                          });
  });
  ExpectEven("N5, given the dyads", 9, [&](Random& random) {
    const Digraph graph = IndependentDyads(0.15, 0.08, random);
    return CompareUniform(
        graph, random, difference(Normals(12, random)), [&](Random& stream) {
          return UniformDigraphWithDyads(graph.node_count(),
                                         DyadCensusOf(graph), stream);
        });
  });
}

TEST(ConditionalUniformTest, HasNoSmallPValuesForMutualArcs) {
  ExpectNotTooSmall("N5, mutual arcs given the arcs", 10, [](Random& random) {
    const Digraph graph = IndependentDyads(0.04, 0.16, random);
    return CompareUniform(graph, random, MutualArcs, [&](Random& stream) {
      return UniformDigraphWithArcs(graph.node_count(), graph.arc_count(),
                                    stream);
    });
  });
}

// H does not depend on how many answer, if chance decides who does.
TEST(NamedShareTest, IsUnbiasedUnderRandomNonResponse) {
  Random random(11);
  const Digraph graph = DegreesAlone(40, random);
  const std::vector<GroupId> sector(40, kNoGroup);
  const auto shares = [&](const NodeFlags& answered) {
    std::vector<Arc> arcs;
    for (const Arc& arc : graph.Arcs()) {
      if (answered[arc.from] != 0) arcs.push_back(arc);
    }
    return FindHubs({DigraphOf(40, arcs), answered, sector}, {}).named_share;
  };
  const std::vector<double> all = shares(NodeFlags(40, 1));
  std::vector<std::vector<double>> sampled(40);
  for (int sample = 0; sample < kDataSets; ++sample) {
    const std::vector<NodeId> order = RandomPermutation(40, random);
    NodeFlags answered(40, 1);
    for (std::size_t i = 0; i < 14; ++i) answered[order[i]] = 0;  // 35 %
    const std::vector<double> seen = shares(answered);
    for (std::size_t i = 0; i < 40; ++i) sampled[i].push_back(seen[i]);
  }
  double worst = 0;
  for (std::size_t i = 0; i < 40; ++i) {
    const NullComparison spread =
        CompareWithDraws(all[i], sampled[i], NullModel::kNone);
    const double error = spread.standard_deviation / std::sqrt(kDataSets);
    if (error == 0) {
      EXPECT_DOUBLE_EQ(spread.mean, all[i]);
      continue;
    }
    worst = std::max(worst, std::abs(spread.mean - all[i]) / error);
  }
  std::printf(
      "H: unbiased where 35 %% do not answer, worst of 40 people %.1f "
      "standard errors\n",
      worst);
  EXPECT_LT(worst, 4.5);
}

}  // namespace
}  // namespace pulsetaker::network
