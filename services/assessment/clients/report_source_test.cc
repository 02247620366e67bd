// Against a survey and a network service in this process.

#include "services/assessment/clients/report_source.h"

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "absl/time/clock.h"
#include "common/base/status.h"
#include "common/rpc/unary.h"
#include "grpcpp/server.h"
#include "grpcpp/server_builder.h"
#include "gtest/gtest.h"
#include "pulsetaker/network/v1/network_service.grpc.pb.h"
#include "pulsetaker/survey/v1/survey_service.grpc.pb.h"

namespace pulsetaker::assessment {
namespace {

namespace wire = network::v1;
namespace surveypb = survey::v1;

constexpr char kWave[] = "tenants/north/localities/a/surveys/s/waves/3";
constexpr char kAnalysis[] =
    "tenants/north/localities/a/surveys/s/waves/3/analyses/x";

class FakeSurvey final : public surveypb::SurveyService::Service {
 public:
  absl::Status error;
  int failures = 0;

  grpc::Status GetLocality(grpc::ServerContext*,
                           const surveypb::GetLocalityRequest* request,
                           surveypb::Locality* response) override {
    if (failures-- > 0) return rpc::ToGrpcStatus(error, "survey.pulsetaker");
    EXPECT_EQ(request->name(), "tenants/north/localities/a");
    response->set_display_name("Ashby");
    response->set_region("north");
    return grpc::Status::OK;
  }

  grpc::Status GetSurvey(grpc::ServerContext*,
                         const surveypb::GetSurveyRequest* request,
                         surveypb::Survey* response) override {
    EXPECT_EQ(request->name(), "tenants/north/localities/a/surveys/s");
    response->set_display_name("Sample");
    response->set_innovation("Reading together");
    response->set_service_field("schools");
    return grpc::Status::OK;
  }

  grpc::Status GetWave(grpc::ServerContext*,
                       const surveypb::GetWaveRequest* request,
                       surveypb::Wave* response) override {
    EXPECT_EQ(request->name(), kWave);
    response->set_instrument("tenants/north/instruments/i");
    response->set_instrument_revision(4);
    return grpc::Status::OK;
  }

  grpc::Status GetInstrument(grpc::ServerContext*,
                             const surveypb::GetInstrumentRequest* request,
                             surveypb::Instrument* response) override {
    EXPECT_EQ(request->name(), "tenants/north/instruments/i");
    EXPECT_EQ(request->revision(), 4);
    surveypb::Network& network = *response->add_networks();
    network.set_network_id("work");
    network.set_label("Work");
    return grpc::Status::OK;
  }
};

// Three people, of whom p1 is a firm hub and p2 a tentative one; p1 and p2 name
// each other, p2 names p3.
class FakeNetwork final : public wire::NetworkService::Service {
 public:
  using Message = wire::GetSociogramResponse;

  FakeNetwork() {
    analysis.set_name(kAnalysis);
    analysis.mutable_participants()->set_invited(3);
    wire::NetworkFindings& work = *analysis.add_networks();
    work.set_network_id("work");
    work.set_directed(true);
    work.set_gate(wire::GATE_ALL_ROLES);
    work.set_arc_count(3);
    work.mutable_responses()->set_responded(2);
    for (const auto& [person, certainty] :
         {std::pair("p1", wire::CERTAINTY_FIRM),
          std::pair("p2", wire::CERTAINTY_TENTATIVE)}) {
      wire::RoleFinding& role = *work.add_roles();
      role.set_person(person);
      role.set_role(wire::ROLE_HUB);
      role.set_certainty(certainty);
    }
    wire::WithheldRole& withheld = *work.add_withheld_roles();
    withheld.set_role(wire::ROLE_PULSETAKER);
    withheld.set_reason(wire::WithheldRole::REASON_TENTATIVE);
    withheld.set_person_count(2);

    Message& header = messages.emplace_back();
    header.mutable_header()->set_node_count(3);
    header.mutable_header()->add_networks()->set_network_id("work");
    for (int i = 0; i < 3; ++i) {
      Message& message = messages.emplace_back();
      message.mutable_nodes()->set_first_number(i);
      wire::SociogramNode& node = *message.mutable_nodes()->add_nodes();
      node.set_person("p" + std::to_string(i + 1));
      node.set_layer(wire::LAYER_SECTORAL);
      node.set_x(0.25);
      node.set_y(1.0 - i * 0.5);
      node.add_networks()->set_answered(i < 2);
    }
    Message& message = messages.emplace_back();
    message.mutable_ties()->set_network_id("work");
    for (const auto& [source, target] :
         {std::pair(0, 1), std::pair(1, 0), std::pair(1, 2)}) {
      wire::SociogramTie& tie = *message.mutable_ties()->add_ties();
      tie.set_source(source);
      tie.set_target(target);
    }
  }

  grpc::Status GetAnalysis(grpc::ServerContext*,
                           const wire::GetAnalysisRequest* request,
                           wire::Analysis* response) override {
    EXPECT_EQ(request->name(), kAnalysis);
    *response = analysis;
    return rpc::ToGrpcStatus(analysis_error, "network.pulsetaker");
  }

  grpc::Status GetSociogram(grpc::ServerContext*,
                            const wire::GetSociogramRequest* request,
                            grpc::ServerWriter<Message>* writer) override {
    ++drawings;
    EXPECT_EQ(request->name(), kAnalysis);
    // A caller that has read enough goes on while this still writes, and may
    // set other messages then.
    const std::vector<Message> sent = messages;
    for (const Message& message : sent) writer->Write(message);
    return rpc::ToGrpcStatus(drawing_error, "network.pulsetaker");
  }

  wire::Analysis analysis;
  absl::Status analysis_error;
  std::vector<Message> messages;
  absl::Status drawing_error;
  int drawings = 0;
};

class ReportSourceTest : public ::testing::Test {
 protected:
  ReportSourceTest() {
    grpc::ServerBuilder builder;
    builder.RegisterService(&survey_);
    builder.RegisterService(&network_);
    server_ = builder.BuildAndStart();
    source_ =
        MakeReportSource(server_->InProcessChannel(grpc::ChannelArguments()),
                         server_->InProcessChannel(grpc::ChannelArguments()),
                         {.attempts_max = 3,
                          .first_wait = absl::Milliseconds(1),
                          .longest_wait = absl::Milliseconds(2)});
  }

  absl::StatusOr<report::NetworkPicture> Networks() {
    return source_->ReadNetworks(kAnalysis, absl::Now() + absl::Seconds(30));
  }
  absl::StatusOr<report::Titles> Titles() {
    return source_->ReadTitles(kWave, absl::Now() + absl::Seconds(30));
  }

  FakeSurvey survey_;
  FakeNetwork network_;
  std::unique_ptr<grpc::Server> server_;
  std::unique_ptr<report::ReportSource> source_;
};

TEST_F(ReportSourceTest, ReadsTitlesAndTriesAgain) {
  survey_.error = absl::UnavailableError("restarting");
  survey_.failures = 2;
  const auto titles = Titles();
  ASSERT_TRUE(titles.ok()) << titles.status();
  EXPECT_EQ(*titles, (report::Titles{"Ashby",
                                     "north",
                                     "Reading together",
                                     "schools",
                                     "Sample",
                                     {{"work", "Work"}}}));
}

TEST_F(ReportSourceTest, SaysThatWhatItIsAboutIsGone) {
  survey_.error =
      MakeError(absl::StatusCode::kNotFound, "LOCALITY_NOT_FOUND", "gone");
  survey_.failures = 1;
  EXPECT_EQ(ReasonOf(Titles().status()), "WAVE_NOT_FOUND");
  survey_.error = absl::InvalidArgumentError("no name");
  survey_.failures = 1;
  EXPECT_EQ(Titles().status().code(), absl::StatusCode::kInternal);
}

TEST_F(ReportSourceTest, DrawsPeopleWithoutTheirIds) {
  const auto picture = Networks();
  ASSERT_TRUE(picture.ok()) << picture.status();
  const report::SociogramPicture& drawn = picture->sociogram;
  EXPECT_EQ(drawn.why_not, "");
  ASSERT_EQ(drawn.dots.size(), 3);
  // From the top down, and only the firm hub is one.
  EXPECT_EQ(
      drawn.dots[0],
      (report::Dot{250, 0, Layer::kSectoral, true, {true, false, false}}));
  EXPECT_EQ(drawn.dots[1], (report::Dot{250, 500, Layer::kSectoral, true, {}}));
  EXPECT_EQ(drawn.dots[2],
            (report::Dot{250, 1000, Layer::kSectoral, false, {}}));
  EXPECT_EQ(drawn.lines, (std::vector<report::Line>{{0, 1, 1}, {1, 2, 1}}));
  ASSERT_EQ(picture->networks.size(), 1);
  const report::NetworkAnswers& work = picture->networks[0];
  EXPECT_EQ(work.firm_counts, (std::array<std::int32_t, 3>{1, 0, 0}));
  EXPECT_EQ(work.gate, report::Gate::kAllRoles);
  ASSERT_EQ(work.withheld.size(), 1);
  EXPECT_EQ(work.withheld[0].person_count, 2);
}

// Each has a report without the drawing, and a reason in it.
TEST_F(ReportSourceTest, SaysWhyPeopleAreNotDrawn) {
  const struct {
    absl::StatusCode code;
    const char* reason;
    const char* why;
  } cases[] = {
      {absl::StatusCode::kFailedPrecondition, "RESPONSE_TOO_LOW",
       "withheld: too few people answered in every network"},
      {absl::StatusCode::kFailedPrecondition, "SNAPSHOT_CHANGED",
       "the wave was opened again, or people have withdrawn, since it was "
       "analysed"},
      {absl::StatusCode::kResourceExhausted, "GRAPH_TOO_LARGE",
       "the networks are too large to be drawn"},
      {absl::StatusCode::kNotFound, "WAVE_NOT_FOUND",
       "the wave is not kept any more"},
  };
  for (const auto& c : cases) {
    network_.drawing_error = MakeError(c.code, c.reason, "");
    const auto picture = Networks();
    ASSERT_TRUE(picture.ok()) << picture.status();
    EXPECT_EQ(picture->sociogram.why_not, c.why);
    EXPECT_TRUE(picture->sociogram.dots.empty());
  }
}

TEST_F(ReportSourceTest, DoesNotEvenAskForADrawingThatNobodyCouldRead) {
  network_.analysis.mutable_participants()->set_invited(report::kDotsMax + 1);
  const auto picture = Networks();
  ASSERT_TRUE(picture.ok());
  EXPECT_EQ(picture->sociogram.why_not,
            "a drawing of more than 1500 people is left out: nobody could read "
            "it");
  EXPECT_EQ(network_.drawings, 0);
}

TEST_F(ReportSourceTest, FailsWhereTheNetworkServiceDoes) {
  network_.drawing_error =
      MakeError(absl::StatusCode::kUnavailable, "SURVEY_UNAVAILABLE", "");
  EXPECT_EQ(ReasonOf(Networks().status()), "SURVEY_UNAVAILABLE");
  EXPECT_EQ(network_.drawings, 3);
  network_.analysis_error =
      MakeError(absl::StatusCode::kNotFound, "ANALYSIS_NOT_FOUND", "");
  EXPECT_EQ(ReasonOf(Networks().status()), "ANALYSIS_NOT_FOUND");
}

TEST_F(ReportSourceTest, RefusesDrawingsThatBreakTheirContract) {
  const std::vector<wire::GetSociogramResponse> good = network_.messages;
  using Messages = std::vector<wire::GetSociogramResponse>;
  const std::function<void(Messages&)> cases[] = {
      [](Messages& m) { m.erase(m.begin()); },
      [](Messages& m) { m.push_back(m.front()); },
      [](Messages& m) { m.erase(m.begin() + 2); },
      [](Messages& m) { m.resize(3); },
      [](Messages& m) {
        m.back().mutable_ties()->mutable_ties(0)->set_target(3);
      },
      [](Messages& m) {
        m.back().mutable_ties()->mutable_ties(0)->set_target(0);
      },
      [](Messages& m) {
        m.front().mutable_header()->set_node_count(report::kDotsMax + 1);
      },
  };
  for (const auto& spoil : cases) {
    network_.messages = good;
    spoil(network_.messages);
    EXPECT_EQ(ReasonOf(Networks().status()), "SNAPSHOT_INVALID");
  }
}

TEST_F(ReportSourceTest, RefusesAnAnalysisOfSomethingElse) {
  network_.analysis.set_name(std::string(kAnalysis) + "y");
  EXPECT_EQ(ReasonOf(Networks().status()), "SNAPSHOT_INVALID");
}

}  // namespace
}  // namespace pulsetaker::assessment
