#include "services/network/domain/parameters.h"

#include <limits>
#include <set>
#include <string>
#include <vector>

#include "common/base/status.h"
#include "gtest/gtest.h"

namespace pulsetaker::network {
namespace {

const std::string kDigest(64, 'a');

TEST(ParametersTest, FillsInDefaults) {
  const auto parameters = Canonical({});
  ASSERT_TRUE(parameters.ok());
  EXPECT_EQ(parameters->seed, 1);
  EXPECT_EQ(parameters->null_draw_count, 999);
  EXPECT_EQ(parameters->replicate_count, 100);
  EXPECT_EQ(parameters->role_share, 0.05);
  EXPECT_EQ(parameters->pulsetaker_rule, RoleRule::kConnectorNamed);
}

TEST(ParametersTest, RefusesWhatIsOutOfRange) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const struct {
    std::string field;
    AnalysisParameters parameters;
  } cases[] = {
      {"seed", {.seed = -1}},
      {"null_draw_count", {.null_draw_count = 18}},
      {"null_draw_count", {.null_draw_count = 10'000}},
      {"null_draw_count", {.null_draw_count = -1}},
      {"replicate_count", {.replicate_count = 19}},
      {"replicate_count", {.replicate_count = 10'000}},
      {"role_share", {.role_share = -0.01}},
      {"role_share", {.role_share = 0.26}},
      {"role_share", {.role_share = nan}},
      {"pulsetaker_rule", {.pulsetaker_rule = RoleRule::kNamedByMost}},
      {"sector_distances[0]", {.sector_distances = {{"a", "", 1}}}},
      {"sector_distances[0]", {.sector_distances = {{"a", "a", 1}}}},
      {"sector_distances[0].distance", {.sector_distances = {{"a", "b", 1.5}}}},
      {"sector_distances[0].distance", {.sector_distances = {{"a", "b", nan}}}},
      {"sector_distances",
       {.sector_distances = {{"a", "b", 1}, {"b", "a", 0}}}},
      {"sector_distances",
       {.sector_distances = std::vector<SectorDistance>(1'001)}},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.field);
    const auto parameters = Canonical(c.parameters);
    EXPECT_EQ(parameters.status().code(), absl::StatusCode::kInvalidArgument);
    EXPECT_EQ(ReasonOf(parameters.status()), "PARAMETER_OUT_OF_RANGE");
    EXPECT_EQ(MetadataOf(parameters.status()),
              (ErrorMetadata{{"field", c.field}}));
  }
}

TEST(ParametersTest, TakesTheEdgesOfTheRanges) {
  EXPECT_TRUE(Canonical({.null_draw_count = 19, .replicate_count = 20}).ok());
  EXPECT_TRUE(
      Canonical({.null_draw_count = 9'999, .replicate_count = 9'999}).ok());
  EXPECT_TRUE(Canonical({.role_share = 0.25}).ok());
}

TEST(ParametersTest, OneMeaningHasOneName) {
  const auto spelled =
      Canonical({.seed = 1,
                 .null_draw_count = 999,
                 .sector_distances = {{"c", "b", 0.5}, {"a", "b", 0.25}}});
  const auto other =
      Canonical({.sector_distances = {{"b", "a", 0.25}, {"b", "c", 0.5}}});
  ASSERT_TRUE(spelled.ok() && other.ok());
  EXPECT_EQ(*spelled, *other);
  EXPECT_EQ(AnalysisId(kDigest, *spelled), AnalysisId(kDigest, *other));
}

TEST(ParametersTest, EveryParameterIsPartOfTheName) {
  std::set<std::string> ids;
  const std::vector<AnalysisParameters> all = {
      {},
      {.seed = 2},
      {.null_draw_count = 99},
      {.replicate_count = 99},
      {.role_share = 0.1},
      {.pulsetaker_rule = RoleRule::kCloseness},
      {.sector_distances = {{"a", "b", 0.5}}},
      {.sector_distances = {{"a", "b", 0.25}}},
      {.sector_distances = {{"a", "bc", 0.5}}},
      {.sector_distances = {{"ab", "c", 0.5}}},
  };
  for (const AnalysisParameters& parameters : all) {
    const auto canonical = Canonical(parameters);
    ASSERT_TRUE(canonical.ok());
    ids.insert(AnalysisId(kDigest, *canonical));
  }
  EXPECT_EQ(ids.size(), all.size());
  ids.insert(AnalysisId(std::string(64, 'b'), *Canonical({})));
  EXPECT_EQ(ids.size(), all.size() + 1);
  for (const std::string& id : ids) EXPECT_EQ(id.size(), 32u);
}

}  // namespace
}  // namespace pulsetaker::network
