#include "common/rpc/call_audit.h"

#include <atomic>
#include <future>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/strings/match.h"
#include "common/base/metrics.h"
#include "common/base/mutex.h"
#include "common/base/status.h"
#include "common/rpc/access.h"
#include "common/rpc/access_test.grpc.pb.h"
#include "common/rpc/call_rates.h"
#include "common/rpc/client_call.h"
#include "common/rpc/pulled_stream.h"
#include "common/rpc/server.h"
#include "common/rpc/unary.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace pulsetaker::rpc {
namespace {

namespace v1 = pulsetaker::testing;
using audit::AuditRecord;
constexpr char kDomain[] = "testing.pulsetaker";
constexpr char kPlace[] = "tenants/north/places/a";

// Knows "TENANT:ROLE" as the token of TENANT@example.
class TestCallers final : public CallerSource {
 public:
  absl::StatusOr<Caller> Identify(
      const Credentials& credentials) const override {
    const std::string token(credentials.token);
    const auto colon = token.find(':');
    if (colon == std::string::npos) {
      return MakeError(absl::StatusCode::kUnauthenticated, "CALLER_UNKNOWN",
                       "nobody");
    }
    return Caller{.subject = subject,
                  .tenant = token.substr(0, colon),
                  .any_tenant = false,
                  .permissions = PermissionsOfRoles({token.substr(colon + 1)})};
  }

  std::string subject = "someone";
};

// Keeps records, and holds them back or refuses them if asked to.
class TestTrail final : public audit::AuditTrail {
 public:
  absl::Status Record(const AuditRecord&) override {
    return absl::UnimplementedError("not of a call");
  }

  void RecordAll(std::vector<AuditRecord> records,
                 std::function<void(const absl::Status&)> done) override {
    {
      MutexLock lock(mutex_);
      for (AuditRecord& record : records) records_.push_back(std::move(record));
      if (is_held_) {
        held_.push_back(std::move(done));
        return;
      }
    }
    done(answer);
  }

  void Hold() {
    MutexLock lock(mutex_);
    is_held_ = true;
  }

  void Release() {
    std::vector<std::function<void(const absl::Status&)>> held;
    {
      MutexLock lock(mutex_);
      is_held_ = false;
      held.swap(held_);
    }
    for (const auto& done : held) done(answer);
  }

  std::vector<AuditRecord> records() {
    MutexLock lock(mutex_);
    return records_;
  }

  absl::Status answer;

 private:
  Mutex mutex_;
  bool is_held_ ABSL_GUARDED_BY(mutex_) = false;
  std::vector<AuditRecord> records_ ABSL_GUARDED_BY(mutex_);
  std::vector<std::function<void(const absl::Status&)>> held_
      ABSL_GUARDED_BY(mutex_);
};

class ChangingImpl final : public v1::Guarded::CallbackService {
 public:
  grpc::ServerUnaryReactor* Read(grpc::CallbackServerContext* context,
                                 const v1::ReadRequest*, v1::Answer*) override {
    return RunUnary(context, executor_, kDomain,
                    [] { return absl::OkStatus(); });
  }
  grpc::ServerUnaryReactor* Change(grpc::CallbackServerContext* context,
                                   const v1::ReadRequest* request,
                                   v1::Answer* answer) override {
    return RunUnary(context, executor_, kDomain, [=, this]() -> absl::Status {
      ++changes;
      if (request->text() == "wrong") {
        return MakeError(absl::StatusCode::kNotFound, "PLACE_NOT_FOUND",
                         "no such place");
      }
      answer->set_text("a secret");
      return absl::OkStatus();
    });
  }
  // Takes a tenant for an invitation of it, and nothing for one that is none.
  grpc::ServerUnaryReactor* Respond(grpc::CallbackServerContext* context,
                                    const v1::RespondRequest* request,
                                    v1::Answer*) override {
    return RunUnary(context, executor_, kDomain,
                    [=](const CallContext& call) -> absl::Status {
                      const std::string& tenant = request->invitation_token();
                      if (tenant == "none" || !call.AdmitInvitation(tenant)) {
                        return MakeError(absl::StatusCode::kInvalidArgument,
                                         "INVITATION_INVALID", "is none");
                      }
                      return absl::OkStatus();
                    });
  }
  grpc::ServerWriteReactor<v1::Answer>* Follow(
      grpc::CallbackServerContext* context, const v1::ReadRequest*) override {
    return new PulledStream<v1::Answer>(
        context, executor_, kDomain,
        [this](v1::Answer& answer) -> absl::StatusOr<bool> {
          answer.set_text("a secret");
          return ++changes <= 2;
        });
  }

  std::atomic<int> changes = 0;

 private:
  BoundedExecutor executor_{1, 10};
};

class CallAuditTest : public ::testing::Test {
 protected:
  explicit CallAuditTest(CallRates* rates = nullptr) {
    auto server = Server::Start(
        {.listen = "127.0.0.1:0",
         .security = {.callers = &callers_, .audit = &trail_, .rates = rates}},
        {&service_}, metrics_);
    EXPECT_TRUE(server.ok()) << server.status();
    server_ = *std::move(server);
    stub_ = v1::Guarded::NewStub(
        MakeChannel("127.0.0.1:" + std::to_string(server_->grpc_port())));
    request_.set_name(kPlace);
  }
  ~CallAuditTest() override { trail_.Release(); }

  template <typename Method>
  absl::Status Call(Method method, const std::string& token,
                    absl::Duration limit = absl::Seconds(30)) {
    return Send(method, token, request_, limit);
  }
  template <typename Method, typename Request>
  absl::Status Send(Method method, const std::string& token,
                    const Request& request,
                    absl::Duration limit = absl::Seconds(30)) {
    grpc::ClientContext context;
    if (!token.empty()) {
      context.AddMetadata("authorization", "Bearer " + token);
    }
    SetDeadline(context, absl::Now() + limit);
    answer_.Clear();
    return FromGrpcStatus((stub_.get()->*method)(&context, request, &answer_));
  }
  absl::Status Respond(const std::string& token,
                       const std::string& invitation) {
    v1::RespondRequest request;
    request.set_invitation_token(invitation);
    return Send(&v1::Guarded::Stub::Respond, token, request);
  }
  absl::Status Change(const std::string& token) {
    return Call(&v1::Guarded::Stub::Change, token);
  }

  TestCallers callers_;
  TestTrail trail_;
  ChangingImpl service_;
  Metrics metrics_;
  std::unique_ptr<Server> server_;
  std::unique_ptr<v1::Guarded::Stub> stub_;
  v1::ReadRequest request_;
  v1::Answer answer_;
};

TEST_F(CallAuditTest, WritesWhoDidWhatToWhatAndHowItEnded) {
  ASSERT_TRUE(Change("north:designer").ok());
  request_.set_text("wrong");
  EXPECT_EQ(ReasonOf(Change("north:designer")), "PLACE_NOT_FOUND");
  const auto records = trail_.records();
  ASSERT_EQ(records.size(), 2u);
  EXPECT_EQ(records[0].subject, "someone");
  EXPECT_EQ(records[0].tenant, "north");
  EXPECT_EQ(records[0].method, "pulsetaker.testing.Guarded/Change");
  EXPECT_EQ(records[0].resource, kPlace);
  EXPECT_EQ(records[0].code, 0);
  EXPECT_EQ(records[0].reason, "");
  EXPECT_EQ(records[0].trace_id.size(), 32u);
  EXPECT_EQ(records[1].code, 5);
  EXPECT_EQ(records[1].reason, "PLACE_NOT_FOUND");
}

TEST_F(CallAuditTest, KnowsNamesByTheirLetters) {
  request_.set_name("tenants/north/retentionPolicy");
  ASSERT_TRUE(Change("north:designer").ok());
  request_.set_name("tenants/north/places/JaneDoe");
  ASSERT_TRUE(Change("north:designer").ok());
  const auto records = trail_.records();
  ASSERT_EQ(records.size(), 2u);
  EXPECT_EQ(records[0].resource, "tenants/north/retentionPolicy");
  EXPECT_EQ(records[1].resource, "") << "no id, but what somebody made up";
}

TEST_F(CallAuditTest, LeavesOutWhatIsNotAuditedAndWhoIsNobody) {
  EXPECT_TRUE(Call(&v1::Guarded::Stub::Read, "north:viewer").ok());
  EXPECT_FALSE(Change("").ok());
  EXPECT_THAT(trail_.records(), ::testing::IsEmpty());
}

TEST_F(CallAuditTest, WritesWhoWasRefusedAndNothingOfTheRequest) {
  EXPECT_EQ(ReasonOf(Change("north:viewer")), "PERMISSION_MISSING");
  EXPECT_EQ(ReasonOf(Change("south:designer")), "TENANT_FORBIDDEN");
  const auto records = trail_.records();
  ASSERT_EQ(records.size(), 2u);
  EXPECT_EQ(records[0].reason, "PERMISSION_MISSING");
  EXPECT_EQ(records[1].reason, "TENANT_FORBIDDEN");
  EXPECT_EQ(records[1].tenant, "south");
  EXPECT_EQ(records[1].resource, "");
}

TEST_F(CallAuditTest, WritesWhatRespondentsDidAndNotWhatTheyCouldNot) {
  EXPECT_TRUE(Respond("", "north").ok());
  EXPECT_EQ(ReasonOf(Respond("", "none")), "INVITATION_INVALID");
  EXPECT_EQ(ReasonOf(Respond("", "")), "CALLER_UNKNOWN");
  EXPECT_EQ(ReasonOf(Respond("south:questionnaire", "none")),
            "INVITATION_INVALID");
  const auto records = trail_.records();
  ASSERT_EQ(records.size(), 2u);
  EXPECT_EQ(records[0].subject, "respondent");
  EXPECT_EQ(records[0].tenant, "north");
  EXPECT_EQ(records[0].code, 0);
  EXPECT_EQ(records[1].subject, "someone");
  EXPECT_EQ(records[1].reason, "INVITATION_INVALID");
}

// Two calls for each tenant, for ever.
struct TwoCalls {
  CallRates rates{{.calls_per_second = 1, .burst = absl::Seconds(1)},
                  [] { return absl::UnixEpoch(); }};
};
class LimitedCallAuditTest : private TwoCalls, public CallAuditTest {
 protected:
  LimitedCallAuditTest() : CallAuditTest(&rates) {}
};

TEST_F(LimitedCallAuditTest, LeavesOutWhoCallsTooOften) {
  ASSERT_TRUE(Change("north:designer").ok());
  EXPECT_EQ(ReasonOf(Change("north:viewer")), "PERMISSION_MISSING");
  // A flood has no more records than the tenant may make calls.
  for (int i = 0; i < 10; ++i) {
    EXPECT_EQ(ReasonOf(Change("north:designer")), "TENANT_QUOTA_EXCEEDED");
    EXPECT_EQ(ReasonOf(Change("north:viewer")), "TENANT_QUOTA_EXCEEDED");
    grpc::ClientContext context;
    context.AddMetadata("authorization", "Bearer north:analyst");
    const auto reader = stub_->Follow(&context, request_);
    EXPECT_FALSE(reader->Read(&answer_));
    EXPECT_EQ(ReasonOf(FromGrpcStatus(reader->Finish())),
              "TENANT_QUOTA_EXCEEDED");
  }
  EXPECT_EQ(service_.changes, 1);
  const auto records = trail_.records();
  ASSERT_EQ(records.size(), 2u);
  EXPECT_EQ(records[0].reason, "");
  EXPECT_EQ(records[1].reason, "PERMISSION_MISSING");
}

TEST_F(CallAuditTest, NoAuditNoReply) {
  trail_.Hold();
  EXPECT_EQ(Call(&v1::Guarded::Stub::Change, "north:designer",
                 absl::Milliseconds(500))
                .code(),
            absl::StatusCode::kDeadlineExceeded);
  EXPECT_EQ(service_.changes, 1);
  trail_.Release();
  trail_.Hold();
  std::future<absl::Status> answered = std::async(
      std::launch::async, [this] { return Change("north:designer"); });
  while (service_.changes < 2) absl::SleepFor(absl::Milliseconds(1));
  while (trail_.records().size() < 2) absl::SleepFor(absl::Milliseconds(1));
  trail_.Release();
  EXPECT_TRUE(answered.get().ok());
}

TEST_F(CallAuditTest, ACallWhoseRecordIsLostFailsAndTellsNothing) {
  trail_.answer = absl::UnavailableError("a disk");
  EXPECT_EQ(ReasonOf(Change("north:designer")), "AUDIT_UNAVAILABLE");
  EXPECT_EQ(answer_.text(), "");
  trail_.answer = MakeError(absl::StatusCode::kResourceExhausted, "DISK_FULL",
                            "the disk is full");
  EXPECT_EQ(ReasonOf(Change("north:designer")), "DISK_FULL");
  EXPECT_EQ(answer_.text(), "");
}

TEST_F(CallAuditTest, AStreamBeginsWhenThatIsWritten) {
  trail_.Hold();
  grpc::ClientContext context;
  context.AddMetadata("authorization", "Bearer north:analyst");
  const auto reader = stub_->Follow(&context, request_);
  while (trail_.records().empty()) absl::SleepFor(absl::Milliseconds(1));
  absl::SleepFor(absl::Milliseconds(100));
  EXPECT_EQ(service_.changes, 0);
  EXPECT_EQ(trail_.records()[0].reason, "BEGUN");
  EXPECT_EQ(trail_.records()[0].resource, kPlace);
  trail_.Release();
  int messages = 0;
  while (reader->Read(&answer_)) ++messages;
  EXPECT_EQ(messages, 2);
  EXPECT_TRUE(reader->Finish().ok());
  const auto records = trail_.records();
  ASSERT_EQ(records.size(), 2u);
  EXPECT_EQ(records[1].reason, "");
}

TEST_F(CallAuditTest, AStreamWhoseBeginIsLostSendsNothing) {
  trail_.answer = absl::UnavailableError("a disk");
  grpc::ClientContext context;
  context.AddMetadata("authorization", "Bearer north:analyst");
  const auto reader = stub_->Follow(&context, request_);
  EXPECT_FALSE(reader->Read(&answer_));
  EXPECT_EQ(ReasonOf(FromGrpcStatus(reader->Finish())), "AUDIT_UNAVAILABLE");
  EXPECT_EQ(service_.changes, 0);
}

TEST_F(CallAuditTest, KeepsNoTextThatACallerMadeUp) {
  callers_.subject = "jane.doe@example.org";
  request_.set_name("Jane Doe of Leeds");
  EXPECT_TRUE(Change("north:designer").ok());
  const auto records = trail_.records();
  ASSERT_EQ(records.size(), 1u);
  EXPECT_EQ(records[0].resource, "");
  EXPECT_TRUE(absl::StartsWith(records[0].subject, "sha256:"));
  EXPECT_FALSE(absl::StrContains(records[0].subject, "jane"));
}

}  // namespace
}  // namespace pulsetaker::rpc
