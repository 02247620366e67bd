// Through a server and its stub: what a caller gets of what a body returns, and
// what a client of ours makes of it. google.longrunning.Operations serves as a
// service with unary methods.

#include "common/rpc/unary.h"

#include <atomic>
#include <functional>
#include <memory>
#include <new>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/synchronization/notification.h"
#include "absl/time/clock.h"
#include "common/base/log.h"
#include "common/base/metrics.h"
#include "common/base/status.h"
#include "common/rpc/client_call.h"
#include "common/rpc/server.h"
#include "google/longrunning/operations.grpc.pb.h"
#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"
#include "gtest/gtest.h"

namespace pulsetaker::rpc {
namespace {

namespace lro = google::longrunning;

constexpr absl::string_view kErrorDomain = "test.pulsetaker";

using Body = std::function<absl::Status(const CallContext&)>;

class TestService final : public lro::Operations::CallbackService {
 public:
  explicit TestService(BoundedExecutor& executor) : executor_(executor) {}

  grpc::ServerUnaryReactor* GetOperation(
      grpc::CallbackServerContext* context,
      const lro::GetOperationRequest* request,
      lro::Operation* response) override {
    response->set_name(request->name());
    return RunUnary(context, executor_, kErrorDomain, body);
  }

  Body body = [](const CallContext&) { return absl::OkStatus(); };

 private:
  BoundedExecutor& executor_;
};

class UnaryTest : public ::testing::Test {
 protected:
  UnaryTest() {
    log::SetSink([](absl::string_view) {});
    auto server =
        Server::Start({.listen = "127.0.0.1:0", .drain = absl::ZeroDuration()},
                      {&service_}, metrics_);
    EXPECT_TRUE(server.ok()) << server.status();
    server_ = *std::move(server);
    stub_ = lro::Operations::NewStub(server_->InProcessChannel());
  }
  ~UnaryTest() override {
    server_.reset();
    log::SetSink(nullptr);
  }

  grpc::Status Call(absl::Duration timeout = absl::Seconds(10)) {
    grpc::ClientContext context;
    if (timeout < absl::InfiniteDuration()) {
      SetDeadline(context, absl::Now() + timeout);
    }
    lro::GetOperationRequest request;
    request.set_name("some");
    lro::Operation response;
    return stub_->GetOperation(&context, request, &response);
  }

  Metrics metrics_;
  BoundedExecutor executor_{/*thread_count=*/1, /*queue_length_max=*/1};
  TestService service_{executor_};
  std::unique_ptr<Server> server_;
  std::unique_ptr<lro::Operations::Stub> stub_;
};

template <typename Detail>
Detail DetailOf(const grpc::Status& status) {
  google::rpc::Status details;
  EXPECT_TRUE(details.ParseFromString(status.error_details()));
  Detail found;
  for (const auto& detail : details.details()) {
    if (detail.Is<Detail>()) detail.UnpackTo(&found);
  }
  return found;
}

TEST_F(UnaryTest, KeepsWhatTheCallerCanActOn) {
  service_.body = [](const CallContext&) {
    return MakeError(absl::StatusCode::kInvalidArgument, "TOO_LARGE",
                     "size is 7, want at most 5",
                     {{"field", "rows[3].size"}, {"limit", "5"}});
  };
  const grpc::Status status = Call();
  EXPECT_EQ(status.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_EQ(status.error_message(), "size is 7, want at most 5");
  const auto info = DetailOf<google::rpc::ErrorInfo>(status);
  EXPECT_EQ(info.domain(), kErrorDomain);
  EXPECT_EQ(info.reason(), "TOO_LARGE");
  EXPECT_EQ(info.metadata().at("limit"), "5");
  const auto bad = DetailOf<google::rpc::BadRequest>(status);
  ASSERT_EQ(bad.field_violations_size(), 1);
  EXPECT_EQ(bad.field_violations(0).field(), "rows[3].size");
  EXPECT_EQ(bad.field_violations(0).description(), "size is 7, want at most 5");

  const absl::Status read = FromGrpcStatus(status);
  EXPECT_EQ(read.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(read.message(), "size is 7, want at most 5");
  EXPECT_EQ(ReasonOf(read), "TOO_LARGE");
  EXPECT_EQ(MetadataOf(read),
            (ErrorMetadata{{"field", "rows[3].size"}, {"limit", "5"}}));
}

TEST_F(UnaryTest, KeepsWhatWentWrongInside) {
  const std::string secret = "/data/store/000007.sst";
  std::vector<std::string> lines;
  log::SetSink([&](absl::string_view line) { lines.emplace_back(line); });
  const struct {
    absl::Status status;
    std::string reason;
  } cases[] = {
      {absl::InternalError(secret), "INTERNAL"},
      {absl::UnknownError(secret), "UNKNOWN"},
      {absl::UnavailableError(secret), "UNAVAILABLE"},
      {MakeError(absl::StatusCode::kDataLoss, "STORED_DATA_UNREADABLE", secret,
                 {{"file", secret}}),
       "STORED_DATA_UNREADABLE"},
  };
  for (const auto& c : cases) {
    service_.body = [&](const CallContext&) { return c.status; };
    lines.clear();
    const grpc::Status status = Call();
    EXPECT_EQ(static_cast<int>(status.error_code()),
              static_cast<int>(c.status.code()));
    EXPECT_EQ(DetailOf<google::rpc::ErrorInfo>(status).reason(), c.reason);
    EXPECT_FALSE(absl::StrContains(status.error_message(), "sst"));
    EXPECT_FALSE(absl::StrContains(status.error_details(), "sst"));
    EXPECT_EQ(DetailOf<google::rpc::RetryInfo>(status).has_retry_delay(),
              absl::IsUnavailable(c.status));
    ASSERT_FALSE(lines.empty());
    EXPECT_TRUE(absl::StrContains(lines[0], secret)) << lines[0];
  }
}

TEST_F(UnaryTest, MakesAnErrorOfAnException) {
  service_.body = [](const CallContext&) -> absl::Status {
    throw std::bad_alloc();
  };
  EXPECT_EQ(Call().error_code(), grpc::StatusCode::INTERNAL);
  service_.body = [](const CallContext&) -> absl::Status { throw 7; };
  EXPECT_EQ(Call().error_code(), grpc::StatusCode::INTERNAL);
  EXPECT_EQ(CatchExceptions([]() -> absl::Status {
              throw std::runtime_error("why");
            }).message(),
            "exception: why");
  service_.body = [](const CallContext&) { return absl::OkStatus(); };
  EXPECT_TRUE(Call().ok());  // And goes on.
}

TEST_F(UnaryTest, TellsTheDeadline) {
  absl::Time deadline;
  service_.body = [&](const CallContext& call) {
    deadline = call.deadline();
    return call.CheckAlive();
  };
  EXPECT_TRUE(Call(absl::Seconds(7)).ok());
  EXPECT_NEAR(absl::ToDoubleSeconds(deadline - absl::Now()), 7, 2);
  SetDefaultCallDeadline(absl::Seconds(30));
  EXPECT_TRUE(Call(absl::InfiniteDuration()).ok());
  EXPECT_NEAR(absl::ToDoubleSeconds(deadline - absl::Now()), 30, 2);
  SetDefaultCallDeadline(absl::Seconds(60));
}

TEST_F(UnaryTest, NeverBeginsWhatNoOneWaitsFor) {
  absl::Notification begun;
  absl::Notification release;
  ASSERT_TRUE(executor_.TrySchedule([&] {
    begun.Notify();
    release.WaitForNotification();
  }));
  begun.WaitForNotification();
  bool ran = false;
  service_.body = [&](const CallContext&) {
    ran = true;
    return absl::OkStatus();
  };
  EXPECT_EQ(Call(absl::Milliseconds(50)).error_code(),
            grpc::StatusCode::DEADLINE_EXCEEDED);
  release.Notify();
  server_->Shutdown();
  EXPECT_FALSE(ran);
}

TEST_F(UnaryTest, SeesThatTheCallerHasLeft) {
  absl::Status seen;
  absl::Notification done;
  service_.body = [&](const CallContext& call) {
    while (seen.ok()) {
      seen = call.CheckAlive();
      absl::SleepFor(absl::Milliseconds(1));
    }
    done.Notify();
    return seen;
  };
  EXPECT_EQ(Call(absl::Milliseconds(100)).error_code(),
            grpc::StatusCode::DEADLINE_EXCEEDED);
  done.WaitForNotification();
  EXPECT_TRUE(absl::IsDeadlineExceeded(seen) || absl::IsCancelled(seen))
      << seen;
}

TEST_F(UnaryTest, SaysWhoseQuotaIsUsedUpAndWhenThereIsRoom) {
  service_.body = [](const CallContext&) {
    return WithRetryDelay(
        MakeError(absl::StatusCode::kResourceExhausted, "TOO_MUCH",
                  "the quota of 5 a second is used up",
                  {{"quota_subject", "tenants/north"}}),
        absl::Milliseconds(1'250));
  };
  const grpc::Status status = Call();
  EXPECT_EQ(status.error_code(), grpc::StatusCode::RESOURCE_EXHAUSTED);
  const auto failure = DetailOf<google::rpc::QuotaFailure>(status);
  ASSERT_EQ(failure.violations_size(), 1);
  EXPECT_EQ(failure.violations(0).subject(), "tenants/north");
  EXPECT_EQ(failure.violations(0).description(),
            "the quota of 5 a second is used up");
  const auto retry = DetailOf<google::rpc::RetryInfo>(status);
  EXPECT_EQ(retry.retry_delay().seconds(), 1);
  EXPECT_EQ(retry.retry_delay().nanos(), 250'000'000);

  const absl::Status read = FromGrpcStatus(status);
  EXPECT_EQ(ReasonOf(read), "TOO_MUCH");
  EXPECT_EQ(RetryDelayOf(read), absl::Milliseconds(1'250));
}

TEST_F(UnaryTest, TurnsCallsAwayWhenFull) {
  absl::Notification begun;
  absl::Notification release;
  ASSERT_TRUE(executor_.TrySchedule([&] {
    begun.Notify();
    release.WaitForNotification();
  }));
  begun.WaitForNotification();
  ASSERT_TRUE(executor_.TrySchedule([] {}));  // The queue is full.
  const grpc::Status status = Call();
  release.Notify();
  EXPECT_EQ(status.error_code(), grpc::StatusCode::UNAVAILABLE);
  EXPECT_EQ(DetailOf<google::rpc::ErrorInfo>(status).reason(), "OVERLOADED");
  EXPECT_GT(DetailOf<google::rpc::RetryInfo>(status).retry_delay().seconds(),
            0);
}

TEST_F(UnaryTest, CallsThroughTheNetwork) {
  const auto channel =
      MakeChannel(absl::StrCat("127.0.0.1:", server_->grpc_port()));
  const auto stub = lro::Operations::NewStub(channel);
  lro::GetOperationRequest request;
  request.set_name("some");
  const absl::StatusOr<lro::Operation> found =
      rpc::Call(*stub, &lro::Operations::Stub::GetOperation, request,
                absl::Now() + absl::Seconds(10));
  ASSERT_TRUE(found.ok()) << found.status();
  EXPECT_EQ(found->name(), "some");

  // UNAVAILABLE is tried again, within the deadline.
  std::atomic<int> attempts = 0;
  service_.body = [&](const CallContext&) {
    return ++attempts < 3 ? absl::UnavailableError("not yet")
                          : absl::OkStatus();
  };
  EXPECT_TRUE(rpc::Call(*stub, &lro::Operations::Stub::GetOperation, request,
                        absl::Now() + absl::Seconds(10))
                  .ok());
  EXPECT_EQ(attempts, 3);
  service_.body = [&](const CallContext&) {
    return MakeError(absl::StatusCode::kNotFound, "GONE", "gone");
  };
  EXPECT_EQ(ReasonOf(rpc::Call(*stub, &lro::Operations::Stub::GetOperation,
                               request, absl::Now() + absl::Seconds(10))
                         .status()),
            "GONE");
  EXPECT_TRUE(absl::IsDeadlineExceeded(
      rpc::Call(*stub, &lro::Operations::Stub::GetOperation, request,
                absl::Now() - absl::Seconds(1))
          .status()));
}

TEST(FromGrpcStatusTest, TakesErrorsWithoutDetails) {
  EXPECT_TRUE(FromGrpcStatus(grpc::Status::OK).ok());
  for (const std::string& details : {std::string(), std::string("\xff\xff")}) {
    const absl::Status status = FromGrpcStatus(
        grpc::Status(grpc::StatusCode::UNAVAILABLE, "no route", details));
    EXPECT_EQ(status, absl::UnavailableError("no route"));
  }
}

}  // namespace
}  // namespace pulsetaker::rpc
