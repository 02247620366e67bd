// National assessments through the stub: codec, stores, threads and operations
// are all real; only the two other services are not there.

#include <algorithm>
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
#include "grpcpp/server.h"
#include "grpcpp/server_builder.h"
#include "gtest/gtest.h"
#include "pulsetaker/assessment/v1/assessment_service.grpc.pb.h"
#include "rocksdb/env.h"
#include "services/assessment/domain/national_testing.h"
#include "services/assessment/rpc/assess_operation.h"
#include "services/assessment/rpc/assessment_codec.h"
#include "services/assessment/rpc/assessment_service.h"
#include "services/assessment/rpc/national_codec.h"
#include "services/assessment/rpc/national_operation.h"
#include "services/assessment/rpc/service_testing.h"
#include "services/assessment/store/rocks_assessment_store.h"
#include "services/assessment/store/rocks_national_store.h"

namespace pulsetaker::assessment {
namespace {

using google::longrunning::Operation;
using google::longrunning::Operations;
using testing::FakeNation;
using testing::FakePlace;
using testing::kTenant;
using testing::LocalityName;
using testing::WaveOf;
using Metadata = v1::RunNationalAssessmentMetadata;
using Place = v1::NationalPlace;
using Request = v1::RunNationalAssessmentRequest;
using Stub = v1::AssessmentService::Stub;

std::string Uuid(int i) {
  return absl::StrFormat("%08x-0000-4000-8000-000000000000", i);
}

// The API's codec, counting: every assessment that is computed is encoded once,
// and none that is found.
class CountingCodec final : public AssessmentCodec {
 public:
  std::string Encode(const Assessment& assessment) const override {
    ++count;
    return codec_->Encode(assessment);
  }
  mutable std::atomic<int> count = 0;

 private:
  const std::unique_ptr<AssessmentCodec> codec_ = MakeAssessmentCodec();
};

class NationalServiceTest : public ::testing::Test {
 protected:
  NationalServiceTest() { UsePlaces({{.id = "a"}, {.id = "b"}, {.id = "c"}}); }
  ~NationalServiceTest() override { Close(); }

  void UsePlaces(std::vector<FakePlace> places) {
    if (server_ != nullptr) Close();
    nation_ = std::make_unique<FakeNation>(std::move(places));
    Open();
  }

  void Open() {
    auto rocks = kv::OpenRocks({.path = "/data",
                                .families = testing::ServiceFamilies(),
                                .env = env_.get()});
    ASSERT_TRUE(rocks.ok()) << rocks.status();
    rocks_ = *std::move(rocks);
    store_ = MakeRocksAssessmentStore(*rocks_);
    parts_ = std::make_unique<testing::StoredParts>(*rocks_, *store_);
    operations_ = kv::MakeRocksOperationStore(*rocks_);
    assessor_ = std::make_unique<Assessor>(
        Assessor::Ports{*nation_, *nation_, *store_, codec_, clock_});
    national_ = std::make_unique<NationalAssessor>(NationalAssessor::Ports{
        *nation_, *assessor_, parts_->nationals(), *national_codec_});
    executor_ = std::make_unique<BoundedExecutor>(2, 64);
    runner_ = std::make_unique<rpc::OperationRunner>(
        *operations_,
        rpc::OperationRunnerOptions{.thread_count = 1,
                                    .progress_interval = absl::ZeroDuration(),
                                    .error_domain = kErrorDomain,
                                    .clock = clock_});
    runner_->Register(kAssessWaveKind, MakeAssessWorker(*assessor_, clock_));
    runner_->Register(kNationalAssessmentKind,
                      MakeNationalWorker(*national_, 2, clock_), 1);
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

  template <typename Response, typename AnyStub, typename Base,
            typename AnyRequest>
  absl::StatusOr<Response> Call(
      AnyStub& stub,
      grpc::Status (Base::*method)(grpc::ClientContext*, const AnyRequest&,
                                   Response*),
      const AnyRequest& request) {
    return rpc::Call(stub, method, request, absl::Now() + absl::Seconds(30));
  }

  static Request Valid(int i = 1) {
    Request request;
    request.set_parent(kTenant);
    request.set_request_id(Uuid(i));
    request.mutable_parameters()->set_replicate_count(100);
    return request;
  }

  absl::StatusOr<Operation> Start(const Request& request) {
    return Call(*stub_, &Stub::RunNationalAssessment, request);
  }

  Operation Wait(const std::string& name) {
    google::longrunning::WaitOperationRequest request;
    request.set_name(name);
    request.mutable_timeout()->set_seconds(30);
    auto done =
        Call(*operations_stub_, &Operations::Stub::WaitOperation, request);
    EXPECT_TRUE(done.ok()) << done.status();
    EXPECT_TRUE(done->done());
    return *std::move(done);
  }

  Operation Run(const Request& request) {
    const auto operation = Start(request);
    EXPECT_TRUE(operation.ok()) << operation.status();
    return Wait(operation->name());
  }

  v1::NationalAssessment Result(const Operation& done) {
    v1::NationalAssessment national;
    EXPECT_TRUE(done.has_response()) << done.error().message();
    EXPECT_TRUE(done.response().UnpackTo(&national));
    return national;
  }

  Metadata MetadataOf(const Operation& operation) {
    Metadata metadata;
    EXPECT_TRUE(operation.metadata().UnpackTo(&metadata));
    return metadata;
  }

  absl::Status Cancel(const std::string& name) {
    google::longrunning::CancelOperationRequest cancel;
    cancel.set_name(name);
    return Call(*operations_stub_, &Operations::Stub::CancelOperation, cancel)
        .status();
  }

  // Whoever analyses `id` says so and waits until the operation ends.
  void HoldAt(const std::string& held) {
    held_ = false;
    nation_->gate = [this, held](const std::string& id,
                                 const std::function<bool()>& is_cancelled) {
      if (id != held) return absl::OkStatus();
      held_ = true;
      while (!is_cancelled()) absl::SleepFor(absl::Milliseconds(2));
      return absl::CancelledError("as asked");
    };
  }

  void WaitUntilHeld() const {
    while (!held_) absl::SleepFor(absl::Milliseconds(1));
  }

  const Clock clock_ = [] {
    return absl::FromUnixMicros(1'700'000'000'123'456);
  };
  const std::unique_ptr<rocksdb::Env> env_{
      rocksdb::NewMemEnv(rocksdb::Env::Default())};
  std::atomic<bool> held_ = false;
  std::unique_ptr<FakeNation> nation_;
  CountingCodec codec_;
  const std::unique_ptr<NationalCodec> national_codec_ = MakeNationalCodec();
  std::unique_ptr<kv::Rocks> rocks_;
  std::unique_ptr<AssessmentStore> store_;
  std::unique_ptr<testing::StoredParts> parts_;
  std::unique_ptr<OperationStore> operations_;
  std::unique_ptr<Assessor> assessor_;
  std::unique_ptr<NationalAssessor> national_;
  std::unique_ptr<BoundedExecutor> executor_;
  std::unique_ptr<rpc::OperationRunner> runner_;
  std::unique_ptr<grpc::Service> service_;
  std::unique_ptr<grpc::Service> operations_service_;
  std::unique_ptr<grpc::Server> server_;
  std::unique_ptr<Stub> stub_;
  std::unique_ptr<Operations::Stub> operations_stub_;
};

TEST_F(NationalServiceTest, ReportsOnEveryPlace) {
  UsePlaces({{.id = "broken"},
             {.id = "draft", .closed_wave_count = 0},
             {.id = "empty", .has_survey = false},
             {.id = "fallen", .first_rating = 5, .second_rating = 2},
             {.id = "new", .closed_wave_count = 1},
             {.id = "small", .people_count = 3},
             {.id = "steady"}});
  nation_->gate = [](const std::string& id, const auto&) {
    return id == "broken" ? MakeError(absl::StatusCode::kResourceExhausted,
                                      "GRAPH_TOO_LARGE", "too many people")
                          : absl::OkStatus();
  };
  const Operation done = Run(Valid());
  const v1::NationalAssessment national = Result(done);
  const struct {
    std::string id;
    Place::Outcome outcome;
    v1::Change::Status change;
  } want[] = {
      {"broken", Place::OUTCOME_FAILED, v1::Change::STATUS_UNSPECIFIED},
      {"draft", Place::OUTCOME_NO_CLOSED_WAVE, v1::Change::STATUS_UNSPECIFIED},
      {"empty", Place::OUTCOME_NO_SURVEY, v1::Change::STATUS_UNSPECIFIED},
      {"fallen", Place::OUTCOME_ASSESSED, v1::Change::STATUS_REGRESSION},
      {"new", Place::OUTCOME_ASSESSED, v1::Change::STATUS_NO_PREVIOUS_WAVE},
      {"small", Place::OUTCOME_NOT_MEASURED, v1::Change::STATUS_NOT_COMPARABLE},
      {"steady", Place::OUTCOME_ASSESSED, v1::Change::STATUS_NO_REGRESSION},
  };
  ASSERT_EQ(national.places_size(), 7);
  for (int i = 0; i < 7; ++i) {
    SCOPED_TRACE(want[i].id);
    const Place& place = national.places(i);
    EXPECT_EQ(place.locality(), LocalityName(want[i].id));
    EXPECT_EQ(place.outcome(), want[i].outcome);
    EXPECT_EQ(place.change(), want[i].change);
    // What is said of the place is what its own assessment says.
    v1::GetAssessmentRequest get;
    get.set_name(place.assessment());
    if (place.assessment().empty()) continue;
    const auto assessment = Call(*stub_, &Stub::GetAssessment, get);
    ASSERT_TRUE(assessment.ok()) << assessment.status();
    EXPECT_EQ(place.verdict(), assessment->phase().verdict());
    EXPECT_EQ(place.phase(), assessment->phase().phase());
    EXPECT_EQ(place.not_measured_reason(), assessment->phase().reason());
    EXPECT_EQ(place.change(), assessment->change().status());
    EXPECT_EQ(place.previous_assessment(),
              assessment->inputs().previous_assessment());
    for (const v1::NationalLevel& level : place.levels()) {
      const v1::CornerResult& corner =
          assessment->triangle().corners(level.corner() - 1);
      EXPECT_EQ(level.level(), corner.level().post_stratified());
      EXPECT_EQ(level.standard_error(), corner.level().standard_error());
      EXPECT_FALSE(level.has_pooled());  // Of three places.
    }
    EXPECT_EQ(place.levels_size(),
              want[i].outcome == Place::OUTCOME_ASSESSED ? 3 : 0);
  }
  const v1::PlaceFailure& failure = national.places(0).failure();
  EXPECT_EQ(failure.code(), grpc::StatusCode::RESOURCE_EXHAUSTED);
  EXPECT_EQ(failure.reason(), "GRAPH_TOO_LARGE");
  EXPECT_EQ(failure.message(), "too many people");
  EXPECT_EQ(national.places(0).wave(), WaveOf("broken", 2));
  EXPECT_EQ(national.places(5).not_measured_reason(),
            v1::NOT_MEASURED_REASON_TOO_FEW_ANSWERS);

  const Metadata metadata = MetadataOf(done);
  EXPECT_EQ(metadata.parent(), kTenant);
  EXPECT_EQ(metadata.phase(), Metadata::PHASE_DONE);
  EXPECT_EQ(metadata.total_count(), 7);
  EXPECT_EQ(metadata.done_count(), 4);
  EXPECT_EQ(metadata.failed_count(), 1);
  EXPECT_EQ(metadata.skipped_count(), 2);
  EXPECT_EQ(metadata.computed_count(), 7);
  EXPECT_FALSE(metadata.has_remaining());
  EXPECT_EQ(metadata.end_time().seconds(), 1'700'000'000);
}

TEST_F(NationalServiceTest, SaysWhatHoldsForTheNation) {
  UsePlaces({{.id = "fallen", .first_rating = 5, .second_rating = 2},
             {.id = "new", .closed_wave_count = 1},
             {.id = "risen", .first_rating = 2, .second_rating = 5},
             {.id = "steady"}});
  const v1::NationalAssessment national = Result(Run(Valid()));
  // Everybody says the same, so the standard error is 0 and a fall certain.
  const Place& fallen = national.places(0);
  EXPECT_TRUE(fallen.national_regression());
  EXPECT_EQ(fallen.fall_p_value(), 0);
  EXPECT_EQ(fallen.fall_q_value(), 0);
  EXPECT_FALSE(national.places(1).has_fall_p_value());
  EXPECT_FALSE(national.places(1).has_fall_q_value());
  for (const int other : {2, 3}) {
    EXPECT_EQ(national.places(other).fall_q_value(), 1);
    EXPECT_FALSE(national.places(other).national_regression());
  }
  EXPECT_EQ(national.falls().false_discovery_rate(), 0.1);
  EXPECT_EQ(national.falls().tested_count(), 3);
  EXPECT_EQ(national.falls().falling_count(), 1);
  EXPECT_EQ(national.falls().regression_count(), 1);
  EXPECT_EQ(national.falls().local_regression_count(), 1);

  // Four places that are sure of their levels keep them.
  ASSERT_EQ(national.corners_size(), 3);
  EXPECT_EQ(national.corners(2).corner(), v1::CORNER_VALUE);
  EXPECT_EQ(national.corners(2).place_count(), 4);
  EXPECT_TRUE(national.corners(2).mean().has_value());
  EXPECT_EQ(national.corners(2).icc1().value(), 1);
  EXPECT_EQ(national.places(0).levels(2).pooled(),
            national.places(0).levels(2).level());
  EXPECT_EQ(national.places(0).levels(2).shrinkage(), 0);

  EXPECT_EQ(national.outcome_counts_size(), 5);
  EXPECT_EQ(national.outcome_counts(0).outcome(), Place::OUTCOME_ASSESSED);
  EXPECT_EQ(national.outcome_counts(0).place_count(), 4);
  ASSERT_EQ(national.phase_counts_size(), 8);
  int counted = 0;
  for (const v1::PhaseCount& count : national.phase_counts()) {
    counted += count.place_count();
  }
  EXPECT_EQ(counted, 4);
  EXPECT_EQ(national.phase_counts(4).phase(), v1::PHASE_EMBEDDING);
  EXPECT_EQ(national.phase_counts(7).verdict(),
            v1::PhaseResult::VERDICT_NOT_MEASURED);
  ASSERT_EQ(national.change_counts_size(), 6);
  EXPECT_EQ(national.change_counts(0).status(), v1::Change::STATUS_REGRESSION);
  EXPECT_EQ(national.change_counts(0).place_count(), 1);
  EXPECT_EQ(national.parameters().replicate_count(), 100);
  EXPECT_EQ(national.parameters().seed(), 1);
  EXPECT_EQ(national.engine_version(), kEngineVersion);
  EXPECT_EQ(national.parameters_version(), kParametersVersion);
}

TEST_F(NationalServiceTest, KeepsTheResult) {
  const Operation done = Run(Valid());
  const v1::NationalAssessment national = Result(done);
  EXPECT_EQ(national.create_time().seconds(), 1'700'000'000);
  EXPECT_EQ(national.create_time().nanos(), 123'456'000);
  Close();
  Open();
  v1::GetNationalAssessmentRequest get;
  get.set_name(national.name());
  const auto found = Call(*stub_, &Stub::GetNationalAssessment, get);
  ASSERT_TRUE(found.ok()) << found.status();
  EXPECT_EQ(found->SerializeAsString(), done.response().value());
  // The same nation again has the same name, and nothing is computed.
  const int computed = codec_.count;
  EXPECT_EQ(Result(Run(Valid(2))).SerializeAsString(), done.response().value());
  EXPECT_EQ(codec_.count, computed);
}

// The server goes down in the middle; the next one finishes what it began, and
// computes no wave a second time.
TEST_F(NationalServiceTest, GoesOnAfterARestart) {
  HoldAt("c");
  const auto operation = Start(Valid());
  ASSERT_TRUE(operation.ok()) << operation.status();
  WaitUntilHeld();
  while (MetadataOf(*Call(*operations_stub_, &Operations::Stub::GetOperation,
                          [&] {
                            google::longrunning::GetOperationRequest get;
                            get.set_name(operation->name());
                            return get;
                          }()))
             .done_count() < 2) {
    absl::SleepFor(absl::Milliseconds(1));
  }
  EXPECT_EQ(codec_.count, 4);
  Close();
  nation_->gate = nullptr;
  Open();
  const Operation done = Wait(operation->name());
  const v1::NationalAssessment national = Result(done);
  EXPECT_EQ(national.outcome_counts(0).place_count(), 3);
  EXPECT_EQ(codec_.count, 6);
  EXPECT_EQ(MetadataOf(done).computed_count(), 2);
}

TEST_F(NationalServiceTest, StopsWhenItIsCancelledAndKeepsWhatIsDone) {
  HoldAt("c");
  const auto operation = Start(Valid());
  ASSERT_TRUE(operation.ok()) << operation.status();
  WaitUntilHeld();
  while (codec_.count < 4) absl::SleepFor(absl::Milliseconds(1));
  ASSERT_TRUE(Cancel(operation->name()).ok());
  const Operation done = Wait(operation->name());
  EXPECT_EQ(done.error().code(), grpc::StatusCode::CANCELLED);
  v1::ListNationalAssessmentsRequest list;
  list.set_parent(kTenant);
  EXPECT_EQ(Call(*stub_, &Stub::ListNationalAssessments, list)
                ->national_assessments_size(),
            0);
  nation_->gate = nullptr;
  EXPECT_EQ(Result(Run(Valid(2))).outcome_counts(0).place_count(), 3);
  EXPECT_EQ(codec_.count, 6);
}

// While a nation is being assessed, the only thread of single assessments is
// free.
TEST_F(NationalServiceTest, DoesNotStarveSingleAssessments) {
  HoldAt("a");
  const auto operation = Start(Valid());
  ASSERT_TRUE(operation.ok()) << operation.status();
  ASSERT_TRUE(Start(Valid(2)).ok());
  WaitUntilHeld();
  v1::AssessWaveRequest single;
  single.set_parent(WaveOf("b", 2));
  single.set_request_id(Uuid(3));
  const auto assess = Call(*stub_, &Stub::AssessWave, single);
  ASSERT_TRUE(assess.ok()) << assess.status();
  EXPECT_TRUE(Wait(assess->name()).has_response());
  ASSERT_TRUE(Cancel(operation->name()).ok());
}

// One row an error of the .proto, in its order.
TEST_F(NationalServiceTest, RefusesCallsAsDocumented) {
  const struct {
    const char* reason;
    const char* field;
    std::function<void(Request&)> spoil;
  } cases[] = {
      {"NAME_MALFORMED", "parent", [](Request& r) { r.set_parent("north"); }},
      {"ID_MALFORMED", "scope.survey_id",
       [](Request& r) { r.mutable_scope()->set_survey_id("A"); }},
      {"TEXT_TOO_LONG", "scope.region",
       [](Request& r) {
         r.mutable_scope()->set_region(std::string(201, 'x'));
       }},
      {"TEXT_MALFORMED", "scope.region",
       [](Request& r) { r.mutable_scope()->set_region("a\x01"); }},
      {"REQUEST_ID_MALFORMED", "request_id",
       [](Request& r) { r.set_request_id("1"); }},
      {"PARAMETER_OUT_OF_RANGE", "parameters.seed",
       [](Request& r) { r.mutable_parameters()->set_seed(-1); }},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.reason);
    Request request = Valid();
    c.spoil(request);
    const absl::Status status = Start(request).status();
    EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument) << status;
    EXPECT_EQ(ReasonOf(status), c.reason);
    EXPECT_EQ(pulsetaker::MetadataOf(status),
              (ErrorMetadata{{"field", c.field}}));
  }
  EXPECT_EQ(nation_->analysis_count, 0);

  const auto first = Start(Valid());
  ASSERT_TRUE(first.ok());
  EXPECT_EQ(Start(Valid())->name(), first->name());
  Request other = Valid();
  other.mutable_scope()->set_region("west");
  EXPECT_EQ(ReasonOf(Start(other).status()), "REQUEST_ID_REUSED");
}

TEST_F(NationalServiceTest, TellsInTheOperationWhatWentWrong) {
  Request nobody = Valid();
  nobody.mutable_scope()->set_survey_id("other");
  const Operation done = Run(nobody);
  ASSERT_TRUE(done.has_error());
  EXPECT_EQ(done.error().code(), grpc::StatusCode::NOT_FOUND);
  EXPECT_EQ(ReasonOf(rpc::FromRpcStatus(done.error())), "NO_PLACES");
  EXPECT_EQ(MetadataOf(done).phase(), Metadata::PHASE_DONE);
  nation_->localities_error =
      MakeError(absl::StatusCode::kDataLoss, "SNAPSHOT_INVALID", "broken");
  EXPECT_EQ(ReasonOf(rpc::FromRpcStatus(Run(Valid(2)).error())),
            "SNAPSHOT_INVALID");
}

TEST_F(NationalServiceTest, RefusesReadsAsDocumented) {
  const auto get = [&](const std::string& name) {
    v1::GetNationalAssessmentRequest request;
    request.set_name(name);
    return ReasonOf(
        Call(*stub_, &Stub::GetNationalAssessment, request).status());
  };
  EXPECT_EQ(get("x"), "NAME_MALFORMED");
  EXPECT_EQ(get(absl::StrCat(kTenant, "/nationalAssessments/A")),
            "NAME_MALFORMED");
  for (const std::string& id : {std::string("a"), std::string(32, 'a')}) {
    EXPECT_EQ(get(absl::StrCat(kTenant, "/nationalAssessments/", id)),
              "NATIONAL_ASSESSMENT_NOT_FOUND");
  }
  const auto list = [&](const std::string& parent, int size,
                        const std::string& token) {
    v1::ListNationalAssessmentsRequest request;
    request.set_parent(parent);
    request.set_page_size(size);
    request.set_page_token(token);
    return ReasonOf(
        Call(*stub_, &Stub::ListNationalAssessments, request).status());
  };
  EXPECT_EQ(list("x", -1, "x"), "NAME_MALFORMED");
  EXPECT_EQ(list(kTenant, -1, "x"), "PAGE_SIZE_NEGATIVE");
  EXPECT_EQ(list(kTenant, 1, "x"), "PAGE_TOKEN_MALFORMED");
  EXPECT_EQ(list(kTenant, 1, ""), "");
}

TEST_F(NationalServiceTest, PagesMeetEachOnceAndLeaveOutPlaces) {
  std::vector<std::string> all;
  for (int seed = 1; seed <= 5; ++seed) {
    Request request = Valid(seed);
    request.mutable_parameters()->set_seed(seed);
    all.push_back(Result(Run(request)).name());
  }
  std::sort(all.begin(), all.end());
  for (const int page_size : {1, 2, 4, 5, 0}) {
    SCOPED_TRACE(page_size);
    v1::ListNationalAssessmentsRequest request;
    request.set_parent(kTenant);
    request.set_page_size(page_size);
    std::vector<std::string> names;
    do {
      const auto page = Call(*stub_, &Stub::ListNationalAssessments, request);
      ASSERT_TRUE(page.ok()) << page.status();
      for (const auto& national : page->national_assessments()) {
        names.push_back(national.name());
        EXPECT_EQ(national.places_size(), 0);
        EXPECT_EQ(national.outcome_counts(0).place_count(), 3);
        EXPECT_TRUE(national.has_create_time());
      }
      request.set_page_token(page->next_page_token());
    } while (!request.page_token().empty());
    EXPECT_EQ(names, all);
  }
}

TEST_F(NationalServiceTest, ReportsStoredBytesThatAreNoMessage) {
  const std::string name =
      absl::StrCat(kTenant, "/nationalAssessments/", std::string(32, 'a'));
  ASSERT_TRUE(parts_->nationals()
                  .Put({.name = name, .message = "\xff", .create_time = {}})
                  .ok());
  v1::GetNationalAssessmentRequest get;
  get.set_name(name);
  const absl::Status status =
      Call(*stub_, &Stub::GetNationalAssessment, get).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kDataLoss);
  EXPECT_EQ(ReasonOf(status), "STORED_DATA_UNREADABLE");
}

TEST(NationalCodecTest, SummarizesOnlyWhatItKnows) {
  const auto codec = MakeNationalCodec();
  const auto summarize = [&](const v1::Assessment& assessment) {
    return codec->Summarize({.name = "n",
                             .posterior = {},
                             .message = assessment.SerializeAsString()});
  };
  v1::Assessment valid;
  valid.mutable_phase()->set_verdict(v1::PhaseResult::VERDICT_BETWEEN);
  valid.mutable_phase()->set_phase(v1::PHASE_MAINSTREAMING);
  valid.mutable_change()->set_status(v1::Change::STATUS_WATCH);
  valid.mutable_change()->add_features()->mutable_p_value()->set_value(0.25);
  valid.mutable_change()->add_features()->mutable_p_value();  // Not measured.
  v1::CornerResult& corner = *valid.mutable_triangle()->add_corners();
  corner.set_corner(v1::CORNER_VALUE);
  corner.mutable_level()->set_state(v1::MEASUREMENT_STATE_MEASURED);
  corner.mutable_level()->set_raw(41);
  corner.mutable_level()->set_post_stratified(42);
  corner.mutable_level()->set_standard_error(3);
  corner.mutable_level()->set_respondent_count(7);
  corner.mutable_score_deviation()->set_state(v1::MEASUREMENT_STATE_MEASURED);
  corner.mutable_score_deviation()->set_value(9);
  valid.mutable_triangle()->add_corners()->set_corner(v1::CORNER_CAPACITY);
  const auto summary = summarize(valid);
  ASSERT_TRUE(summary.ok()) << summary.status();
  EXPECT_EQ(summary->verdict, PhaseVerdict::kBetween);
  EXPECT_EQ(summary->phase, Phase::kMainstreaming);
  EXPECT_EQ(summary->change, ChangeStatus::kWatch);
  EXPECT_EQ(summary->fall_p_values, (std::vector<double>{0.25}));
  EXPECT_EQ(summary->corners[2], (PlaceCorner{41, 42, 3, 7, Reading::Of(9)}));
  EXPECT_FALSE(summary->corners[1].has_value());

  std::vector<v1::Assessment> wrong(5, valid);
  wrong[0].mutable_phase()->clear_verdict();
  wrong[1].mutable_phase()->set_verdict(
      static_cast<v1::PhaseResult::Verdict>(99));
  wrong[2].mutable_phase()->clear_phase();
  wrong[3].mutable_change()->clear_status();
  wrong[4].mutable_phase()->set_reason(static_cast<v1::NotMeasuredReason>(99));
  for (const v1::Assessment& assessment : wrong) {
    EXPECT_EQ(ReasonOf(summarize(assessment).status()),
              "STORED_DATA_UNREADABLE")
        << assessment.ShortDebugString();
  }
  EXPECT_EQ(
      ReasonOf(
          codec->Summarize({.name = "n", .posterior = {}, .message = "\xff"})
              .status()),
      "STORED_DATA_UNREADABLE");
}

}  // namespace
}  // namespace pulsetaker::assessment
