#include "services/survey/domain/quality.h"

#include <algorithm>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/base/status.h"
#include "gtest/gtest.h"
#include "services/survey/domain/test_snapshot.h"

namespace pulsetaker::survey {
namespace {

constexpr absl::Time kNow = absl::FromUnixSeconds(1'800'000'000);

// 20 items from 1 to 5, the last two of each ten reverse-scored if asked for.
Instrument TestInstrument(bool with_opposites) {
  Instrument instrument;
  Network& capped = instrument.networks.emplace_back();
  capped.network_id = "capped";
  capped.nomination_cap = 3;
  instrument.networks.emplace_back().network_id = "free";
  for (int i = 0; i < 20; ++i) {
    Item& item = instrument.items.emplace_back();
    item.item_id = absl::StrCat("i", i);
    item.scale_min = 1;
    item.scale_max = 5;
    item.corner = i < 10 ? Corner::kAuthority : Corner::kValue;
    item.reverse_scored = with_opposites && i % 10 >= 8;
  }
  return instrument;
}

Response Rated(const std::string& person, const std::vector<int>& ratings) {
  Response response;
  response.person = person;
  response.revision = 3;
  response.submit_time = kNow;
  for (std::size_t i = 0; i < ratings.size(); ++i) {
    if (ratings[i] == 0) continue;  // Not rated.
    response.answers.items.push_back(
        {absl::StrCat("i", i), ratings[i], NonAnswer::kNone});
  }
  return response;
}

std::vector<FlaggedResponse> Find(std::vector<Response> responses,
                                  bool with_opposites) {
  TestSnapshot snapshot;
  for (Response& response : responses) snapshot.Add(std::move(response));
  const auto found = FindFlaws(snapshot, TestInstrument(with_opposites), kNow);
  EXPECT_TRUE(found.ok()) << found.status();
  return found.ok() ? *found : std::vector<FlaggedResponse>();
}

TEST(QualityTest, LooksAtTheRatingsOfOnePerson) {
  const QualityFinding straight = {QualityFlag::kStraightLining, false, "", 20};
  const auto certain = [](std::int64_t count) {
    return QualityFinding{QualityFlag::kStraightLining, true, "", count};
  };
  const QualityFinding contradictory = {QualityFlag::kContradictory, true, "",
                                        20};
  struct Row {
    std::string what;
    std::vector<int> ratings;
    bool with_opposites;
    std::vector<QualityFinding> findings;
  };
  std::vector<int> high(20, 4);
  high[0] = 5;
  std::vector<int> mixed = high;
  mixed[3] = 2;
  std::vector<int> turned(20, 5);
  for (const std::size_t i : {8, 9, 18, 19}) turned[i] = 1;
  std::vector<int> one_turned = high;
  one_turned[9] = 1;
  std::vector<int> low(20, 1);
  low[0] = 2;
  // Two opposites are too few, and so are five statements.
  std::vector<int> two_opposites = high;
  two_opposites[18] = two_opposites[19] = 0;
  std::vector<int> five_statements(20, 0);
  for (const std::size_t i : {0, 1, 2, 10, 11, 8, 9, 18, 19}) {
    five_statements[i] = i == 0 ? 5 : 4;
  }
  std::vector<int> six_statements = five_statements;
  six_statements[12] = 4;
  // Nothing is said against the statements of the first ten.
  std::vector<int> one_subject = high;
  one_subject[8] = one_subject[9] = 0;
  std::vector<int> fourteen(20, 3);
  std::fill(fourteen.begin(), fourteen.begin() + 6, 0);
  std::vector<int> fifteen(20, 3);
  std::fill(fifteen.begin(), fifteen.begin() + 5, 0);
  const Row rows[] = {
      {"agrees with all, no opposites",
       std::vector<int>(20, 4),
       false,
       {straight}},
      {"agrees with all and their opposites",
       std::vector<int>(20, 4),
       true,
       {certain(20), contradictory}},
      {"agrees more or less with all and their opposites",
       high,
       true,
       {contradictory}},
      {"the middle everywhere contradicts nothing",
       std::vector<int>(20, 3),
       true,
       {certain(20)}},
      {"one that differs", mixed, true, {}},
      {"opposites turned round", turned, true, {}},
      {"one of them turned round", one_turned, true, {}},
      {"disagrees with all and their opposites", low, true, {contradictory}},
      {"two opposites", two_opposites, true, {}},
      {"five statements", five_statements, true, {}},
      {"six statements",
       six_statements,
       true,
       {{QualityFlag::kContradictory, true, "", 10}}},
      {"only one subject has opposites rated", one_subject, true, {}},
      {"too few ratings", fourteen, true, {}},
      {"just enough ratings", fifteen, true, {certain(15)}},
      {"none", {}, true, {}},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.what);
    const auto found = Find({Rated("p", row.ratings)}, row.with_opposites);
    if (row.findings.empty()) {
      EXPECT_TRUE(found.empty());
      continue;
    }
    ASSERT_EQ(found.size(), 1u);
    EXPECT_EQ(found[0].findings, row.findings);
    EXPECT_EQ(found[0].person, "p");
    EXPECT_EQ(found[0].revision, 3);
    EXPECT_EQ(found[0].check_time, kNow);
    bool quarantines = false;
    for (const QualityFinding& finding : row.findings) {
      quarantines = quarantines || finding.quarantines;
    }
    EXPECT_EQ(found[0].state,
              quarantines ? ReviewState::kQuarantined : ReviewState::kFlagged);
    EXPECT_EQ(IsLeftOut(found[0]), quarantines);
  }
}

Response Named(const std::string& person, const std::string& network,
               int count) {
  Response response;
  response.person = person;
  response.revision = 1;
  response.submit_time = kNow;
  NetworkAnswer& answer = response.answers.networks.emplace_back();
  answer.network_id = network;
  answer.state = AnswerState::kResponded;
  for (int i = 0; i < count; ++i) {
    answer.nominations.push_back({absl::StrCat("q", i), 1});
  }
  return response;
}

TEST(QualityTest, FlagsTheCapAndLeavesNobodyOutForIt) {
  const auto found = Find(
      {Named("a", "capped", 2), Named("b", "capped", 3), Named("c", "free", 9)},
      true);
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].person, "b");
  EXPECT_EQ(
      found[0].findings,
      (std::vector<QualityFinding>{{QualityFlag::kAtCap, false, "capped", 3}}));
  EXPECT_FALSE(IsLeftOut(found[0]));
}

// So many people with the same answers, one every `gap`.
std::vector<Response> Twins(int people, absl::Duration gap, int answers) {
  std::vector<Response> twins;
  for (int i = 0; i < people; ++i) {
    twins.push_back(Named(absl::StrCat("p", i), "free", answers));
    twins.back().submit_time += i * gap;
  }
  return twins;
}

TEST(QualityTest, FindsBursts) {
  struct Row {
    int people;
    absl::Duration gap;
    int answers;
    std::size_t flagged;
  };
  const Row rows[] = {
      {4, absl::ZeroDuration(), 10, 0},
      {5, absl::ZeroDuration(), 10, 5},
      {5, absl::ZeroDuration(), 9, 0},
      {5, absl::Seconds(150), 10, 5},  // Just a window.
      {5, absl::Seconds(150) + absl::Microseconds(1), 10, 0},
      {9, absl::Seconds(150), 10, 9},  // Windows that overlap.
      {100, absl::Hours(1), 10, 0},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(absl::StrCat(row.people, " people, ", row.answers));
    const auto found = Find(Twins(row.people, row.gap, row.answers), true);
    EXPECT_EQ(found.size(), row.flagged);
    for (const FlaggedResponse& flagged : found) {
      ASSERT_EQ(flagged.findings.size(), 1u);
      EXPECT_EQ(flagged.findings[0].flag, QualityFlag::kIdenticalBurst);
      EXPECT_EQ(flagged.findings[0].count, 5);
      EXPECT_TRUE(IsLeftOut(flagged));
    }
  }
}

TEST(QualityTest, TellsADifferentAnswerFromTheSame) {
  std::vector<Response> responses = Twins(5, absl::ZeroDuration(), 10);
  responses[2].answers.networks[0].nominations.back().person = "other";
  EXPECT_TRUE(Find(std::move(responses), true).empty());
}

TEST(QualityTest, FindsTheSameWhateverTheOrderOfTime) {
  for (unsigned seed = 0; seed < 20; ++seed) {
    SCOPED_TRACE(seed);
    std::mt19937 random(seed);
    std::vector<Response> responses;
    for (int i = 0; i < 60; ++i) {
      responses.push_back(Named(absl::StrCat("p", i), "free",
                                static_cast<int>(9 + random() % 4)));
      responses.back().submit_time +=
          absl::Seconds(static_cast<int>(random() % 3'000));
    }
    const auto found = Find(responses, true);
    // Naively: of each person, the most twins in any window with the person.
    for (const Response& one : responses) {
      std::size_t most = 0;
      for (const Response& first : responses) {
        if (first.answers != one.answers ||
            first.submit_time > one.submit_time ||
            one.submit_time - first.submit_time > kBurstWindow) {
          continue;
        }
        std::size_t window = 0;
        for (const Response& other : responses) {
          window += other.answers == one.answers &&
                    other.submit_time >= first.submit_time &&
                    other.submit_time - first.submit_time <= kBurstWindow;
        }
        most = std::max(most, window);
      }
      const bool large =
          one.answers.networks[0].nominations.size() >= kBurstAnswerCountMin;
      const auto flagged = std::find_if(
          found.begin(), found.end(),
          [&](const auto& entry) { return entry.person == one.person; });
      EXPECT_EQ(flagged != found.end(), large && most >= kBurstPeopleMin);
      if (flagged != found.end()) {
        EXPECT_EQ(flagged->findings[0].count, static_cast<std::int64_t>(most));
      }
    }
  }
}

TEST(QualityTest, ADecisionStandsForItsRevision) {
  FlaggedResponse found = {
      .person = "p",
      .revision = 2,
      .findings = {{QualityFlag::kAtCap, false, "work", 3}},
      .state = ReviewState::kFlagged,
      .check_time = kNow,
      .review_time = std::nullopt,
      .note = ""};
  EXPECT_EQ(WithDecision(std::nullopt, found), found);
  FlaggedResponse decided = found;
  decided.check_time = kNow - absl::Hours(1);
  decided.state = ReviewState::kExcluded;
  decided.review_time = kNow - absl::Minutes(1);
  decided.note = "a test entry";
  FlaggedResponse both = decided;
  both.check_time = kNow;
  EXPECT_EQ(WithDecision(decided, found), both);
  decided.revision = 1;
  EXPECT_EQ(WithDecision(decided, found), found);
  FlaggedResponse open = found;
  open.state = ReviewState::kQuarantined;
  EXPECT_EQ(WithDecision(open, found), found);
}

TEST(QualityTest, RefusesAnswersThatWereNotAsked) {
  TestSnapshot snapshot;
  snapshot.Add(Named("p", "elsewhere", 1));
  EXPECT_EQ(ReasonOf(FindFlaws(snapshot, TestInstrument(true), kNow).status()),
            "STORED_DATA_UNREADABLE");
}

}  // namespace
}  // namespace pulsetaker::survey
