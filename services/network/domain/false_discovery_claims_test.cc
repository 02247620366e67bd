// What is promised of the false-discovery rate, held to on simulated nations of
// 400 localities with 20 findings each, a tenth of which is true. Each test
// prints what it has shown; seeds are fixed.

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <functional>
#include <vector>

#include "common/base/random.h"
#include "gtest/gtest.h"
#include "services/network/domain/claims_testing.h"
#include "services/network/domain/false_discovery.h"

namespace pulsetaker::network {
namespace {

constexpr int kLocalities = 400;
constexpr int kFindings = 20;
constexpr int kNations = 300;
constexpr double kEffectShare = 0.1;
constexpr double kEffect = 3.0;  // In standard deviations.
constexpr int kDrawsOfFinding = 999;

// The chance of a standard normal deviate of `z` or more.
double UpperTail(double z) { return std::erfc(z / std::sqrt(2.0)) / 2; }

// (1 + draws as extreme) / (1 + draws), where each is with chance `tail`.
double PValueOfDraws(double tail, Random& random) {
  int extreme = 0;
  for (int draw = 0; draw < kDrawsOfFinding; ++draw) {
    // Skips to the next extreme draw.
    const double skipped =
        std::floor(std::log(1 - random.UnitDouble()) / std::log1p(-tail));
    if (skipped >= kDrawsOfFinding - draw) break;
    draw += static_cast<int>(skipped);
    ++extreme;
  }
  return (1.0 + extreme) / (1.0 + kDrawsOfFinding);
}

struct Nation {
  std::vector<double> p_values;
  std::vector<char> is_effect;
};

// The same nation, with p-values of draws in the place of exact ones.
Nation WithDraws(Nation nation, Random& random) {
  for (std::size_t test = 0; test < nation.p_values.size(); ++test) {
    // Without an effect all ranks among the draws are as likely.
    nation.p_values[test] =
        nation.is_effect[test] != 0
            ? PValueOfDraws(nation.p_values[test], random)
            : static_cast<double>(1 + random.Uniform(1 + kDrawsOfFinding)) /
                  (1 + kDrawsOfFinding);
  }
  return nation;
}

// `shared` is the part of the variance that findings on one locality share.
Nation SimulateNation(double effect_share, double shared, Random& random) {
  Nation nation;
  for (int locality = 0; locality < kLocalities; ++locality) {
    const double common = std::sqrt(shared) * Normal(random);
    for (int finding = 0; finding < kFindings; ++finding) {
      const bool is_effect = random.UnitDouble() < effect_share;
      const double z = common + std::sqrt(1 - shared) * Normal(random) +
                       (is_effect ? kEffect : 0.0);
      nation.p_values.push_back(UpperTail(z));
      nation.is_effect.push_back(is_effect ? 1 : 0);
    }
  }
  return nation;
}

// Over nations: of what was rejected the share rejected wrongly, 0 if nothing
// was; and of the effects the share found.
struct Record {
  double false_share = 0.0;
  double error = 0.0;  // Standard error of `false_share`.
  double power = 0.0;
};

Record RecordOf(unsigned seed, int nations,
                const std::function<Nation(Random&)>& simulate,
                const std::function<std::vector<char>(const Nation&)>& reject) {
  double sum = 0;
  double squares = 0;
  double power = 0;
  for (int i = 0; i < nations; ++i) {
    Random random = Random(seed).Fork(static_cast<std::uint64_t>(i));
    const Nation nation = simulate(random);
    const std::vector<char> rejected = reject(nation);
    double wrong = 0;
    double right = 0;
    double effects = 0;
    for (std::size_t test = 0; test < rejected.size(); ++test) {
      effects += nation.is_effect[test];
      if (rejected[test] == 0) continue;
      ++(nation.is_effect[test] != 0 ? right : wrong);
    }
    const double share = wrong + right > 0 ? wrong / (wrong + right) : 0;
    sum += share;
    squares += share * share;
    power += effects > 0 ? right / effects : 0;
  }
  const double mean = sum / nations;
  return {mean, std::sqrt((squares / nations - mean * mean) / (nations - 1)),
          power / nations};
}

std::function<std::vector<char>(const Nation&)> ControlledAt(double rate) {
  return [rate](const Nation& nation) {
    return ControlFalseDiscoveries(nation.p_values, rate).value().rejected;
  };
}

void Print(const char* what, const Record& record) {
  std::printf(
      "%s: of what is found %.4f is false (standard error %.4f), of "
      "the effects %.2f are found\n",
      what, record.false_share, record.error, record.power);
}

TEST(FalseDiscoveryClaimsTest, HoldsForIndependentFindings) {
  for (const double rate : {0.05, 0.1}) {
    const Record record = RecordOf(
        1, kNations,
        [](Random& random) { return SimulateNation(kEffectShare, 0, random); },
        ControlledAt(rate));
    Print(rate == 0.05 ? "FDR .05, exact p-values" : "FDR .10, exact p-values",
          record);
    EXPECT_LE(record.false_share, rate + 3 * record.error);
    // The theorem is exact: the rate times the share without an effect.
    EXPECT_NEAR(record.false_share, rate * (1 - kEffectShare),
                4 * record.error);
    EXPECT_GT(record.power, 0.4);
  }
}

TEST(FalseDiscoveryClaimsTest, HoldsForPValuesOfDraws) {
  const Record record = RecordOf(
      2, kNations,
      [](Random& random) {
        return WithDraws(SimulateNation(kEffectShare, 0, random), random);
      },
      ControlledAt(0.05));
  Print("FDR .05, p-values of 999 draws", record);
  EXPECT_LE(record.false_share, 0.05 + 3 * record.error);
  EXPECT_GT(record.power, 0.4);
}

TEST(FalseDiscoveryClaimsTest, HoldsWhereFindingsOnALocalityGoTogether) {
  const Record record = RecordOf(
      3, kNations,
      [](Random& random) { return SimulateNation(kEffectShare, 0.5, random); },
      ControlledAt(0.05));
  Print("FDR .05, findings on a locality correlated .5", record);
  EXPECT_LE(record.false_share, 0.05 + 3 * record.error);
  EXPECT_GT(record.power, 0.4);
}

// Whatever is found is false then: the share is that of nations with an alarm.
TEST(FalseDiscoveryClaimsTest, RarelyFindsAnythingWhereNothingIs) {
  const Record record = RecordOf(
      4, 1'500,
      [](Random& random) {
        Nation nation;
        nation.is_effect.assign(kLocalities * kFindings, 0);
        nation.p_values.resize(nation.is_effect.size());
        for (double& p : nation.p_values) p = random.UnitDouble();
        return nation;
      },
      ControlledAt(0.05));
  Print("FDR .05, a nation without effects", record);
  EXPECT_LE(record.false_share, 0.05 + 3 * record.error);
}

// What it is for.
TEST(FalseDiscoveryClaimsTest, DoesNotHoldWithoutControl) {
  const Record record = RecordOf(
      5, 20,
      [](Random& random) { return SimulateNation(kEffectShare, 0, random); },
      [](const Nation& nation) {
        std::vector<char> rejected;
        for (const double p : nation.p_values) {
          rejected.push_back(p <= 0.05 ? 1 : 0);
        }
        return rejected;
      });
  Print("p <= .05 without control", record);
  EXPECT_GT(record.false_share, 0.25);
}

}  // namespace
}  // namespace pulsetaker::network
