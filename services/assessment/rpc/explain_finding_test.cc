// Through the stub, as a partner calls, on a store that has one assessment.

#include "services/assessment/rpc/explain_finding.h"

#include <memory>
#include <string>

#include "absl/time/clock.h"
#include "common/rpc/client_call.h"
#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"
#include "gtest/gtest.h"
#include "pulsetaker/assessment/v1/assessment_service.grpc.pb.h"
#include "services/assessment/domain/assessment.h"
#include "services/assessment/domain/testing.h"
#include "services/assessment/rpc/assessment_codec.h"
#include "services/assessment/rpc/service_testing.h"

namespace pulsetaker::assessment {
namespace {

using Stub = v1::AssessmentService::Stub;

// Forty people who rate everything low: latent and complacent.
Assessment Complacent() {
  AssessmentInputs inputs;
  inputs.wave = testing::MakeWave(testing::StandardItems(),
                                  {{Layer::kSectoral, "health", 50, 40}},
                                  testing::Always(2));
  inputs.analysis = inputs.wave.wave + "/analyses/a1";
  inputs.parameters = testing::QuickParameters();
  auto assessment = AssessWave(std::move(inputs));
  EXPECT_TRUE(assessment.ok()) << assessment.status();
  return *std::move(assessment);
}

class ExplainFindingTest : public testing::ServedTest {
 protected:
  ExplainFindingTest() {
    const Assessment assessment = Complacent();
    name_ = assessment.name;
    EXPECT_TRUE(
        store_
            ->Put({.name = name_,
                   .posterior = {},
                   .message = MakeAssessmentCodec()->Encode(assessment)})
            .ok());
  }

  grpc::Status Explain(const std::string& name, const std::string& finding,
                       const std::string& language,
                       v1::Explanation& explanation) {
    v1::ExplainFindingRequest request;
    request.set_name(name);
    request.set_finding_id(finding);
    request.set_language_code(language);
    grpc::ClientContext context;
    rpc::SetDeadline(context, absl::Now() + absl::Seconds(30));
    return stub_->ExplainFinding(&context, request, &explanation);
  }

  template <typename Detail>
  static Detail DetailOf(const grpc::Status& status) {
    google::rpc::Status details;
    EXPECT_TRUE(details.ParseFromString(status.error_details()));
    Detail found;
    for (const auto& detail : details.details()) {
      if (detail.Is<Detail>()) detail.UnpackTo(&found);
    }
    return found;
  }

  std::string name_;
};

TEST_F(ExplainFindingTest, ExplainsWhatIsStoredInTheLanguageAskedFor) {
  v1::Explanation explanation;
  const grpc::Status status =
      Explain(name_, "complacency", "de-AT", explanation);
  ASSERT_TRUE(status.ok()) << status.error_message();
  EXPECT_EQ(explanation.assessment(), name_);
  EXPECT_EQ(explanation.finding_id(), "complacency");
  EXPECT_EQ(explanation.language_code(), "de");
  EXPECT_EQ(explanation.text_language_code(), "de");
  EXPECT_EQ(explanation.title(), "Kein Bewusstsein des Scheiterns");
  EXPECT_EQ(explanation.status(), v1::Finding::STATUS_FIRED);
  EXPECT_EQ(explanation.source(),
            "Transformers (2008), sections 6 and 6.1, pages 31 and 32");
  ASSERT_EQ(explanation.statements_size(), 4);
  const v1::Statement& evidence = explanation.statements(2);
  EXPECT_EQ(evidence.metric(), "item.au1");
  EXPECT_EQ(evidence.unit(), v1::METRIC_UNIT_POINTS);
  EXPECT_EQ(evidence.value().value(), 25);
  EXPECT_EQ(evidence.comparison(), v1::Evidence::COMPARISON_LESS);
  EXPECT_EQ(evidence.threshold(), 40);
  EXPECT_TRUE(evidence.holds());
  EXPECT_EQ(evidence.respondent_count(), 40);
  EXPECT_EQ(evidence.invited_count(), 50);
  EXPECT_EQ(evidence.response_rate(), 0.8);
  EXPECT_EQ(evidence.interval_low(), 25);
  ASSERT_EQ(evidence.origins_size(), 1);
  EXPECT_EQ(evidence.origins(0).kind(), v1::Origin::KIND_ASSESSMENT);
  EXPECT_EQ(evidence.origins(0).resource(), name_);
  EXPECT_EQ(evidence.origins(0).path(),
            "triangle.items[au1].level.post_stratified");
  EXPECT_EQ(evidence.quantities(1).path(),
            "risks[complacency].evidence[0].threshold");
}

TEST_F(ExplainFindingTest, ExplainsPhaseAndChange) {
  v1::Explanation explanation;
  ASSERT_TRUE(Explain(name_, "phase", "", explanation).ok());
  EXPECT_EQ(explanation.language_code(), "en");
  EXPECT_EQ(explanation.status(), v1::Finding::STATUS_UNSPECIFIED);
  EXPECT_GT(explanation.statements_size(), 10);
  ASSERT_TRUE(Explain(name_, "change", "fr", explanation).ok());
  ASSERT_EQ(explanation.statements_size(), 1);
  EXPECT_EQ(explanation.statements(0).sentence(),
            "Aucune vague close ne précède celle-ci.");
}

// One row an error of the .proto, in its order: the next is wrong too.
TEST_F(ExplainFindingTest, RefusesAsDocumented) {
  std::string other = name_;
  other.back() = other.back() == '0' ? '1' : '0';
  const struct {
    std::string name;
    const char* language;
    grpc::StatusCode code;
    const char* reason;
    const char* field;
  } cases[] = {
      {"x", "it", grpc::StatusCode::INVALID_ARGUMENT, "NAME_MALFORMED", "name"},
      {other, "it", grpc::StatusCode::INVALID_ARGUMENT, "LANGUAGE_UNSUPPORTED",
       "language_code"},
      {other, "de", grpc::StatusCode::NOT_FOUND, "ASSESSMENT_NOT_FOUND", ""},
      {name_, "de", grpc::StatusCode::NOT_FOUND, "FINDING_NOT_FOUND", ""},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.reason);
    v1::Explanation explanation;
    const grpc::Status status = Explain(c.name, "R99", c.language, explanation);
    EXPECT_EQ(status.error_code(), c.code);
    const auto info = DetailOf<google::rpc::ErrorInfo>(status);
    EXPECT_EQ(info.domain(), "assessment.pulsetaker");
    EXPECT_EQ(info.reason(), c.reason);
    const auto bad = DetailOf<google::rpc::BadRequest>(status);
    if (std::string(c.field).empty()) continue;
    ASSERT_EQ(bad.field_violations_size(), 1);
    EXPECT_EQ(bad.field_violations(0).field(), c.field);
  }
  v1::Explanation explanation;
  const grpc::Status language = Explain(name_, "R1", "pt-BR", explanation);
  EXPECT_EQ(language.error_message(),
            "language_code is not one of en, de, fr, with or without a region");
  EXPECT_EQ(DetailOf<google::rpc::ErrorInfo>(language).metadata().at("allowed"),
            "en, de, fr");
  const grpc::Status finding = Explain(name_, "", "", explanation);
  EXPECT_EQ(DetailOf<google::rpc::ErrorInfo>(finding).reason(),
            "FINDING_NOT_FOUND");
}

}  // namespace
}  // namespace pulsetaker::assessment
