#include "services/assessment/domain/metric_origins.h"

#include <algorithm>
#include <iterator>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "services/assessment/domain/metrics.h"

namespace pulsetaker::assessment {
namespace {

struct Row {
  absl::string_view metric;
  OriginKind kind;
  bool is_value;
  absl::string_view paths;  // With a space between.
};

using enum OriginKind;

// Metrics that are no plain level. One without a row has no source.
constexpr Row kRows[] = {
    {"item.oc7x.frontline_public", kAnswers, false, "items[oc7x]"},
    {"network.clique.closed_core", kAnalysis, false, "clique_risk.verdict"},
    {"network.clique.fragile", kAnalysis, false,
     "clique_risk.fragile clique_risk.verdict"},
    {"network.clique.fragility_percentile", kAnalysis, false,
     "clique_risk.fragility.reach_loss.null_comparison.percentile"},
    {"network.clique.renewal", kAnalysis, true, "clique_risk.renewal.value"},
    {"network.clique.turnover", kAnalysis, true, "clique_risk.turnover.value"},
    {"network.hybridity", kAnalysis, true, "clique_risk.hybridity.value"},
    {"network.innovation.hub_count", kAnalysis, false,
     "networks[innovation].roles[]"},
    {"network.innovation.lasting_hub_share", kAnalysis, false,
     "networks[innovation].roles[] networks[work].roles[]"},
    {"network.innovation.lasting_hub_share", kPreviousAssessment, false,
     "inputs.analysis"},
    {"network.innovation.outside_share", kAnalysis, false,
     "networks[innovation].arc_count networks[innovation].left_out.off_roster "
     "networks[innovation].left_out.not_invited "
     "networks[innovation].left_out.opted_out"},
    {"network.innovation.systemic_hub_count", kAnalysis, false,
     "networks[innovation].roles[]"},
    {"network.layers.public_coverage", kAnalysis, false,
     "layer_links.vertical[systemic-public].lower_coverage.value "
     "layer_links.vertical[sectoral-public].lower_coverage.value "
     "layer_links.vertical[frontline-public].lower_coverage.value"},
    {"network.layers.public_thin", kAnalysis, false,
     "layer_links.vertical[systemic-public].richness "
     "layer_links.vertical[sectoral-public].richness "
     "layer_links.vertical[frontline-public].richness"},
    {"network.layers.rise_of_ideas", kAnalysis, true,
     "layer_links.vertical[systemic-public].rise.value"},
    {"network.layers.sectoral_thin", kAnalysis, false,
     "layer_links.vertical[systemic-sectoral].richness "
     "layer_links.vertical[sectoral-frontline].richness"},
    {"network.layers.systemic_frontline_thin", kAnalysis, false,
     "layer_links.vertical[systemic-frontline].richness"},
    {"network.response_lowest", kAnalysis, false, "networks[].response_rate"},
    {"network.sectors.below_floor_count", kAnalysis, false,
     "networks[].sector_responses[] thresholds.group_response_rate"},
    {"network.sectors.excluded_count", kAnalysis, false,
     "clique_risk.sectors[].status"},
    {"network.sectors.weak_count", kAnalysis, false,
     "clique_risk.sectors[].status"},
    {"triangle.authority_dip_p", kAssessment, true,
     "triangle.corners[authority].dip_p_value.value"},
    {"triangle.frontline_authority", kAssessment, true,
     "triangle.corners[authority].strata[frontline].level.post_stratified"},
    {"triangle.gate_failed", kAssessment, false,
     "triangle.respondent_count inputs.parameters.min_cell_count "
     "triangle.response_rate inputs.parameters.response_min "
     "triangle.items[]"},
    {"triangle.gatekeeper_gap_sd", kAnswers, false, "items[]"},
    {"triangle.gatekeeper_gap_sd", kAnalysis, false, "networks[].roles[]"},
    // Its size: the number there has a sign.
    {"triangle.perception_gap", kAssessment, false,
     "triangle.largest_perception_gap.value"},
    {"triangle.spread", kAssessment, true, "triangle.spread.value"},
    {"triangle.value_dip_p", kAssessment, true,
     "triangle.corners[value].dip_p_value.value"},
};

constexpr absl::string_view kCornerNames[] = {"authority", "capacity", "value"};

std::string ArrowPath(Arrow arrow) {
  return absl::StrCat("triangle.arrows[",
                      kCornerNames[static_cast<std::size_t>(ArrowFrom(arrow))],
                      "-",
                      kCornerNames[static_cast<std::size_t>(ArrowTo(arrow))],
                      "].strength.post_stratified");
}

// The path of a level of the triangle, or "" for what is none.
std::string LevelPath(absl::string_view metric) {
  for (int f = 0; f < kFeatureCount; ++f) {
    if (FeatureNames()[static_cast<std::size_t>(f)] != metric) continue;
    if (f >= kCornerCount) {
      return ArrowPath(static_cast<Arrow>(f - kCornerCount));
    }
    return absl::StrCat("triangle.corners[",
                        kCornerNames[static_cast<std::size_t>(f)],
                        "].level.post_stratified");
  }
  constexpr absl::string_view kItem = "item.";
  if (!absl::StartsWith(metric, kItem) || FindMetric(metric) == nullptr) {
    return "";
  }
  return absl::StrCat("triangle.items[", metric.substr(kItem.size()),
                      "].level.post_stratified");
}

}  // namespace

std::vector<Origin> OriginsOf(absl::string_view metric) {
  std::vector<Origin> origins;
  for (const Row& row : kRows) {
    if (row.metric != metric) continue;
    for (const absl::string_view path : absl::StrSplit(row.paths, ' ')) {
      origins.push_back({row.kind, std::string(path), row.is_value});
    }
  }
  if (!origins.empty()) return origins;
  const std::string path = LevelPath(metric);
  if (path.empty()) return {Origin()};
  return {{kAssessment, path, true}};
}

}  // namespace pulsetaker::assessment
