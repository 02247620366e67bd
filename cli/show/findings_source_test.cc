#include "cli/show/findings_source.h"

#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "cli/show/standing.h"
#include "common/base/status.h"
#include "grpcpp/server.h"
#include "grpcpp/server_builder.h"
#include "gtest/gtest.h"

namespace pulsetaker::cli {
namespace {

namespace networkpb = network::v1;
namespace assessmentpb = assessment::v1;

constexpr char kWave[] = "tenants/t/localities/l/surveys/s/waves/1";
constexpr char kDigest[] = "d1";

// Serves what it is given.
class Surveys final : public survey::v1::SurveyService::Service {
  grpc::Status GetInstrument(grpc::ServerContext*,
                             const survey::v1::GetInstrumentRequest*,
                             survey::v1::Instrument*) override {
    return {};
  }
  grpc::Status GetSurvey(grpc::ServerContext*,
                         const survey::v1::GetSurveyRequest*,
                         survey::v1::Survey*) override {
    return {};
  }
};

class Analyses final : public networkpb::NetworkService::Service {
 public:
  std::vector<networkpb::Analysis> analyses;

 private:
  grpc::Status GetAnalysis(grpc::ServerContext*,
                           const networkpb::GetAnalysisRequest* request,
                           networkpb::Analysis* response) override {
    for (const networkpb::Analysis& analysis : analyses) {
      if (analysis.name() != request->name()) continue;
      *response = analysis;
      return {};
    }
    return {grpc::StatusCode::NOT_FOUND, "no such analysis"};
  }
  grpc::Status ListAnalyses(
      grpc::ServerContext*, const networkpb::ListAnalysesRequest*,
      networkpb::ListAnalysesResponse* response) override {
    for (const networkpb::Analysis& analysis : analyses) {
      *response->add_analyses() = analysis;
    }
    return {};
  }
};

class Assessments final : public assessmentpb::AssessmentService::Service {
 public:
  std::vector<assessmentpb::Assessment> assessments;

 private:
  grpc::Status ListAssessments(
      grpc::ServerContext*, const assessmentpb::ListAssessmentsRequest*,
      assessmentpb::ListAssessmentsResponse* response) override {
    for (const assessmentpb::Assessment& assessment : assessments) {
      *response->add_assessments() = assessment;
    }
    return {};
  }
};

networkpb::Analysis AnalysisOf(const std::string& id,
                               const std::string& engine) {
  networkpb::Analysis analysis;
  analysis.set_name(absl::StrCat(kWave, "/analyses/", id));
  analysis.set_snapshot_digest(kDigest);
  analysis.set_engine_version(engine);
  networkpb::AnalysisParameters& parameters = *analysis.mutable_parameters();
  parameters.set_seed(1);
  parameters.set_null_draw_count(999);
  parameters.set_replicate_count(100);
  parameters.set_role_share(0.05);
  parameters.set_pulsetaker_rule(networkpb::ROLE_RULE_CONNECTOR_NAMED);
  return analysis;
}

assessmentpb::Assessment AssessmentOf(const std::string& id,
                                      const std::string& engine,
                                      const networkpb::Analysis& analysis) {
  assessmentpb::Assessment assessment;
  assessment.set_name(absl::StrCat(kWave, "/assessments/", id));
  assessmentpb::AssessmentInputs& inputs = *assessment.mutable_inputs();
  inputs.set_snapshot_digest(kDigest);
  inputs.set_engine_version(engine);
  inputs.set_analysis(analysis.name());
  inputs.mutable_parameters()->set_seed(1);
  inputs.mutable_parameters()->set_replicate_count(1'000);
  inputs.mutable_parameters()->set_min_cell_count(5);
  inputs.mutable_parameters()->set_response_min(0.5);
  return assessment;
}

class FindingsSourceTest : public testing::Test {
 protected:
  FindingsSourceTest() {
    int port = 0;
    server_ = grpc::ServerBuilder()
                  .AddListeningPort("127.0.0.1:0",
                                    grpc::InsecureServerCredentials(), &port)
                  .RegisterService(&surveys_)
                  .RegisterService(&network_)
                  .RegisterService(&assessment_)
                  .BuildAndStart();
    ConnectionOptions options;
    options.survey_address = options.network_address =
        options.assessment_address = absl::StrCat("127.0.0.1:", port);
    source_ = std::make_unique<FindingsSource>(options);
  }

  PlaceFindings Collect() {
    SelectedWave selected;
    selected.wave.set_name(kWave);
    selected.wave.set_snapshot_digest(kDigest);
    PlaceFindings findings;
    SourceFailure failure;
    const absl::Status status =
        source_->Collect(selected, /*with_names=*/false, findings, failure);
    EXPECT_TRUE(status.ok()) << status;
    return findings;
  }

  Surveys surveys_;
  Analyses network_;
  Assessments assessment_;
  std::unique_ptr<grpc::Server> server_;
  std::unique_ptr<FindingsSource> source_;
};

TEST_F(FindingsSourceTest, ShowsTheAssessmentOfTheLatestEngines) {
  network_.analyses = {AnalysisOf("1", "network-10"),
                       AnalysisOf("2", "network-9")};
  assessment_.assessments = {
      AssessmentOf("a", "assessment-3", network_.analyses[1]),
      AssessmentOf("b", "assessment-3", network_.analyses[0]),
      AssessmentOf("c", "assessment-3", network_.analyses[1]),
      AssessmentOf("d", "assessment-1", network_.analyses[0])};
  const PlaceFindings findings = Collect();
  ASSERT_TRUE(findings.assessment.has_value());
  EXPECT_EQ(findings.assessment->name(), assessment_.assessments[1].name());
  ASSERT_TRUE(findings.analysis.has_value());
  EXPECT_EQ(findings.analysis->name(), network_.analyses[0].name());
}

TEST_F(FindingsSourceTest, ShowsTheAnalysisOfTheLatestEngine) {
  network_.analyses = {AnalysisOf("1", "network-2"),
                       AnalysisOf("2", "network-3"),
                       AnalysisOf("3", "network-1")};
  const PlaceFindings findings = Collect();
  EXPECT_FALSE(findings.assessment.has_value());
  ASSERT_TRUE(findings.analysis.has_value());
  EXPECT_EQ(findings.analysis->name(), network_.analyses[1].name());
}

TEST_F(FindingsSourceTest, PrefersDefaultsAndPassesOverOtherSnapshots) {
  network_.analyses = {AnalysisOf("1", "network-3"),
                       AnalysisOf("2", "network-4"),
                       AnalysisOf("3", "network-5")};
  network_.analyses[1].mutable_parameters()->set_seed(2);
  network_.analyses[2].set_snapshot_digest("d2");
  const PlaceFindings findings = Collect();
  ASSERT_TRUE(findings.analysis.has_value());
  EXPECT_EQ(findings.analysis->name(), network_.analyses[0].name());
}

TEST(EngineNumberTest, IsAtTheEnd) {
  const struct {
    const char* version;
    std::int64_t number;
  } kCases[] = {{"network-4", 4}, {"assessment-12", 12}, {"", 0},
                {"network", 0},   {"network-", 0},       {"network-x", 0}};
  for (const auto& c : kCases) {
    EXPECT_EQ(EngineNumber(c.version), c.number) << c.version;
  }
}

}  // namespace
}  // namespace pulsetaker::cli
