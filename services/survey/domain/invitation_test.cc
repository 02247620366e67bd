#include "services/survey/domain/invitation.h"

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/base/status.h"
#include "gtest/gtest.h"

namespace pulsetaker::survey {
namespace {

constexpr absl::Duration kDay = absl::Hours(24);

absl::Time Now() { return absl::FromUnixSeconds(1'700'000'000); }

IssuedInvitation Issued() {
  return NextIssue("p1", nullptr,
                   {.key_number = 2,
                    .language = "en",
                    .expire_time = Now() + 30 * kDay,
                    .now = Now()});
}

InvitationToken TokenOf(const IssuedInvitation& invitation) {
  return {.key_number = invitation.key_number,
          .wave = {"north", "leeds", "care", 3},
          .issue = invitation.issue,
          .expire_time = invitation.expire_time,
          .person = invitation.person};
}

std::vector<std::string> People(std::size_t count) {
  std::vector<std::string> people;
  for (std::size_t i = 0; i < count; ++i) {
    people.push_back(absl::StrCat("p", i));
  }
  return people;
}

TEST(InvitationTest, MakesTheFormerTokenVoidAndKeepsReminders) {
  IssuedInvitation first = Reminded(Issued(), Now() + kDay);
  first.use_time = Now() + 2 * kDay;
  first.used_by = "someone";
  first.revoke_time = Now();
  const IssuedInvitation second = NextIssue("p1", &first,
                                            {.key_number = 3,
                                             .language = "cy",
                                             .expire_time = Now() + 9 * kDay,
                                             .now = Now() + 3 * kDay});
  IssuedInvitation want;
  want.person = "p1";
  want.issue = 2;
  want.key_number = 3;
  want.language = "cy";
  want.create_time = Now() + 3 * kDay;
  want.expire_time = Now() + 9 * kDay;
  want.reminder_count = 1;
  want.remind_time = Now() + kDay;
  EXPECT_EQ(second, want);
  const absl::Time later = Now() + 4 * kDay;
  EXPECT_TRUE(CheckToken(&second, TokenOf(second), later).ok());
  EXPECT_EQ(CheckToken(&second, TokenOf(first), later), InvalidTokenError());
}

// Each row makes it wrong in one more way, which comes before those above it.
TEST(InvitationTest, SaysWhyATokenIsNotTaken) {
  IssuedInvitation invitation = Issued();
  const InvitationToken token = TokenOf(invitation);
  EXPECT_TRUE(CheckToken(&invitation, token,
                         invitation.expire_time - absl::Microseconds(1))
                  .ok());
  const absl::Time late = invitation.expire_time;
  absl::Status status = CheckToken(&invitation, token, late);
  EXPECT_EQ(status.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(ReasonOf(status), "INVITATION_EXPIRED");
  invitation.use_time = Now();
  status = CheckToken(&invitation, token, late);
  EXPECT_EQ(status.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(ReasonOf(status), "INVITATION_USED");
  EXPECT_EQ(MetadataOf(status), (ErrorMetadata{{"field", "invitation_token"}}));

  // The same for all that make it void, so that nobody learns which it is.
  IssuedInvitation other_key = invitation;
  other_key.key_number = 1;
  EXPECT_EQ(CheckToken(&other_key, token, late), InvalidTokenError());
  IssuedInvitation other_issue = invitation;
  other_issue.issue = 2;
  EXPECT_EQ(CheckToken(&other_issue, token, late), InvalidTokenError());
  invitation.revoke_time = Now();
  EXPECT_EQ(CheckToken(&invitation, token, late), InvalidTokenError());
  EXPECT_EQ(CheckToken(nullptr, token, late), InvalidTokenError());
  EXPECT_EQ(ReasonOf(InvalidTokenError()), "INVITATION_INVALID");
}

TEST(InvitationTest, TakesOnlyPeopleWhoAreListedOnce) {
  EXPECT_TRUE(CheckPersons(People(1)).ok());
  EXPECT_TRUE(CheckPersons(People(kInvitePersonsMax)).ok());
  EXPECT_EQ(ReasonOf(CheckPersons({})), "PERSON_COUNT_INVALID");
  EXPECT_EQ(ReasonOf(CheckPersons(People(kInvitePersonsMax + 1))),
            "PERSON_COUNT_INVALID");
  absl::Status status = CheckPersons({"a", "b", "a"});
  EXPECT_EQ(ReasonOf(status), "PERSON_REPEATED");
  EXPECT_EQ(MetadataOf(status), (ErrorMetadata{{"field", "persons[2]"}}));
  status = CheckPersons({"a", "B"});
  EXPECT_EQ(ReasonOf(status), "ID_MALFORMED");
  EXPECT_EQ(MetadataOf(status), (ErrorMetadata{{"field", "persons[1]"}}));
}

TEST(InvitationTest, BoundsTimesOnBothSides) {
  const absl::Duration tick = absl::Microseconds(1);
  EXPECT_TRUE(CheckExpireTime(Now() + tick, Now()).ok());
  EXPECT_TRUE(CheckExpireTime(Now() + kInvitationLifeMax, Now()).ok());
  EXPECT_TRUE(CheckSendTime(Now(), Now()).ok());
  EXPECT_TRUE(CheckSendTime(Now() - kInvitationLifeMax, Now()).ok());
  for (const absl::Status& status :
       {CheckExpireTime(Now(), Now()),
        CheckExpireTime(Now() + kInvitationLifeMax + tick, Now()),
        CheckSendTime(Now() + tick, Now()),
        CheckSendTime(Now() - kInvitationLifeMax - tick, Now())}) {
    EXPECT_EQ(ReasonOf(status), "TIME_OUT_OF_RANGE") << status;
  }
  Wave wave;
  for (const WaveState state : {WaveState::kDraft, WaveState::kOpen}) {
    wave.state = state;
    EXPECT_TRUE(CheckInvitable(wave).ok());
  }
  for (const WaveState state : {WaveState::kClosing, WaveState::kClosed}) {
    wave.state = state;
    EXPECT_EQ(ReasonOf(CheckInvitable(wave)), "WAVE_NOT_OPEN");
  }
}

TEST(InvitationTest, FindsWhoIsDue) {
  const DueFilter filter = {
      .quiet = 7 * kDay, .reminder_count_max = 1, .now = Now() + 7 * kDay};
  EXPECT_TRUE(CheckDueFilter(filter).ok());
  EXPECT_TRUE(IsDue(Issued(), filter));
  const auto due = [&](auto change) {
    IssuedInvitation invitation = Issued();
    change(invitation);
    return IsDue(invitation, filter);
  };
  using I = IssuedInvitation;
  EXPECT_FALSE(due([](I& i) { i.create_time += absl::Microseconds(1); }));
  EXPECT_FALSE(due([](I& i) { i.use_time = Now(); }));
  EXPECT_FALSE(due([](I& i) { i.revoke_time = Now(); }));
  EXPECT_FALSE(due([&](I& i) { i.expire_time = filter.now; }));
  EXPECT_TRUE(due([](I& i) { i = Reminded(i, Now()); }));
  EXPECT_FALSE(due([](I& i) { i = Reminded(i, Now() + kDay); }));
  EXPECT_FALSE(due([](I& i) { i = Reminded(Reminded(i, Now()), Now()); }));
}

TEST(InvitationTest, BoundsTheFilterOfReminders) {
  DueFilter filter;
  filter.quiet = kInvitationLifeMax;
  filter.reminder_count_max = kReminderCountMax;
  EXPECT_TRUE(CheckDueFilter(filter).ok());
  filter.reminder_count_max = kReminderCountMax + 1;
  EXPECT_EQ(ReasonOf(CheckDueFilter(filter)), "NUMBER_OUT_OF_RANGE");
  filter.reminder_count_max = -1;
  EXPECT_EQ(ReasonOf(CheckDueFilter(filter)), "NUMBER_OUT_OF_RANGE");
  filter.quiet += absl::Nanoseconds(1);
  EXPECT_EQ(ReasonOf(CheckDueFilter(filter)), "TIME_OUT_OF_RANGE");
  filter.quiet = -absl::Nanoseconds(1);
  EXPECT_EQ(ReasonOf(CheckDueFilter(filter)), "TIME_OUT_OF_RANGE");
}

TEST(InvitationTest, KeepsTheLastReminderWhateverTheOrder) {
  const IssuedInvitation reminded =
      Reminded(Reminded(Issued(), Now() + 3 * kDay), Now() + kDay);
  EXPECT_EQ(reminded.reminder_count, 2);
  EXPECT_EQ(reminded.remind_time, Now() + 3 * kDay);
  EXPECT_EQ(LastContact(reminded), Now() + 3 * kDay);
  EXPECT_EQ(LastContact(Issued()), Now());
}

}  // namespace
}  // namespace pulsetaker::survey
