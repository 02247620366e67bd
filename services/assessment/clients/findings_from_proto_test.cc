#include "services/assessment/clients/findings_from_proto.h"

#include <string>
#include <vector>

#include "gtest/gtest.h"

namespace pulsetaker::assessment {
namespace {

namespace wire = network::v1;

wire::NetworkFindings& AddNetwork(wire::Analysis& analysis,
                                  const std::string& id) {
  wire::NetworkFindings& network = *analysis.add_networks();
  network.set_network_id(id);
  network.set_directed(true);
  network.set_response_rate(0.875);
  network.set_gate(wire::GATE_ALL_ROLES);
  return network;
}

void AddRole(wire::NetworkFindings& network, const std::string& person,
             wire::Role role, wire::Certainty certainty) {
  wire::RoleFinding& finding = *network.add_roles();
  finding.set_person(person);
  finding.set_role(role);
  finding.set_certainty(certainty);
  finding.set_layer(wire::LAYER_SYSTEMIC);
}

wire::Measure Value(double value) {
  wire::Measure measure;
  measure.set_value(value);
  return measure;
}

wire::Measure None(wire::NotMeasured::Reason reason) {
  wire::Measure measure;
  measure.mutable_not_measured()->set_reason(reason);
  return measure;
}

TEST(FindingsFromProtoTest, TakesThoseWhoseRoleIsFirm) {
  wire::Analysis analysis;
  wire::NetworkFindings& network = AddNetwork(analysis, "work");
  AddRole(network, "ann", wire::ROLE_HUB, wire::CERTAINTY_FIRM);
  AddRole(network, "bob", wire::ROLE_HUB, wire::CERTAINTY_TENTATIVE);
  AddRole(network, "cat", wire::ROLE_GATEKEEPER, wire::CERTAINTY_FIRM);
  AddRole(network, "dan", wire::ROLE_PULSETAKER, wire::CERTAINTY_FIRM);
  wire::WithheldRole& unstable = *network.add_withheld_roles();
  unstable.set_role(wire::ROLE_HUB);
  unstable.set_reason(wire::WithheldRole::REASON_UNSTABLE);
  const NetworkFindings findings = FromProto(analysis).findings;
  ASSERT_EQ(findings.networks.size(), 1u);
  const NetworkSummary& work = findings.networks[0];
  EXPECT_EQ(work.network_id, "work");
  EXPECT_EQ(work.response_rate, Reading::Of(0.875));
  EXPECT_EQ(work.roles, Absence::kNone);
  EXPECT_EQ(work.hubs, (std::vector<RoleHolder>{{"ann", Layer::kSystemic}}));
  EXPECT_EQ(work.gatekeepers,
            (std::vector<RoleHolder>{{"cat", Layer::kSystemic}}));
}

TEST(FindingsFromProtoTest, SaysWhyRolesAreNotThere) {
  const struct {
    wire::Gate gate;
    wire::Role role;
    wire::WithheldRole::Reason reason;
    Absence want;
  } cases[] = {
      {wire::GATE_HUBS_ONLY, wire::ROLE_PULSETAKER,
       wire::WithheldRole::REASON_UNSTABLE, Absence::kWithheld},
      {wire::GATE_GROUP_ONLY, wire::ROLE_PULSETAKER,
       wire::WithheldRole::REASON_UNSTABLE, Absence::kWithheld},
      {wire::GATE_ALL_ROLES, wire::ROLE_HUB,
       wire::WithheldRole::REASON_TOO_FEW_NODES, Absence::kTooFewAnswers},
      {wire::GATE_ALL_ROLES, wire::ROLE_GATEKEEPER,
       wire::WithheldRole::REASON_TOO_FEW_ARCS, Absence::kTooFewAnswers},
      {wire::GATE_ALL_ROLES, wire::ROLE_GATEKEEPER,
       wire::WithheldRole::REASON_NO_CLEAR_SEPARATION, Absence::kUndefined},
      {wire::GATE_ALL_ROLES, wire::ROLE_PULSETAKER,
       wire::WithheldRole::REASON_NO_CLEAR_SEPARATION, Absence::kNone},
  };
  for (const auto& c : cases) {
    wire::Analysis analysis;
    wire::NetworkFindings& network = AddNetwork(analysis, "work");
    network.set_gate(c.gate);
    AddRole(network, "ann", wire::ROLE_HUB, wire::CERTAINTY_FIRM);
    wire::WithheldRole& withheld = *network.add_withheld_roles();
    withheld.set_role(c.role);
    withheld.set_reason(c.reason);
    const NetworkSummary work = FromProto(analysis).findings.networks[0];
    EXPECT_EQ(work.roles, c.want) << wire::Gate_Name(c.gate);
    EXPECT_EQ(work.hubs.empty(), c.want != Absence::kNone);
  }
}

TEST(FindingsFromProtoTest, CountsNominationsToOutsideTheRoster) {
  wire::Analysis analysis;
  wire::NetworkFindings& network = AddNetwork(analysis, "work");
  EXPECT_EQ(FromProto(analysis).findings.networks[0].outside_share.absence,
            Absence::kUndefined);
  network.set_arc_count(10);
  // Nobody named: perhaps the question offered the roster alone.
  EXPECT_EQ(FromProto(analysis).findings.networks[0].outside_share.absence,
            Absence::kNotAsked);
  network.mutable_left_out()->set_off_roster(5);
  network.mutable_left_out()->set_not_invited(3);
  network.mutable_left_out()->set_opted_out(2);
  EXPECT_EQ(FromProto(analysis).findings.networks[0].outside_share,
            Reading::Of(0.25));
  network.set_gate(wire::GATE_GROUP_ONLY);
  EXPECT_EQ(FromProto(analysis).findings.networks[0].outside_share.absence,
            Absence::kWithheld);
  network.set_directed(false);
  EXPECT_EQ(FromProto(analysis).findings.networks[0].outside_share.absence,
            Absence::kNoSource);
}

TEST(FindingsFromProtoTest, ReadsCliqueRisk) {
  wire::Analysis analysis;
  wire::CliqueRisk& risk = *analysis.mutable_clique_risk();
  risk.set_verdict(wire::CliqueRisk::VERDICT_CLOSED_CORE);
  risk.set_fragile(true);
  *risk.mutable_hybridity() = Value(1.5);
  *risk.mutable_turnover() =
      None(wire::NotMeasured::REASON_NEEDS_PREVIOUS_WAVE);
  *risk.mutable_renewal() = None(wire::NotMeasured::REASON_SECTOR_UNKNOWN);
  wire::Measure loss = Value(0.25);
  loss.mutable_null_comparison()->set_percentile(0.5);
  *risk.mutable_fragility()->mutable_reach_loss() = loss;
  NetworkFindings findings = FromProto(analysis).findings;
  EXPECT_EQ(findings.clique, Absence::kNone);
  EXPECT_EQ(findings.clique_verdict, CliqueVerdict::kClosedCore);
  EXPECT_EQ(findings.core_fragile, Reading::Of(1));
  EXPECT_EQ(findings.core_fragility_percentile, Reading::Of(50));
  EXPECT_EQ(findings.hybridity, Reading::Of(1.5));
  EXPECT_EQ(findings.core_turnover.absence, Absence::kNoSource);
  EXPECT_EQ(findings.renewal.absence, Absence::kNotAsked);

  // Without a verdict, the loss of its core says nothing.
  risk.set_verdict(wire::CliqueRisk::VERDICT_INSUFFICIENT_DATA);
  findings = FromProto(analysis).findings;
  EXPECT_EQ(findings.core_fragile.absence, Absence::kTooFewAnswers);
  EXPECT_EQ(findings.core_fragility_percentile.absence,
            Absence::kTooFewAnswers);

  // Not known to be fragile is not "not fragile".
  risk.set_fragile(false);
  *risk.mutable_fragility()->mutable_reach_loss() =
      None(wire::NotMeasured::REASON_NO_CORE);
  risk.add_insufficiencies()->set_reason(
      wire::NotMeasured::REASON_RESPONSE_GATE);
  findings = FromProto(analysis).findings;
  EXPECT_EQ(findings.clique, Absence::kWithheld);
  EXPECT_EQ(findings.core_fragile.absence, Absence::kUndefined);
  EXPECT_EQ(findings.core_fragility_percentile.absence, Absence::kUndefined);
}

TEST(FindingsFromProtoTest, ReadsHowSectorsStand) {
  wire::Analysis analysis;
  EXPECT_EQ(FromProto(analysis).findings.sector_standing, Absence::kNotAsked);
  analysis.mutable_thresholds()->set_group_response_rate(0.5);
  for (const int answered : {2, 6}) {  // Of 10: 40 % on average.
    wire::NetworkFindings& network =
        AddNetwork(analysis, answered == 2 ? "work" : "social");
    wire::SectorResponse& health = *network.add_sector_responses();
    health.set_sector("health");
    health.set_invited_count(10);
    health.set_respondent_count(answered);
    wire::SectorResponse& police = *network.add_sector_responses();
    police.set_sector("police");
    police.set_invited_count(10);
    police.set_respondent_count(5);
  }
  const auto add = [&](const char* sector,
                       wire::SectorStanding::Status status) {
    wire::SectorStanding& added =
        *analysis.mutable_clique_risk()->add_sectors();
    added.set_sector(sector);
    added.set_status(status);
  };
  add("health", wire::SectorStanding::STATUS_NOT_MEASURED);
  add("police", wire::SectorStanding::STATUS_EXCLUDED);
  const NetworkFindings findings = FromProto(analysis).findings;
  EXPECT_EQ(findings.sector_standing, Absence::kNone);
  EXPECT_EQ(findings.sectors,
            (std::vector<SectorFinding>{
                {"health", SectorStanding::kNotMeasured, true},
                {"police", SectorStanding::kExcluded, false}}));
}

TEST(FindingsFromProtoTest, ReadsLinksBetweenLayers) {
  wire::Analysis analysis;
  wire::LayerLinks& links = *analysis.mutable_layer_links();
  wire::LayerCell& within = *links.add_horizontal();
  within.set_upper(wire::LAYER_PUBLIC);
  within.set_lower(wire::LAYER_PUBLIC);
  within.mutable_not_measured()->set_reason(
      wire::NotMeasured::REASON_TOO_FEW_PEOPLE);
  wire::LayerCell& between = *links.add_vertical();
  between.set_upper(wire::LAYER_SYSTEMIC);
  between.set_lower(wire::LAYER_PUBLIC);
  between.set_richness(wire::LayerCell::RICHNESS_ATROPHIED);
  *between.mutable_upper_coverage() = Value(0.5);
  *between.mutable_lower_coverage() = Value(0.25);
  *between.mutable_rise() = Value(0.125);
  const NetworkFindings findings = FromProto(analysis).findings;
  ASSERT_EQ(findings.layer_links.size(), 2u);
  EXPECT_EQ(findings.layer_links[0].absence, Absence::kTooFewAnswers);
  EXPECT_EQ(findings.layer_links[0].richness, Richness::kNotMeasured);
  const LayerLink& link = findings.layer_links[1];
  EXPECT_EQ(link.low, Layer::kSystemic);
  EXPECT_EQ(link.high, Layer::kPublic);
  EXPECT_EQ(link.absence, Absence::kNone);
  EXPECT_EQ(link.richness, Richness::kAtrophied);
  EXPECT_EQ(link.low_coverage, Reading::Of(0.5));
  EXPECT_EQ(link.high_coverage, Reading::Of(0.25));
  EXPECT_EQ(findings.rise_of_ideas, Reading::Of(0.125));
}

}  // namespace
}  // namespace pulsetaker::assessment
