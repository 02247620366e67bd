// The whole job: a survey of a small place is taken in, analysed and assessed,
// by the three services over real ports. Two waves of forty people, made up
// without chance, so that every run is of the same data.

#include <fstream>
#include <memory>
#include <sstream>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/time/clock.h"
#include "common/base/status.h"
#include "common/base/uuid.h"
#include "common/rpc/client_call.h"
#include "google/longrunning/operations.grpc.pb.h"
#include "google/protobuf/util/json_util.h"
#include "gtest/gtest.h"
#include "pulsetaker/assessment/v1/assessment_service.grpc.pb.h"
#include "pulsetaker/network/v1/network_service.grpc.pb.h"
#include "pulsetaker/survey/v1/survey_service.grpc.pb.h"
#include "tests/integration/running_system.h"

namespace pulsetaker::integration {
namespace {

using google::longrunning::Operation;
using google::longrunning::Operations;
using survey::v1::SurveyService;

constexpr char kTenant[] = "tenants/north";
constexpr char kLocality[] = "tenants/north/localities/ashby";
constexpr char kInstrument[] = "tenants/north/instruments/standard";
constexpr char kSurvey[] = "tenants/north/localities/ashby/surveys/care";
constexpr int kPeople = 40;

std::string Wave(int number) {
  return absl::StrCat(kSurvey, "/waves/", number);
}
std::string Person(int i) { return absl::StrFormat("p%02d", i % kPeople); }

absl::Time Soon() { return absl::Now() + absl::Seconds(60); }

// A client of all three services, which fails the test if a call fails.
class Partner {
 public:
  explicit Partner(const RunningSystem& system)
      : survey_(
            SurveyService::NewStub(rpc::MakeChannel(system.survey_address()))),
        network_(network::v1::NetworkService::NewStub(
            rpc::MakeChannel(system.network_address()))) {
    const auto channel = rpc::MakeChannel(system.assessment_address());
    assessment_ = assessment::v1::AssessmentService::NewStub(channel);
    operations_ = Operations::NewStub(channel);
  }

  template <typename Stub, typename Base, typename Request, typename Response>
  static Response Must(Stub& stub,
                       grpc::Status (Base::*method)(grpc::ClientContext*,
                                                    const Request&, Response*),
                       const Request& request) {
    auto response = rpc::Call(stub, method, request, Soon());
    EXPECT_TRUE(response.ok()) << response.status();
    return response.ok() ? *std::move(response) : Response();
  }

  // The place, what is asked, and two closed waves.
  void TakeIn() {
    MakePlace();
    for (const int wave : {1, 2}) {
      MakeOpenWave(wave);
      for (int i = 0; i < kPeople; ++i) {
        if (i % 10 != 9) Submit(wave, i);
      }
      survey::v1::CloseWaveRequest close;
      close.set_name(Wave(wave));
      close.set_request_id(NewUuid());
      Must(*survey_, &SurveyService::Stub::CloseWave, close);
    }
  }

  // Makes a wave with its roster, and opens it.
  void MakeOpenWave(int number) {
    survey::v1::CreateWaveRequest create;
    create.set_parent(kSurvey);
    create.set_wave_id(absl::StrCat(number));
    create.mutable_wave()->set_instrument(kInstrument);
    create.set_request_id(NewUuid());
    Must(*survey_, &SurveyService::Stub::CreateWave, create);

    survey::v1::ImportRosterRequest roster;
    roster.set_parent(Wave(number));
    roster.set_request_id(NewUuid());
    for (int i = 0; i < kPeople; ++i) {
      survey::v1::Participant& person = *roster.add_participants();
      person.set_name(absl::StrCat(Wave(number), "/participants/", Person(i)));
      person.set_display_name(absl::StrCat("Somebody ", i));
      person.set_sector(i % 3 == 0 ? "health" : i % 3 == 1 ? "police" : "care");
      person.set_layer(static_cast<survey::v1::Layer>(1 + i % 4));
      person.set_invitation(survey::v1::Participant::INVITATION_INVITED);
    }
    Must(*survey_, &SurveyService::Stub::ImportRoster, roster);

    survey::v1::OpenWaveRequest open;
    open.set_name(Wave(number));
    open.set_request_id(NewUuid());
    Must(*survey_, &SurveyService::Stub::OpenWave, open);
  }

  static assessment::v1::AssessWaveRequest AssessRequest(int wave) {
    assessment::v1::AssessWaveRequest request;
    request.set_parent(Wave(wave));
    request.set_request_id(NewUuid());
    request.mutable_parameters()->set_replicate_count(100);
    return request;
  }

  Operation Assess(const assessment::v1::AssessWaveRequest& request) {
    return Must(*assessment_,
                &assessment::v1::AssessmentService::Stub::AssessWave, request);
  }

  // The operation when it is done.
  Operation Wait(const std::string& operation) {
    google::longrunning::WaitOperationRequest request;
    request.set_name(operation);
    request.mutable_timeout()->set_seconds(50);
    const Operation done =
        Must(*operations_, &Operations::Stub::WaitOperation, request);
    EXPECT_TRUE(done.done());
    return done;
  }

  // The bytes of the analysis that an assessment was made from.
  std::string AnalysisOf(const assessment::v1::Assessment& assessment) {
    network::v1::GetAnalysisRequest request;
    request.set_name(assessment.inputs().analysis());
    return Must(*network_, &network::v1::NetworkService::Stub::GetAnalysis,
                request)
        .SerializeAsString();
  }

  std::vector<std::string> PeopleOf(const std::string& analysis) {
    network::v1::ListPersonRolesRequest request;
    request.set_parent(analysis);
    request.set_page_size(7);
    std::vector<std::string> people;
    do {
      const auto page =
          Must(*network_, &network::v1::NetworkService::Stub::ListPersonRoles,
               request);
      for (const auto& roles : page.person_roles()) {
        people.push_back(roles.person());
      }
      request.set_page_token(page.next_page_token());
    } while (!request.page_token().empty());
    return people;
  }

 private:
  void MakePlace() {
    survey::v1::CreateLocalityRequest locality;
    locality.set_parent(kTenant);
    locality.set_locality_id("ashby");
    locality.mutable_locality()->set_display_name("Ashby");
    locality.set_request_id(NewUuid());
    Must(*survey_, &SurveyService::Stub::CreateLocality, locality);

    std::ifstream file("instruments/standard.json");
    std::stringstream json;
    json << file.rdbuf();
    survey::v1::CreateInstrumentRequest instrument;
    instrument.set_parent(kTenant);
    instrument.set_instrument_id("standard");
    const auto parsed =
        google::protobuf::util::JsonStringToMessage(json.str(), &instrument_);
    ASSERT_TRUE(parsed.ok()) << parsed.ToString();
    *instrument.mutable_instrument() = instrument_;
    instrument.set_request_id(NewUuid());
    Must(*survey_, &SurveyService::Stub::CreateInstrument, instrument);

    survey::v1::CreateSurveyRequest request;
    request.set_parent(kLocality);
    request.set_survey_id("care");
    request.mutable_survey()->set_display_name("Care at home");
    request.set_request_id(NewUuid());
    Must(*survey_, &SurveyService::Stub::CreateSurvey, request);
  }

  // Everybody names neighbours on a ring, who differ from network to network,
  // and the first four people.
  void Submit(int wave, int i) {
    survey::v1::SubmitResponseRequest request;
    request.set_request_id(NewUuid());
    survey::v1::Response& response = *request.mutable_response();
    response.set_name(absl::StrCat(Wave(wave), "/responses/", Person(i)));
    int step = 0;
    for (const auto& network : instrument_.networks()) {
      ++step;
      survey::v1::NetworkAnswer& answer = *response.add_network_answers();
      answer.set_network_id(network.network_id());
      answer.set_state(survey::v1::NetworkAnswer::STATE_RESPONDED);
      for (const int far : {step, 2 * step + 1}) {
        if ((i + far) % kPeople < 4) continue;
        answer.add_nominations()->set_person(Person(i + far));
      }
      for (int hub = 0; hub < 4; ++hub) {
        if (hub == i || (i + hub + wave) % 3 == 0) continue;
        answer.add_nominations()->set_person(Person(hub));
      }
      if (answer.nominations().empty()) {
        answer.set_state(survey::v1::NetworkAnswer::STATE_RESPONDED_NOBODY);
      }
    }
    // Nobody rates everything the same.
    int question = 0;
    for (const auto& item : instrument_.items()) {
      survey::v1::ItemAnswer& answer = *response.add_item_answers();
      answer.set_item_id(item.item_id());
      answer.set_rating(item.scale_min() +
                        (i + wave + question++) %
                            (item.scale_max() - item.scale_min() + 1));
    }
    Must(*survey_, &SurveyService::Stub::SubmitResponse, request);
  }

  survey::v1::Instrument instrument_;
  const std::unique_ptr<SurveyService::Stub> survey_;
  const std::unique_ptr<network::v1::NetworkService::Stub> network_;
  std::unique_ptr<assessment::v1::AssessmentService::Stub> assessment_;
  std::unique_ptr<Operations::Stub> operations_;
};

assessment::v1::Assessment ResponseOf(const Operation& done) {
  assessment::v1::Assessment assessment;
  EXPECT_TRUE(done.has_response()) << done.error().ShortDebugString();
  EXPECT_TRUE(done.response().UnpackTo(&assessment));
  return assessment;
}

TEST(WholeJobTest, TakesInAnalysesAndAssesses) {
  RunningSystem system(/*analysis_threads=*/2);
  Partner partner(system);
  partner.TakeIn();
  const Operation operation = partner.Assess(Partner::AssessRequest(2));
  const Operation done = partner.Wait(operation.name());
  const assessment::v1::Assessment assessment = ResponseOf(done);
  EXPECT_EQ(assessment.triangle().invited_count(), kPeople);
  EXPECT_EQ(assessment.triangle().respondent_count(), kPeople * 9 / 10);
  EXPECT_FALSE(assessment.inputs().previous_assessment().empty());
  EXPECT_NE(assessment.change().status(),
            assessment::v1::Change::STATUS_NO_PREVIOUS_WAVE);
  EXPECT_GT(assessment.risks_size(), 0);
  EXPECT_GT(assessment.recommendations_size(), 0);

  network::v1::Analysis analysis;
  ASSERT_TRUE(analysis.ParseFromString(partner.AnalysisOf(assessment)));
  EXPECT_EQ(analysis.snapshot_digest(), assessment.inputs().snapshot_digest());
  ASSERT_EQ(analysis.networks_size(), 7);
  for (const auto& network : analysis.networks()) {
    EXPECT_EQ(network.responses().responded(), kPeople * 9 / 10);
    EXPECT_EQ(network.responses().nonresponse(), kPeople / 10);
    EXPECT_EQ(network.gate(), network::v1::GATE_ALL_ROLES);
  }
  std::vector<std::string> everybody;
  for (int i = 0; i < kPeople; ++i) everybody.push_back(Person(i));
  EXPECT_EQ(partner.PeopleOf(analysis.name()), everybody);

  // Names of people stay in the survey service.
  for (const std::string& bytes :
       {assessment.SerializeAsString(), analysis.SerializeAsString()}) {
    EXPECT_EQ(bytes.find("Somebody"), std::string::npos);
  }

  // A second run finds what the first one made.
  const Operation again =
      partner.Wait(partner.Assess(Partner::AssessRequest(2)).name());
  EXPECT_EQ(again.response().value(), done.response().value());
}

TEST(WholeJobTest, GivesTheSameBytesOnAnotherMachine) {
  std::string analyses[2];
  std::string assessments[2];
  for (const int i : {0, 1}) {
    RunningSystem system(/*analysis_threads=*/1 + 3 * i);
    Partner partner(system);
    partner.TakeIn();
    const Operation done =
        partner.Wait(partner.Assess(Partner::AssessRequest(2)).name());
    analyses[i] = partner.AnalysisOf(ResponseOf(done));
    assessments[i] = done.response().value();
  }
  EXPECT_FALSE(assessments[0].empty());
  EXPECT_EQ(analyses[0], analyses[1]);
  EXPECT_EQ(assessments[0], assessments[1]);
}

TEST(WholeJobTest, SaysThatAWaveIsStillOpen) {
  RunningSystem system(/*analysis_threads=*/1);
  Partner partner(system);
  partner.TakeIn();
  partner.MakeOpenWave(3);
  const Operation done =
      partner.Wait(partner.Assess(Partner::AssessRequest(3)).name());
  ASSERT_TRUE(done.has_error());
  const absl::Status error = rpc::FromRpcStatus(done.error());
  EXPECT_EQ(error.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(ReasonOf(error), "WAVE_NOT_CLOSED");
}

TEST(WholeJobTest, WaitsForAServiceThatComesBack) {
  RunningSystem system(/*analysis_threads=*/1);
  Partner partner(system);
  partner.TakeIn();
  system.StopNetwork();
  const Operation operation = partner.Assess(Partner::AssessRequest(1));
  absl::SleepFor(absl::Milliseconds(300));
  system.StartNetwork();
  EXPECT_TRUE(partner.Wait(operation.name()).has_response());
}

// All services stop while they work on it, in good order, and start again.
TEST(WholeJobTest, FinishesAfterARestartWhatItBegan) {
  RunningSystem system(/*analysis_threads=*/1);
  std::string name;
  const auto request = Partner::AssessRequest(2);
  {
    Partner partner(system);
    partner.TakeIn();
    name = partner.Assess(request).name();
  }
  system.StopAll();
  system.StartAll();
  Partner partner(system);
  const Operation done = partner.Wait(name);
  EXPECT_EQ(ResponseOf(done).inputs().parameters().replicate_count(), 100);
  EXPECT_EQ(partner.Assess(request).name(), name);
}

}  // namespace
}  // namespace pulsetaker::integration
