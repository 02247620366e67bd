// Limits of calls, by a real server with everything that admits a call.

#include "common/rpc/call_rates.h"

#include <atomic>
#include <memory>
#include <string>
#include <vector>

#include "common/base/metrics.h"
#include "common/base/status.h"
#include "common/rpc/access.h"
#include "common/rpc/access_test.grpc.pb.h"
#include "common/rpc/client_call.h"
#include "common/rpc/pulled_stream.h"
#include "common/rpc/server.h"
#include "common/rpc/unary.h"
#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"
#include "gtest/gtest.h"

namespace pulsetaker::rpc {
namespace {

namespace v1 = pulsetaker::testing;
constexpr char kDomain[] = "testing.pulsetaker";
// The third call at once is refused.
constexpr CallLimits kFewCalls = {.calls_per_second = 10,
                                  .burst = absl::Milliseconds(100)};
constexpr absl::Duration kEach = absl::Milliseconds(100);

// A clock that stands still until it is told otherwise.
class StandingClock {
 public:
  void Pass(absl::Duration time) { nanos_ += absl::ToInt64Nanoseconds(time); }
  Clock clock() {
    return [this] { return absl::FromUnixNanos(nanos_); };
  }

 private:
  std::atomic<std::int64_t> nanos_ = 1'000'000;
};

TEST(CallRatesTest, LimitsEachTenantByTheClock) {
  StandingClock time;
  CallRates rates(kFewCalls, time.clock());
  EXPECT_TRUE(rates.Take("north").ok());
  EXPECT_TRUE(rates.Take("north").ok());
  const absl::Status refused = rates.Take("north");
  EXPECT_EQ(refused.message(), "the quota of 10 calls a second is used up");
  EXPECT_EQ(RetryDelayOf(refused), kEach);
  EXPECT_TRUE(rates.Take("south").ok());
  time.Pass(kEach - absl::Nanoseconds(1));
  EXPECT_FALSE(rates.Take("north").ok());
  time.Pass(absl::Nanoseconds(1));
  EXPECT_TRUE(rates.Take("north").ok());
  EXPECT_FALSE(rates.Take("north").ok());
}

TEST(CallRatesTest, LimitsNothingWithoutARate) {
  StandingClock time;
  CallRates rates({.burst = absl::ZeroDuration()}, time.clock());
  for (int i = 0; i < 1'000; ++i) ASSERT_TRUE(rates.Take("north").ok());
}

// Knows "TENANT:ROLE" as the token of one, and "service" as that of a service.
class TestCallers final : public CallerSource {
 public:
  absl::StatusOr<Caller> Identify(
      const Credentials& credentials) const override {
    const std::string token(credentials.token);
    if (token == "service") {
      return Caller{.subject = "a service",
                    .any_tenant = true,
                    .permissions = PermissionsOfRoles({"viewer"})};
    }
    const auto colon = token.find(':');
    if (colon == std::string::npos) {
      return MakeError(absl::StatusCode::kUnauthenticated, "CALLER_UNKNOWN",
                       "nobody");
    }
    return Caller{.subject = "someone",
                  .tenant = token.substr(0, colon),
                  .any_tenant = false,
                  .permissions = PermissionsOfRoles({token.substr(colon + 1)})};
  }
};

// Counts what reaches it.
class GuardedImpl final : public v1::Guarded::CallbackService {
 public:
  grpc::ServerUnaryReactor* Read(grpc::CallbackServerContext* context,
                                 const v1::ReadRequest*, v1::Answer*) override {
    return Count(context);
  }
  grpc::ServerUnaryReactor* Manage(grpc::CallbackServerContext* context,
                                   const v1::ManageRequest*,
                                   v1::Answer*) override {
    return Count(context);
  }
  grpc::ServerWriteReactor<v1::Answer>* Watch(
      grpc::CallbackServerContext* context, const v1::ReadRequest*) override {
    return new PulledStream<v1::Answer>(
        context, executor_, kDomain,
        [this, left = 3](v1::Answer&) mutable -> absl::StatusOr<bool> {
          ++reached;
          return left-- > 0;
        });
  }
  // Does not ask whether its caller was admitted.
  grpc::ServerUnaryReactor* Forget(grpc::CallbackServerContext* context,
                                   const v1::ReadRequest* request,
                                   v1::Answer*) override {
    seen_by_forgetful = request->ByteSizeLong();
    auto* const reactor = context->DefaultReactor();
    reactor->Finish(grpc::Status::OK);
    return reactor;
  }

  std::atomic<int> reached = 0;
  std::atomic<std::size_t> seen_by_forgetful = 0;

 private:
  grpc::ServerUnaryReactor* Count(grpc::CallbackServerContext* context) {
    return RunUnary(context, executor_, kDomain, [this] {
      ++reached;
      return absl::OkStatus();
    });
  }

  BoundedExecutor executor_{1, 10};
};

template <typename Detail>
Detail DetailOf(const grpc::Status& status) {
  google::rpc::Status details;
  Detail found;
  EXPECT_TRUE(details.ParseFromString(status.error_details()));
  for (const auto& detail : details.details()) {
    if (detail.UnpackTo(&found)) return found;
  }
  ADD_FAILURE() << "there is no " << found.GetTypeName();
  return found;
}

class LimitedServerTest : public ::testing::Test {
 protected:
  LimitedServerTest() {
    auto server =
        Server::Start({.listen = "127.0.0.1:0",
                       .drain = absl::ZeroDuration(),
                       .security = {.callers = &callers_, .rates = &rates_}},
                      {&service_}, metrics_);
    EXPECT_TRUE(server.ok()) << server.status();
    server_ = *std::move(server);
    stub_ = v1::Guarded::NewStub(
        MakeChannel("127.0.0.1:" + std::to_string(server_->grpc_port())));
    request_.set_name("tenants/north/places/a");
    request_.set_text("secret");
  }

  // How a call by the one of this token ends.
  template <typename Method, typename Request>
  grpc::Status Call(Method method, const std::string& token,
                    const Request& request) {
    grpc::ClientContext context;
    SetDeadline(context, absl::Now() + absl::Seconds(30));
    if (!token.empty()) {
      context.AddMetadata("authorization", "Bearer " + token);
    }
    v1::Answer answer;
    return (stub_.get()->*method)(&context, request, &answer);
  }
  grpc::Status Read(const std::string& token) {
    return Call(&v1::Guarded::Stub::Read, token, request_);
  }
  std::string ReasonOfRead(const std::string& token) {
    return ReasonOf(FromGrpcStatus(Read(token)));
  }

  // The calls that `tenant` may make at once.
  void UseUp(const std::string& tenant) {
    for (int i = 0; i < 2; ++i) (void)Read(tenant + ":viewer");
    service_.reached = 0;
  }

  std::uint64_t refused_count() {
    return metrics_.GetCounter({"pulsetaker_calls_over_quota_total", ""})
        .value();
  }

  StandingClock time_;
  TestCallers callers_;
  CallRates rates_{kFewCalls, time_.clock()};
  GuardedImpl service_;
  Metrics metrics_;
  std::unique_ptr<Server> server_;
  std::unique_ptr<v1::Guarded::Stub> stub_;
  v1::ReadRequest request_;
};

TEST_F(LimitedServerTest, RefusesWhoCallsTooOftenAndSaysWhenToComeBack) {
  EXPECT_TRUE(Read("north:viewer").ok());
  EXPECT_TRUE(Read("north:viewer").ok());
  const grpc::Status refused = Read("north:viewer");
  EXPECT_EQ(service_.reached, 2);
  EXPECT_EQ(refused.error_code(), grpc::StatusCode::RESOURCE_EXHAUSTED);
  EXPECT_EQ(refused.error_message(),
            "the quota of 10 calls a second is used up");
  const auto info = DetailOf<google::rpc::ErrorInfo>(refused);
  EXPECT_EQ(info.reason(), "TENANT_QUOTA_EXCEEDED");
  EXPECT_EQ(info.domain(), kDomain);
  EXPECT_EQ(info.metadata().at("quota_subject"), "tenants/north");
  const auto failure = DetailOf<google::rpc::QuotaFailure>(refused);
  ASSERT_EQ(failure.violations_size(), 1);
  EXPECT_EQ(failure.violations(0).subject(), "tenants/north");
  EXPECT_EQ(failure.violations(0).description(), refused.error_message());
  const auto retry = DetailOf<google::rpc::RetryInfo>(refused);
  EXPECT_EQ(retry.retry_delay().seconds(), 0);
  EXPECT_EQ(retry.retry_delay().nanos(), 100'000'000);
  EXPECT_EQ(refused_count(), 1u);

  time_.Pass(*RetryDelayOf(FromGrpcStatus(refused)));
  EXPECT_TRUE(Read("north:viewer").ok());
  EXPECT_EQ(service_.reached, 3);
}

TEST_F(LimitedServerTest, LetsOthersGoOn) {
  UseUp("north");
  EXPECT_EQ(ReasonOfRead("north:viewer"), "TENANT_QUOTA_EXCEEDED");
  request_.set_name("tenants/south/places/a");
  EXPECT_TRUE(Read("south:viewer").ok());
  EXPECT_EQ(service_.reached, 1);
}

TEST_F(LimitedServerTest, DoesNotCountWhoActsForNoTenant) {
  const v1::ManageRequest manage;
  for (int i = 0; i < 20; ++i) {
    EXPECT_TRUE(Read("service").ok());
    EXPECT_TRUE(Call(&v1::Guarded::Stub::Manage, ":operator", manage).ok());
    EXPECT_EQ(ReasonOfRead(""), "CALLER_UNKNOWN");
  }
  EXPECT_EQ(service_.reached, 40);
  EXPECT_TRUE(Read("north:viewer").ok());
}

TEST_F(LimitedServerTest, AMethodSeesNothingOfARefusedRequest) {
  EXPECT_TRUE(Call(&v1::Guarded::Stub::Forget, "north:viewer", request_).ok());
  EXPECT_EQ(service_.seen_by_forgetful, request_.ByteSizeLong());
  UseUp("north");
  (void)Call(&v1::Guarded::Stub::Forget, "north:viewer", request_);
  EXPECT_EQ(service_.seen_by_forgetful, 0u);
}

TEST_F(LimitedServerTest, CountsWhatIsRefusedAnyway) {
  EXPECT_EQ(ReasonOfRead("north:name_reader"), "PERMISSION_MISSING");
  request_.set_name("tenants/south/places/a");
  EXPECT_EQ(ReasonOfRead("north:viewer"), "TENANT_FORBIDDEN");
  // What they may not do is not told any more, either.
  for (const char* token : {"north:name_reader", "north:viewer"}) {
    EXPECT_EQ(ReasonOfRead(token), "TENANT_QUOTA_EXCEEDED") << token;
  }
  EXPECT_TRUE(Read("south:viewer").ok());
  EXPECT_EQ(service_.reached, 1);
}

TEST_F(LimitedServerTest, AStreamIsOneCall) {
  int ended_well = 0;
  for (int i = 0; i < 4; ++i) {
    grpc::ClientContext context;
    context.AddMetadata("authorization", "Bearer north:viewer");
    const auto reader = stub_->Watch(&context, request_);
    v1::Answer answer;
    int messages = 0;
    while (reader->Read(&answer)) ++messages;
    const absl::Status status = FromGrpcStatus(reader->Finish());
    if (status.ok()) ++ended_well;
    EXPECT_EQ(messages, status.ok() ? 3 : 0);
    EXPECT_EQ(ReasonOf(status), status.ok() ? "" : "TENANT_QUOTA_EXCEEDED");
  }
  EXPECT_EQ(ended_well, 2);
  EXPECT_EQ(service_.reached, 2 * 4);
  EXPECT_EQ(refused_count(), 2u);
}

}  // namespace
}  // namespace pulsetaker::rpc
