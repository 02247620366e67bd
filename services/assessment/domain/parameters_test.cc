#include "services/assessment/domain/parameters.h"

#include <limits>
#include <string>

#include "common/base/status.h"
#include "gtest/gtest.h"

namespace pulsetaker::assessment {
namespace {

TEST(WithDefaultsTest, FillsInWhatIsZero) {
  const auto filled = WithDefaults({0, 0, 0, 0});
  ASSERT_TRUE(filled.ok());
  EXPECT_EQ(*filled, Parameters{});
  EXPECT_EQ(filled->replicate_count, 1000);
}

TEST(WithDefaultsTest, KeepsWhatIsAtTheEdges) {
  for (const Parameters& parameters :
       {Parameters{1, 100, 5, 1}, Parameters{kSeedMax, 10'000, 100, 1e-9}}) {
    const auto filled = WithDefaults(parameters);
    ASSERT_TRUE(filled.ok()) << filled.status();
    EXPECT_EQ(*filled, parameters);
  }
}

// Each row is also wrong in the ways of the rows below it.
TEST(WithDefaultsTest, ReportsTheFirstOutOfRange) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const struct {
    std::string field;
    Parameters parameters;
  } cases[] = {
      {"parameters.seed", {-1, 99, 4, 2}},
      {"parameters.replicate_count", {1, 99, 4, 2}},
      {"parameters.replicate_count", {1, 10'001, 4, 2}},
      {"parameters.min_cell_count", {1, 100, 4, 2}},
      {"parameters.min_cell_count", {1, 100, 101, 2}},
      {"parameters.response_min", {1, 100, 5, 1.0001}},
      {"parameters.response_min", {1, 100, 5, -0.1}},
      {"parameters.response_min", {1, 100, 5, nan}},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.field);
    const auto filled = WithDefaults(c.parameters);
    EXPECT_EQ(filled.status().code(), absl::StatusCode::kInvalidArgument);
    EXPECT_EQ(ReasonOf(filled.status()), "PARAMETER_OUT_OF_RANGE");
    EXPECT_EQ(MetadataOf(filled.status()), (ErrorMetadata{{"field", c.field}}));
  }
}

}  // namespace
}  // namespace pulsetaker::assessment
