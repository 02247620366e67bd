// How long people are kept, through the stub.

#include <string>

#include "services/survey/rpc/service_fixture_test.h"

namespace pulsetaker::survey {
namespace {

using PeopleStub = v1::PeopleService::Stub;

constexpr char kPolicyName[] = "tenants/north/retentionPolicy";
constexpr auto kInvalid = absl::StatusCode::kInvalidArgument;

class RetentionHandlersTest : public ServiceFixture {
 protected:
  absl::StatusOr<v1::RetentionPolicy> Get(
      const std::string& name = kPolicyName) {
    v1::GetRetentionPolicyRequest request;
    request.set_name(name);
    return rpc::Call(*people_stub_, &PeopleStub::GetRetentionPolicy, request,
                     Deadline());
  }

  static v1::UpdateRetentionPolicyRequest UpdateRequest(
      std::int32_t days, const std::string& etag = "") {
    v1::UpdateRetentionPolicyRequest request;
    request.mutable_retention_policy()->set_name(kPolicyName);
    request.mutable_retention_policy()->set_erase_after_days(days);
    request.mutable_retention_policy()->set_etag(etag);
    return request;
  }

  absl::StatusOr<v1::RetentionPolicy> Update(
      const v1::UpdateRetentionPolicyRequest& request) {
    return rpc::Call(*people_stub_, &PeopleStub::UpdateRetentionPolicy, request,
                     Deadline());
  }
};

TEST_F(RetentionHandlersTest, KeepsPeopleUntilSomeoneSaysOtherwise) {
  const auto none = Get();
  ASSERT_TRUE(none.ok()) << none.status();
  EXPECT_EQ(none->name(), kPolicyName);
  EXPECT_EQ(none->erase_after_days(), 0);
  EXPECT_FALSE(none->has_effective_time());
  EXPECT_FALSE(none->has_update_time());
  const auto same = Update(UpdateRequest(0, none->etag()));
  ASSERT_TRUE(same.ok()) << same.status();
  EXPECT_EQ(same->DebugString(), none->DebugString());
}

TEST_F(RetentionHandlersTest, ChangesThePolicyOfATenant) {
  const auto none = Get();
  ASSERT_TRUE(none.ok()) << none.status();
  const auto changed = Update(UpdateRequest(365, none->etag()));
  ASSERT_TRUE(changed.ok()) << changed.status();
  EXPECT_EQ(changed->name(), kPolicyName);
  EXPECT_EQ(changed->erase_after_days(), 365);
  EXPECT_EQ(changed->update_time().seconds(), 1'700'000'000);
  EXPECT_EQ(changed->update_time().nanos(), 123'456'000);
  EXPECT_EQ(changed->effective_time().seconds(), 1'700'086'400);
  EXPECT_EQ(changed->effective_time().nanos(), 123'456'000);
  EXPECT_NE(changed->etag(), none->etag());
  EXPECT_EQ(Get()->DebugString(), changed->DebugString());
  EXPECT_EQ(Get("tenants/south/retentionPolicy")->erase_after_days(), 0);

  // Sent again it changes nothing, and is effective when it was to be.
  now_micros_ += 5'000'000;
  const auto again = Update(UpdateRequest(365, changed->etag()));
  ASSERT_TRUE(again.ok()) << again.status();
  EXPECT_EQ(again->DebugString(), changed->DebugString());
  EXPECT_EQ(Update(UpdateRequest(365))->DebugString(), changed->DebugString());

  const auto kept = Update(UpdateRequest(0));
  ASSERT_TRUE(kept.ok()) << kept.status();
  EXPECT_FALSE(kept->has_effective_time());
  EXPECT_EQ(kept->update_time().seconds(), 1'700'000'005);
  EXPECT_NE(kept->etag(), changed->etag());
}

TEST_F(RetentionHandlersTest, RefusesAsDocumented) {
  v1::UpdateRetentionPolicyRequest request = UpdateRequest(1, "r9");
  const Refusal<v1::UpdateRetentionPolicyRequest> last_to_first[] = {
      {absl::StatusCode::kAborted, v1::ERROR_REASON_ETAG_MISMATCH,
       "retention_policy.etag", [](auto&) {}},
      {kInvalid, v1::ERROR_REASON_RETENTION_OUT_OF_RANGE,
       "retention_policy.erase_after_days",
       [](auto& r) {
         r.mutable_retention_policy()->set_erase_after_days(36'501);
       }},
      {kInvalid, v1::ERROR_REASON_RETENTION_OUT_OF_RANGE,
       "retention_policy.erase_after_days",
       [](auto& r) { r.mutable_retention_policy()->set_erase_after_days(-1); }},
      {kInvalid, v1::ERROR_REASON_NAME_MALFORMED, "retention_policy.name",
       [](auto& r) { r.mutable_retention_policy()->set_name(kTenantName); }},
      {kInvalid, v1::ERROR_REASON_FIELD_REQUIRED, "retention_policy",
       [](auto& r) { r.clear_retention_policy(); }}};
  for (const auto& row : last_to_first) {
    SCOPED_TRACE(v1::ErrorReason_Name(row.reason));
    row.spoil(request);
    const absl::Status status = Update(request).status();
    EXPECT_EQ(status.code(), row.code) << status;
    EXPECT_EQ("ERROR_REASON_" + ReasonOf(status),
              v1::ErrorReason_Name(row.reason));
    EXPECT_EQ(FieldOf(status), row.field) << status;
  }
  for (const char* name :
       {"", "tenants/north", "tenants/north/retentionPolicies",
        "tenants/North/retentionPolicy", "tenants/north/retentionPolicy/x"}) {
    EXPECT_EQ(ReasonOf(Get(name).status()), "NAME_MALFORMED") << name;
  }
  for (const char* etag : {"x", "r0", "r2", "1"}) {
    EXPECT_EQ(ReasonOf(Update(UpdateRequest(1, etag)).status()),
              "ETAG_MISMATCH")
        << etag;
  }
  EXPECT_EQ(Get()->erase_after_days(), 0);
}

// From the calls to the erasure: nobody goes before the policy is in force, and
// then only who is in no wave that goes on.
TEST_F(RetentionHandlersTest, ErasesByItselfWhoIsDue) {
  MakeWaveAndAbove();
  ImportPeople();
  Open();
  Submit(ResponseOf("p1", {"p2"}));
  Close();
  const std::string digest = GetWave().snapshot_digest();
  MakeWave("4");
  v1::ImportRosterRequest roster = RosterRequest({Person("p2")});
  roster.set_parent(absl::StrCat(kSurveyName, "/waves/4"));
  roster.mutable_participants(0)->set_name(
      absl::StrCat(roster.parent(), "/participants/p2"));
  Must(&Stub::ImportRoster, roster);
  now_micros_ += absl::ToInt64Microseconds(absl::Hours(24 * 10));
  ASSERT_TRUE(Update(UpdateRequest(1)).ok());
  const auto run = [this] {
    const RetentionRun done = retentions_.EraseDue([] { return false; });
    EXPECT_TRUE(done.failures.empty());
    return done.erased_count;
  };
  now_micros_ += absl::ToInt64Microseconds(kRetentionDelay) - 1;
  EXPECT_EQ(run(), 0);
  now_micros_ += 1;
  EXPECT_EQ(run(), 5) << "p1, p3, p4, out and gone";
  EXPECT_NE(GetWave().snapshot_digest(), digest);
  v1::ListParticipantsRequest list;
  list.set_parent(kWaveName);
  const auto left = Must(&Stub::ListParticipants, list);
  ASSERT_EQ(left.participants_size(), 1);
  EXPECT_EQ(left.participants(0).name(), PersonName("p2"));
}

}  // namespace
}  // namespace pulsetaker::survey
