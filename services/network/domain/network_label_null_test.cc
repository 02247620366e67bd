#include "services/network/domain/network_label_null.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <functional>
#include <map>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "common/base/random.h"
#include "common/base/status.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/network/domain/graph_testing.h"

namespace pulsetaker::network {
namespace {

using Arcs = std::vector<Arc>;

struct Multiplex {
  std::vector<Arcs> networks;
  std::vector<NodeFlags> answered;

  std::vector<LabelledNetwork> labelled() const {
    std::vector<LabelledNetwork> result;
    for (std::size_t l = 0; l < networks.size(); ++l) {
      result.push_back({networks[l], answered[l]});
    }
    return result;
  }
};

// All of `nodes` answered for each of the networks.
Multiplex Answered(NodeId nodes, std::vector<Arcs> networks) {
  Multiplex multiplex;
  multiplex.answered.assign(networks.size(), NodeFlags(nodes, 1));
  multiplex.networks = std::move(networks);
  return multiplex;
}

NetworkLabelShuffler ShufflerOf(const Multiplex& multiplex) {
  absl::StatusOr<NetworkLabelShuffler> shuffler =
      NetworkLabelShuffler::Create(multiplex.labelled());
  EXPECT_TRUE(shuffler.ok()) << shuffler.status();
  return *std::move(shuffler);
}

Multiplex RandomMultiplex(Random& random) {
  const auto nodes = static_cast<NodeId>(2 + random.Uniform(15));
  Multiplex multiplex;
  multiplex.networks.resize(1 + random.Uniform(kNetworksMax));
  for (Arcs& arcs : multiplex.networks) {
    NodeFlags answered(nodes);
    for (NodeId u = 0; u < nodes; ++u) {
      answered[u] = random.Uniform(5) > 0 ? 1 : 0;
      for (NodeId v = 0; v < nodes && answered[u] != 0; ++v) {
        if (u != v && random.Uniform(4) == 0) arcs.push_back({u, v});
      }
    }
    random.Shuffle(absl::MakeSpan(arcs));
    multiplex.answered.push_back(answered);
  }
  return multiplex;
}

// In how many networks who names whom.
std::map<std::pair<NodeId, NodeId>, int> Multiplicities(
    const std::vector<Arcs>& networks) {
  std::map<std::pair<NodeId, NodeId>, int> counts;
  for (const Arcs& arcs : networks) {
    for (const Arc& arc : arcs) ++counts[{arc.from, arc.to}];
  }
  return counts;
}

TEST(NetworkLabelShufflerTest, KeepsProminenceSizesAndMissingRows) {
  for (unsigned seed = 0; seed < 200; ++seed) {
    SCOPED_TRACE(seed);
    Random random(seed);
    const Multiplex multiplex = RandomMultiplex(random);
    NetworkLabelShuffler shuffler = ShufflerOf(multiplex);
    ASSERT_TRUE(shuffler.Shuffle(random, kNeverCancelled).ok());
    const std::vector<Arcs> drawn = shuffler.Networks();
    EXPECT_EQ(Multiplicities(drawn), Multiplicities(multiplex.networks));
    ASSERT_EQ(drawn.size(), multiplex.networks.size());
    for (std::size_t l = 0; l < drawn.size(); ++l) {
      EXPECT_EQ(drawn[l].size(), multiplex.networks[l].size());
      const Digraph graph = DigraphOf(
          static_cast<NodeId>(multiplex.answered[l].size()), drawn[l]);
      EXPECT_EQ(graph.Arcs(), drawn[l]);  // In order, and none twice.
      for (const Arc& arc : drawn[l]) {
        EXPECT_NE(multiplex.answered[l][arc.from], 0);
      }
    }
  }
}

TEST(NetworkLabelShufflerTest, ReturnsWhatItWasGivenBeforeAShuffle) {
  const Multiplex multiplex = Answered(3, {{{2, 0}, {0, 1}}, {{0, 1}}, {}});
  EXPECT_EQ(ShufflerOf(multiplex).Networks(),
            (std::vector<Arcs>{{{0, 1}, {2, 0}}, {{0, 1}}, {}}));
}

TEST(NetworkLabelShufflerTest, MovesProminenceBetweenNetworks) {
  // Everybody names 0 in one network and 1 in the other.
  Multiplex multiplex = Answered(22, {{}, {}});
  for (NodeId u = 2; u < 22; ++u) {
    multiplex.networks[0].push_back({u, 0});
    multiplex.networks[1].push_back({u, 1});
  }
  NetworkLabelShuffler shuffler = ShufflerOf(multiplex);
  Random random(1);
  ASSERT_TRUE(shuffler.Shuffle(random, kNeverCancelled).ok());
  const std::vector<Arcs> drawn = shuffler.Networks();
  const auto to_zero =
      std::count_if(drawn[0].begin(), drawn[0].end(),
                    [](const Arc& arc) { return arc.to == 0; });
  // 10 expected, hypergeometric, with a standard deviation of 1.6.
  EXPECT_NEAR(static_cast<double>(to_zero), 10, 6);
}

// All multiplexes with the same pairs, multiplicities, sizes and missing rows.
std::vector<std::vector<Arcs>> AllAlike(const Multiplex& multiplex) {
  const auto counts = Multiplicities(multiplex.networks);
  const std::vector<std::pair<std::pair<NodeId, NodeId>, int>> pairs(
      counts.begin(), counts.end());
  std::vector<std::vector<Arcs>> all;
  std::vector<Arcs> chosen(multiplex.networks.size());
  const std::function<void(std::size_t)> choose = [&](std::size_t i) {
    if (i == pairs.size()) {
      for (std::size_t l = 0; l < chosen.size(); ++l) {
        if (chosen[l].size() != multiplex.networks[l].size()) return;
      }
      all.push_back(chosen);
      return;
    }
    const auto [from, to] = pairs[i].first;
    for (unsigned set = 0; set < 1U << chosen.size(); ++set) {
      bool allowed = std::popcount(set) == pairs[i].second;
      for (std::size_t l = 0; l < chosen.size(); ++l) {
        if ((set >> l & 1) != 0 && multiplex.answered[l][from] == 0) {
          allowed = false;
        }
      }
      if (!allowed) continue;
      const std::vector<Arcs> before = chosen;
      for (std::size_t l = 0; l < chosen.size(); ++l) {
        if ((set >> l & 1) != 0) chosen[l].push_back({from, to});
      }
      choose(i + 1);
      chosen = before;
    }
  };
  choose(0);
  return all;
}

std::vector<Multiplex> SmallMultiplexes() {
  Multiplex some_missing = Answered(
      4,
      {{{0, 1}, {2, 1}, {3, 1}}, {{0, 1}, {1, 3}, {0, 2}}, {{2, 0}, {1, 2}}});
  some_missing.answered[2][0] = 0;
  some_missing.answered[0][1] = 0;
  return {
      Answered(3, {{{0, 1}, {0, 2}, {1, 2}, {2, 0}}, {{1, 0}, {0, 1}, {2, 1}}}),
      Answered(4, {{{0, 1}, {1, 2}}, {{0, 1}, {2, 3}}, {{3, 0}}}),
      Answered(
          3, {{{0, 1}, {1, 2}, {2, 0}}, {{0, 1}, {1, 2}}, {{0, 1}}, {{0, 2}}}),
      some_missing,
  };
}

// What `draw` makes of small multiplexes is each of those that are alike, as
// often. It begins with what was observed, so that it shows if that is not
// forgotten.
void ExpectAllAsOften(
    const std::function<absl::Status(NetworkLabelShuffler&, Random&)>& draw) {
  for (const Multiplex& multiplex : SmallMultiplexes()) {
    const std::vector<std::vector<Arcs>> all = AllAlike(multiplex);
    ASSERT_GE(all.size(), 10u);
    std::map<std::vector<std::vector<std::pair<NodeId, NodeId>>>, int> drawn;
    const int draws = 400 * static_cast<int>(all.size());
    Random random(5);
    for (int i = 0; i < draws; ++i) {
      NetworkLabelShuffler shuffler = ShufflerOf(multiplex);
      ASSERT_TRUE(draw(shuffler, random).ok());
      std::vector<std::vector<std::pair<NodeId, NodeId>>> key;
      for (const Arcs& arcs : shuffler.Networks()) {
        key.emplace_back();
        for (const Arc& arc : arcs) key.back().emplace_back(arc.from, arc.to);
      }
      ++drawn[key];
    }
    EXPECT_EQ(drawn.size(), all.size());
    double chi_square = 0;
    for (const auto& [key, count] : drawn) {
      chi_square += (count - 400.0) * (count - 400.0) / 400;
    }
    // Mean k - 1, variance 2 (k - 1).
    const double freedom = static_cast<double>(all.size()) - 1;
    EXPECT_LT(chi_square, freedom + 4 * std::sqrt(2 * freedom) + 4);
  }
}

TEST(NetworkLabelShufflerTest, DrawsAllMultiplexesAsOften) {
  ExpectAllAsOften([](NetworkLabelShuffler& shuffler, Random& random) {
    return shuffler.Shuffle(random, kNeverCancelled);
  });
}

TEST(NetworkLabelShufflerTest, DrawsAllMultiplexesAsOftenInAChain) {
  ExpectAllAsOften([](NetworkLabelShuffler& shuffler, Random& random) {
    absl::Status drawn = shuffler.Shuffle(random, kNeverCancelled);
    if (drawn.ok()) drawn = shuffler.ShuffleOn(random, kNeverCancelled);
    return drawn;
  });
}

// By itself, too, though it takes many.
TEST(NetworkLabelShufflerTest, ReachesAllMultiplexesInAChain) {
  ExpectAllAsOften([](NetworkLabelShuffler& shuffler, Random& random) {
    for (int i = 0; i < 40; ++i) {
      const absl::Status drawn = shuffler.ShuffleOn(random, kNeverCancelled);
      if (!drawn.ok()) return drawn;
    }
    return absl::OkStatus();
  });
}

TEST(NetworkLabelShufflerTest, GivesTheSameForTheSameSeedInAnyOrder) {
  Random random(9);
  Multiplex multiplex = RandomMultiplex(random);
  NetworkLabelShuffler first = ShufflerOf(multiplex);
  for (Arcs& arcs : multiplex.networks) std::reverse(arcs.begin(), arcs.end());
  NetworkLabelShuffler second = ShufflerOf(multiplex);
  Random one(11);
  Random other(11);
  ASSERT_TRUE(first.Shuffle(one, kNeverCancelled).ok());
  ASSERT_TRUE(second.Shuffle(other, kNeverCancelled).ok());
  EXPECT_EQ(first.Networks(), second.Networks());
}

TEST(NetworkLabelShufflerTest, LeavesWhatCannotBeChanged) {
  const std::vector<Multiplex> multiplexes = {
      Answered(3, {{{0, 1}, {1, 2}}}),                    // One network.
      Answered(0, {{}, {}}),                              // Nobody.
      Answered(2, {{{0, 1}, {1, 0}}, {{0, 1}, {1, 0}}}),  // All in both.
  };
  for (const Multiplex& multiplex : multiplexes) {
    Random random(1);
    NetworkLabelShuffler shuffler = ShufflerOf(multiplex);
    ASSERT_TRUE(shuffler.Shuffle(random, kNeverCancelled).ok());
    EXPECT_EQ(shuffler.Networks(), multiplex.networks);
  }
}

TEST(NetworkLabelShufflerTest, StopsWhenCancelled) {
  Random random(1);
  NetworkLabelShuffler shuffler = ShufflerOf(SmallMultiplexes().front());
  const std::vector<Arcs> before = shuffler.Networks();
  EXPECT_EQ(shuffler.Shuffle(random, [] { return true; }).code(),
            absl::StatusCode::kCancelled);
  EXPECT_EQ(shuffler.Networks(), before);
}

TEST(NetworkLabelShufflerTest, ReportsWhatIsWrong) {
  Multiplex missing = Answered(3, {{{0, 1}}, {{1, 2}}});
  missing.answered[1][1] = 0;
  Multiplex mismatch = Answered(3, {{}, {}});
  mismatch.answered[1].pop_back();
  const struct {
    Multiplex multiplex;
    const char* reason;
  } kCases[] = {
      {Answered(3, {}), "NETWORK_COUNT_OUT_OF_RANGE"},
      {Answered(3, std::vector<Arcs>(kNetworksMax + 1)),
       "NETWORK_COUNT_OUT_OF_RANGE"},
      {mismatch, "ANSWERED_MISMATCH"},
      {Answered(3, {{{0, 3}}}), "NODE_OUT_OF_RANGE"},
      {Answered(3, {{{3, 0}}}), "NODE_OUT_OF_RANGE"},
      {Answered(3, {{{2, 2}}}), "SELF_LOOP"},
      {missing, "ROW_NOT_ANSWERED"},
      {Answered(3, {{{0, 1}, {0, 2}, {0, 1}}}), "REPEATED_ARC"},
  };
  for (const auto& test : kCases) {
    const auto shuffler =
        NetworkLabelShuffler::Create(test.multiplex.labelled());
    EXPECT_EQ(shuffler.status().code(), absl::StatusCode::kInvalidArgument);
    EXPECT_EQ(ReasonOf(shuffler.status()), test.reason);
  }
  EXPECT_TRUE(NetworkLabelShuffler::Create(
                  Answered(3, std::vector<Arcs>(kNetworksMax)).labelled())
                  .ok());
}

}  // namespace
}  // namespace pulsetaker::network
