#include "services/network/domain/told_roles.h"

#include "common/base/status.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/network/domain/told_networks.h"
#include "services/network/domain/wave_testing.h"

namespace pulsetaker::network {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

// Hubs are all told, gatekeepers withheld, of the pulsetakers some.
TEST(ToldRolesTest, SaysNoOnlyWhereNobodyIsWithheld) {
  SnapshotBuilder builder(2);
  builder.AddNetwork("work");
  AnalysisResult result = PlainResult(WaveOf(builder.snapshot()));
  result.persons[0].networks[0].roles = {Role::kHub, Role::kPulsetaker};
  result.persons[0].networks[0].in_core = true;
  result.analysis.networks[0].withheld_roles = {
      {Role::kGatekeeper, WithheldRole::Reason::kResponseGate, {}},
      {Role::kPulsetaker, WithheldRole::Reason::kUnstable, 1}};
  const ToldRoles named = RolesToldBy(result, 0, 0);
  EXPECT_THAT(named.holds, ElementsAre(true, std::nullopt, true));
  EXPECT_EQ(named.in_core, true);
  const ToldRoles other = RolesToldBy(result, 0, 1);
  EXPECT_THAT(other.holds, ElementsAre(false, std::nullopt, std::nullopt));
  EXPECT_EQ(other.in_core, std::nullopt);

  // Those who are counted as tentative may be anybody as well.
  result.analysis.networks[0].withheld_roles[1].reason =
      WithheldRole::Reason::kTentative;
  EXPECT_THAT(RolesToldBy(result, 0, 1).holds,
              ElementsAre(false, std::nullopt, std::nullopt));
}

// Of `open` all answered, of `hubs` seven of ten, of `closed` half.
Wave OfThreeGates() {
  SnapshotBuilder builder(10);
  builder.AddNetwork("closed").AddNetwork("open").AddNetwork("hubs");
  for (int person = 0; person < 10; ++person) {
    builder.Answer(person, "open", {(person + 1) % 10});
    if (person < 7) builder.Answer(person, "hubs", {});
    if (person < 5) builder.Answer(person, "closed", {});
  }
  return WaveOf(builder.snapshot());
}

TEST(ToldNetworksTest, LeavesOutWhatIsToldByGroupsOnly) {
  const Wave wave = OfThreeGates();
  ASSERT_EQ(wave.networks[0].gate, Gate::kGroupOnly);
  ASSERT_EQ(wave.networks[2].gate, Gate::kHubsOnly);
  const ToldNetworks all = NetworksTold(wave, {}).value();
  EXPECT_THAT(all.told, ElementsAre(1, 2));
  EXPECT_THAT(all.withheld, ElementsAre(0));
  const ToldNetworks some =
      NetworksTold(wave, {"hubs", "open", "hubs"}).value();
  EXPECT_THAT(some.told, ElementsAre(1, 2));
  EXPECT_THAT(some.withheld, IsEmpty());
}

TEST(ToldNetworksTest, RefusesWhatIsNotTold) {
  const Wave wave = OfThreeGates();
  const absl::Status closed = NetworksTold(wave, {"open", "closed"}).status();
  EXPECT_EQ(closed.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(ReasonOf(closed), "RESPONSE_TOO_LOW");
  EXPECT_EQ(MetadataOf(closed), (ErrorMetadata{{"network", "closed"}}));
  EXPECT_EQ(ReasonOf(NetworksTold(wave, {"closed", "play"}).status()),
            "NETWORK_NOT_FOUND");

  SnapshotBuilder silent(4);
  silent.AddNetwork("work").AddNetwork("play");
  EXPECT_EQ(ReasonOf(NetworksTold(WaveOf(silent.snapshot()), {}).status()),
            "RESPONSE_TOO_LOW");
}

}  // namespace
}  // namespace pulsetaker::network
