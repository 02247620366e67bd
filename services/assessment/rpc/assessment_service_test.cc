// Through the stub, as a partner calls: marshalling, status details, threads
// and the store are all real; only the two other services are not there.

#include "services/assessment/rpc/assessment_service.h"

#include <atomic>
#include <functional>
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
#include "pulsetaker/assessment/v1/assessment_service.grpc.pb.h"
#include "rocksdb/env.h"
#include "services/assessment/rpc/assess_operation.h"
#include "services/assessment/rpc/assessment_codec.h"
#include "services/assessment/rpc/assessment_reader.h"
#include "services/assessment/rpc/comparison_codec.h"
#include "services/assessment/rpc/place_reader.h"
#include "services/assessment/rpc/service_testing.h"
#include "services/assessment/store/rocks_assessment_store.h"
#include "services/assessment/store/rocks_national_store.h"
#include "services/assessment/store/rocks_release_ledger.h"

namespace pulsetaker::assessment {
namespace {

using google::longrunning::Operation;
using google::longrunning::Operations;
using Stub = v1::AssessmentService::Stub;

constexpr char kSurvey[] = "tenants/north/localities/a/surveys/s";

std::string Wave(int number) {
  return absl::StrCat(kSurvey, "/waves/", number);
}
std::string Uuid(int i) {
  return absl::StrFormat("%08x-0000-4000-8000-000000000000", i);
}
std::string Name(int i) {
  return absl::StrCat(Wave(3), "/assessments/", absl::StrFormat("%032x", i));
}

// Waves 1 to 3, closed, of forty people who rate three items.
class FakeWaves final : public WaveSource {
 public:
  absl::Status error;
  std::atomic<int> reads = 0;

  absl::StatusOr<std::vector<ClosedWave>> ListClosedWaves(
      absl::string_view wave) override {
    PT_RETURN_IF_ERROR(error);
    std::vector<ClosedWave> waves;
    for (int number = 1; number <= 3; ++number) {
      waves.push_back({Wave(number), Digest(number)});
      if (waves.back().name == wave) return waves;
    }
    return MakeError(absl::StatusCode::kNotFound, "WAVE_NOT_FOUND", "no wave");
  }

  absl::StatusOr<WaveData> ReadWave(absl::string_view wave) override {
    ++reads;
    const int number = wave.back() - '0';
    WaveData data;
    data.wave = std::string(wave);
    data.snapshot_digest = Digest(number);
    data.instrument_digest = std::string(64, 'f');
    for (const Corner corner :
         {Corner::kAuthority, Corner::kCapacity, Corner::kValue}) {
      Item item;
      item.id = absl::StrCat("item", static_cast<int>(corner));
      item.corner = corner;
      data.items.push_back(item);
    }
    data.roster = {{Layer::kSectoral, "health", 40}};
    for (int i = 0; i < 40; ++i) {
      Respondent person;
      person.person = absl::StrFormat("p%02d", i);
      person.sector = "health";
      person.layer = Layer::kSectoral;
      for (const Item& item : data.items) {
        person.answers.push_back({.item_id = item.id,
                                  .kind = AnswerKind::kRating,
                                  .rating = 1 + (i + number) % 5});
      }
      data.respondents.push_back(std::move(person));
    }
    return data;
  }

  static std::string Digest(int number) {
    return std::string(64, static_cast<char>('0' + number));
  }
};

class FakeAnalyses final : public AnalysisSource {
 public:
  using IsCancelled = std::function<bool()>;
  std::function<absl::Status(const IsCancelled&)> gate =
      [](const IsCancelled&) { return absl::OkStatus(); };
  std::atomic<int> calls = 0;

  absl::StatusOr<NetworkAnalysis> GetAnalysis(absl::string_view name) override {
    if (name.find("/analyses/known") == absl::string_view::npos) {
      return MakeError(absl::StatusCode::kNotFound, "ANALYSIS_NOT_FOUND",
                       "no such analysis");
    }
    return NetworkAnalysis{std::string(name), FakeWaves::Digest(9), {}};
  }

  absl::StatusOr<NetworkAnalysis> AnalyzeWave(
      absl::string_view wave, const IsCancelled& is_cancelled) override {
    ++calls;
    PT_RETURN_IF_ERROR(gate(is_cancelled));
    return NetworkAnalysis{absl::StrCat(wave, "/analyses/made"),
                           FakeWaves::Digest(wave.back() - '0'),
                           {}};
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

class AssessmentServiceTest : public ::testing::Test {
 protected:
  AssessmentServiceTest() { Open(); }
  ~AssessmentServiceTest() override { Close(); }

  void Open() {
    auto rocks = kv::OpenRocks({.path = "/data",
                                .families = testing::ServiceFamilies(),
                                .env = env_.get()});
    ASSERT_TRUE(rocks.ok()) << rocks.status();
    rocks_ = *std::move(rocks);
    store_ = MakeRocksAssessmentStore(*rocks_);
    operations_ = kv::MakeRocksOperationStore(*rocks_);
    assessor_ = std::make_unique<Assessor>(
        Assessor::Ports{waves_, analyses_, *store_, *codec_, clock_});
    executor_ = std::make_unique<BoundedExecutor>(2, 64);
    runner_ = std::make_unique<rpc::OperationRunner>(
        *operations_, rpc::OperationRunnerOptions{.error_domain = kErrorDomain,
                                                  .clock = clock_});
    runner_->Register(kAssessWaveKind, MakeAssessWorker(*assessor_, clock_));
    parts_ = std::make_unique<testing::StoredParts>(*rocks_, *store_);
    service_ =
        MakeAssessmentService(parts_->With(*runner_, *executor_, clock_));
    operations_service_ =
        rpc::MakeOperationsService(*runner_, *executor_, kErrorDomain);
    grpc::ServerBuilder builder;
    builder.RegisterService(service_.get());
    builder.RegisterService(operations_service_.get());
    server_ = builder.BuildAndStart();
    const auto channel = server_->InProcessChannel(grpc::ChannelArguments());
    stub_ = v1::AssessmentService::NewStub(channel);
    operations_stub_ = Operations::NewStub(channel);
    ASSERT_TRUE(runner_->Start().ok());
  }

  void Close() {
    server_->Shutdown();
    runner_->Stop();
    executor_.reset();
    server_.reset();
    runner_.reset();
    parts_.reset();
    store_.reset();
    operations_.reset();
    rocks_.reset();
  }

  template <typename AnyStub, typename Base, typename Request,
            typename Response>
  grpc::Status Call(AnyStub& stub,
                    grpc::Status (Base::*method)(grpc::ClientContext*,
                                                 const Request&, Response*),
                    const Request& request, Response& response) {
    grpc::ClientContext context;
    rpc::SetDeadline(context, absl::Now() + absl::Seconds(30));
    return (stub.*method)(&context, request, &response);
  }

  grpc::Status Assess(const v1::AssessWaveRequest& request,
                      Operation& operation) {
    return Call(*stub_, &Stub::AssessWave, request, operation);
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

  Operation Run(const v1::AssessWaveRequest& request) {
    Operation operation;
    const grpc::Status status = Assess(request, operation);
    EXPECT_TRUE(status.ok()) << status.error_message();
    return Wait(operation);
  }

  static v1::AssessWaveRequest Valid(int i = 1) {
    v1::AssessWaveRequest request;
    request.set_parent(Wave(3));
    request.set_request_id(Uuid(i));
    request.mutable_parameters()->set_replicate_count(100);
    return request;
  }

  // Expects that a run ends with this error.
  void ExpectError(const v1::AssessWaveRequest& request, grpc::StatusCode code,
                   const std::string& reason) {
    const Operation done = Run(request);
    ASSERT_TRUE(done.has_error()) << reason;
    EXPECT_EQ(done.error().code(), code);
    google::rpc::ErrorInfo info;
    ASSERT_GT(done.error().details_size(), 0);
    ASSERT_TRUE(done.error().details(0).UnpackTo(&info));
    EXPECT_EQ(info.reason(), reason);
    ExpectDocumented(info.reason());
    v1::AssessWaveMetadata metadata;
    ASSERT_TRUE(done.metadata().UnpackTo(&metadata));
    EXPECT_EQ(metadata.phase(), v1::AssessWaveMetadata::PHASE_DONE);
    EXPECT_TRUE(metadata.has_end_time());
  }

  // That the API knows the reason.
  static void ExpectDocumented(const std::string& reason) {
    v1::ErrorReason known;
    EXPECT_TRUE(v1::ErrorReason_Parse("ERROR_REASON_" + reason, &known))
        << reason;
  }

  void ExpectInvalid(const grpc::Status& status, const std::string& reason,
                     const std::string& field) {
    EXPECT_EQ(status.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
    const auto info = DetailOf<google::rpc::ErrorInfo>(status);
    EXPECT_EQ(info.domain(), "assessment.pulsetaker");
    EXPECT_EQ(info.reason(), reason);
    ExpectDocumented(info.reason());
    const auto bad = DetailOf<google::rpc::BadRequest>(status);
    ASSERT_EQ(bad.field_violations_size(), 1);
    EXPECT_EQ(bad.field_violations(0).field(), field);
  }

  const Clock clock_ = [] {
    return absl::FromUnixMicros(1'700'000'000'123'456);
  };
  const std::unique_ptr<rocksdb::Env> env_{
      rocksdb::NewMemEnv(rocksdb::Env::Default())};
  FakeWaves waves_;
  FakeAnalyses analyses_;
  const std::unique_ptr<AssessmentCodec> codec_ = MakeAssessmentCodec();
  std::unique_ptr<kv::Rocks> rocks_;
  std::unique_ptr<AssessmentStore> store_;
  std::unique_ptr<testing::StoredParts> parts_;
  std::unique_ptr<OperationStore> operations_;
  std::unique_ptr<Assessor> assessor_;
  std::unique_ptr<BoundedExecutor> executor_;
  std::unique_ptr<rpc::OperationRunner> runner_;
  std::unique_ptr<grpc::Service> service_;
  std::unique_ptr<grpc::Service> operations_service_;
  std::unique_ptr<grpc::Server> server_;
  std::unique_ptr<Stub> stub_;
  std::unique_ptr<Operations::Stub> operations_stub_;
};

TEST_F(AssessmentServiceTest, AssessesAWaveAfterThoseBeforeIt) {
  const Operation done = Run(Valid());
  ASSERT_TRUE(done.has_response()) << done.error().message();
  v1::Assessment assessment;
  ASSERT_TRUE(done.response().UnpackTo(&assessment));
  EXPECT_EQ(assessment.inputs().snapshot_digest(), FakeWaves::Digest(3));
  EXPECT_EQ(assessment.inputs().analysis(), Wave(3) + "/analyses/made");
  EXPECT_EQ(assessment.triangle().respondent_count(), 40);

  v1::AssessWaveMetadata metadata;
  ASSERT_TRUE(done.metadata().UnpackTo(&metadata));
  EXPECT_EQ(metadata.wave(), Wave(3));
  EXPECT_EQ(metadata.phase(), v1::AssessWaveMetadata::PHASE_DONE);
  EXPECT_EQ(metadata.total_count(), 9);
  EXPECT_EQ(metadata.done_count(), 9);
  EXPECT_EQ(metadata.end_time().seconds(), 1'700'000'000);

  v1::GetAssessmentRequest get;
  get.set_name(assessment.name());
  v1::Assessment found;
  ASSERT_TRUE(Call(*stub_, &Stub::GetAssessment, get, found).ok());
  EXPECT_EQ(found.SerializeAsString(), done.response().value());
  get.set_name(assessment.inputs().previous_assessment());
  EXPECT_TRUE(Call(*stub_, &Stub::GetAssessment, get, found).ok());
}

TEST_F(AssessmentServiceTest, ComputesTheSameOnlyOnce) {
  const Operation first = Run(Valid(1));
  const int reads = waves_.reads;
  const Operation second = Run(Valid(2));
  EXPECT_NE(first.name(), second.name());
  EXPECT_EQ(first.response().value(), second.response().value());
  EXPECT_EQ(waves_.reads, reads);
}

TEST_F(AssessmentServiceTest, AnswersARepeatWithTheFirstOperation) {
  Operation first, repeat;
  ASSERT_TRUE(Assess(Valid(), first).ok());
  ASSERT_TRUE(Assess(Valid(), repeat).ok());
  EXPECT_EQ(first.name(), repeat.name());
  Wait(first);
  v1::AssessWaveRequest other = Valid();
  other.mutable_parameters()->set_seed(2);
  const grpc::Status status = Assess(other, repeat);
  EXPECT_EQ(status.error_code(), grpc::StatusCode::ALREADY_EXISTS);
  EXPECT_EQ(DetailOf<google::rpc::ErrorInfo>(status).reason(),
            "REQUEST_ID_REUSED");
}

// One row an error of the .proto, in its order.
TEST_F(AssessmentServiceTest, RefusesAssessWaveAsDocumented) {
  using Request = v1::AssessWaveRequest;
  const struct {
    const char* reason;
    const char* field;
    std::function<void(Request&)> spoil;
  } cases[] = {
      {"NAME_MALFORMED", "parent", [](Request& r) { r.clear_parent(); }},
      {"NAME_MALFORMED", "analysis", [](Request& r) { r.set_analysis("x"); }},
      {"REQUEST_ID_MALFORMED", "request_id",
       [](Request& r) { r.set_request_id("1"); }},
      {"PARAMETER_OUT_OF_RANGE", "parameters.seed",
       [](Request& r) { r.mutable_parameters()->set_seed(-1); }},
      {"PARAMETER_OUT_OF_RANGE", "parameters.replicate_count",
       [](Request& r) { r.mutable_parameters()->set_replicate_count(99); }},
      {"PARAMETER_OUT_OF_RANGE", "parameters.min_cell_count",
       [](Request& r) { r.mutable_parameters()->set_min_cell_count(4); }},
      {"PARAMETER_OUT_OF_RANGE", "parameters.response_min",
       [](Request& r) { r.mutable_parameters()->set_response_min(1.5); }},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.field);
    Request request = Valid();
    c.spoil(request);
    Operation operation;
    ExpectInvalid(Assess(request, operation), c.reason, c.field);
  }
  EXPECT_EQ(analyses_.calls, 0);
}

TEST_F(AssessmentServiceTest, TellsInTheOperationWhatWentWrong) {
  v1::AssessWaveRequest request = Valid(1);
  request.set_parent(Wave(4));
  ExpectError(request, grpc::StatusCode::NOT_FOUND, "WAVE_NOT_FOUND");

  request = Valid(2);
  request.set_analysis(Wave(3) + "/analyses/lost");
  ExpectError(request, grpc::StatusCode::NOT_FOUND, "ANALYSIS_NOT_FOUND");

  request = Valid(3);
  request.set_analysis(Wave(3) + "/analyses/known");
  ExpectError(request, grpc::StatusCode::FAILED_PRECONDITION,
              "ANALYSIS_OF_OTHER_SNAPSHOT");

  waves_.error = MakeError(absl::StatusCode::kFailedPrecondition,
                           "WAVE_NOT_CLOSED", "open");
  ExpectError(Valid(4), grpc::StatusCode::FAILED_PRECONDITION,
              "WAVE_NOT_CLOSED");
  waves_.error =
      MakeError(absl::StatusCode::kDataLoss, "SNAPSHOT_INVALID", "broken");
  ExpectError(Valid(5), grpc::StatusCode::DATA_LOSS, "SNAPSHOT_INVALID");
}

absl::Status WaitUntilCancelled(const std::function<bool()>& is_cancelled) {
  while (!is_cancelled()) absl::SleepFor(absl::Milliseconds(2));
  return absl::CancelledError("as asked");
}

TEST_F(AssessmentServiceTest, StopsWhenTheOperationIsCancelled) {
  analyses_.gate = WaitUntilCancelled;
  Operation operation;
  ASSERT_TRUE(Assess(Valid(), operation).ok());
  while (analyses_.calls == 0) absl::SleepFor(absl::Milliseconds(1));
  google::longrunning::CancelOperationRequest cancel;
  cancel.set_name(operation.name());
  google::protobuf::Empty nothing;
  ASSERT_TRUE(Call(*operations_stub_, &Operations::Stub::CancelOperation,
                   cancel, nothing)
                  .ok());
  EXPECT_EQ(Wait(operation).error().code(), grpc::StatusCode::CANCELLED);
}

// The server goes down in the middle; the next one finishes what it began.
TEST_F(AssessmentServiceTest, FinishesAfterARestartWhatItBegan) {
  analyses_.gate = WaitUntilCancelled;
  Operation running;
  ASSERT_TRUE(Assess(Valid(), running).ok());
  while (analyses_.calls == 0) absl::SleepFor(absl::Milliseconds(1));
  Close();
  analyses_.gate = [](const std::function<bool()>&) {
    return absl::OkStatus();
  };
  Open();
  const Operation done = Wait(running);
  EXPECT_TRUE(done.has_response()) << done.error().message();
  Operation repeat;
  ASSERT_TRUE(Assess(Valid(), repeat).ok());
  EXPECT_EQ(repeat.name(), running.name());
  EXPECT_TRUE(repeat.done());
}

TEST_F(AssessmentServiceTest, RefusesReadsAsDocumented) {
  const auto get = [&](const std::string& name) {
    v1::GetAssessmentRequest request;
    request.set_name(name);
    v1::Assessment response;
    return Call(*stub_, &Stub::GetAssessment, request, response);
  };
  ExpectInvalid(get("x"), "NAME_MALFORMED", "name");
  for (const std::string& name : {Name(1), Wave(3) + "/assessments/a"}) {
    EXPECT_EQ(DetailOf<google::rpc::ErrorInfo>(get(name)).reason(),
              "ASSESSMENT_NOT_FOUND");
  }
  const auto list = [&](const std::string& parent, int size,
                        const std::string& token) {
    v1::ListAssessmentsRequest request;
    request.set_parent(parent);
    request.set_page_size(size);
    request.set_page_token(token);
    v1::ListAssessmentsResponse response;
    return Call(*stub_, &Stub::ListAssessments, request, response);
  };
  ExpectInvalid(list("x", -1, "x"), "NAME_MALFORMED", "parent");
  ExpectInvalid(list(Wave(3), -1, "x"), "PAGE_SIZE_NEGATIVE", "page_size");
  ExpectInvalid(list(Wave(3), 1, "x"), "PAGE_TOKEN_MALFORMED", "page_token");
  EXPECT_TRUE(list(Wave(3), 1, "").ok());
}

TEST_F(AssessmentServiceTest, PagesMeetEveryAssessmentOnce) {
  std::vector<std::string> all;
  for (int i = 1; i <= 9; ++i) {
    v1::Assessment assessment;
    assessment.set_name(Name(i));
    // Three of these are more than a page takes.
    assessment.mutable_inputs()->set_analysis(std::string(900'000, 'x'));
    all.push_back(Name(i));
    ASSERT_TRUE(store_
                    ->Put({.name = Name(i),
                           .posterior = {},
                           .message = assessment.SerializeAsString()})
                    .ok());
  }
  for (const int page_size : {1, 2, 8, 9, 0}) {
    SCOPED_TRACE(page_size);
    v1::ListAssessmentsRequest request;
    request.set_parent(Wave(3));
    request.set_page_size(page_size);
    std::vector<std::string> names;
    do {
      v1::ListAssessmentsResponse response;
      ASSERT_TRUE(Call(*stub_, &Stub::ListAssessments, request, response).ok());
      EXPECT_LE(response.assessments_size(), page_size == 1 ? 1 : 2);
      for (const auto& a : response.assessments()) names.push_back(a.name());
      request.set_page_token(response.next_page_token());
    } while (!request.page_token().empty());
    EXPECT_EQ(names, all);
  }
}

TEST_F(AssessmentServiceTest, ReportsStoredBytesThatAreNoMessage) {
  ASSERT_TRUE(
      store_->Put({.name = Name(1), .posterior = {}, .message = "\xff"}).ok());
  v1::GetAssessmentRequest get;
  get.set_name(Name(1));
  v1::Assessment assessment;
  const grpc::Status status =
      Call(*stub_, &Stub::GetAssessment, get, assessment);
  EXPECT_EQ(status.error_code(), grpc::StatusCode::DATA_LOSS);
  EXPECT_EQ(DetailOf<google::rpc::ErrorInfo>(status).reason(),
            "STORED_DATA_UNREADABLE");
}

}  // namespace
}  // namespace pulsetaker::assessment
