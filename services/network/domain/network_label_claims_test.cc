// What is promised of p-values of null model N4, held to on simulated data.
// Each test prints what it has shown; seeds are fixed.

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <vector>

#include "common/base/random.h"
#include "gtest/gtest.h"
#include "services/network/domain/claims_testing.h"
#include "services/network/domain/graph.h"
#include "services/network/domain/network_label_null.h"
#include "services/network/domain/wave.h"

namespace pulsetaker::network {
namespace {

// N4. What anybody is named for: one reputation, or one in each network, of
// which `own` is the share.
struct Reputations {
  std::vector<std::vector<Arc>> networks;
  std::vector<NodeFlags> answered;
};

Reputations SimulateReputations(double own, Random& random) {
  constexpr NodeId kNodes = 14;
  constexpr int kNetworks = 4;
  const std::vector<double> general = Normals(kNodes, random);
  const std::vector<double> talkative = Normals(kNodes, random);
  const std::vector<double> close = Normals(kNodes * kNodes, random);
  Reputations data;
  for (int l = 0; l < kNetworks; ++l) {
    const double size = 0.5 * Normal(random) - 2;
    const std::vector<double> special = Normals(kNodes, random);
    data.networks.emplace_back();
    data.answered.emplace_back(kNodes);
    for (NodeId u = 0; u < kNodes; ++u) {
      if (random.Uniform(8) == 0) continue;
      data.answered.back()[u] = 1;
      for (NodeId v = 0; v < kNodes; ++v) {
        const double log_odds = (1 - own) * general[v] + own * special[v] +
                                talkative[u] + close[u * kNodes + v] + size;
        if (u != v && Happens(random, log_odds)) {
          data.networks.back().push_back({u, v});
        }
      }
    }
  }
  return data;
}

// Sum over people of 1 - sum of squared shares of who names them by network; 0
// for those whom nobody names.
double Participation(const std::vector<std::vector<Arc>>& networks,
                     std::size_t nodes) {
  std::vector<double> total(nodes, 0.0);
  std::vector<double> squares(nodes, 0.0);
  for (const std::vector<Arc>& arcs : networks) {
    std::vector<double> named(nodes, 0.0);
    for (const Arc& arc : arcs) ++named[arc.to];
    for (std::size_t i = 0; i < nodes; ++i) {
      total[i] += named[i];
      squares[i] += named[i] * named[i];
    }
  }
  double sum = 0;
  for (std::size_t i = 0; i < nodes; ++i) {
    if (total[i] > 0) sum += 1 - squares[i] / (total[i] * total[i]);
  }
  return sum;
}

Comparison CompareReputations(double own, Random& random) {
  const Reputations data = SimulateReputations(own, random);
  std::vector<LabelledNetwork> labelled;
  for (std::size_t l = 0; l < data.networks.size(); ++l) {
    labelled.push_back({data.networks[l], data.answered[l]});
  }
  const NetworkLabelShuffler observed =
      NetworkLabelShuffler::Create(labelled).value();
  const std::size_t nodes = data.answered.front().size();
  // Specialists are in few networks: large is more of a speciality.
  Comparison comparison{-Participation(data.networks, nodes), {}};
  for (int draw = 0; draw < kDraws; ++draw) {
    NetworkLabelShuffler shuffler = observed;
    EXPECT_TRUE(shuffler.Shuffle(random, kNeverCancelled).ok());
    comparison.draws.push_back(-Participation(shuffler.Networks(), nodes));
  }
  return comparison;
}

TEST(NetworkLabelsShuffledTest, HasEvenPValuesForOneReputation) {
  ExpectEven("N4, one reputation in all networks", 5,
             [](Random& random) { return CompareReputations(0, random); });
}

TEST(NetworkLabelsShuffledTest, FindsReputationsOfTheirOwn) {
  int found = 0;
  for (std::uint64_t i = 0; i < 200; ++i) {
    Random random = Random(6).Fork(i);
    if (CompareReputations(1, random).p() <= 0.05) ++found;
  }
  std::printf("N4, a reputation in each network: found in %d of 200\n", found);
  EXPECT_GT(found, 100);
}

}  // namespace
}  // namespace pulsetaker::network
