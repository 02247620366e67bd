// Comparison through the stub, as a partner calls: marshalling, status details,
// threads, store and ledger are all real.

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/time/clock.h"
#include "common/rpc/client_call.h"
#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"
#include "gtest/gtest.h"
#include "pulsetaker/assessment/v1/assessment_service.grpc.pb.h"
#include "services/assessment/domain/parameters.h"
#include "services/assessment/rpc/service_testing.h"

namespace pulsetaker::assessment {
namespace {

using Stub = v1::AssessmentService::Stub;

std::string Locality(const std::string& tenant, int place) {
  return absl::StrFormat("tenants/%s/localities/l%03d", tenant, place);
}

std::string Name(const std::string& tenant, int place, int wave = 1) {
  return absl::StrFormat("%s/surveys/s/waves/%d/assessments/%032x",
                         Locality(tenant, place), wave, place);
}

void SetLevel(double level, v1::Level& to) {
  to.set_state(v1::MEASUREMENT_STATE_MEASURED);
  to.set_post_stratified(level);
  to.set_standard_error(3);
}

// Twelve of 60 people; authority `level`, and a core that is closed from 50.
v1::Assessment Assessment(const std::string& name, double level) {
  v1::Assessment assessment;
  assessment.set_name(name);
  v1::AssessmentInputs& inputs = *assessment.mutable_inputs();
  inputs.set_engine_version(std::string(kEngineVersion));
  inputs.set_parameters_version(std::string(kParametersVersion));
  inputs.mutable_parameters()->set_seed(kSeedDefault);
  inputs.mutable_parameters()->set_replicate_count(kReplicateCountDefault);
  inputs.mutable_parameters()->set_min_cell_count(kMinCellCountDefault);
  inputs.mutable_parameters()->set_response_min(kResponseMinDefault);
  v1::Triangle& triangle = *assessment.mutable_triangle();
  triangle.set_invited_count(60);
  triangle.set_respondent_count(12);
  SetLevel(level, *triangle.add_corners()->mutable_level());
  assessment.mutable_phase()->set_verdict(v1::PhaseResult::VERDICT_PHASE);
  assessment.mutable_phase()->set_phase(level < 50 ? v1::PHASE_DESIGN
                                                   : v1::PHASE_EMBEDDING);
  v1::Finding& finding = *assessment.add_risks();
  finding.set_finding_id("core_departure");
  finding.set_status(level < 50 ? v1::Finding::STATUS_NOT_FIRED
                                : v1::Finding::STATUS_FIRED);
  v1::Evidence& evidence = *finding.add_evidence();
  evidence.set_metric("network.clique.fragility_percentile");
  evidence.mutable_value()->set_state(v1::MEASUREMENT_STATE_MEASURED);
  evidence.mutable_value()->set_value(level);
  return assessment;
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

std::string ReasonIn(const grpc::Status& status) {
  const auto reason = DetailOf<google::rpc::ErrorInfo>(status).reason();
  v1::ErrorReason known;
  EXPECT_TRUE(v1::ErrorReason_Parse("ERROR_REASON_" + reason, &known))
      << reason;
  return reason;
}

class ComparisonTest : public testing::ServedTest {
 protected:
  ComparisonTest() {
    for (const char* tenant : {"north", "south"}) {
      for (int i = 0; i < 24; ++i) Put(Name(tenant, i), 27 + 2 * i);
    }
  }

  void Put(const std::string& name, double level) {
    ASSERT_TRUE(
        store_
            ->Put({.name = name,
                   .posterior = {},
                   .message = Assessment(name, level).SerializeAsString()})
            .ok());
  }

  grpc::Status Compare(const v1::CompareLocalitiesRequest& request,
                       v1::LocalityComparison& response) {
    grpc::ClientContext context;
    rpc::SetDeadline(context, absl::Now() + absl::Seconds(30));
    return stub_->CompareLocalities(&context, request, &response);
  }

  grpc::Status Benchmark(const v1::GetBenchmarkRequest& request,
                         v1::Benchmark& response) {
    grpc::ClientContext context;
    rpc::SetDeadline(context, absl::Now() + absl::Seconds(30));
    return stub_->GetBenchmark(&context, request, &response);
  }

  static v1::CompareLocalitiesRequest North() {
    v1::CompareLocalitiesRequest request;
    request.set_parent("tenants/north");
    return request;
  }

  std::size_t Told(const std::string& tenant) {
    return parts_->ledger().ReadReleases(tenant)->size();
  }
};

TEST_F(ComparisonTest, ComparesThePlacesOfATenant) {
  v1::CompareLocalitiesRequest request = North();
  request.set_grouping(v1::CompareLocalitiesRequest::GROUPING_PHASE);
  for (const char* dimension :
       {"corner.authority", "risk.core_departure",
        "network.clique.fragility_percentile", "closed_core"}) {
    request.add_dimensions(dimension);
  }
  v1::LocalityComparison response;
  const grpc::Status status = Compare(request, response);
  ASSERT_TRUE(status.ok()) << status.error_message();
  // By name: design, embedding; twelve places each.
  ASSERT_EQ(response.groups_size(), 2);
  EXPECT_EQ(response.groups(0), "design");
  ASSERT_EQ(response.distributions_size(), 4);
  const v1::Distribution& authority = response.distributions(0);
  EXPECT_EQ(authority.categories_size(), 6);
  ASSERT_EQ(authority.rows_size(), 3);
  EXPECT_EQ(authority.rows(2).group(), "all");
  EXPECT_EQ(authority.rows(2).total().place_count(), 25);
  EXPECT_EQ(authority.rows(2).total().respondent_count(), 290);
  // 27, 29, ..., 49 and 51, ..., 73.
  EXPECT_EQ(authority.rows(0).mean().value(), 38);
  EXPECT_EQ(authority.rows(1).mean().value(), 62);
  EXPECT_EQ(response.distributions(1).rows(0).counts(0).disclosure(),
            v1::DISCLOSURE_TOO_SMALL);
  EXPECT_FALSE(response.distributions(1).rows(0).counts(0).has_place_count());
  EXPECT_EQ(response.distributions(3).mean_step(), 0);
  EXPECT_FALSE(response.distributions(3).rows(0).has_mean());
}

TEST_F(ComparisonTest, GivesTheSameBytesAndAddsNothing) {
  v1::LocalityComparison first;
  v1::LocalityComparison second;
  ASSERT_TRUE(Compare(North(), first).ok());
  EXPECT_EQ(Told("north"), 1u);
  ASSERT_TRUE(Compare(North(), second).ok());
  EXPECT_EQ(Told("north"), 1u);
  EXPECT_EQ(first.SerializeAsString(), second.SerializeAsString());
  EXPECT_EQ(Told("south"), 0u);
}

TEST_F(ComparisonTest, RefusesASubtraction) {
  v1::LocalityComparison response;
  ASSERT_TRUE(Compare(North(), response).ok());
  v1::CompareLocalitiesRequest request = North();
  for (int i = 0; i < 23; ++i) request.add_localities(Locality("north", i));
  const grpc::Status status = Compare(request, response);
  EXPECT_EQ(status.error_code(), grpc::StatusCode::FAILED_PRECONDITION);
  EXPECT_EQ(ReasonIn(status), "RELEASE_REVEALING");
  EXPECT_EQ(Told("north"), 1u);
}

TEST_F(ComparisonTest, TellsWhereAPlaceStands) {
  v1::GetBenchmarkRequest request;
  request.set_name(Name("north", 23));
  request.add_dials("network.clique.fragility_percentile");
  v1::Benchmark benchmark;
  const grpc::Status status = Benchmark(request, benchmark);
  ASSERT_TRUE(status.ok()) << status.error_message();
  EXPECT_EQ(benchmark.assessment(), request.name());
  EXPECT_EQ(benchmark.size_band(), v1::SIZE_BAND_50_TO_99);
  EXPECT_EQ(benchmark.phase(), v1::PHASE_EMBEDDING);
  EXPECT_EQ(benchmark.peer_count(), 23);
  ASSERT_EQ(benchmark.standings_size(), 10);
  const v1::Standing& authority = benchmark.standings(0);
  EXPECT_EQ(authority.dimension(), "corner.authority");
  EXPECT_EQ(authority.value().value(), 73);
  EXPECT_EQ(authority.peer_mean().value(), 49);
  EXPECT_EQ(authority.percentile().value(), 100);
  EXPECT_TRUE(authority.differs());
  EXPECT_EQ(benchmark.standings(1).value().reason(),
            v1::NOT_MEASURED_REASON_NOT_ASKED);
  EXPECT_EQ(benchmark.standings(9).value().value(), 73);
  EXPECT_EQ(benchmark.standings(9).p_value().state(),
            v1::MEASUREMENT_STATE_NOT_MEASURED);
  const v1::OtherTenants& others = benchmark.other_tenants();
  EXPECT_EQ(others.withheld_reason(), "");
  ASSERT_EQ(others.distributions_size(), 10);
  ASSERT_EQ(others.distributions(0).rows_size(), 1);
  EXPECT_EQ(others.distributions(0).rows(0).total().place_count(), 25);
  EXPECT_EQ(others.distributions(0).rows(0).mean().value(), 50);
  // Of 7, 10 and 7 places in the bands from 20, 40 and 60 the first are hidden,
  // with the empty bands. At least 8 are below, at most 7 level with it, and at
  // most 27 - 8 - 3 hidden.
  EXPECT_DOUBLE_EQ(others.percentiles(0).low().value(), 100.0 * 8 / 31);
  EXPECT_DOUBLE_EQ(others.percentiles(0).high().value(), 100);
  // No name of another tenant, not even by a place of it.
  EXPECT_EQ(benchmark.SerializeAsString().find("south"), std::string::npos);
  EXPECT_EQ(Told("north"), 1u);
  v1::Benchmark again;
  ASSERT_TRUE(Benchmark(request, again).ok());
  EXPECT_EQ(again.SerializeAsString(), benchmark.SerializeAsString());
  EXPECT_EQ(Told("north"), 1u);
}

// One row an error of the .proto, in its order.
TEST_F(ComparisonTest, RefusesCompareLocalitiesAsDocumented) {
  using Request = v1::CompareLocalitiesRequest;
  const struct {
    const char* reason;
    const char* field;
    std::function<void(Request&)> spoil;
  } cases[] = {
      {"NAME_MALFORMED", "parent", [](Request& r) { r.set_parent("x"); }},
      {"NAME_MALFORMED", "localities",
       [](Request& r) { r.add_localities("x"); }},
      {"LOCALITY_OF_OTHER_TENANT", "localities",
       [](Request& r) { r.add_localities(Locality("south", 1)); }},
      {"NAME_MALFORMED", "wave_choice.survey",
       [](Request& r) { r.mutable_wave_choice()->set_survey("A B"); }},
      {"PARAMETER_OUT_OF_RANGE", "wave_choice.wave",
       [](Request& r) { r.mutable_wave_choice()->set_wave(-1); }},
      {"PARAMETER_OUT_OF_RANGE", "localities",
       [](Request& r) {
         for (int i = 0; i <= 10'000; ++i) r.add_localities("x");
       }},
      {"PARAMETER_OUT_OF_RANGE", "dimensions",
       [](Request& r) {
         for (int i = 0; i <= 50; ++i) r.add_dimensions("phase");
       }},
      {"PARAMETER_OUT_OF_RANGE", "size_bands",
       [](Request& r) { r.add_size_bands(v1::SIZE_BAND_UNSPECIFIED); }},
      {"PARAMETER_OUT_OF_RANGE", "grouping",
       [](Request& r) { r.set_grouping(static_cast<Request::Grouping>(9)); }},
      {"PARAMETER_OUT_OF_RANGE", "regions",
       [](Request& r) {
         for (int i = 0; i <= 100; ++i) r.add_regions("west");
       }},
      {"PARAMETER_OUT_OF_RANGE", "profile",
       [](Request& r) {
         for (int i = 0; i <= 16; ++i) {
           (*r.mutable_profile())[absl::StrCat("k", i)] = "v";
         }
       }},
      {"DIMENSION_UNKNOWN", "dimensions",
       [](Request& r) { r.add_dimensions("corner"); }},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.field);
    Request request = North();
    c.spoil(request);
    v1::LocalityComparison response;
    const grpc::Status status = Compare(request, response);
    EXPECT_EQ(status.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
    EXPECT_EQ(ReasonIn(status), c.reason);
    const auto bad = DetailOf<google::rpc::BadRequest>(status);
    ASSERT_EQ(bad.field_violations_size(), 1);
    EXPECT_EQ(bad.field_violations(0).field(), c.field);
  }
  v1::CompareLocalitiesRequest few = North();
  few.add_localities(Locality("north", 1));
  v1::LocalityComparison response;
  EXPECT_EQ(ReasonIn(Compare(few, response)), "RELEASE_TOO_SMALL");
  few.set_parent("tenants/nobody");
  few.clear_localities();
  EXPECT_EQ(ReasonIn(Compare(few, response)), "RELEASE_TOO_SMALL");
  EXPECT_EQ(Told("north"), 0u);
}

TEST_F(ComparisonTest, KeepsToRegionsAndProfiles) {
  v1::CompareLocalitiesRequest request = North();
  request.add_regions("west");
  (*request.mutable_profile())["rurality"] = "urban";
  v1::LocalityComparison all;
  ASSERT_TRUE(Compare(request, all).ok());
  request.set_regions(0, "east");
  v1::LocalityComparison response;
  EXPECT_EQ(ReasonIn(Compare(request, response)), "RELEASE_TOO_SMALL");

  v1::GetBenchmarkRequest similar;
  similar.set_name(Name("north", 1));
  v1::Benchmark everywhere;
  ASSERT_TRUE(Benchmark(similar, everywhere).ok());
  similar.mutable_peer_criteria()->set_same_region(true);
  similar.mutable_peer_criteria()->add_same_profile("rurality");
  v1::Benchmark here;
  ASSERT_TRUE(Benchmark(similar, here).ok());
  EXPECT_GT(here.peer_count(), 0);
  EXPECT_EQ(here.peer_count(), everywhere.peer_count());
  // Of other tenants' places no region is known here.
  EXPECT_EQ(here.other_tenants().withheld_reason(), "RELEASE_TOO_SMALL");
}

TEST_F(ComparisonTest, RefusesGetBenchmarkAsDocumented) {
  using Request = v1::GetBenchmarkRequest;
  const struct {
    const char* reason;
    grpc::StatusCode code;
    std::function<void(Request&)> spoil;
  } cases[] = {
      {"NAME_MALFORMED", grpc::StatusCode::INVALID_ARGUMENT,
       [](Request& r) { r.set_name("x"); }},
      {"NAME_MALFORMED", grpc::StatusCode::INVALID_ARGUMENT,
       [](Request& r) {
         r.mutable_peer_criteria()->mutable_wave_choice()->set_survey("A");
       }},
      {"PARAMETER_OUT_OF_RANGE", grpc::StatusCode::INVALID_ARGUMENT,
       [](Request& r) {
         r.mutable_peer_criteria()->mutable_wave_choice()->set_wave(-1);
       }},
      {"PARAMETER_OUT_OF_RANGE", grpc::StatusCode::INVALID_ARGUMENT,
       [](Request& r) {
         for (int i = 0; i <= 50; ++i) r.add_dials("network.hybridity");
       }},
      {"PARAMETER_OUT_OF_RANGE", grpc::StatusCode::INVALID_ARGUMENT,
       [](Request& r) {
         for (int i = 0; i <= 16; ++i) {
           r.mutable_peer_criteria()->add_same_profile("rurality");
         }
       }},
      {"DIMENSION_UNKNOWN", grpc::StatusCode::INVALID_ARGUMENT,
       [](Request& r) { r.add_dials("phase"); }},
      {"PEER_CRITERION_UNKNOWN", grpc::StatusCode::FAILED_PRECONDITION,
       [](Request& r) {
         r.mutable_peer_criteria()->add_same_profile("income");
       }},
      {"ASSESSMENT_NOT_FOUND", grpc::StatusCode::NOT_FOUND,
       [](Request& r) { r.set_name(Name("north", 99)); }},
      {"ASSESSMENT_NOT_FOUND", grpc::StatusCode::NOT_FOUND,
       [](Request& r) {
         r.set_name(Locality("north", 1) + "/surveys/s/waves/1/assessments/a");
       }},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.reason);
    Request request;
    request.set_name(Name("north", 1));
    c.spoil(request);
    v1::Benchmark response;
    const grpc::Status status = Benchmark(request, response);
    EXPECT_EQ(status.error_code(), c.code);
    EXPECT_EQ(ReasonIn(status), c.reason);
  }
}

}  // namespace
}  // namespace pulsetaker::assessment
