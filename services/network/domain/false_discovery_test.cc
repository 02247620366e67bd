#include "services/network/domain/false_discovery.h"

#include <algorithm>
#include <limits>
#include <string>
#include <vector>

#include "common/base/random.h"
#include "common/base/status.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace pulsetaker::network {
namespace {

using ::testing::DoubleNear;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Pointwise;

std::vector<double> Adjusted(const std::vector<double>& p_values) {
  absl::StatusOr<std::vector<double>> adjusted =
      BenjaminiHochbergAdjusted(p_values);
  EXPECT_TRUE(adjusted.ok()) << adjusted.status();
  return adjusted.ok() ? *std::move(adjusted) : std::vector<double>();
}

// The fifteen p-values of Benjamini and Hochberg (1995), who reject four at a
// rate of .05.
const std::vector<double> kMyocardial = {
    0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344,
    0.0459, 0.3240, 0.4262, 0.5719, 0.6528, 0.7590, 1.0000};

TEST(BenjaminiHochbergTest, MatchesPublishedNumbers) {
  EXPECT_THAT(Adjusted({}), IsEmpty());
  EXPECT_THAT(Adjusted({0.3}), ElementsAre(0.3));
  EXPECT_THAT(Adjusted(kMyocardial),
              Pointwise(DoubleNear(5e-9),
                        std::vector<double>{
                            0.0015, 0.003, 0.0095, 0.035625, 0.0603, 0.06385714,
                            0.06385714, 0.0645, 0.0765, 0.486, 0.58118182,
                            0.714875, 0.75323077, 0.81321429, 1.0}));
  const FalseDiscoveryControl control =
      ControlFalseDiscoveries(kMyocardial, 0.05).value();
  EXPECT_EQ(control.rejected_count, 4u);
  EXPECT_THAT(control.rejected,
              ElementsAre(1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0));
}

// Adverse events of D. Mehrotra and J. Heyse (2004), as adjusted by the example
// of R package c212.
TEST(BenjaminiHochbergTest, MatchesAPublishedTrial) {
  const std::vector<double> adjusted =
      Adjusted({0.135005, 0.010000, 0.001000, 0.005000, 0.153501, 0.020000,
                0.0013, 0.0023, 0.011, 0.023000, 0.016, 0.0109, 0.559111,
                0.751986, 0.308339, 0.837154, 0.325882});
  EXPECT_NEAR(adjusted[2], 0.01105, 5e-9);
  EXPECT_NEAR(adjusted[6], 0.01105, 5e-9);
  EXPECT_NEAR(adjusted[7], 0.01303333, 5e-9);
  EXPECT_NEAR(adjusted[3], 0.02125, 5e-9);
  EXPECT_NEAR(adjusted[1], 0.02671429, 5e-9);
  EXPECT_NEAR(adjusted[11], 0.02671429, 5e-9);
  EXPECT_NEAR(adjusted[8], 0.02671429, 5e-9);
  EXPECT_NEAR(adjusted[10], 0.034, 5e-9);
}

// Step up: the largest k with at least k p-values of k * rate / n or less.
std::size_t RejectedByDefinition(const std::vector<double>& p_values,
                                 double rate) {
  const auto n = static_cast<double>(p_values.size());
  std::size_t rejected = 0;
  for (std::size_t k = 1; k <= p_values.size(); ++k) {
    const double limit = static_cast<double>(k) * rate / n * (1 + 1e-13);
    const auto below = static_cast<std::size_t>(
        std::count_if(p_values.begin(), p_values.end(),
                      [&](double p) { return p <= limit; }));
    if (below >= k) rejected = below;
  }
  return rejected;
}

TEST(BenjaminiHochbergTest, AgreesWithTheStepUpProcedure) {
  for (unsigned seed = 0; seed < 500; ++seed) {
    SCOPED_TRACE(seed);
    Random random(seed);
    std::vector<double> p_values(1 + random.Uniform(40));
    // As of 99 draws: many ties, many on the edge.
    for (double& p : p_values) {
      p = static_cast<double>(1 + random.Uniform(1 + random.Uniform(100))) /
          100;
    }
    for (const double rate : {0.01, 0.05, 0.1, 0.5}) {
      const FalseDiscoveryControl control =
          ControlFalseDiscoveries(p_values, rate).value();
      EXPECT_EQ(control.rejected_count, RejectedByDefinition(p_values, rate));
      EXPECT_EQ(static_cast<std::size_t>(std::count(
                    control.rejected.begin(), control.rejected.end(), char{1})),
                control.rejected_count);
    }
  }
}

TEST(BenjaminiHochbergTest, KeepsOrderTiesAndPlaces) {
  for (unsigned seed = 0; seed < 200; ++seed) {
    SCOPED_TRACE(seed);
    Random random(seed);
    std::vector<double> p_values(1 + random.Uniform(40));
    for (double& p : p_values) {
      p = static_cast<double>(random.Uniform(21)) / 20;
    }
    const std::vector<double> adjusted = Adjusted(p_values);
    for (std::size_t i = 0; i < p_values.size(); ++i) {
      EXPECT_GE(adjusted[i], p_values[i]);
      EXPECT_LE(adjusted[i], 1);
      for (std::size_t j = 0; j < p_values.size(); ++j) {
        if (p_values[i] == p_values[j]) {
          EXPECT_EQ(adjusted[i], adjusted[j]);
        } else if (p_values[i] < p_values[j]) {
          EXPECT_LE(adjusted[i], adjusted[j]);
        }
      }
    }
    // The other way round, so are the results.
    std::reverse(p_values.begin(), p_values.end());
    std::vector<double> reversed = Adjusted(p_values);
    std::reverse(reversed.begin(), reversed.end());
    EXPECT_EQ(reversed, adjusted);
  }
}

TEST(BenjaminiHochbergTest, RefusesWhatIsNoProbability) {
  for (const double bad :
       {std::numeric_limits<double>::quiet_NaN(),
        std::numeric_limits<double>::infinity(), -1e-300, 1.0000001}) {
    const auto adjusted = BenjaminiHochbergAdjusted({0.5, bad});
    EXPECT_EQ(adjusted.status().code(), absl::StatusCode::kInvalidArgument);
    EXPECT_EQ(ReasonOf(adjusted.status()), "P_VALUE_OUT_OF_RANGE");
    EXPECT_EQ(ReasonOf(ControlFalseDiscoveries({0.5, bad}, 0.05).status()),
              "P_VALUE_OUT_OF_RANGE");
  }
  EXPECT_THAT(Adjusted({0, 1}), ElementsAre(0, 1));
}

TEST(ControlFalseDiscoveriesTest, RefusesRatesThatSayNothing) {
  for (const double bad :
       {0.0, 1.0, -0.1, std::numeric_limits<double>::quiet_NaN()}) {
    EXPECT_EQ(ReasonOf(ControlFalseDiscoveries({0.5}, bad).status()),
              "RATE_OUT_OF_RANGE");
  }
}

TEST(ControlFalseDiscoveriesTest, RejectsOnTheEdge) {
  // 3 / 1 * .1 is .30000000000000004.
  EXPECT_EQ(ControlFalseDiscoveries({0.1, 1, 1}, 0.3).value().rejected_count,
            1u);
  EXPECT_EQ(
      ControlFalseDiscoveries({0.1 + 1e-9, 1, 1}, 0.3).value().rejected_count,
      0u);
  EXPECT_EQ(ControlFalseDiscoveries({}, 0.05).value(), FalseDiscoveryControl());
}

// What the header says of 8,000 tests with 999 draws.
TEST(ControlFalseDiscoveriesTest, NeedsManyTogetherIfDrawsAreFew) {
  std::vector<double> p_values(8'000, 1.0);
  std::fill_n(p_values.begin(), 159, 0.001);
  EXPECT_EQ(ControlFalseDiscoveries(p_values, 0.05).value().rejected_count, 0u);
  p_values[159] = 0.001;
  EXPECT_EQ(ControlFalseDiscoveries(p_values, 0.05).value().rejected_count,
            160u);
}

}  // namespace
}  // namespace pulsetaker::network
