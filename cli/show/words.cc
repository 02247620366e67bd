#include "cli/show/words.h"

#include <cmath>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "absl/strings/strip.h"

namespace pulsetaker::cli {

namespace networkpb = network::v1;
namespace assessmentpb = assessment::v1;

std::string Fixed(double value, int decimals) {
  const double unit = std::pow(10.0, decimals);
  const double rounded = std::round(value * unit) / unit;
  return absl::StrFormat("%.*f", decimals, rounded == 0 ? 0.0 : rounded);
}

std::string Percent(double share) {
  return absl::StrCat(Fixed(share * 100, 0), " %");
}

namespace {

// What was needed, in the words of the comparison.
std::string CutText(const networkpb::Evidence& evidence,
                    const std::string& cut) {
  switch (evidence.comparison()) {
    case networkpb::Evidence::COMPARISON_ABOVE:
      return absl::StrCat(" (above ", cut, ")");
    case networkpb::Evidence::COMPARISON_BELOW:
      return absl::StrCat(" (below ", cut, ")");
    case networkpb::Evidence::COMPARISON_AT_MOST:
      return absl::StrCat(" (at most ", cut, ")");
    default:
      return absl::StrCat(" (", cut, ")");
  }
}

}  // namespace

std::string MeasureText(const networkpb::Measure& measure, int decimals) {
  if (measure.outcome_case() != networkpb::Measure::kValue) {
    return "not measured";
  }
  std::vector<std::string> beside;
  if (measure.has_interval()) {
    beside.push_back(absl::StrCat(Fixed(measure.interval().low(), decimals),
                                  " to ",
                                  Fixed(measure.interval().high(), decimals)));
  }
  if (measure.has_null_comparison()) {
    beside.push_back(absl::StrCat(
        "by chance ", Fixed(measure.null_comparison().mean(), decimals)));
  }
  const std::string value = Fixed(measure.value(), decimals);
  if (beside.empty()) return value;
  return absl::StrCat(value, " (", absl::StrJoin(beside, "; "), ")");
}

std::string MeasurePercent(const networkpb::Measure& measure) {
  if (measure.outcome_case() != networkpb::Measure::kValue) {
    return "not measured";
  }
  const std::string value = Percent(measure.value());
  if (!measure.has_null_comparison()) return value;
  return absl::StrCat(value, " (by chance ",
                      Percent(measure.null_comparison().mean()), ")");
}

std::string ReasonText(const networkpb::NotMeasured& not_measured) {
  if (!not_measured.detail().empty()) return not_measured.detail();
  switch (not_measured.reason()) {
    case networkpb::NotMeasured::REASON_RESPONSE_GATE:
      return "too few people answered";
    case networkpb::NotMeasured::REASON_GROUP_RESPONSE_FLOOR:
      return "too few of the group answered";
    case networkpb::NotMeasured::REASON_TOO_FEW_NODES:
    case networkpb::NotMeasured::REASON_TOO_FEW_PEOPLE:
      return "too few people";
    case networkpb::NotMeasured::REASON_TOO_FEW_ARCS:
      return "too few ties";
    case networkpb::NotMeasured::REASON_TOO_FEW_NETWORKS:
      return "too few networks passed their gates";
    case networkpb::NotMeasured::REASON_TOO_FEW_GROUPS:
      return "fewer than two groups to compare";
    case networkpb::NotMeasured::REASON_SECTOR_UNKNOWN:
      return "too many people have no known sector";
    case networkpb::NotMeasured::REASON_LAYER_UNKNOWN:
      return "too many people have no known layer";
    case networkpb::NotMeasured::REASON_LAYER_ABSENT:
      return "nobody is of the layer";
    case networkpb::NotMeasured::REASON_NOT_SURVEYED:
      return "the people concerned were not asked";
    case networkpb::NotMeasured::REASON_NO_CORE:
      return "there is no core, or too small a one";
    case networkpb::NotMeasured::REASON_NO_TIES:
      return "there is no tie to measure";
    case networkpb::NotMeasured::REASON_NEEDS_PREVIOUS_WAVE:
      return "it compares with the wave before, and this reads one wave";
    case networkpb::NotMeasured::REASON_TOO_FEW_DRAWS:
      return "chance gave too little to compare with";
    case networkpb::NotMeasured::REASON_ALL_IN_CORE:
      return "nobody of the group is outside of the core";
    case networkpb::NotMeasured::REASON_COMPONENT_NOT_MEASURED:
      return "a measure that it is made of is not measured";
    default:
      return "a reason that this program does not know";
  }
}

absl::string_view GateText(networkpb::Gate gate) {
  switch (gate) {
    case networkpb::GATE_ALL_ROLES:
      return "all roles";
    case networkpb::GATE_HUBS_ONLY:
      return "hubs only";
    case networkpb::GATE_GROUP_ONLY:
      return "nobody";
    default:
      return "unknown";
  }
}

absl::string_view RoleText(networkpb::Role role) {
  switch (role) {
    case networkpb::ROLE_HUB:
      return "hub";
    case networkpb::ROLE_GATEKEEPER:
      return "gatekeeper";
    case networkpb::ROLE_PULSETAKER:
      return "pulsetaker";
    default:
      return "other role";
  }
}

absl::string_view RolesText(networkpb::Role role) {
  switch (role) {
    case networkpb::ROLE_HUB:
      return "hubs";
    case networkpb::ROLE_GATEKEEPER:
      return "gatekeepers";
    case networkpb::ROLE_PULSETAKER:
      return "pulsetakers";
    default:
      return "other roles";
  }
}

absl::string_view LayerText(networkpb::Layer layer) {
  switch (layer) {
    case networkpb::LAYER_SYSTEMIC:
      return "systemic";
    case networkpb::LAYER_SECTORAL:
      return "sectoral";
    case networkpb::LAYER_FRONTLINE:
      return "frontline";
    case networkpb::LAYER_PUBLIC:
      return "public";
    default:
      return "";
  }
}

absl::string_view RuleText(networkpb::RoleRule rule) {
  switch (rule) {
    case networkpb::ROLE_RULE_NAMED_BY_MOST:
      return "named by the most people";
    case networkpb::ROLE_RULE_BETWEEN_HUBS:
      return "on the paths between hubs, and a second sign agrees";
    case networkpb::ROLE_RULE_BETWEENNESS:
      return "on the paths between people, and a second sign agrees";
    case networkpb::ROLE_RULE_CONNECTOR_NAMED:
      return "close to all, named by more connectors than popularity explains, "
             "better placed than the number of ties explains, and no hub";
    case networkpb::ROLE_RULE_CLOSENESS:
      return "close to all, and no hub";
    case networkpb::ROLE_RULE_RESIDUAL_INFORMATION:
      return "better placed than the number of ties explains, and no hub";
    case networkpb::ROLE_RULE_QUADRANT:
      return "at the heart of the core, not on the paths between others, and "
             "no hub";
    default:
      return "another rule";
  }
}

std::string EvidenceText(const networkpb::Evidence& evidence) {
  const auto text = [&](absl::string_view before, int decimals,
                        absl::string_view after) {
    return absl::StrCat(
        before, Fixed(evidence.value(), decimals), after,
        CutText(evidence, Fixed(evidence.threshold(), decimals)));
  };
  switch (evidence.metric()) {
    case networkpb::Evidence::METRIC_IN_DEGREE_SHARE:
      return absl::StrCat("named by ", Percent(evidence.value()),
                          CutText(evidence, Percent(evidence.threshold())));
    case networkpb::Evidence::METRIC_IN_DEGREE:
      return text("", 0, " people");
    case networkpb::Evidence::METRIC_HUB_BETWEENNESS:
      return text("between hubs ", 1, "");
    case networkpb::Evidence::METRIC_BETWEENNESS:
      return text("between people ", 1, "");
    case networkpb::Evidence::METRIC_CUT_OFF_COUNT:
      return text("cuts off ", 0, " people");
    case networkpb::Evidence::METRIC_FRAGMENTATION_GAIN:
      return text("fragmentation without them +", 3, "");
    case networkpb::Evidence::METRIC_SECTOR_GATE_COUNT:
      return text("gate of the sector ", 0, " times");
    case networkpb::Evidence::METRIC_HARMONIC_IN_CLOSENESS:
      return text("closeness ", 2, "");
    case networkpb::Evidence::METRIC_INFORMATION_RESIDUAL:
      return text("better placed by ", 3, "");
    case networkpb::Evidence::METRIC_CONNECTOR_COUNT:
      return text("named by connectors ", 0, "");
    case networkpb::Evidence::METRIC_CONNECTOR_P:
      return text("chance of that ", 3, "");
    case networkpb::Evidence::METRIC_EIGENVECTOR:
      return text("at the heart ", 3, "");
    default:
      return text("another figure ", 2, "");
  }
}

absl::string_view WithheldText(networkpb::WithheldRole::Reason reason) {
  switch (reason) {
    case networkpb::WithheldRole::REASON_RESPONSE_GATE:
      return "too few answered";
    case networkpb::WithheldRole::REASON_TOO_FEW_NODES:
      return "fewer than 10 people in the network";
    case networkpb::WithheldRole::REASON_TOO_FEW_ARCS:
      return "fewer than 15 ties in the network";
    case networkpb::WithheldRole::REASON_NO_CLEAR_SEPARATION:
      return "too many people tie at the cut";
    case networkpb::WithheldRole::REASON_UNSTABLE:
      return "a few answers more or less would change who it is";
    case networkpb::WithheldRole::REASON_TENTATIVE:
      return "not sure enough to name anyone in this role";
    default:
      return "another reason";
  }
}

absl::string_view ReadingText(
    networkpb::CliqueRisk::RecurrenceReading reading) {
  switch (reading) {
    case networkpb::CliqueRisk::RECURRENCE_READING_ONE_REPUTATION:
      return "The same people are named in one network after the other as much "
             "as one general reputation gives.";
    case networkpb::CliqueRisk::RECURRENCE_READING_DISTINCT_ROLES:
      return "Other people are named in other networks, more than if a general "
             "reputation were all there is: they have roles of their own.";
    case networkpb::CliqueRisk::RECURRENCE_READING_BEYOND_REPUTATION:
      return "The same people are at the top of every network, beyond how "
             "often "
             "they are named in all.";
    default:
      return "";
  }
}

absl::string_view VerdictName(networkpb::CliqueRisk::Verdict verdict) {
  switch (verdict) {
    case networkpb::CliqueRisk::VERDICT_OPEN_SHARED_LEADERSHIP:
      return "OPEN SHARED LEADERSHIP";
    case networkpb::CliqueRisk::VERDICT_CLOSED_CORE:
      return "CLOSED CORE";
    case networkpb::CliqueRisk::VERDICT_PARALLEL_CLIQUES:
      return "PARALLEL CLIQUES";
    case networkpb::CliqueRisk::VERDICT_DIFFUSE:
      return "DIFFUSE";
    case networkpb::CliqueRisk::VERDICT_INDETERMINATE:
      return "UNDECIDED";
    case networkpb::CliqueRisk::VERDICT_INSUFFICIENT_DATA:
      return "NO VERDICT";
    default:
      return "UNKNOWN";
  }
}

absl::string_view VerdictText(networkpb::CliqueRisk::Verdict verdict) {
  switch (verdict) {
    case networkpb::CliqueRisk::VERDICT_OPEN_SHARED_LEADERSHIP:
      return "the same people lead across the networks, and they are open to "
             "others. That is a strength.";
    case networkpb::CliqueRisk::VERDICT_CLOSED_CORE:
      return "the same people lead across the networks, and they keep to "
             "themselves. That is the risk of a clique.";
    case networkpb::CliqueRisk::VERDICT_PARALLEL_CLIQUES:
      return "closed groups lead, but different ones in different networks.";
    case networkpb::CliqueRisk::VERDICT_DIFFUSE:
      return "no one group leads across the networks, and none is closed.";
    case networkpb::CliqueRisk::VERDICT_INDETERMINATE:
      return "the figures lie too near the edge between low and high to tell.";
    case networkpb::CliqueRisk::VERDICT_INSUFFICIENT_DATA:
      return "there are too few people or answers for one.";
    default:
      return "this program does not know the verdict.";
  }
}

absl::string_view StandingText(networkpb::SectorStanding::Status status) {
  switch (status) {
    case networkpb::SectorStanding::STATUS_INCLUDED:
      return "included";
    case networkpb::SectorStanding::STATUS_EXCLUDED:
      return "EXCLUDED: reaches in, the core does not answer";
    case networkpb::SectorStanding::STATUS_COURTED:
      return "courted: regarded, but does not reach in";
    case networkpb::SectorStanding::STATUS_DETACHED:
      return "detached: neither reaches in nor is regarded";
    case networkpb::SectorStanding::STATUS_WEAK:
      return "weak: detached, with few ties of its own";
    case networkpb::SectorStanding::STATUS_NOT_SURVEYED:
      return "not surveyed: its people were not asked";
    default:
      return "not measured";
  }
}

absl::string_view DialName(networkpb::Dial::Kind kind) {
  switch (kind) {
    case networkpb::Dial::KIND_STRENGTH:
      return "Strength";
    case networkpb::Dial::KIND_EXCLUSIVITY:
      return "Exclusivity";
    case networkpb::Dial::KIND_FRAGILITY:
      return "Fragility";
    case networkpb::Dial::KIND_CONNECTED_DIFFERENCE:
      return "Connected difference";
    default:
      return "Another dial";
  }
}

absl::string_view DialText(networkpb::Dial::Kind kind) {
  switch (kind) {
    case networkpb::Dial::KIND_STRENGTH:
      return "leadership is shared";
    case networkpb::Dial::KIND_EXCLUSIVITY:
      return "the core is closed (chance: 0.50)";
    case networkpb::Dial::KIND_FRAGILITY:
      return "much hangs on the core";
    case networkpb::Dial::KIND_CONNECTED_DIFFERENCE:
      return "unlike people are connected";
    default:
      return "";
  }
}

absl::string_view RichnessText(networkpb::LayerCell::Richness richness) {
  switch (richness) {
    case networkpb::LayerCell::RICHNESS_RICH:
      return "rich";
    case networkpb::LayerCell::RICHNESS_MODERATE:
      return "moderate";
    case networkpb::LayerCell::RICHNESS_THIN:
      return "THIN";
    case networkpb::LayerCell::RICHNESS_ATROPHIED:
      return "ATROPHIED";
    default:
      return "not measured";
  }
}

absl::string_view CornerText(assessmentpb::Corner corner) {
  switch (corner) {
    case assessmentpb::CORNER_AUTHORITY:
      return "authority";
    case assessmentpb::CORNER_CAPACITY:
      return "capacity";
    case assessmentpb::CORNER_VALUE:
      return "value";
    default:
      return "unknown";
  }
}

absl::string_view PhaseName(assessmentpb::Phase phase) {
  switch (phase) {
    case assessmentpb::PHASE_LATENT:
      return "latent";
    case assessmentpb::PHASE_DESIGN:
      return "design and discover";
    case assessmentpb::PHASE_MOBILISATION:
      return "mobilisation";
    case assessmentpb::PHASE_MAINSTREAMING:
      return "mainstreaming";
    case assessmentpb::PHASE_EMBEDDING:
      return "embedding";
    default:
      return "unknown";
  }
}

absl::string_view NotMeasuredText(assessmentpb::NotMeasuredReason reason) {
  switch (reason) {
    case assessmentpb::NOT_MEASURED_REASON_NOT_ASKED:
      return "the instrument does not ask for it";
    case assessmentpb::NOT_MEASURED_REASON_TOO_FEW_ANSWERS:
      return "too few answers";
    case assessmentpb::NOT_MEASURED_REASON_WITHHELD:
      return "withheld: too few answered, or a small group would show";
    case assessmentpb::NOT_MEASURED_REASON_NO_PREVIOUS_WAVE:
      return "no earlier wave to compare with";
    case assessmentpb::NOT_MEASURED_REASON_NO_SOURCE:
      return "no source for it yet";
    case assessmentpb::NOT_MEASURED_REASON_UNDEFINED:
      return "undefined for these answers";
    default:
      return "not measured";
  }
}

absl::string_view ChangeText(assessmentpb::Change::Status status) {
  switch (status) {
    case assessmentpb::Change::STATUS_REGRESSION:
      return "The innovation went into reverse.";
    case assessmentpb::Change::STATUS_NO_REGRESSION:
      return "It did not go into reverse, and nothing warns of it.";
    case assessmentpb::Change::STATUS_COMPOSITION_SHIFT:
      return "Levels fell because other people answered, not because those who "
             "answered before changed their minds.";
    case assessmentpb::Change::STATUS_WATCH:
      return "It did not go into reverse, but there are early signs.";
    case assessmentpb::Change::STATUS_NOT_COMPARABLE:
      return "The two waves cannot be compared.";
    case assessmentpb::Change::STATUS_NO_PREVIOUS_WAVE:
      return "There is no closed wave before this one.";
    default:
      return "Unknown.";
  }
}

std::string EvidenceText(const assessmentpb::Evidence& evidence) {
  const std::string name = evidence.description().empty()
                               ? evidence.metric()
                               : evidence.description();
  // Levels count to 100, shares to 1: two decimals where they tell.
  const auto number = [](double value) {
    return std::abs(value - std::round(value)) < 0.005 ? Fixed(value, 0)
           : std::abs(value) < 10                      ? Fixed(value, 2)
                                                       : Fixed(value, 0);
  };
  const char* comparison = "against";
  switch (evidence.comparison()) {
    case assessmentpb::Evidence::COMPARISON_LESS:
      comparison = "below";
      break;
    case assessmentpb::Evidence::COMPARISON_AT_LEAST:
      comparison = "at least";
      break;
    case assessmentpb::Evidence::COMPARISON_GREATER:
      comparison = "above";
      break;
    case assessmentpb::Evidence::COMPARISON_AT_MOST:
      comparison = "at most";
      break;
    default:
      break;
  }
  if (!evidence.value().has_value()) {
    return absl::StrCat(name, ": ", NotMeasuredText(evidence.value().reason()));
  }
  absl::string_view fact = name;
  if (absl::ConsumePrefix(&fact, "1 if ") && evidence.value().value() == 1) {
    return std::string(fact);  // A flag that is set needs no number.
  }
  return absl::StrCat(name, ": ", number(evidence.value().value()), " (",
                      comparison, " ", number(evidence.threshold()), ")");
}

std::string FeatureText(absl::string_view metric) {
  if (absl::ConsumePrefix(&metric, "corner.")) return std::string(metric);
  if (!absl::ConsumePrefix(&metric, "arrow.") || metric.size() != 3) {
    return std::string(metric);
  }
  const auto corner = [](char letter) {
    return letter == 'a' ? "authority" : letter == 'c' ? "capacity" : "value";
  };
  return absl::StrCat(corner(metric[0]), " to ", corner(metric[2]));
}

}  // namespace pulsetaker::cli
