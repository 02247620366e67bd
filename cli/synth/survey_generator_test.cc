#include "cli/synth/survey_generator.h"

#include <map>
#include <set>
#include <string>
#include <tuple>

#include "gtest/gtest.h"

namespace pulsetaker::cli::synth {
namespace {

std::string AllCsv(const SyntheticSurvey& survey) {
  return PeopleCsv(survey) + TiesCsv(survey) + ItemsCsv(survey);
}

TEST(SurveyGeneratorTest, GivesTheSameForTheSameSeed) {
  const auto places = SamplePlaces();
  EXPECT_EQ(AllCsv(GenerateSurvey(places, 1)),
            AllCsv(GenerateSurvey(places, 1)));
  EXPECT_NE(AllCsv(GenerateSurvey(places, 1)),
            AllCsv(GenerateSurvey(places, 2)));
}

TEST(SurveyGeneratorTest, APlaceDependsOnNoOther) {
  const auto places = SamplePlaces();
  const auto all = AllCsv(GenerateSurvey(places, 1));
  const auto alone = GenerateSurvey({places[3]}, 1);
  for (const SyntheticTie& tie : alone.ties) {
    EXPECT_NE(all.find(tie.network + "," + tie.from + "," + tie.to),
              std::string::npos);
  }
}

TEST(SurveyGeneratorTest, KeepsToTheProfile) {
  const auto places = SamplePlaces();
  const SyntheticSurvey survey = GenerateSurvey(places, 1);
  for (const PlaceProfile& place : places) {
    for (std::size_t w = 0; w < place.waves.size(); ++w) {
      SCOPED_TRACE(place.id);
      std::int64_t people = 0, answered = 0;
      for (const SyntheticPerson& person : survey.people) {
        if (person.locality != place.name ||
            person.wave != static_cast<int>(w) + 1) {
          continue;
        }
        ++people;
        answered += person.answered;
      }
      EXPECT_EQ(people, place.person_count);
      EXPECT_NEAR(static_cast<double>(answered),
                  place.waves[w].response_rate * static_cast<double>(people),
                  0.5);
    }
  }
}

TEST(SurveyGeneratorTest, TiesAreDistinctAndOfPeopleWhoAnswered) {
  const SyntheticSurvey survey = GenerateSurvey(SamplePlaces(), 1);
  std::map<std::pair<std::string, int>, bool> answered;
  for (const SyntheticPerson& person : survey.people) {
    answered[{person.id, person.wave}] = person.answered;
  }
  std::set<std::tuple<int, std::string, std::string, std::string>> seen;
  for (const SyntheticTie& tie : survey.ties) {
    EXPECT_NE(tie.from, tie.to);
    EXPECT_TRUE(answered.at({tie.from, tie.wave}));
    EXPECT_TRUE(answered.contains({tie.to, tie.wave}));
    EXPECT_TRUE(seen.insert({tie.wave, tie.network, tie.from, tie.to}).second);
  }
  for (const SyntheticRating& rating : survey.ratings) {
    EXPECT_TRUE(answered.at({rating.person, rating.wave}));
  }
}

TEST(SurveyGeneratorTest, TheSampleDiffersAsItSays) {
  const auto places = SamplePlaces();
  ASSERT_EQ(places.size(), 6u);
  EXPECT_LT(places[4].waves[0].response_rate, 0.65);
  EXPECT_EQ(places[5].waves.size(), 2u);
  EXPECT_GE(places[2].outcast_sector, 0);
  EXPECT_TRUE(places[1].narrow_core);
}

TEST(SurveyGeneratorTest, DrawsPlacesFromTheSeed) {
  const auto places = RandomPlaces(3, 30, 2, 5);
  ASSERT_EQ(places.size(), 3u);
  const SyntheticSurvey survey = GenerateSurvey(places, 5);
  EXPECT_EQ(survey.people.size(), 3u * 30 * 2);
  EXPECT_EQ(AllCsv(survey),
            AllCsv(GenerateSurvey(RandomPlaces(3, 30, 2, 5), 5)));
}

}  // namespace
}  // namespace pulsetaker::cli::synth
