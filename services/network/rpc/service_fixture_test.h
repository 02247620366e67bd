// The network service in this process, called through the stub as a partner
// calls it: marshalling, status details, threads and the store are all real;
// only the survey service is not there.

#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/time/clock.h"
#include "common/base/status.h"
#include "common/kv/rocks.h"
#include "common/kv/rocks_operation_store.h"
#include "common/rpc/client_call.h"
#include "common/rpc/operations_service.h"
#include "google/longrunning/operations.grpc.pb.h"
#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"
#include "grpcpp/server.h"
#include "grpcpp/server_builder.h"
#include "gtest/gtest.h"
#include "pulsetaker/network/v1/network_service.grpc.pb.h"
#include "rocksdb/env.h"
#include "services/network/domain/analysis_reader.h"
#include "services/network/rpc/analysis_decoder.h"
#include "services/network/rpc/analysis_encoder.h"
#include "services/network/rpc/analyze_operation.h"
#include "services/network/rpc/network_service.h"
#include "services/network/store/rocks_analysis_store.h"

namespace pulsetaker::network {

using google::longrunning::Operation;
using google::longrunning::Operations;

inline constexpr char kWaveName[] =
    "tenants/north/localities/a/surveys/s/waves/3";
inline constexpr int kOpenGraphsMax = 8;
inline const WaveKey kWave = {"north", "a", "s", 3};

inline std::string Uuid(int i) {
  return absl::StrFormat("%08x-0000-4000-8000-000000000000", i);
}
inline std::string Id(int i) { return absl::StrFormat("%032x", i); }
inline std::string AnalysisName(int i) {
  return absl::StrCat(kWaveName, "/analyses/", Id(i));
}

// Twelve people of two sectors who name their neighbours on a ring.
inline WaveSnapshot Ring() {
  WaveSnapshot snapshot;
  snapshot.digest = std::string(64, 'd');
  snapshot.networks = {{.id = "work", .directed = true, .nomination_cap = 0}};
  constexpr int kPeople = 12;
  const auto person = [](int i) {
    return absl::StrFormat("p%02d", i % kPeople);
  };
  for (int i = 0; i < kPeople; ++i) {
    snapshot.participants.push_back({.id = person(i),
                                     .organisation = "council",
                                     .sector = i % 2 == 0 ? "health" : "police",
                                     .layer = Layer::kSectoral,
                                     .secondary_layers = {},
                                     .invitation = Invitation::kInvited});
    NetworkAnswer answer = {
        .network_id = "work",
        .state = AnswerState::kResponded,
        .nominations = {
            {person(i + 1), 1}, {person(i + 2), 1}, {person(i + 5), 1}}};
    snapshot.responses.push_back({person(i), {std::move(answer)}});
  }
  return snapshot;
}

// Gives what a test tells it to: the snapshot of a wave that is in `waves`, and
// else what `read` gives.
class FakeSource final : public SnapshotSource {
 public:
  std::function<absl::StatusOr<WaveSnapshot>(absl::FunctionRef<bool()>)> read =
      [](absl::FunctionRef<bool()>) { return Ring(); };
  std::map<std::int32_t, WaveSnapshot> waves;
  std::atomic<int> reads = 0;

  absl::StatusOr<WaveSnapshot> Read(
      const WaveKey& wave, absl::FunctionRef<bool()> is_cancelled) override {
    ++reads;
    const auto found = waves.find(wave.wave);
    if (found != waves.end()) return found->second;
    return read(is_cancelled);
  }
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

class NetworkServiceFixture : public ::testing::Test {
 protected:
  NetworkServiceFixture() { Open(/*thread_count=*/2); }
  ~NetworkServiceFixture() override { Close(); }

  void Open(int thread_count) {
    auto families = AnalysisStoreFamilies();
    families.push_back(kv::kOperationsFamily);
    auto rocks = kv::OpenRocks(
        {.path = "/data", .families = families, .env = env_.get()});
    ASSERT_TRUE(rocks.ok()) << rocks.status();
    rocks_ = *std::move(rocks);
    store_ = MakeRocksAnalysisStore(*rocks_);
    operations_ = kv::MakeRocksOperationStore(*rocks_);
    analyzer_ =
        std::make_unique<Analyzer>(source_, *store_, *encoder_, thread_count);
    reader_ = std::make_unique<AnalysisReader>(source_, *store_, *decoder_);
    executor_ = std::make_unique<BoundedExecutor>(2, 64);
    runner_ = std::make_unique<rpc::OperationRunner>(
        *operations_, rpc::OperationRunnerOptions{.error_domain = kErrorDomain,
                                                  .clock = clock_});
    runner_->Register(kAnalyzeWaveKind, MakeAnalyzeWorker(*analyzer_, clock_));
    service_ = MakeNetworkService({.store = *store_,
                                   .reader = *reader_,
                                   .runner = *runner_,
                                   .executor = *executor_,
                                   .graph_executor = *executor_,
                                   .open_graphs_max = kOpenGraphsMax,
                                   .clock = clock_});
    operations_service_ =
        rpc::MakeOperationsService(*runner_, *executor_, kErrorDomain);
    grpc::ServerBuilder builder;
    builder.RegisterService(service_.get());
    builder.RegisterService(operations_service_.get());
    server_ = builder.BuildAndStart();
    const auto channel = server_->InProcessChannel(grpc::ChannelArguments());
    stub_ = v1::NetworkService::NewStub(channel);
    operations_stub_ = Operations::NewStub(channel);
    ASSERT_TRUE(runner_->Start().ok());
  }

  void Close() {
    server_->Shutdown();
    runner_->Stop();
    executor_.reset();
    server_.reset();
    runner_.reset();
    store_.reset();
    operations_.reset();
    rocks_.reset();
  }

  template <typename Stub, typename Base, typename Request, typename Response>
  grpc::Status Call(Stub& stub,
                    grpc::Status (Base::*method)(grpc::ClientContext*,
                                                 const Request&, Response*),
                    const Request& request, Response& response) {
    grpc::ClientContext context;
    rpc::SetDeadline(context, absl::Now() + absl::Seconds(30));
    return (stub.*method)(&context, request, &response);
  }

  grpc::Status Analyze(const v1::AnalyzeWaveRequest& request,
                       Operation& operation) {
    return Call(*stub_, &v1::NetworkService::Stub::AnalyzeWave, request,
                operation);
  }

  Operation Wait(const Operation& operation) {
    google::longrunning::WaitOperationRequest request;
    request.set_name(operation.name());
    request.mutable_timeout()->set_seconds(30);
    Operation done;
    const grpc::Status status = Call(
        *operations_stub_, &Operations::Stub::WaitOperation, request, done);
    EXPECT_TRUE(status.ok()) << status.error_message();
    EXPECT_TRUE(done.done());
    return done;
  }

  // The operation of the request, when it is done.
  Operation Run(const v1::AnalyzeWaveRequest& request) {
    Operation operation;
    const grpc::Status status = Analyze(request, operation);
    EXPECT_TRUE(status.ok()) << status.error_message();
    return Wait(operation);
  }

  static v1::AnalyzeWaveRequest Valid(int i = 1) {
    v1::AnalyzeWaveRequest request;
    request.set_parent(kWaveName);
    request.set_request_id(Uuid(i));
    request.mutable_parameters()->set_null_draw_count(19);
    request.mutable_parameters()->set_replicate_count(20);
    return request;
  }

  // Puts an analysis with this many people, each message of about this size.
  void Put(int id, int person_count, std::size_t bytes = 0) {
    EncodedAnalysis encoded;
    encoded.id = Id(id);
    v1::Analysis analysis;
    analysis.set_name(AnalysisName(id));
    analysis.set_engine_version(std::string(bytes, 'x'));
    encoded.analysis = analysis.SerializeAsString();
    for (int i = 0; i < person_count; ++i) {
      v1::PersonRoles roles;
      roles.set_person(absl::StrFormat("p%04d", i));
      roles.set_sector(std::string(bytes, 'x'));
      encoded.persons.push_back({roles.person(), roles.SerializeAsString()});
    }
    ASSERT_TRUE(store_->Put(kWave, encoded).ok());
  }

  // That the API knows the reason.
  static void ExpectDocumented(const std::string& reason) {
    v1::ErrorReason known;
    EXPECT_TRUE(v1::ErrorReason_Parse("ERROR_REASON_" + reason, &known))
        << reason;
  }

  void ExpectInvalid(const grpc::Status& status, absl::string_view reason,
                     absl::string_view field) {
    EXPECT_EQ(status.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
    const auto info = DetailOf<google::rpc::ErrorInfo>(status);
    EXPECT_EQ(info.domain(), "network.pulsetaker");
    EXPECT_EQ(info.reason(), std::string(reason));
    ExpectDocumented(info.reason());
    const auto bad = DetailOf<google::rpc::BadRequest>(status);
    ASSERT_EQ(bad.field_violations_size(), 1);
    EXPECT_EQ(bad.field_violations(0).field(), std::string(field));
  }

  const Clock clock_ = [] {
    return absl::FromUnixMicros(1'700'000'000'123'456);
  };
  std::unique_ptr<rocksdb::Env> env_{
      rocksdb::NewMemEnv(rocksdb::Env::Default())};
  FakeSource source_;
  const std::unique_ptr<AnalysisEncoder> encoder_ = MakeAnalysisEncoder();
  const std::unique_ptr<AnalysisDecoder> decoder_ = MakeAnalysisDecoder();
  std::unique_ptr<kv::Rocks> rocks_;
  std::unique_ptr<AnalysisStore> store_;
  std::unique_ptr<OperationStore> operations_;
  std::unique_ptr<Analyzer> analyzer_;
  std::unique_ptr<AnalysisReader> reader_;
  std::unique_ptr<BoundedExecutor> executor_;
  std::unique_ptr<rpc::OperationRunner> runner_;
  std::unique_ptr<grpc::Service> service_;
  std::unique_ptr<grpc::Service> operations_service_;
  std::unique_ptr<grpc::Server> server_;
  std::unique_ptr<v1::NetworkService::Stub> stub_;
  std::unique_ptr<Operations::Stub> operations_stub_;
};

}  // namespace pulsetaker::network
