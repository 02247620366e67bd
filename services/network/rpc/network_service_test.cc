#include "services/network/rpc/network_service.h"

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_format.h"
#include "absl/time/clock.h"
#include "common/base/status.h"
#include "gtest/gtest.h"
#include "services/network/rpc/service_fixture_test.h"

namespace pulsetaker::network {
namespace {

class NetworkServiceTest : public NetworkServiceFixture {};

TEST_F(NetworkServiceTest, AnalysesAWaveAndKeepsTheResult) {
  const Operation done = Run(Valid());
  ASSERT_TRUE(done.has_response()) << done.error().message();
  v1::Analysis analysis;
  ASSERT_TRUE(done.response().UnpackTo(&analysis));
  EXPECT_EQ(analysis.snapshot_digest(), std::string(64, 'd'));
  EXPECT_EQ(analysis.networks(0).node_count(), 12);

  v1::AnalyzeWaveMetadata metadata;
  ASSERT_TRUE(done.metadata().UnpackTo(&metadata));
  EXPECT_EQ(metadata.wave(), kWaveName);
  EXPECT_EQ(metadata.phase(), v1::AnalyzeWaveMetadata::PHASE_DONE);
  EXPECT_EQ(metadata.end_time().seconds(), 1'700'000'000);
  EXPECT_EQ(metadata.create_time().nanos(), 123'456'000);

  v1::GetAnalysisRequest get;
  get.set_name(analysis.name());
  v1::Analysis found;
  ASSERT_TRUE(
      Call(*stub_, &v1::NetworkService::Stub::GetAnalysis, get, found).ok());
  EXPECT_EQ(found.SerializeAsString(), analysis.SerializeAsString());

  v1::ListPersonRolesRequest list;
  list.set_parent(analysis.name());
  v1::ListPersonRolesResponse persons;
  ASSERT_TRUE(
      Call(*stub_, &v1::NetworkService::Stub::ListPersonRoles, list, persons)
          .ok());
  EXPECT_EQ(persons.person_roles_size(), 12);
}

// The promise of the API: same inputs, same bytes.
TEST_F(NetworkServiceTest, GivesTheSameBytesWithAnyNumberOfThreads) {
  const std::string first = Run(Valid()).response().value();
  ASSERT_FALSE(first.empty());
  for (const int thread_count : {1, 3, 8}) {
    Close();
    env_.reset(rocksdb::NewMemEnv(rocksdb::Env::Default()));
    Open(thread_count);
    EXPECT_EQ(Run(Valid(thread_count)).response().value(), first)
        << thread_count;
  }
}

TEST_F(NetworkServiceTest, ComputesTheSameOnlyOnce) {
  const Operation first = Run(Valid(1));
  v1::AnalyzeWaveRequest same = Valid(2);
  same.mutable_parameters()->set_seed(1);  // The default, written out.
  const Operation second = Run(same);
  EXPECT_NE(first.name(), second.name());
  EXPECT_EQ(first.response().value(), second.response().value());
  v1::ListAnalysesRequest list;
  list.set_parent(kWaveName);
  v1::ListAnalysesResponse analyses;
  ASSERT_TRUE(
      Call(*stub_, &v1::NetworkService::Stub::ListAnalyses, list, analyses)
          .ok());
  EXPECT_EQ(analyses.analyses_size(), 1);
}

TEST_F(NetworkServiceTest, AnswersARepeatWithTheFirstOperation) {
  Operation first, repeat;
  ASSERT_TRUE(Analyze(Valid(), first).ok());
  ASSERT_TRUE(Analyze(Valid(), repeat).ok());
  EXPECT_EQ(first.name(), repeat.name());
  Wait(first);
  EXPECT_EQ(source_.reads, 1);

  v1::AnalyzeWaveRequest other = Valid();
  other.mutable_parameters()->set_seed(2);
  const grpc::Status status = Analyze(other, repeat);
  EXPECT_EQ(status.error_code(), grpc::StatusCode::ALREADY_EXISTS);
  EXPECT_EQ(DetailOf<google::rpc::ErrorInfo>(status).reason(),
            "REQUEST_ID_REUSED");
}

// One row an error of the .proto, in its order.
TEST_F(NetworkServiceTest, RefusesAnalyzeWaveAsDocumented) {
  using Request = v1::AnalyzeWaveRequest;
  const struct {
    const char* reason;
    const char* field;
    std::function<void(Request&)> spoil;
  } cases[] = {
      {"NAME_MALFORMED", "parent", [](Request& r) { r.clear_parent(); }},
      {"NAME_MALFORMED", "parent",
       [](Request& r) { r.set_parent("tenants/north/waves/3"); }},
      {"REQUEST_ID_MALFORMED", "request_id",
       [](Request& r) { r.set_request_id("1"); }},
      {"PARAMETER_OUT_OF_RANGE", "parameters.seed",
       [](Request& r) { r.mutable_parameters()->set_seed(-1); }},
      {"PARAMETER_OUT_OF_RANGE", "parameters.null_draw_count",
       [](Request& r) { r.mutable_parameters()->set_null_draw_count(18); }},
      {"PARAMETER_OUT_OF_RANGE", "parameters.replicate_count",
       [](Request& r) { r.mutable_parameters()->set_replicate_count(10'000); }},
      {"PARAMETER_OUT_OF_RANGE", "parameters.role_share",
       [](Request& r) { r.mutable_parameters()->set_role_share(0.5); }},
      {"PARAMETER_OUT_OF_RANGE", "parameters.pulsetaker_rule",
       [](Request& r) {
         r.mutable_parameters()->set_pulsetaker_rule(v1::ROLE_RULE_BETWEENNESS);
       }},
      {"PARAMETER_OUT_OF_RANGE", "parameters.sector_distances[0]",
       [](Request& r) { r.mutable_parameters()->add_sector_distances(); }},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.field);
    Request request = Valid();
    c.spoil(request);
    Operation operation;
    ExpectInvalid(Analyze(request, operation), c.reason, c.field);
  }
  EXPECT_EQ(source_.reads, 0);
}

TEST_F(NetworkServiceTest, TellsInTheOperationWhatWentWrong) {
  const absl::Status errors[] = {
      MakeError(absl::StatusCode::kNotFound, "WAVE_NOT_FOUND", "no wave"),
      MakeError(absl::StatusCode::kFailedPrecondition, "WAVE_NOT_CLOSED",
                "open", {{"state", "STATE_OPEN"}}),
      MakeError(absl::StatusCode::kUnavailable, "SURVEY_UNAVAILABLE", "away"),
      MakeError(absl::StatusCode::kDataLoss, "SNAPSHOT_INVALID", "broken"),
  };
  int i = 0;
  for (const absl::Status& error : errors) {
    SCOPED_TRACE(error.ToString());
    source_.read = [error](absl::FunctionRef<bool()>) { return error; };
    const Operation done = Run(Valid(++i));
    ASSERT_TRUE(done.has_error());
    EXPECT_EQ(done.error().code(), static_cast<int>(error.code()));
    google::rpc::ErrorInfo info;
    ASSERT_GT(done.error().details_size(), 0);
    ASSERT_TRUE(done.error().details(0).UnpackTo(&info));
    EXPECT_EQ(info.reason(), ReasonOf(error));
    ExpectDocumented(info.reason());
    v1::AnalyzeWaveMetadata metadata;
    ASSERT_TRUE(done.metadata().UnpackTo(&metadata));
    EXPECT_EQ(metadata.phase(), v1::AnalyzeWaveMetadata::PHASE_DONE);
    EXPECT_TRUE(metadata.has_end_time());
  }
}

absl::StatusOr<WaveSnapshot> WaitUntilCancelled(
    absl::FunctionRef<bool()> is_cancelled) {
  while (!is_cancelled()) absl::SleepFor(absl::Milliseconds(2));
  return absl::CancelledError("as asked");
}

TEST_F(NetworkServiceTest, StopsWhenTheOperationIsCancelled) {
  source_.read = WaitUntilCancelled;
  Operation operation;
  ASSERT_TRUE(Analyze(Valid(), operation).ok());
  while (source_.reads == 0) absl::SleepFor(absl::Milliseconds(1));
  google::longrunning::CancelOperationRequest cancel;
  cancel.set_name(operation.name());
  google::protobuf::Empty nothing;
  ASSERT_TRUE(Call(*operations_stub_, &Operations::Stub::CancelOperation,
                   cancel, nothing)
                  .ok());
  const Operation done = Wait(operation);
  EXPECT_EQ(done.error().code(), grpc::StatusCode::CANCELLED);
}

// The server goes down in the middle; the next one finishes what it began.
TEST_F(NetworkServiceTest, FinishesAfterARestartWhatItBegan) {
  source_.read = WaitUntilCancelled;
  Operation running, queued;
  ASSERT_TRUE(Analyze(Valid(1), running).ok());
  while (source_.reads == 0) absl::SleepFor(absl::Milliseconds(1));
  v1::AnalyzeWaveRequest other = Valid(2);
  other.mutable_parameters()->set_seed(2);
  ASSERT_TRUE(Analyze(other, queued).ok());
  Close();
  source_.read = [](absl::FunctionRef<bool()>) { return Ring(); };
  Open(/*thread_count=*/1);
  const Operation done = Wait(running);
  ASSERT_TRUE(done.has_response()) << done.error().message();
  v1::AnalyzeWaveMetadata metadata;
  ASSERT_TRUE(done.metadata().UnpackTo(&metadata));
  EXPECT_EQ(metadata.phase(), v1::AnalyzeWaveMetadata::PHASE_DONE);
  EXPECT_TRUE(Wait(queued).has_response());

  Operation repeat;
  ASSERT_TRUE(Analyze(Valid(1), repeat).ok());
  EXPECT_EQ(repeat.name(), running.name());
  EXPECT_TRUE(repeat.done());
}

TEST_F(NetworkServiceTest, RefusesReadsAsDocumented) {
  const auto get = [&](const std::string& name) {
    v1::GetAnalysisRequest request;
    request.set_name(name);
    v1::Analysis response;
    return Call(*stub_, &v1::NetworkService::Stub::GetAnalysis, request,
                response);
  };
  ExpectInvalid(get("x"), "NAME_MALFORMED", "name");
  EXPECT_EQ(DetailOf<google::rpc::ErrorInfo>(get(AnalysisName(1))).reason(),
            "ANALYSIS_NOT_FOUND");

  const auto list = [&](const std::string& parent, int size,
                        const std::string& token) {
    v1::ListAnalysesRequest request;
    request.set_parent(parent);
    request.set_page_size(size);
    request.set_page_token(token);
    v1::ListAnalysesResponse response;
    return Call(*stub_, &v1::NetworkService::Stub::ListAnalyses, request,
                response);
  };
  ExpectInvalid(list("x", -1, "x"), "NAME_MALFORMED", "parent");
  ExpectInvalid(list(kWaveName, -1, "x"), "PAGE_SIZE_NEGATIVE", "page_size");
  ExpectInvalid(list(kWaveName, 1, "x"), "PAGE_TOKEN_MALFORMED", "page_token");
  EXPECT_TRUE(list(kWaveName, 1, "").ok());

  const auto persons = [&](const std::string& parent, int size,
                           const std::string& token) {
    v1::ListPersonRolesRequest request;
    request.set_parent(parent);
    request.set_page_size(size);
    request.set_page_token(token);
    v1::ListPersonRolesResponse response;
    return Call(*stub_, &v1::NetworkService::Stub::ListPersonRoles, request,
                response);
  };
  const std::string name = AnalysisName(1);
  ExpectInvalid(persons("x", -1, "x"), "NAME_MALFORMED", "parent");
  ExpectInvalid(persons(name, -1, "x"), "PAGE_SIZE_NEGATIVE", "page_size");
  ExpectInvalid(persons(name, 1, "x"), "PAGE_TOKEN_MALFORMED", "page_token");
  EXPECT_EQ(DetailOf<google::rpc::ErrorInfo>(persons(name, 1, "")).reason(),
            "ANALYSIS_NOT_FOUND");
}

TEST_F(NetworkServiceTest, PagesMeetEveryAnalysisOnce) {
  std::vector<std::string> all;
  for (int i = 1; i <= 12; ++i) {
    Put(i, 0);
    all.push_back(AnalysisName(i));
  }
  for (const int page_size : {1, 5, 11, 12, 13, 0}) {
    SCOPED_TRACE(page_size);
    v1::ListAnalysesRequest request;
    request.set_parent(kWaveName);
    request.set_page_size(page_size);
    std::vector<std::string> names;
    do {
      v1::ListAnalysesResponse response;
      ASSERT_TRUE(Call(*stub_, &v1::NetworkService::Stub::ListAnalyses, request,
                       response)
                      .ok());
      EXPECT_LE(response.analyses_size(), page_size == 0 ? 10 : page_size);
      for (const auto& a : response.analyses()) names.push_back(a.name());
      request.set_page_token(response.next_page_token());
    } while (!request.page_token().empty());
    EXPECT_EQ(names, all);
  }
}

TEST_F(NetworkServiceTest, PagesMeetEveryPersonOnce) {
  Put(1, 205);
  for (const int page_size : {7, 204, 205, 206, 0}) {
    SCOPED_TRACE(page_size);
    v1::ListPersonRolesRequest request;
    request.set_parent(AnalysisName(1));
    request.set_page_size(page_size);
    int seen = 0;
    do {
      v1::ListPersonRolesResponse response;
      ASSERT_TRUE(Call(*stub_, &v1::NetworkService::Stub::ListPersonRoles,
                       request, response)
                      .ok());
      for (const auto& roles : response.person_roles()) {
        EXPECT_EQ(roles.person(), absl::StrFormat("p%04d", seen++));
      }
      request.set_page_token(response.next_page_token());
    } while (!request.page_token().empty());
    EXPECT_EQ(seen, 205);
  }
}

// gRPC's clients take 4 MiB a message, whatever the page size.
TEST_F(NetworkServiceTest, PagesHaveALimitInBytes) {
  Put(1, 8, 700'000);
  v1::ListPersonRolesRequest request;
  request.set_parent(AnalysisName(1));
  int seen = 0;
  int pages = 0;
  do {
    v1::ListPersonRolesResponse response;
    ASSERT_TRUE(Call(*stub_, &v1::NetworkService::Stub::ListPersonRoles,
                     request, response)
                    .ok());
    EXPECT_LT(response.ByteSizeLong(), std::size_t{3} << 20);
    seen += response.person_roles_size();
    ++pages;
    request.set_page_token(response.next_page_token());
  } while (!request.page_token().empty());
  EXPECT_EQ(seen, 8);
  EXPECT_EQ(pages, 4);
}

TEST_F(NetworkServiceTest, ReportsStoredBytesThatAreNoMessage) {
  ASSERT_TRUE(store_->Put(kWave, {Id(1), "\xff", {{"p1", "\xff"}}}).ok());
  v1::GetAnalysisRequest get;
  get.set_name(AnalysisName(1));
  v1::Analysis analysis;
  grpc::Status status =
      Call(*stub_, &v1::NetworkService::Stub::GetAnalysis, get, analysis);
  EXPECT_EQ(status.error_code(), grpc::StatusCode::DATA_LOSS);
  EXPECT_EQ(DetailOf<google::rpc::ErrorInfo>(status).reason(),
            "STORED_DATA_UNREADABLE");
  v1::ListPersonRolesRequest list;
  list.set_parent(AnalysisName(1));
  v1::ListPersonRolesResponse persons;
  status =
      Call(*stub_, &v1::NetworkService::Stub::ListPersonRoles, list, persons);
  EXPECT_EQ(status.error_code(), grpc::StatusCode::DATA_LOSS);
}

}  // namespace
}  // namespace pulsetaker::network
