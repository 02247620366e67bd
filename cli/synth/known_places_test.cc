#include "cli/synth/known_places.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "cli/synth/survey_generator.h"
#include "gtest/gtest.h"

namespace pulsetaker::cli::synth {
namespace {

std::string AllCsv(const std::vector<PlaceProfile>& places) {
  const SyntheticSurvey survey = GenerateSurvey(places, 3);
  return PeopleCsv(survey) + TiesCsv(survey) + ItemsCsv(survey);
}

TEST(KnownPlacesTest, PresetsDiffer) {
  std::set<std::string> presets;
  for (const PlaceKind kind : PlaceKinds()) {
    EXPECT_FALSE(PresetOf(kind).empty());
    EXPECT_TRUE(presets.emplace(PresetOf(kind)).second) << PresetOf(kind);
  }
  EXPECT_EQ(presets.size(), 13u);
}

TEST(KnownPlacesTest, MorePlacesChangeNone) {
  for (const PlaceKind kind : PlaceKinds()) {
    SCOPED_TRACE(std::string(PresetOf(kind)));
    const auto two = KnownPlaces(kind, 2, 3);
    auto four = KnownPlaces(kind, 4, 3);
    four.resize(2);
    EXPECT_EQ(AllCsv(two), AllCsv(four));
    EXPECT_NE(AllCsv(two), AllCsv(KnownPlaces(kind, 2, 4)));
  }
}

// Within four standard errors of what they are drawn around; at the ends of the
// scale the levels are cut.
TEST(KnownPlacesTest, LevelsDepartFromThePhaseAsAsked) {
  constexpr int kPlaces = 400;
  const auto places = KnownPlaces(PlaceKind::kMobilisation, kPlaces, 3, 10);
  const RatingProfile phase = RatingsOfPhase(2);
  for (std::size_t corner = 0; corner < phase.corner.size(); ++corner) {
    double sum = 0;
    double squares = 0;
    for (const PlaceProfile& place : places) {
      const double off =
          place.waves[0].ratings.corner[corner] - phase.corner[corner];
      sum += off;
      squares += off * off;
    }
    EXPECT_NEAR(sum / kPlaces, 0, 4 * 10 / std::sqrt(kPlaces));
    EXPECT_NEAR(std::sqrt(squares / kPlaces), 10,
                4 * 10 / std::sqrt(2 * kPlaces));
  }
}

// How alike the ten most named people of two networks are, over all places and
// pairs of networks: shared people / ten.
double SharedLeaders(PlaceKind kind) {
  constexpr std::size_t kLeaders = 10;
  double shared = 0;
  int pairs = 0;
  for (const PlaceProfile& place : KnownPlaces(kind, 5, 3)) {
    const SyntheticSurvey survey = GenerateSurvey({place}, 3);
    std::map<std::string, std::map<std::string, int>> named;
    for (const SyntheticTie& tie : survey.ties) ++named[tie.network][tie.to];
    std::vector<std::set<std::string>> leaders;
    for (const auto& [network, counts] : named) {
      std::vector<std::pair<int, std::string>> order;
      for (const auto& [person, count] : counts) {
        order.emplace_back(-count, person);
      }
      std::sort(order.begin(), order.end());
      order.resize(kLeaders);
      std::set<std::string>& most_named = leaders.emplace_back();
      for (const auto& [count, person] : order) most_named.insert(person);
    }
    for (std::size_t a = 0; a < leaders.size(); ++a) {
      for (std::size_t b = a + 1; b < leaders.size(); ++b) {
        for (const std::string& person : leaders[a]) {
          shared += leaders[b].contains(person) ? 1.0 / kLeaders : 0.0;
        }
        ++pairs;
      }
    }
  }
  return shared / pairs;
}

TEST(KnownPlacesTest, OnlyOneCoreIsTheSameInAllNetworks) {
  for (const PlaceKind kind :
       {PlaceKind::kOpenSharedLeadership, PlaceKind::kClosedCore,
        PlaceKind::kFragileCore, PlaceKind::kEvenCore}) {
    EXPECT_GT(SharedLeaders(kind), 0.6) << PresetOf(kind);
  }
  // Of 40 people or more, ten drawn at random share a quarter or less.
  for (const PlaceKind kind : {PlaceKind::kParallelCliques, PlaceKind::kDiffuse,
                               PlaceKind::kNoEffect}) {
    EXPECT_LT(SharedLeaders(kind), 0.3) << PresetOf(kind);
  }
}

TEST(KnownPlacesTest, WavesWithoutAnEffectAreOfOneProfile) {
  for (const PlaceProfile& place : KnownPlaces(PlaceKind::kNoEffect, 20, 3)) {
    ASSERT_EQ(place.waves.size(), 2u);
    EXPECT_EQ(place.waves[0].response_rate, place.waves[1].response_rate);
    EXPECT_EQ(place.waves[0].ratings.corner, place.waves[1].ratings.corner);
    EXPECT_EQ(place.waves[0].ties.same_sector, 1);
    EXPECT_EQ(place.core_share, 0);
    EXPECT_EQ(place.outcast_sector, -1);
  }
}

}  // namespace
}  // namespace pulsetaker::cli::synth
