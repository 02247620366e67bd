// Traces across a real client and a real server.

#include "common/base/trace.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "common/base/bounded_executor.h"
#include "common/base/log.h"
#include "common/base/mutex.h"
#include "common/base/status.h"
#include "common/rpc/client_call.h"
#include "common/rpc/server.h"
#include "common/rpc/unary.h"
#include "google/longrunning/operations.grpc.pb.h"
#include "grpc/health/v1/health.grpc.pb.h"
#include "gtest/gtest.h"
#include "nlohmann/json.hpp"

namespace pulsetaker::rpc {
namespace {

namespace lro = google::longrunning;
using trace::FinishedSpan;
using trace::SpanKind;

constexpr char kGet[] = "google.longrunning.Operations/GetOperation";
constexpr char kHeader[] =
    "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
constexpr char kTraceId[] = "4bf92f3577b34da6a3ce929d0e0e4736";

// Answers with the trace that its body runs in.
class TestService final : public lro::Operations::CallbackService {
 public:
  grpc::ServerUnaryReactor* GetOperation(
      grpc::CallbackServerContext* context,
      const lro::GetOperationRequest* request,
      lro::Operation* response) override {
    return RunUnary(
        context, executor_, "test.pulsetaker", [=]() -> absl::Status {
          response->set_name(trace::FormatTraceparent(trace::Current()));
          log::Info("body");
          if (request->name() == "missing") {
            return absl::NotFoundError("missing");
          }
          if (request->name() == "broken") return absl::InternalError("broken");
          return absl::OkStatus();
        });
  }

 private:
  BoundedExecutor executor_{/*thread_count=*/1, /*queue_length_max=*/10};
};

class TraceTest : public ::testing::Test {
 protected:
  TraceTest() {
    log::SetSink([this](absl::string_view line) {
      MutexLock lock(mutex_);
      lines_.push_back(nlohmann::json::parse(std::string(line)));
    });
    trace::SetRecorder([this](FinishedSpan span) {
      MutexLock lock(mutex_);
      spans_.push_back(std::move(span));
    });
    auto server = Server::Start({.listen = "127.0.0.1:0",
                                 .drain = absl::ZeroDuration(),
                                 .grace = absl::Seconds(5)},
                                {&service_}, metrics_);
    EXPECT_TRUE(server.ok()) << server.status();
    server_ = *std::move(server);
    const std::string target = absl::StrCat("127.0.0.1:", server_->grpc_port());
    channel_ = MakeChannel(target, metrics_);
    stub_ = lro::Operations::NewStub(channel_);
  }
  ~TraceTest() override {
    server_.reset();
    trace::SetRecorder(nullptr);
    log::SetSink(nullptr);
  }

  absl::StatusOr<lro::Operation> Get(const std::string& name) {
    lro::GetOperationRequest request;
    request.set_name(name);
    return Call(*stub_, &lro::Operations::Stub::GetOperation, request,
                absl::Now() + absl::Seconds(10));
  }

  // Calls as a partner would that has headers of its own.
  std::string GetWith(const std::vector<std::string>& headers) {
    const auto stub = lro::Operations::NewStub(server_->InProcessChannel());
    grpc::ClientContext context;
    SetDeadline(context, absl::Now() + absl::Seconds(10));
    for (const std::string& header : headers) {
      context.AddMetadata("traceparent", header);
    }
    lro::Operation response;
    EXPECT_TRUE(stub->GetOperation(&context, {}, &response).ok());
    return response.name();
  }

  // The span of this kind, once the server has ended, and with it all calls.
  std::optional<FinishedSpan> SpanOf(SpanKind kind) {
    server_->Shutdown();
    MutexLock lock(mutex_);
    for (const FinishedSpan& span : spans_) {
      if (span.kind == kind) return span;
    }
    return std::nullopt;
  }

  Mutex mutex_;
  std::vector<nlohmann::json> lines_ ABSL_GUARDED_BY(mutex_);
  std::vector<FinishedSpan> spans_ ABSL_GUARDED_BY(mutex_);
  Metrics metrics_;
  TestService service_;
  std::unique_ptr<Server> server_;
  std::shared_ptr<grpc::Channel> channel_;
  std::unique_ptr<lro::Operations::Stub> stub_;
};

TEST_F(TraceTest, GoesFromTheCallerIntoTheBody) {
  const trace::Context caller = *trace::ParseTraceparent(kHeader);
  std::string seen;
  {
    const trace::Scope scope(caller);
    seen = Get("some")->name();
  }
  const auto client = SpanOf(SpanKind::kClient);
  const auto server = SpanOf(SpanKind::kServer);
  ASSERT_TRUE(client.has_value() && server.has_value());
  EXPECT_EQ(client->name, kGet);
  EXPECT_EQ(client->context.trace_id, caller.trace_id);
  EXPECT_EQ(client->parent_id, caller.span_id);
  EXPECT_EQ(server->name, kGet);
  EXPECT_EQ(server->context.trace_id, caller.trace_id);
  EXPECT_EQ(server->parent_id, client->context.span_id);
  EXPECT_EQ(seen, trace::FormatTraceparent(server->context));
  EXPECT_LE(client->begin, server->begin);
  EXPECT_FALSE(client->failed);
  EXPECT_FALSE(server->failed);
}

TEST_F(TraceTest, BeginsWithTheServerIfTheCallerHasNone) {
  const std::string seen = Get("some")->name();
  const auto server = SpanOf(SpanKind::kServer);
  ASSERT_TRUE(server.has_value());
  EXPECT_EQ(server->parent_id, trace::SpanId{});
  EXPECT_EQ(seen, trace::FormatTraceparent(server->context));
  EXPECT_FALSE(SpanOf(SpanKind::kClient).has_value());
}

TEST_F(TraceTest, TakesTheTraceOfAPartner) {
  EXPECT_EQ(GetWith({kHeader}).substr(3, 32), kTraceId);
}

TEST_F(TraceTest, BeginsAnewWhereTheHeaderIsNone) {
  for (const std::vector<std::string>& headers :
       std::vector<std::vector<std::string>>{
           {},
           {""},
           {"nonsense"},
           {std::string(kHeader) + "-more"},
           {kHeader,
            "00-00000000000000000000000000000001-"
            "0000000000000001-01"}}) {
    const auto seen = trace::ParseTraceparent(GetWith(headers));
    ASSERT_TRUE(seen.has_value());
    EXPECT_NE(trace::ToHex(seen->trace_id), kTraceId);
  }
}

TEST_F(TraceTest, RecordsNothingOfATraceThatIsNotSampled) {
  GetWith({"00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00"});
  EXPECT_FALSE(SpanOf(SpanKind::kServer).has_value());
}

// A caller's mistake is no failure of the server.
TEST_F(TraceTest, SaysHowCallsEnded) {
  {
    const trace::Scope scope(*trace::ParseTraceparent(kHeader));
    EXPECT_FALSE(Get("missing").ok());
    EXPECT_FALSE(Get("broken").ok());
  }
  server_->Shutdown();
  std::vector<std::string> seen;
  MutexLock lock(mutex_);
  for (const FinishedSpan& span : spans_) {
    EXPECT_EQ(span.attributes.back().key, "rpc.grpc.status_code");
    seen.push_back(
        absl::StrCat(span.kind == SpanKind::kServer ? "server " : "client ",
                     std::get<std::int64_t>(span.attributes.back().value),
                     span.failed ? " failed" : ""));
  }
  std::sort(seen.begin(), seen.end());
  EXPECT_EQ(seen,
            (std::vector<std::string>{"client 13 failed", "client 5 failed",
                                      "server 13 failed", "server 5"}));
}

TEST_F(TraceTest, IsInTheLogOfTheCall) {
  GetWith({kHeader});
  const auto server = SpanOf(SpanKind::kServer);
  ASSERT_TRUE(server.has_value());
  MutexLock lock(mutex_);
  int found = 0;
  for (const auto& line : lines_) {
    if (line["event"] != "call" && line["event"] != "body") continue;
    ++found;
    EXPECT_EQ(line["trace_id"], kTraceId);
    EXPECT_EQ(line["span_id"], trace::ToHex(server->context.span_id));
  }
  EXPECT_EQ(found, 2);
}

TEST_F(TraceTest, LeavesProbesOut) {
  const auto stub = grpc::health::v1::Health::NewStub(channel_);
  EXPECT_TRUE(Call(*stub, &grpc::health::v1::Health::Stub::Check,
                   grpc::health::v1::HealthCheckRequest(),
                   absl::Now() + absl::Seconds(10))
                  .ok());
  EXPECT_FALSE(SpanOf(SpanKind::kServer).has_value());
}

TEST_F(TraceTest, CountsCallsOfTheClient) {
  EXPECT_TRUE(Get("some").ok());
  EXPECT_FALSE(Get("missing").ok());
  int found = 0;
  for (const MetricSample& sample : metrics_.Collect()) {
    if (sample.name != "grpc_client_call_duration_seconds") continue;
    ++found;
    EXPECT_EQ(sample.buckets.back().cumulative_count, 1u);
    ASSERT_EQ(sample.labels.size(), 3u);
    EXPECT_EQ(sample.labels[0].second, kGet);
    EXPECT_EQ(sample.labels[1].second, found == 1 ? "NOT_FOUND" : "OK");
    EXPECT_EQ(sample.labels[2].second,
              absl::StrCat("127.0.0.1:", server_->grpc_port()));
  }
  EXPECT_EQ(found, 2);
}

}  // namespace
}  // namespace pulsetaker::rpc
