#include "cli/rpc/patient_call.h"

#include <deque>

#include "absl/time/clock.h"
#include "common/base/status.h"
#include "common/rpc/unary.h"
#include "google/rpc/error_details.pb.h"
#include "gtest/gtest.h"

namespace pulsetaker::cli {
namespace {

using Request = google::rpc::RetryInfo;
using Response = google::rpc::ErrorInfo;

absl::Status Refusal(absl::string_view reason, absl::Duration delay) {
  return WithRetryDelay(
      MakeError(absl::StatusCode::kResourceExhausted, reason, "refused"),
      delay);
}

// Refuses calls for as long as it has something to say.
class FakeStub {
 public:
  grpc::Status Get(grpc::ClientContext*, const Request&, Response* response) {
    ++call_count;
    if (!refusals.empty()) {
      const absl::Status refused = refusals.front();
      refusals.pop_front();
      return rpc::ToGrpcStatus(refused, "testing.pulsetaker");
    }
    response->set_reason("none");
    return grpc::Status::OK;
  }

  std::deque<absl::Status> refusals;
  int call_count = 0;
};

absl::StatusOr<Response> Get(FakeStub& stub, absl::Duration limit) {
  return CallPatiently(stub, &FakeStub::Get, Request(), absl::Now() + limit);
}

TEST(PatientCallTest, ComesBackWhenTheServiceSays) {
  constexpr absl::Duration kDelay = absl::Milliseconds(200);
  FakeStub stub;
  stub.refusals = {Refusal("TENANT_QUOTA_EXCEEDED", kDelay),
                   Refusal("TENANT_QUOTA_EXCEEDED", kDelay)};
  const absl::Time begin = absl::Now();
  const absl::StatusOr<Response> answer = Get(stub, absl::Seconds(60));
  ASSERT_TRUE(answer.ok()) << answer.status();
  EXPECT_EQ(answer->reason(), "none");
  EXPECT_EQ(stub.call_count, 3);
  EXPECT_GE(absl::Now() - begin, 2 * kDelay);
}

TEST(PatientCallTest, DoesNotWaitForWhatItsDeadlineRulesOut) {
  FakeStub stub;
  stub.refusals = {Refusal("TENANT_QUOTA_EXCEEDED", absl::Minutes(2))};
  EXPECT_EQ(ReasonOf(Get(stub, absl::Minutes(1)).status()),
            "TENANT_QUOTA_EXCEEDED");
  EXPECT_EQ(stub.call_count, 1);
}

TEST(PatientCallTest, FailsForAnythingElse) {
  FakeStub stub;
  stub.refusals = {Refusal("DISK_FULL", absl::Milliseconds(1))};
  EXPECT_EQ(ReasonOf(Get(stub, absl::Minutes(1)).status()), "DISK_FULL");
  EXPECT_EQ(stub.call_count, 1);
}

}  // namespace
}  // namespace pulsetaker::cli
