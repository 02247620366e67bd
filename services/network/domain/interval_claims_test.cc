// What is promised of the intervals that an analysis prints, held to on
// simulated places whose people answer by lot. Each test prints what it has
// shown; seeds are fixed.

#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <map>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/base/random.h"
#include "gtest/gtest.h"
#include "services/network/domain/claims_testing.h"
#include "services/network/domain/clique_risk.h"
#include "services/network/domain/clique_sampler.h"
#include "services/network/domain/counterparts.h"
#include "services/network/domain/layer_links.h"
#include "services/network/domain/rewire.h"
#include "services/network/domain/test_snapshot.h"
#include "services/network/domain/wave_testing.h"

namespace pulsetaker::network {
namespace {

constexpr int kPeople = 50;
constexpr int kRespondents = 40;
constexpr int kNetworks = 3;
constexpr int kPlaces = 30;
constexpr int kSamples = 40;  // Of who answers, of each place.
constexpr int kReplicates = 60;

// What everybody would answer: in each network a few are named by many, the
// same ones more or less, and own sectors more often than others.
std::vector<std::vector<std::vector<int>>> PlaceOf(Random& random) {
  std::vector<std::vector<std::vector<int>>> place;
  const std::vector<double> general = Normals(kPeople, random);
  for (int network = 0; network < kNetworks; ++network) {
    const std::vector<double> own = Normals(kPeople, random);
    auto& rows = place.emplace_back(kPeople);
    for (std::size_t u = 0; u < kPeople; ++u) {
      for (std::size_t v = 0; v < kPeople; ++v) {
        const double log_odds =
            0.9 * general[v] + 0.5 * own[v] + (u % 4 == v % 4 ? 0.7 : 0) - 2.6;
        if (u != v && Happens(random, log_odds)) {
          rows[u].push_back(static_cast<int>(v));
        }
      }
    }
  }
  return place;
}

// The place, as those who answer tell it.
Wave SampleOf(const std::vector<std::vector<std::vector<int>>>& place,
              Random& random) {
  const std::vector<NodeId> order = RandomPermutation(kPeople, random);
  SnapshotBuilder builder(kPeople);
  for (int person = 0; person < kPeople; ++person) {
    builder.person(person).sector =
        std::string(1, static_cast<char>('a' + person % 4));
  }
  for (std::size_t network = 0; network < place.size(); ++network) {
    const std::string id = absl::StrCat("n", network);
    builder.AddNetwork(id);
    for (std::size_t i = 0; i < kRespondents; ++i) {
      const auto person = static_cast<int>(order[i]);
      builder.Answer(person, id, place[network][order[i]]);
    }
  }
  return WaveOf(builder.snapshot());
}

// Of one sample: the clique risk with its intervals, as an analysis has it.
CliqueRisk RiskOf(const Wave& wave, const Random& random) {
  AnalysisParameters parameters;
  parameters.null_draw_count = kNullDrawsMin;
  parameters.replicate_count = kReplicates;
  parameters = *Canonical(parameters);
  NoObserver observer;
  const CliqueSampler sampler = *CliqueSampler::Create(wave, kNeverCancelled);
  std::vector<NetworkMeasures> measures;
  for (const WaveNetwork& network : wave.networks) {
    measures.push_back(*MeasureNetwork(wave, network, {}, kNeverCancelled));
    // Roles are no part of it.
    measures.back().gatekeepers.members.clear();
    measures.back().candidates.members.clear();
  }
  const CounterpartBasis basis{wave, sampler, measures, parameters, observer};
  NullDraws nulls = *DrawNullModels(basis, random.Fork(1));
  Replicates replicates = *DrawReplicates(basis, random.Fork(2));
  CliqueDraws draws;
  draws.relabelled = nulls.relabelled;
  draws.degrees_kept = nulls.degrees_kept;
  draws.replicates = replicates.cliques;
  draws.jackknife = replicates.jackknife;
  draws.sectors =
      DrawSectors(wave, sampler.observation(), kNullDrawsMin, random.Fork(3));
  return *ComposeCliqueRisk(wave, sampler.observation(), draws, parameters,
                            kNeverCancelled);
}

std::map<std::string, Measure> MeasuresOf(const CliqueRisk& risk) {
  return {{"recurrent share", risk.recurrent_share},
          {"mean Jaccard", risk.mean_jaccard},
          {"recurrence", risk.recurrence},
          {"exclusivity", risk.exclusivity},
          {"concentration", risk.concentration},
          {"core fit", risk.core_fit},
          {"core density ratio", risk.core_density_ratio},
          {"external-internal", risk.external_internal},
          {"listening asymmetry", risk.listening_asymmetry},
          {"core share of periphery", risk.core_share_of_periphery},
          {"periphery share of core", risk.periphery_share_of_core},
          {"reach loss", risk.fragility.reach_loss},
          {"hybridity", risk.hybridity},
          {"sector reach", risk.sector_reach}};
}

// The value that an interval is about is what such samples give on average:
// with fewer answers there are fewer ties, so what all answers would give is
// another number of some measures.
TEST(JackknifeIntervalTest, CoversAtItsNominalRate) {
  std::map<std::string, int> covered;
  std::map<std::string, int> counted;
  for (std::uint64_t p = 0; p < kPlaces; ++p) {
    Random random = Random(21).Fork(p);
    const auto place = PlaceOf(random);
    std::map<std::string, std::vector<Measure>> samples;
    for (std::uint64_t s = 0; s < kSamples; ++s) {
      const Wave wave = SampleOf(place, random);
      for (const auto& [name, measure] :
           MeasuresOf(RiskOf(wave, random.Fork(s)))) {
        if (measure.interval) samples[name].push_back(measure);
      }
    }
    for (const auto& [name, measures] : samples) {
      double sum = 0;
      for (const Measure& measure : measures) sum += *measure.value;
      const double mean = sum / static_cast<double>(measures.size());
      for (const Measure& measure : measures) {
        ++counted[name];
        covered[name] += measure.interval->low <= mean + 1e-12 &&
                         measure.interval->high >= mean - 1e-12;
      }
    }
  }
  std::map<std::string, double> rates;
  for (const auto& [name, count] : counted) {
    rates[name] = static_cast<double>(covered[name]) / count;
    std::printf("interval of %s: covers in %.3f of %d\n", name.c_str(),
                rates[name], count);
  }
  // Samples of one place are alike, so a rate is uncertain by about .01.
  ASSERT_EQ(rates.size(), 14u);
  for (const auto& [name, rate] : rates) {
    EXPECT_GE(rate, 0.93) << name;
    EXPECT_LE(rate, 0.99) << name;
  }
}

}  // namespace
}  // namespace pulsetaker::network
