#include "services/survey/domain/retention.h"

#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/base/random.h"
#include "common/base/status.h"
#include "gtest/gtest.h"

namespace pulsetaker::survey {
namespace {

using Names = std::vector<std::string>;

constexpr absl::Duration kDay = absl::Hours(24);

absl::Time Day(int day) {
  return absl::FromUnixSeconds(1'700'000'000) + day * kDay;
}

RetentionPolicy PolicyOf(std::int32_t days) {
  return {.tenant = "north",
          .erase_after_days = days,
          .revision = 2,
          .update_time = Day(0)};
}

Wave WaveIn(WaveState state, std::optional<absl::Time> close_time) {
  Wave wave;
  wave.state = state;
  wave.close_time = close_time;
  return wave;
}

TEST(RetentionPolicyTest, TakesZeroToAHundredYears) {
  for (const std::int32_t days : {0, 1, 365, 36'500}) {
    EXPECT_TRUE(CheckRetentionDays(days).ok()) << days;
  }
  for (const std::int32_t days : {-1, INT32_MIN, 36'501, INT32_MAX}) {
    const absl::Status status = CheckRetentionDays(days);
    EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument) << days;
    EXPECT_EQ(ReasonOf(status), "RETENTION_OUT_OF_RANGE") << days;
    EXPECT_EQ(MetadataOf(status),
              (ErrorMetadata{{"field", "retention_policy.erase_after_days"}}));
  }
}

TEST(RetentionPolicyTest, IsInForceADayAfterItsChange) {
  const RetentionPolicy kept = {.tenant = "north"};
  EXPECT_EQ(EffectiveTimeOf(kept), std::nullopt);
  EXPECT_FALSE(IsInForce(kept, absl::InfiniteFuture()));
  const RetentionPolicy first = Changed(kept, 30, Day(1));
  EXPECT_EQ(first, (RetentionPolicy{.tenant = "north",
                                    .erase_after_days = 30,
                                    .revision = 2,
                                    .update_time = Day(1)}));
  EXPECT_EQ(EffectiveTimeOf(first), Day(2));
  EXPECT_FALSE(IsInForce(first, Day(2) - absl::Microseconds(1)));
  EXPECT_TRUE(IsInForce(first, Day(2)));
  EXPECT_EQ(Changed(first, 30, Day(5)), first) << "the same changes nothing";
  const RetentionPolicy longer = Changed(first, 31, Day(5));
  EXPECT_EQ(longer.revision, 3);
  EXPECT_FALSE(IsInForce(longer, Day(5))) << "the former is in force no more";
  const RetentionPolicy back = Changed(longer, 0, Day(7));
  EXPECT_EQ(back.update_time, Day(7));
  EXPECT_EQ(EffectiveTimeOf(back), std::nullopt);
  EXPECT_FALSE(IsInForce(back, Day(1'000)));
}

TEST(RetentionPolicyTest, SaysWhetherAWaveIsOver) {
  const RetentionPolicy policy = PolicyOf(10);
  const Wave closed = WaveIn(WaveState::kClosed, Day(100));
  EXPECT_FALSE(IsOver(policy, closed, Day(110) - absl::Microseconds(1)));
  EXPECT_TRUE(IsOver(policy, closed, Day(110)));
  for (const WaveState state :
       {WaveState::kDraft, WaveState::kOpen, WaveState::kClosing}) {
    EXPECT_FALSE(IsOver(policy, WaveIn(state, Day(0)), Day(5'000)))
        << NameOf(state);
  }
  EXPECT_FALSE(IsOver(policy, WaveIn(WaveState::kClosed, {}), Day(5'000)));
}

TEST(LastClosesTest, TellsWhoIsDue) {
  Overlay overlay;
  overlay.aliases = {{"twin", "merged"}, {"other", "late"}};
  const OverlayIndex people(overlay);
  LastCloses closes(people);
  closes.Add(WaveIn(WaveState::kClosed, Day(200)), Names{"late", "again"});
  closes.Add(WaveIn(WaveState::kClosed, Day(100)),
             Names{"once", "again", "merged", "draft", "open", "closing",
                   "reopened", "other"});
  closes.Add(WaveIn(WaveState::kClosed, Day(150)), Names{"twin"});
  closes.Add(WaveIn(WaveState::kDraft, {}), Names{"draft"});
  closes.Add(WaveIn(WaveState::kOpen, {}), Names{"open", "only-open"});
  closes.Add(WaveIn(WaveState::kClosing, Day(1)), Names{"closing"});
  // What is left of a close that was undone says nothing.
  closes.Add(WaveIn(WaveState::kOpen, Day(1)), Names{"reopened"});
  const RetentionPolicy policy = PolicyOf(10);
  const struct {
    int day;
    Names due;
  } cases[] = {{0, {}},
               {109, {}},
               {110, {"once"}},
               {159, {"once"}},
               {160, {"merged", "once"}},
               {209, {"merged", "once"}},
               {210, {"again", "late", "merged", "once"}},
               {9'999, {"again", "late", "merged", "once"}}};
  for (const auto& c : cases) {
    EXPECT_EQ(closes.DueAt(policy, Day(c.day)), c.due) << c.day;
  }
}

TEST(LastClosesTest, KnowsNobodyWhoWasOnNoRoster) {
  const OverlayIndex people{Overlay()};
  EXPECT_TRUE(LastCloses(people).DueAt(PolicyOf(1), Day(9'999)).empty());
}

// Who is due is never on a roster of a wave that is not over, and all others
// who are on one are due, in whichever order the waves come.
TEST(LastClosesTest, HoldsForAnyWaves) {
  for (std::uint64_t seed = 1; seed <= 200; ++seed) {
    SCOPED_TRACE(absl::StrCat("seed ", seed));
    Random random(seed);
    Overlay overlay;
    for (int i = 0; i < 3; ++i) {
      overlay.aliases[absl::StrCat("a", i)] = absl::StrCat("p", i);
    }
    const OverlayIndex people(overlay);
    const RetentionPolicy policy =
        PolicyOf(static_cast<std::int32_t>(1 + random.Uniform(20)));
    const absl::Time now = Day(50);
    LastCloses closes(people);
    std::map<std::string, bool> is_due;
    for (int wave = 0; wave < 4; ++wave) {
      const auto state = static_cast<WaveState>(1 + random.Uniform(4));
      const absl::Time close = Day(static_cast<int>(random.Uniform(50)));
      Names roster;
      for (int i = 0; i < 6; ++i) {
        if (random.Uniform(2) == 0) continue;
        const bool by_alias = i < 3 && random.Uniform(2) == 0;
        roster.push_back(absl::StrCat(by_alias ? "a" : "p", i));
      }
      closes.Add(WaveIn(state, close), roster);
      const bool is_over = state == WaveState::kClosed &&
                           close + policy.erase_after_days * kDay <= now;
      for (const std::string& id : roster) {
        const std::string person(people.PersonOf(id));
        is_due[person] =
            is_over && (is_due.count(person) == 0 || is_due.at(person));
      }
    }
    Names wanted;
    for (const auto& [person, due] : is_due) {
      if (due) wanted.push_back(person);
    }
    EXPECT_EQ(closes.DueAt(policy, now), wanted);
  }
}

}  // namespace
}  // namespace pulsetaker::survey
