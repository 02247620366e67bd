// Through the stub, as a partner calls, on assessments that the domain made and
// the store keeps.

#include "services/assessment/rpc/local_system_methods.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/time/clock.h"
#include "common/base/status.h"
#include "common/rpc/client_call.h"
#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"
#include "gtest/gtest.h"
#include "pulsetaker/assessment/v1/assessment_service.grpc.pb.h"
#include "services/assessment/domain/assessment.h"
#include "services/assessment/domain/locality_overview.h"
#include "services/assessment/domain/testing.h"
#include "services/assessment/rpc/assessment_codec.h"
#include "services/assessment/rpc/service_testing.h"

namespace pulsetaker::assessment {
namespace {

using Stub = v1::AssessmentService::Stub;
using testing::Always;
using testing::Group;
using testing::MakeWave;
using testing::Rater;
using testing::StandardItems;

constexpr char kPlace[] = "tenants/north/localities/leith";

std::string SurveyName(const std::string& survey) {
  return absl::StrCat(kPlace, "/surveys/", survey);
}

std::string WaveName(const std::string& survey, int wave) {
  return absl::StrCat(SurveyName(survey), "/waves/", wave);
}

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

std::vector<Group> Groups() {
  return {{Layer::kSystemic, "council", 10, 8},
          {Layer::kSectoral, "health", 20, 15},
          {Layer::kFrontline, "health", 30, 20},
          {Layer::kPublic, "residents", 12, 6},
          {Layer::kUnknown, "", 4, 0}};
}

// An innovation that everyone rates like this.
AssessmentInputs InputsOf(const std::string& wave, const Rater& rater) {
  AssessmentInputs inputs;
  inputs.wave = MakeWave(StandardItems(), Groups(), rater);
  inputs.wave.wave = wave;
  inputs.analysis = wave + "/analyses/a";
  inputs.network.layer_links = {{.low = Layer::kSystemic,
                                 .high = Layer::kSystemic,
                                 .absence = Absence::kNone,
                                 .richness = Richness::kRich,
                                 .low_coverage = Reading::Of(1),
                                 .high_coverage = Reading::Of(1)},
                                {.low = Layer::kFrontline,
                                 .high = Layer::kPublic,
                                 .absence = Absence::kNone,
                                 .richness = Richness::kAtrophied,
                                 .low_coverage = Reading::Of(0.1),
                                 .high_coverage = Reading::Of(0.05)}};
  inputs.network.clique = Absence::kNone;
  inputs.network.core_fragility_percentile = Reading::Of(99);
  return inputs;
}

// One that is latent, and whose people see no reason to change.
std::optional<int> Complacent(std::size_t, const Item&) { return 1; }

class LocalSystemMethodsTest : public testing::ServedTest {
 protected:
  // Gives the name of what it puts.
  std::string Put(Assessment assessment, std::int64_t create_time) {
    const std::string message = MakeAssessmentCodec()->Encode(assessment);
    EXPECT_TRUE(store_
                    ->Put({.name = assessment.name,
                           .posterior = {},
                           .message = message,
                           .create_time_micros = create_time})
                    .ok());
    return assessment.name;
  }

  std::string Assess(AssessmentInputs inputs, std::int64_t create_time = 1) {
    auto assessment = AssessWave(std::move(inputs));
    EXPECT_TRUE(assessment.ok()) << assessment.status();
    return Put(*std::move(assessment), create_time);
  }

  grpc::Status GetSystem(const std::string& name, v1::LocalSystem& system) {
    v1::GetLocalSystemRequest request;
    request.set_name(name);
    grpc::ClientContext context;
    rpc::SetDeadline(context, absl::Now() + absl::Seconds(30));
    return stub_->GetLocalSystem(&context, request, &system);
  }

  grpc::Status GetOverview(const std::string& name,
                           v1::LocalityOverview& overview) {
    v1::GetLocalityOverviewRequest request;
    request.set_name(name);
    grpc::ClientContext context;
    rpc::SetDeadline(context, absl::Now() + absl::Seconds(60));
    return stub_->GetLocalityOverview(&context, request, &overview);
  }

  v1::LocalityOverview Overview() {
    v1::LocalityOverview overview;
    const grpc::Status status = GetOverview(kPlace, overview);
    EXPECT_TRUE(status.ok()) << status.error_message();
    return overview;
  }

  static void ExpectError(const grpc::Status& status, grpc::StatusCode code,
                          const std::string& reason) {
    EXPECT_EQ(status.error_code(), code);
    const auto info = DetailOf<google::rpc::ErrorInfo>(status);
    EXPECT_EQ(info.domain(), "assessment.pulsetaker");
    EXPECT_EQ(info.reason(), reason);
    v1::ErrorReason known;
    EXPECT_TRUE(v1::ErrorReason_Parse("ERROR_REASON_" + reason, &known));
  }
};

TEST_F(LocalSystemMethodsTest, ShowsLayersLevelsAndLinks) {
  const std::string name = Assess(
      InputsOf(WaveName("reading", 1), [](std::size_t person, const Item&) {
        return person < 8 ? 5 : 2;  // The first eight are systemic.
      }));
  v1::LocalSystem system;
  ASSERT_TRUE(GetSystem(name, system).ok());
  ASSERT_EQ(system.layers_size(), 4);
  EXPECT_EQ(system.unknown_layer_invited_count(), 4);
  const std::vector<std::pair<int, int>> people = {
      {10, 8}, {20, 15}, {30, 20}, {12, 6}};
  for (int i = 0; i < 4; ++i) {
    const v1::SystemLayer& layer = system.layers(i);
    EXPECT_EQ(layer.layer(), static_cast<v1::Layer>(i + 1));
    const auto& [invited, respondents] = people[static_cast<std::size_t>(i)];
    EXPECT_EQ(layer.invited_count(), invited);
    EXPECT_EQ(layer.respondent_count(), respondents);
    ASSERT_EQ(layer.corners_size(), 3);
    for (const v1::CornerLevel& corner : layer.corners()) {
      EXPECT_EQ(corner.level().raw(), i == 0 ? 100 : 25);
    }
  }
  EXPECT_EQ(system.layers(0).horizontal_link().richness(),
            v1::SystemLink::RICHNESS_RICH);
  EXPECT_EQ(system.layers(1).horizontal_link().reason(),
            v1::NOT_MEASURED_REASON_NOT_ASKED);
  ASSERT_EQ(system.vertical_links_size(), 6);
  const v1::SystemLink& link = system.vertical_links(5);
  EXPECT_EQ(link.upper(), v1::LAYER_FRONTLINE);
  EXPECT_EQ(link.lower(), v1::LAYER_PUBLIC);
  EXPECT_EQ(link.richness(), v1::SystemLink::RICHNESS_ATROPHIED);
  EXPECT_EQ(link.upper_coverage().value(), 0.1);
  EXPECT_EQ(link.lower_coverage().value(), 0.05);
}

TEST_F(LocalSystemMethodsTest, RefusesGetLocalSystemAsDocumented) {
  v1::LocalSystem system;
  const grpc::Status malformed = GetSystem("x", system);
  ExpectError(malformed, grpc::StatusCode::INVALID_ARGUMENT, "NAME_MALFORMED");
  EXPECT_EQ(
      DetailOf<google::rpc::BadRequest>(malformed).field_violations(0).field(),
      "name");
  const std::string wave = WaveName("reading", 1);
  for (const std::string& id : {std::string("a"), std::string(32, 'a')}) {
    ExpectError(GetSystem(wave + "/assessments/" + id, system),
                grpc::StatusCode::NOT_FOUND, "ASSESSMENT_NOT_FOUND");
  }
  v1::Assessment old;
  old.set_name(wave + "/assessments/" + std::string(32, '1'));
  old.mutable_inputs()->set_engine_version("assessment-1");
  ASSERT_TRUE(store_
                  ->Put({.name = old.name(),
                         .posterior = {},
                         .message = old.SerializeAsString()})
                  .ok());
  ExpectError(GetSystem(old.name(), system),
              grpc::StatusCode::FAILED_PRECONDITION, "LOCAL_SYSTEM_NOT_KEPT");
}

TEST_F(LocalSystemMethodsTest, RollsThePlaceUpOverItsInnovations) {
  const std::string first = Assess(InputsOf(WaveName("care", 1), Complacent));
  Assess(InputsOf(WaveName("reading", 1), Complacent));
  const std::string newest =
      Assess(InputsOf(WaveName("reading", 2), Always(5)));
  AssessmentInputs unanswered = InputsOf(WaveName("waste", 1), Always(3));
  unanswered.wave =
      MakeWave({}, {{Layer::kSectoral, "council", 10, 8}}, Always(3));
  unanswered.wave.wave = WaveName("waste", 1);
  unanswered.network.core_fragility_percentile =
      Reading::Missing(Absence::kWithheld);
  Assess(unanswered);
  // Another place.
  AssessmentInputs elsewhere = InputsOf(
      "tenants/north/localities/leith-2/surveys/care/waves/1", Complacent);
  Assess(elsewhere);

  const v1::LocalityOverview overview = Overview();
  EXPECT_EQ(overview.locality(), kPlace);
  ASSERT_EQ(overview.innovations_size(), 3);
  const v1::InnovationSummary& care = overview.innovations(0);
  EXPECT_EQ(care.survey(), SurveyName("care"));
  EXPECT_EQ(care.assessment(), first);
  EXPECT_TRUE(care.default_method());
  EXPECT_EQ(care.verdict(), v1::PhaseResult::VERDICT_PHASE);
  EXPECT_EQ(care.phase(), v1::PHASE_LATENT);
  ASSERT_EQ(care.corners_size(), 3);
  EXPECT_EQ(care.corners(0).level().post_stratified(), 0);
  EXPECT_EQ(std::vector<std::string>(care.fired_risk_ids().begin(),
                                     care.fired_risk_ids().end()),
            (std::vector<std::string>{"complacency", "core_departure"}));
  EXPECT_GT(care.fired_recommendation_count(), 0);
  EXPECT_EQ(care.change(), v1::Change::STATUS_NO_PREVIOUS_WAVE);

  const v1::InnovationSummary& reading = overview.innovations(1);
  EXPECT_EQ(reading.assessment(), newest);
  EXPECT_EQ(reading.phase(), v1::PHASE_EMBEDDING);
  EXPECT_EQ(reading.corners(2).level().post_stratified(), 100);

  const v1::InnovationSummary& waste = overview.innovations(2);
  EXPECT_EQ(waste.verdict(), v1::PhaseResult::VERDICT_NOT_MEASURED);
  EXPECT_EQ(waste.phase_reason(), v1::NOT_MEASURED_REASON_NOT_ASKED);
  EXPECT_EQ(waste.fired_risk_ids_size(), 0);
  EXPECT_EQ(waste.undecided_risk_count(), 11);
  EXPECT_FALSE(waste.corners(0).level().has_post_stratified());

  ASSERT_EQ(overview.phase_counts_size(), 5);
  EXPECT_EQ(overview.phase_counts(0).innovation_count(), 1);
  EXPECT_EQ(overview.phase_counts(4).phase(), v1::PHASE_EMBEDDING);
  EXPECT_EQ(overview.phase_counts(4).innovation_count(), 1);
  EXPECT_EQ(overview.indeterminate_count(), 0);
  EXPECT_EQ(overview.phase_not_measured_count(), 1);

  ASSERT_EQ(overview.risks_size(), 2);
  EXPECT_EQ(overview.risks(0).finding_id(), "complacency");
  EXPECT_FALSE(overview.risks(0).recurs());
  EXPECT_EQ(overview.risks(1).finding_id(), "core_departure");
  EXPECT_EQ(overview.risks(1).title(), "The core could leave");
  EXPECT_TRUE(overview.risks(1).recurs());
  ASSERT_EQ(overview.risks(1).surveys_size(), 2);
  EXPECT_EQ(overview.risks(1).surveys(1), SurveyName("reading"));
  EXPECT_EQ(overview.risks(1).undecided_count(), 1);
}

// Of a wave: default parameters and the present engine first, then the newest.
TEST_F(LocalSystemMethodsTest, TakesTheLatestAssessmentOfAWave) {
  AssessmentInputs inputs = InputsOf(WaveName("care", 3), Complacent);
  inputs.parameters.seed = 2;
  const std::string other_seed = Assess(inputs, 50);
  EXPECT_EQ(Overview().innovations(0).assessment(), other_seed);
  EXPECT_FALSE(Overview().innovations(0).default_method());

  inputs.parameters.seed = 3;
  const std::string newer_seed = Assess(inputs, 60);
  EXPECT_EQ(Overview().innovations(0).assessment(), newer_seed);

  inputs.parameters.seed = 1;
  const std::string by_default = Assess(inputs, 10);
  EXPECT_EQ(Overview().innovations(0).assessment(), by_default);

  // Of another closing of the wave, later.
  inputs.wave.snapshot_digest = std::string(64, 'c');
  const std::string of_new_closing = Assess(inputs, 20);
  EXPECT_EQ(Overview().innovations(0).assessment(), of_new_closing);

  // More than are read at once, all older.
  for (int seed = 10; seed < 35; ++seed) {
    inputs.parameters.seed = seed;
    Assess(inputs, 5);
  }
  EXPECT_EQ(Overview().innovations(0).assessment(), of_new_closing);

  // An older wave that is assessed later is not the newest.
  inputs = InputsOf(WaveName("care", 2), Always(5));
  Assess(inputs, 99);
  EXPECT_EQ(Overview().innovations_size(), 1);
  EXPECT_EQ(Overview().innovations(0).assessment(), of_new_closing);
}

TEST_F(LocalSystemMethodsTest, APlaceWithoutAssessmentsIsEmpty) {
  const v1::LocalityOverview overview = Overview();
  EXPECT_EQ(overview.innovations_size(), 0);
  EXPECT_EQ(overview.phase_counts_size(), 5);
  EXPECT_EQ(overview.risks_size(), 0);
}

TEST_F(LocalSystemMethodsTest, RefusesGetLocalityOverviewAsDocumented) {
  v1::LocalityOverview overview;
  for (const std::string& name : {std::string("x"), SurveyName("care")}) {
    ExpectError(GetOverview(name, overview), grpc::StatusCode::INVALID_ARGUMENT,
                "NAME_MALFORMED");
  }
  const std::string id(32, '1');
  for (int i = 0; i <= kInnovationsMax; ++i) {
    if (i == kInnovationsMax) {
      EXPECT_EQ(Overview().innovations_size(), kInnovationsMax);
    }
    v1::Assessment assessment;
    assessment.set_name(WaveName(absl::StrFormat("s%04d", i), 1) +
                        "/assessments/" + id);
    ASSERT_TRUE(store_
                    ->Put({.name = assessment.name(),
                           .posterior = {},
                           .message = assessment.SerializeAsString()})
                    .ok());
  }
  ExpectError(GetOverview(kPlace, overview),
              grpc::StatusCode::FAILED_PRECONDITION, "TOO_MANY_INNOVATIONS");
}

TEST_F(LocalSystemMethodsTest, ReportsStoredBytesThatAreNoMessage) {
  const std::string name =
      WaveName("care", 1) + "/assessments/" + std::string(32, '1');
  ASSERT_TRUE(
      store_->Put({.name = name, .posterior = {}, .message = "\xff"}).ok());
  v1::LocalityOverview overview;
  ExpectError(GetOverview(kPlace, overview), grpc::StatusCode::DATA_LOSS,
              "STORED_DATA_UNREADABLE");
  v1::LocalSystem system;
  ExpectError(GetSystem(name, system), grpc::StatusCode::DATA_LOSS,
              "STORED_DATA_UNREADABLE");
}

}  // namespace
}  // namespace pulsetaker::assessment
