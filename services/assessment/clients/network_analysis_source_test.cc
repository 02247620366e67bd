// Against a network service in this process.

#include "services/assessment/clients/network_analysis_source.h"

#include <atomic>
#include <functional>
#include <memory>
#include <set>
#include <string>
#include <utility>

#include "absl/time/clock.h"
#include "common/base/status.h"
#include "common/rpc/unary.h"
#include "google/longrunning/operations.grpc.pb.h"
#include "grpcpp/server.h"
#include "grpcpp/server_builder.h"
#include "gtest/gtest.h"
#include "pulsetaker/network/v1/network_service.grpc.pb.h"
#include "services/assessment/clients/findings_from_proto.h"

namespace pulsetaker::assessment {
namespace {

namespace wire = network::v1;
using google::longrunning::Operation;
using google::longrunning::Operations;

constexpr char kWave[] = "tenants/north/localities/a/surveys/s/waves/3";
constexpr char kAnalysis[] =
    "tenants/north/localities/a/surveys/s/waves/3/analyses/x";

bool Never() { return false; }

wire::Analysis Made() {
  wire::Analysis analysis;
  analysis.set_name(kAnalysis);
  analysis.set_snapshot_digest(std::string(64, 'd'));
  return analysis;
}

class FakeNetwork final : public wire::NetworkService::Service {
 public:
  absl::Status error;             // Of the first `failures` calls.
  std::atomic<int> failures = 0;  // Negative: of all.
  std::atomic<int> calls = 0;
  std::set<std::string> request_ids;
  wire::Analysis analysis = Made();

  grpc::Status GetAnalysis(grpc::ServerContext*,
                           const wire::GetAnalysisRequest*,
                           wire::Analysis* response) override {
    if (const grpc::Status status = Fail(); !status.ok()) return status;
    *response = analysis;
    return grpc::Status::OK;
  }

  grpc::Status AnalyzeWave(grpc::ServerContext*,
                           const wire::AnalyzeWaveRequest* request,
                           Operation* response) override {
    request_ids.insert(request->request_id());
    EXPECT_EQ(request->parent(), kWave);
    EXPECT_FALSE(request->has_parameters());
    if (const grpc::Status status = Fail(); !status.ok()) return status;
    response->set_name("operations/1");
    return grpc::Status::OK;
  }

 private:
  grpc::Status Fail() {
    const int call = ++calls;
    return failures < 0 || call <= failures
               ? rpc::ToGrpcStatus(error, "network.pulsetaker")
               : grpc::Status::OK;
  }
};

class FakeOperations final : public Operations::Service {
 public:
  std::function<grpc::Status(int, Operation&)> answer;
  std::atomic<int> calls = 0;

  grpc::Status WaitOperation(
      grpc::ServerContext*,
      const google::longrunning::WaitOperationRequest* request,
      Operation* response) override {
    response->set_name(request->name());
    return answer(++calls, *response);
  }
};

class NetworkAnalysisSourceTest : public ::testing::Test {
 protected:
  NetworkAnalysisSourceTest() {
    grpc::ServerBuilder builder;
    builder.RegisterService(&network_);
    builder.RegisterService(&operations_);
    server_ = builder.BuildAndStart();
    UseTimeout(absl::Seconds(30));
    // Done when it is asked for the third time; the second time, away.
    operations_.answer = [this](int call, Operation& operation) {
      if (call == 2) {
        return grpc::Status(grpc::StatusCode::UNAVAILABLE, "restarting");
      }
      if (call < 3) return grpc::Status::OK;
      operation.set_done(true);
      operation.mutable_response()->PackFrom(network_.analysis);
      return grpc::Status::OK;
    };
  }

  void UseTimeout(absl::Duration timeout) {
    source_ = MakeNetworkAnalysisSource(
        server_->InProcessChannel(grpc::ChannelArguments()),
        {.call_timeout = absl::Seconds(30),
         .poll_interval = absl::Milliseconds(1),
         .analysis_timeout = timeout,
         .retry = {.attempts_max = 3,
                   .first_wait = absl::Milliseconds(1),
                   .longest_wait = absl::Milliseconds(2)}});
  }

  // What comes of an operation that ends with this error.
  absl::Status EndWith(const absl::Status& error) {
    operations_.answer = [error](int, Operation& operation) {
      operation.set_done(true);
      *operation.mutable_error() =
          rpc::ToRpcStatus(error, "network.pulsetaker");
      return grpc::Status::OK;
    };
    return source_->AnalyzeWave(kWave, Never).status();
  }

  FakeNetwork network_;
  FakeOperations operations_;
  std::unique_ptr<grpc::Server> server_;
  std::unique_ptr<AnalysisSource> source_;
};

TEST_F(NetworkAnalysisSourceTest, GetsAnAnalysis) {
  const auto analysis = source_->GetAnalysis(kAnalysis);
  ASSERT_TRUE(analysis.ok()) << analysis.status();
  EXPECT_EQ(*analysis, FromProto(Made()));
  EXPECT_EQ(analysis->name, kAnalysis);
}

TEST_F(NetworkAnalysisSourceTest, MakesAnAnalysisAndWaitsForIt) {
  network_.error = absl::UnavailableError("restarting");
  network_.failures = 1;
  const auto analysis = source_->AnalyzeWave(kWave, Never);
  ASSERT_TRUE(analysis.ok()) << analysis.status();
  EXPECT_EQ(*analysis, FromProto(Made()));
  EXPECT_EQ(network_.calls, 2);
  EXPECT_EQ(network_.request_ids.size(), 1u);  // The repeat is a repeat.
  EXPECT_EQ(operations_.calls, 3);
}

TEST_F(NetworkAnalysisSourceTest, PassesOnWhatTheNetworkServiceSays) {
  network_.failures = -1;
  network_.error =
      MakeError(absl::StatusCode::kNotFound, "ANALYSIS_NOT_FOUND", "none");
  EXPECT_EQ(ReasonOf(source_->GetAnalysis(kAnalysis).status()),
            "ANALYSIS_NOT_FOUND");
  network_.error = absl::InvalidArgumentError("no name");
  EXPECT_EQ(source_->GetAnalysis(kAnalysis).status().code(),
            absl::StatusCode::kInternal);
}

TEST_F(NetworkAnalysisSourceTest, PassesOnHowTheOperationEnded) {
  for (const absl::Status& error :
       {MakeError(absl::StatusCode::kNotFound, "WAVE_NOT_FOUND", "no wave"),
        MakeError(absl::StatusCode::kFailedPrecondition, "WAVE_NOT_CLOSED",
                  "open"),
        MakeError(absl::StatusCode::kUnavailable, "SURVEY_UNAVAILABLE", ""),
        MakeError(absl::StatusCode::kDataLoss, "SNAPSHOT_INVALID", "")}) {
    const absl::Status status = EndWith(error);
    EXPECT_EQ(status.code(), error.code());
    EXPECT_EQ(ReasonOf(status), ReasonOf(error));
  }
  // Nobody cancelled the assessment, so it can be tried again.
  EXPECT_EQ(EndWith(absl::CancelledError("")).code(),
            absl::StatusCode::kUnavailable);
}

TEST_F(NetworkAnalysisSourceTest, StopsWaitingWhenCancelled) {
  operations_.answer = [](int, Operation&) { return grpc::Status::OK; };
  const absl::Status status =
      source_->AnalyzeWave(kWave, [&] { return operations_.calls > 2; })
          .status();
  EXPECT_EQ(status.code(), absl::StatusCode::kCancelled) << status;
}

TEST_F(NetworkAnalysisSourceTest, DoesNotWaitForever) {
  UseTimeout(absl::Milliseconds(30));
  operations_.answer = [](int, Operation&) { return grpc::Status::OK; };
  EXPECT_EQ(source_->AnalyzeWave(kWave, Never).status().code(),
            absl::StatusCode::kDeadlineExceeded);
}

TEST_F(NetworkAnalysisSourceTest, RefusesAnAnalysisOfSomethingElse) {
  network_.analysis.set_name("tenants/x/analyses/x");
  for (const absl::Status& status :
       {source_->GetAnalysis(kAnalysis).status(),
        source_->AnalyzeWave(kWave, Never).status()}) {
    EXPECT_EQ(status.code(), absl::StatusCode::kDataLoss);
    EXPECT_EQ(ReasonOf(status), "SNAPSHOT_INVALID");
  }
  operations_.answer = [](int, Operation& operation) {
    operation.set_done(true);
    operation.mutable_response()->PackFrom(wire::PersonRoles());
    return grpc::Status::OK;
  };
  EXPECT_EQ(ReasonOf(source_->AnalyzeWave(kWave, Never).status()),
            "SNAPSHOT_INVALID");
}

}  // namespace
}  // namespace pulsetaker::assessment
