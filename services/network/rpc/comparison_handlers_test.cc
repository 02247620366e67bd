#include "services/network/rpc/comparison_handlers.h"

#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "services/network/domain/compare_waves.h"
#include "services/network/domain/introductions.h"
#include "services/network/rpc/analyzed_fixture_test.h"
#include "services/network/rpc/comparison_to_proto.h"

namespace pulsetaker::network {
namespace {

using IntroductionsRequest = v1::SuggestIntroductionsRequest;
using Introductions = v1::SuggestIntroductionsResponse;

class ComparisonTest : public AnalyzedFixture {
 protected:
  grpc::Status Compare(const std::string& previous, const std::string& current,
                       v1::CompareWavesResponse& response,
                       absl::Duration timeout = absl::Seconds(60)) {
    v1::CompareWavesRequest request;
    request.set_previous(previous);
    request.set_current(current);
    grpc::ClientContext context;
    rpc::SetDeadline(context, absl::Now() + timeout);
    return stub_->CompareWaves(&context, request, &response);
  }

  grpc::Status Suggest(const IntroductionsRequest& request,
                       Introductions& response,
                       absl::Duration timeout = absl::Seconds(60)) {
    grpc::ClientContext context;
    rpc::SetDeadline(context, absl::Now() + timeout);
    return stub_->SuggestIntroductions(&context, request, &response);
  }
};

TEST_F(ComparisonTest, ComparesTwoWaves) {
  const std::string first = Analyzed(Town(1), 3);
  WaveSnapshot town = Town(2);
  town.networks[1].id = "m1";
  for (Response& response : town.responses) {
    for (NetworkAnswer& answer : response.answers) {
      if (answer.network_id == "n1") answer.network_id = "m1";
    }
  }
  const std::string second = Analyzed(town, 4);
  const AnalyzedSnapshot before = Read(first, 3);
  const AnalyzedSnapshot after = Read(second, 4);
  v1::CompareWavesResponse wanted;
  ToProto(CompareWaves({before.key, before.wave, before.result},
                       {after.key, after.wave, after.result})
              .value(),
          wanted);
  v1::CompareWavesResponse got;
  const grpc::Status status = Compare(first, second, got);
  ASSERT_TRUE(status.ok()) << status.error_message();
  EXPECT_EQ(got.SerializeAsString(), wanted.SerializeAsString());

  EXPECT_EQ(got.roster().both_count(), kTownPeople);
  ASSERT_EQ(got.networks_size(), 5);
  EXPECT_FALSE(got.networks(0).has_not_compared());
  EXPECT_EQ(got.networks(0).ties().kept_count() +
                got.networks(0).ties().new_count() +
                got.networks(0).ties().current_uncompared_count(),
            static_cast<int>(after.wave.networks[0].graph.arc_count()));
  EXPECT_EQ(got.networks(1).not_compared(),
            v1::NetworkComparison::NOT_COMPARED_ONLY_IN_CURRENT);
  EXPECT_EQ(got.networks(4).not_compared(),
            v1::NetworkComparison::NOT_COMPARED_ONLY_IN_PREVIOUS);
  for (const v1::NetworkComparison& network : got.networks()) {
    if (network.network_id() != "few") continue;
    for (const v1::RoleComparison& role : network.roles()) {
      EXPECT_TRUE(role.has_not_compared());
      EXPECT_TRUE(role.changes().empty());
    }
  }
}

TEST_F(ComparisonTest, RefusesToCompareAsDocumented) {
  using grpc::StatusCode;
  const std::string first = Analyzed(Town(1), 3);
  const std::string second = Analyzed(Town(2), 4);
  v1::CompareWavesResponse response;
  const int reads = source_.reads;
  ExpectInvalid(Compare("x", "x", response), "NAME_MALFORMED", "previous");
  ExpectInvalid(Compare(first, "x", response), "NAME_MALFORMED", "current");
  ExpectInvalid(Compare(second, first, response), "WAVES_OUT_OF_ORDER",
                "current");
  ExpectInvalid(Compare(first, first, response), "WAVES_OUT_OF_ORDER",
                "current");
  std::string elsewhere = second;
  elsewhere.replace(elsewhere.find("north"), 5, "south");
  ExpectInvalid(Compare(first, elsewhere, response), "WAVES_OUT_OF_ORDER",
                "current");
  EXPECT_EQ(source_.reads, reads);

  v1::AnalyzeWaveRequest request = Valid(99);
  request.set_parent(WaveNamed(4));
  request.mutable_parameters()->set_role_share(0.2);
  v1::Analysis other;
  ASSERT_TRUE(Run(request).response().UnpackTo(&other));
  ExpectError(Compare(first, other.name(), response),
              StatusCode::FAILED_PRECONDITION, "ANALYSES_DIFFER");
  source_.waves[4].digest = std::string(64, '0');
  ExpectError(Compare(first, second, response), StatusCode::FAILED_PRECONDITION,
              "SNAPSHOT_CHANGED");
}

// Stars of two networks: 0 is the hub of `work`, 10 that of `play`; they are
// not near each other.
WaveSnapshot Stars() {
  SnapshotBuilder builder(20);
  builder.AddNetwork("work").AddNetwork("play");
  for (int person = 0; person < 20; ++person) {
    const bool is_first = person < 10;
    const int next = (is_first ? 0 : 10) + (person + 1) % 10;
    builder.Answer(person, "work",
                   is_first && person != 0 ? std::vector<int>{0, next}
                                           : std::vector<int>{next});
    builder.Answer(person, "play",
                   !is_first && person != 10 ? std::vector<int>{10, next}
                                             : std::vector<int>{next});
  }
  return builder.snapshot();
}

TEST_F(ComparisonTest, SuggestsIntroductions) {
  const std::string name = Analyzed(Stars());
  IntroductionsRequest request;
  request.set_name(name);
  v1::RolePairing& pairing = *request.add_pairings();
  pairing.mutable_first()->set_role(v1::ROLE_HUB);
  pairing.mutable_first()->set_network_id("work");
  pairing.mutable_second()->set_role(v1::ROLE_HUB);
  request.set_known_by(v1::KNOWN_BY_ANY_NETWORK);
  Introductions got;
  const grpc::Status status = Suggest(request, got);
  ASSERT_TRUE(status.ok()) << status.error_message();
  ASSERT_EQ(got.introductions_size(), 1);
  const v1::Introduction& introduction = got.introductions(0);
  EXPECT_EQ(introduction.person(), "p000");
  EXPECT_EQ(introduction.other_person(), "p010");
  // Each of the two comes near, and the nine around each.
  EXPECT_EQ(introduction.reach_gained(), 20);
  ASSERT_EQ(introduction.reasons_size(), 1);
  EXPECT_EQ(introduction.reasons(0).first().network_id(), "work");
  EXPECT_EQ(introduction.reasons(0).second().network_id(), "play");
  EXPECT_EQ(introduction.reasons(0).second().role(), v1::ROLE_HUB);
  EXPECT_EQ(introduction.reasons(0).reach_gained(), 20);
}

TEST_F(ComparisonTest, SuggestsWhatTheDomainSuggests) {
  const std::string name = Analyzed(Town());
  const AnalyzedSnapshot analyzed = Read(name);
  for (const int count : {0, 1, 200}) {
    SCOPED_TRACE(count);
    IntroductionsRequest request;
    request.set_name(name);
    request.set_count(count);
    request.set_known_by(v1::KNOWN_BY_THEIR_NETWORKS);
    for (const v1::Role role : {v1::ROLE_HUB, v1::ROLE_GATEKEEPER}) {
      v1::RolePairing& pairing = *request.add_pairings();
      pairing.mutable_first()->set_role(role);
      pairing.mutable_second()->set_role(v1::ROLE_HUB);
    }
    const auto wanted =
        SuggestIntroductions(
            analyzed.wave, analyzed.result,
            {.pairings = {{{Role::kHub, ""}, {Role::kHub, ""}},
                          {{Role::kGatekeeper, ""}, {Role::kHub, ""}}},
             .known_by = KnownBy::kTheirNetworks,
             .count = count},
            kNeverCancelled)
            .value();
    Introductions got;
    ASSERT_TRUE(Suggest(request, got).ok());
    ASSERT_EQ(got.introductions_size(), static_cast<int>(wanted.size()));
    for (int i = 0; i < got.introductions_size(); ++i) {
      const Introduction& one = wanted[static_cast<std::size_t>(i)];
      EXPECT_EQ(got.introductions(i).person(), one.person);
      EXPECT_EQ(got.introductions(i).other_person(), one.other_person);
      EXPECT_EQ(got.introductions(i).has_reach_gained(),
                one.reach_gained.has_value());
      EXPECT_EQ(got.introductions(i).reach_gained(),
                one.reach_gained.value_or(0));
      EXPECT_EQ(got.introductions(i).reasons_size(),
                static_cast<int>(one.reasons.size()));
    }
  }
}

TEST_F(ComparisonTest, RefusesIntroductionsAsDocumented) {
  const std::string name = Analyzed(Town());
  const auto error = [&](auto spoil) {
    IntroductionsRequest request;
    request.set_name(name);
    v1::RolePairing& pairing = *request.add_pairings();
    pairing.mutable_first()->set_role(v1::ROLE_HUB);
    pairing.mutable_second()->set_role(v1::ROLE_HUB);
    spoil(request);
    Introductions response;
    return Suggest(request, response);
  };
  EXPECT_TRUE(error([](IntroductionsRequest&) {}).ok());
  ExpectInvalid(error([](IntroductionsRequest& r) { r.set_count(-1); }),
                "PARAMETER_OUT_OF_RANGE", "count");
  ExpectInvalid(error([](IntroductionsRequest& r) { r.set_count(201); }),
                "PARAMETER_OUT_OF_RANGE", "count");
  ExpectInvalid(error([](IntroductionsRequest& r) {
                  r.set_known_by(static_cast<v1::KnownBy>(3));
                }),
                "PARAMETER_OUT_OF_RANGE", "known_by");
  ExpectInvalid(error([](IntroductionsRequest& r) { r.add_pairings(); }),
                "PARAMETER_OUT_OF_RANGE", "pairings[1]");
  ExpectInvalid(error([](IntroductionsRequest& r) {
                  r.mutable_pairings(0)->mutable_second()->set_role(
                      static_cast<v1::Role>(257));
                }),
                "PARAMETER_OUT_OF_RANGE", "pairings[0].second.role");
  ExpectInvalid(error([](IntroductionsRequest& r) {
                  while (r.pairings_size() < 101) {
                    *r.add_pairings() = r.pairings(0);
                  }
                }),
                "PARAMETER_OUT_OF_RANGE", "pairings");
  ExpectError(error([](IntroductionsRequest& r) {
                r.mutable_pairings(0)->mutable_first()->set_network_id("none");
              }),
              grpc::StatusCode::NOT_FOUND, "NETWORK_NOT_FOUND");
}

TEST_F(ComparisonTest, IntroductionsReportErrorsOfReading) {
  ExpectErrorsOfReading(
      [&](const std::string& name, absl::Duration timeout = absl::Seconds(60)) {
        IntroductionsRequest request;
        request.set_name(name);
        Introductions response;
        return Suggest(request, response, timeout);
      });
}

TEST_F(ComparisonTest, GetsPartsOfAnAnalysis) {
  const std::string name = Analyzed(Town());
  v1::GetAnalysisRequest get;
  get.set_name(name);
  v1::Analysis analysis;
  ASSERT_TRUE(
      Call(*stub_, &v1::NetworkService::Stub::GetAnalysis, get, analysis).ok());

  v1::GetCliqueRiskRequest risk_request;
  risk_request.set_name(name);
  v1::CliqueRisk risk;
  const auto get_risk = [&] {
    return Call(*stub_, &v1::NetworkService::Stub::GetCliqueRisk, risk_request,
                risk);
  };
  ASSERT_TRUE(get_risk().ok());
  EXPECT_EQ(risk.SerializeAsString(),
            analysis.clique_risk().SerializeAsString());
  EXPECT_GT(risk.network_count(), 0);
  risk_request.set_name("x");
  ExpectInvalid(get_risk(), "NAME_MALFORMED", "name");
  risk_request.set_name(AnalysisName(1));
  ExpectError(get_risk(), grpc::StatusCode::NOT_FOUND, "ANALYSIS_NOT_FOUND");

  v1::GetLayerLinksRequest links_request;
  links_request.set_name(name);
  v1::LayerLinks links;
  const auto get_links = [&] {
    return Call(*stub_, &v1::NetworkService::Stub::GetLayerLinks, links_request,
                links);
  };
  ASSERT_TRUE(get_links().ok());
  EXPECT_EQ(links.SerializeAsString(),
            analysis.layer_links().SerializeAsString());
  EXPECT_FALSE(links.SerializeAsString().empty());
  links_request.set_network_id("n1");
  ASSERT_TRUE(get_links().ok());
  EXPECT_EQ(links.SerializeAsString(),
            analysis.networks(1).layer_links().SerializeAsString());
  links_request.set_network_id("none");
  ExpectError(get_links(), grpc::StatusCode::NOT_FOUND, "NETWORK_NOT_FOUND");
  links_request.set_name("x");
  ExpectInvalid(get_links(), "NAME_MALFORMED", "name");
  links_request.set_name(AnalysisName(1));
  ExpectError(get_links(), grpc::StatusCode::NOT_FOUND, "ANALYSIS_NOT_FOUND");
}

}  // namespace
}  // namespace pulsetaker::network
