#include "services/network/domain/sociogram.h"

#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "common/base/random.h"
#include "common/base/status.h"
#include "gtest/gtest.h"
#include "services/network/domain/wave_testing.h"

namespace pulsetaker::network {
namespace {

absl::StatusOr<std::vector<Point>> Placed(
    const Wave& wave, const std::vector<std::size_t>& networks,
    const std::vector<PreviousPlace>& previous = {}) {
  return PlacePeople(wave, networks, previous, kNeverCancelled);
}

Wave SomeWave(std::uint64_t seed) {
  Random random(seed);
  return WaveOf(RandomWave(random, {.people = 20}).snapshot());
}

TEST(SociogramTest, GivesEachPersonOnePlaceInAllNetworks) {
  const Wave wave = SomeWave(1);
  const auto places = Placed(wave, {0, 1, 2});
  ASSERT_TRUE(places.ok()) << places.status();
  ASSERT_EQ(places->size(), 20u);
  for (const Point& place : *places) {
    EXPECT_TRUE(place.x >= 0 && place.x <= 1 && place.y >= 0 && place.y <= 1);
  }
  EXPECT_EQ(*Placed(wave, {0, 1, 2}), *places);
  EXPECT_EQ(*Placed(wave, {2, 0, 1}), *places);
  EXPECT_NE(*Placed(wave, {0}), *places);
}

TEST(SociogramTest, IsTheSameHoweverTheSnapshotIsOrdered) {
  Random random(2);
  const WaveSnapshot snapshot = RandomWave(random, {.people = 20}).snapshot();
  EXPECT_EQ(*Placed(WaveOf(snapshot), {0, 1}),
            *Placed(WaveOf(Shuffled(snapshot, random)), {0, 1}));
}

double MeanDistance(const std::vector<Point>& a, const std::vector<Point>& b) {
  double sum = 0;
  for (std::size_t i = 0; i < a.size(); ++i) sum += Distance(a[i], b[i]);
  return sum / static_cast<double>(a.size());
}

// Somebody who left and is not in the wave makes no difference.
TEST(SociogramTest, StaysNearToWhereItWas) {
  const Wave before = SomeWave(3);
  const Wave after = SomeWave(4);
  const std::vector<Point> old = *Placed(before, {0});
  std::vector<PreviousPlace> previous = {{"gone", {0.5, 0.5}}};
  for (NodeId node = 0; node < before.node_count(); ++node) {
    previous.push_back({before.people[node].id, old[node]});
  }
  const std::vector<Point> anchored = *Placed(after, {0}, previous);
  EXPECT_LT(MeanDistance(anchored, old),
            MeanDistance(*Placed(after, {0}), old));
  previous.erase(previous.begin());
  EXPECT_EQ(*Placed(after, {0}, previous), anchored);
}

TEST(SociogramTest, ReportsTheFirstError) {
  const Wave wave = SomeWave(5);
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const struct {
    std::vector<PreviousPlace> previous;
    std::string field;
  } kCases[] = {
      {std::vector<PreviousPlace>(kLayoutNodesMax + 1), "previous_places"},
      {{{"p001", {0.1, 0.1}}, {"p002", {1.1, 0.1}}}, "previous_places[1]"},
      {{{"gone", {0.1, -0.1}}}, "previous_places[0]"},
      {{{"p001", {nan, 0.1}}}, "previous_places[0]"},
      {{{"p001", {0, 0}}, {"p002", {0, 1}}, {"p001", {0, 0}}},
       "previous_places[2]"},
  };
  for (const auto& c : kCases) {
    SCOPED_TRACE(c.field);
    const absl::Status status = Placed(wave, {0}, c.previous).status();
    EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
    EXPECT_EQ(ReasonOf(status), "PARAMETER_OUT_OF_RANGE");
    EXPECT_EQ(MetadataOf(status), (ErrorMetadata{{"field", c.field}}));
  }
  const auto cancelled =
      PlacePeople(wave, std::vector<std::size_t>{0}, {}, [] { return true; });
  EXPECT_TRUE(absl::IsCancelled(cancelled.status()));
}

}  // namespace
}  // namespace pulsetaker::network
