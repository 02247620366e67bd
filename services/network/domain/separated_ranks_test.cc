#include "services/network/domain/separated_ranks.h"

#include <algorithm>
#include <limits>
#include <vector>

#include "common/base/random.h"
#include "common/base/status.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace pulsetaker::network {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

std::vector<SeparatedRank> Ranks(const std::vector<double>& values,
                                 const std::vector<double>& errors) {
  const auto ranks = SeparatedRanks(values, errors);
  EXPECT_TRUE(ranks.ok()) << ranks.status();
  return ranks.ok() ? *ranks : std::vector<SeparatedRank>();
}

SeparatedRank Rank(std::size_t group, std::size_t best, std::size_t worst) {
  return {.group = group, .best = best, .worst = worst};
}

TEST(SeparatedRanksTest, RanksExactValues) {
  EXPECT_THAT(Ranks({}, {}), IsEmpty());
  EXPECT_THAT(Ranks({5}, {1}), ElementsAre(Rank(1, 1, 1)));
  EXPECT_THAT(
      Ranks({1, 3, 2, 3}, {0, 0, 0, 0}),
      ElementsAre(Rank(4, 4, 4), Rank(1, 1, 2), Rank(3, 3, 3), Rank(1, 1, 2)));
}

TEST(SeparatedRanksTest, TiesThoseWhoseIntervalsTouch) {
  // 10 -+ 1.96, 8 -+ 1.96 and 3 -+ .98.
  EXPECT_THAT(Ranks({10, 8, 3}, {1, 1, 0.5}),
              ElementsAre(Rank(1, 1, 2), Rank(1, 1, 2), Rank(3, 3, 3)));
  // Ends that are the same but for rounding touch.
  EXPECT_THAT(Ranks({0.3, 0.1 + 0.2}, {0, 0}),
              ElementsAre(Rank(1, 1, 2), Rank(1, 1, 2)));
}

TEST(SeparatedRanksTest, TellsWhoIsApartWithinAChain) {
  EXPECT_THAT(
      Ranks({10, 7, 4, 0}, {1, 1, 1, 0}),
      ElementsAre(Rank(1, 1, 2), Rank(1, 1, 3), Rank(1, 2, 3), Rank(4, 4, 4)));
}

TEST(SeparatedRanksTest, AgreesWithAllPairs) {
  for (unsigned seed = 0; seed < 300; ++seed) {
    SCOPED_TRACE(seed);
    Random random(seed);
    const std::size_t count = random.Uniform(30);
    std::vector<double> values;
    std::vector<double> errors;
    for (std::size_t i = 0; i < count; ++i) {
      values.push_back(static_cast<double>(random.Uniform(60)) - 20);
      errors.push_back(random.Uniform(3) == 0 ? 0 : random.UnitDouble());
    }
    const auto above = [&](std::size_t a, std::size_t b) {
      return values[a] - kIntervalErrors * errors[a] >
             values[b] + kIntervalErrors * errors[b];
    };
    const std::vector<SeparatedRank> ranks = Ranks(values, errors);
    // Groups grow as long as a pair between them is not apart.
    std::vector<std::size_t> chain(count);
    for (std::size_t i = 0; i < count; ++i) chain[i] = i;
    for (std::size_t a = 0; a < count; ++a) {
      for (std::size_t b = 0; b < count; ++b) {
        if (above(a, b) || above(b, a)) continue;
        const std::size_t from = chain[a];
        for (std::size_t& c : chain) c = c == from ? chain[b] : c;
      }
    }
    for (std::size_t a = 0; a < count; ++a) {
      SeparatedRank want{.group = 1, .best = 1, .worst = count};
      for (std::size_t b = 0; b < count; ++b) {
        if (above(b, a)) ++want.best;
        if (above(a, b)) --want.worst;
        if (above(b, a) && chain[a] != chain[b]) ++want.group;
      }
      EXPECT_EQ(ranks[a], want) << a;
    }
  }
}

TEST(SeparatedRanksTest, RefusesWhatIsNoEstimate) {
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
  const auto reason = [](const std::vector<double>& values,
                         const std::vector<double>& errors) {
    const auto refused = SeparatedRanks(values, errors);
    EXPECT_EQ(refused.status().code(), absl::StatusCode::kInvalidArgument);
    return ReasonOf(refused.status());
  };
  EXPECT_EQ(reason({1, 2}, {1}), "ERRORS_MISMATCH");
  EXPECT_EQ(reason({1, kNaN}, {1, 1}), "VALUE_NOT_FINITE");
  EXPECT_EQ(reason({kInfinity}, {1}), "VALUE_NOT_FINITE");
  EXPECT_EQ(reason({1}, {-1}), "INVALID_ERROR");
  EXPECT_EQ(reason({1}, {kNaN}), "INVALID_ERROR");
  EXPECT_EQ(reason({1}, {kInfinity}), "INVALID_ERROR");
}

}  // namespace
}  // namespace pulsetaker::network
