#include "cli/show/words.h"

#include <cmath>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
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

std::string ChanceText(const networkpb::Measure& measure,
                       const std::string& mean) {
  if (!measure.has_null_comparison()) return "";
  return absl::StrCat("; chance alone ", mean);
}

}  // namespace

std::string MeasureText(const networkpb::Measure& measure, int decimals) {
  if (measure.has_not_measured() ||
      measure.outcome_case() == networkpb::Measure::OUTCOME_NOT_SET) {
    return "not measured";
  }
  std::string text = Fixed(measure.value(), decimals);
  if (measure.has_interval()) {
    absl::StrAppend(&text, " (", Fixed(measure.interval().low(), decimals),
                    " to ", Fixed(measure.interval().high(), decimals), ")");
  }
  return absl::StrCat(
      text,
      ChanceText(measure, Fixed(measure.null_comparison().mean(), decimals)));
}

std::string MeasurePercent(const networkpb::Measure& measure) {
  if (measure.outcome_case() != networkpb::Measure::kValue) {
    return "not measured";
  }
  return absl::StrCat(
      Percent(measure.value()),
      ChanceText(measure, Percent(measure.null_comparison().mean())));
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
    default:
      return "another rule";
  }
}

std::string EvidenceText(const networkpb::Evidence& evidence) {
  const double value = evidence.value();
  const double cut = evidence.threshold();
  switch (evidence.metric()) {
    case networkpb::Evidence::METRIC_IN_DEGREE_SHARE:
      return absl::StrCat("named by ", Percent(value), " of respondents (",
                          Percent(cut), ")");
    case networkpb::Evidence::METRIC_IN_DEGREE:
      return absl::StrCat(Fixed(value, 0), " people (", Fixed(cut, 0), ")");
    case networkpb::Evidence::METRIC_HUB_BETWEENNESS:
      return absl::StrCat("between hubs ", Fixed(value, 1), " (", Fixed(cut, 1),
                          ")");
    case networkpb::Evidence::METRIC_BETWEENNESS:
      return absl::StrCat("between people ", Fixed(value, 1), " (",
                          Fixed(cut, 1), ")");
    case networkpb::Evidence::METRIC_CUT_OFF_COUNT:
      return absl::StrCat("cuts off ", Fixed(value, 0), " people (",
                          Fixed(cut, 0), ")");
    case networkpb::Evidence::METRIC_FRAGMENTATION_GAIN:
      return absl::StrCat("fragmentation without them +", Fixed(value, 3), " (",
                          Fixed(cut, 3), ")");
    case networkpb::Evidence::METRIC_SECTOR_GATE_COUNT:
      return absl::StrCat("gate of the sector ", Fixed(value, 0), " times (",
                          Fixed(cut, 0), ")");
    case networkpb::Evidence::METRIC_HARMONIC_IN_CLOSENESS:
      return absl::StrCat("closeness ", Fixed(value, 2), " (", Fixed(cut, 2),
                          ")");
    case networkpb::Evidence::METRIC_INFORMATION_RESIDUAL:
      return absl::StrCat("better placed by ", Fixed(value, 2), " (",
                          Fixed(cut, 2), ")");
    case networkpb::Evidence::METRIC_CONNECTOR_COUNT:
      return absl::StrCat("named by ", Fixed(value, 0), " connectors (",
                          Fixed(cut, 0), ")");
    case networkpb::Evidence::METRIC_CONNECTOR_P:
      return absl::StrCat("by chance ", Fixed(value, 3), " (below ",
                          Fixed(cut, 2), ")");
    default:
      return absl::StrCat("another figure ", Fixed(value, 2), " (",
                          Fixed(cut, 2), ")");
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
    default:
      return "another reason";
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
      return "high: leadership is shared and reaches far";
    case networkpb::Dial::KIND_EXCLUSIVITY:
      return "high: the core is closed; 0.50 is chance";
    case networkpb::Dial::KIND_FRAGILITY:
      return "high: much is lost if the core leaves";
    case networkpb::Dial::KIND_CONNECTED_DIFFERENCE:
      return "high: unlike people are connected";
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
      return "not asked";
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
