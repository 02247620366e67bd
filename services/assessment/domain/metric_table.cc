#include <limits>
#include <string>

#include "absl/strings/str_cat.h"
#include "common/base/status.h"
#include "services/assessment/domain/metrics.h"

namespace pulsetaker::assessment {
namespace {

using enum MetricUnit;

constexpr MetricDefinition kDefinitions[] = {
    {"arrow.a_c", kPoints, "strength of the arrow from authority to capacity"},
    {"arrow.a_v", kPoints, "strength of the arrow from authority to value"},
    {"arrow.c_a", kPoints, "strength of the arrow from capacity to authority"},
    {"arrow.c_v", kPoints, "strength of the arrow from capacity to value"},
    {"arrow.v_a", kPoints, "strength of the arrow from value to authority"},
    {"arrow.v_c", kPoints, "strength of the arrow from value to capacity"},
    {"corner.authority", kPoints, "level of authority"},
    {"corner.capacity", kPoints, "level of organisational capacity"},
    {"corner.value", kPoints, "level of value"},
    {"external.capital_need", kFlag, "a need for capital is flagged"},
    {"external.commissioner_capacity", kPoints,
     "capacity as commissioners see it"},
    {"external.dominant_option", kFlag, "one option dominates"},
    {"external.rule_barriers", kFlag, "rules are named as barriers"},
    {"external.similar_localities", kCount, "places with a similar profile"},
    {"external.unowned_value", kFlag, "value for others has no owner"},
    {"item.au1", kPoints, "clear evidence that the current way fails"},
    {"item.au2", kPoints, "leaders with authority visibly back this"},
    {"item.au3", kPoints, "elected politicians actively sponsor it"},
    {"item.au4r", kPoints, "a pressing reason to change is seen"},
    {"item.au5", kPoints, "audit or performance data push to do better"},
    {"item.au6r", kPoints, "trying something that fails is not penalised"},
    {"item.oc1", kPoints, "a capable team with the right management skills"},
    {"item.oc2", kPoints, "the culture supports trying new things"},
    {"item.oc3r", kPoints, "no resistance inside blocks progress"},
    {"item.oc4", kPoints,
     "finance, HR, IT and performance management are aligned"},
    {"item.oc5", kPoints, "early leaders are ready to hand over"},
    {"item.oc6", kPoints, "training or methods for managing innovation"},
    {"item.oc7x", kPoints, "money at the right size when needed"},
    {"item.oc7x.frontline_public", kPoints,
     "money when needed, as frontline and public see it"},
    {"item.trigger_present", kPoints, "a trigger for change is present"},
    {"item.va2", kPoints, "outcomes have measurably improved"},
    {"item.va3", kPoints, "users or residents helped shape it"},
    {"item.va4", kPoints, "feedback from the public is acted on"},
    {"item.va6", kPoints, "other agencies gain from it too"},
    {"network.clique.closed_core", kFlag, "the core is closed"},
    {"network.clique.fragile", kFlag, "the core is fragile"},
    {"network.clique.fragility_percentile", kPercentile,
     "percentile of what the core's departure would break"},
    {"network.clique.renewal", kShare,
     "share of cross-sector ties that are new"},
    {"network.clique.turnover", kShare, "share of the core that left it"},
    {"network.expert.ei_index", kIndex,
     "external-internal index of the expert network"},
    {"network.hybridity", kRatio, "cross-sector ties, observed by expected"},
    {"network.innovation.broker_share", kShare,
     "largest share of cross-sector betweenness one person has"},
    {"network.innovation.hub_count", kCount, "hubs of the innovation network"},
    {"network.innovation.lasting_hub_share", kShare,
     "share of its hubs who were and are hubs of the work network too"},
    {"network.innovation.liaison_count", kCount,
     "liaisons of the innovation network"},
    {"network.innovation.outside_share", kShare,
     "share of its nominations to outside the roster"},
    {"network.innovation.systemic_hub_count", kCount,
     "hubs of the innovation network in the systemic layer"},
    {"network.introduction_count", kCount,
     "innovation gatekeepers and expert pulsetakers who are far apart"},
    {"network.layers.public_coverage", kShare,
     "share of the public layer with a tie to another layer, at most"},
    {"network.layers.public_thin", kFlag,
     "all links of the public layer to others are thin"},
    {"network.layers.rise_of_ideas", kShare,
     "share of the public layer that the systemic layer hears"},
    {"network.layers.sectoral_thin", kFlag,
     "the sectoral layer's links up or down are thin"},
    {"network.layers.systemic_frontline_thin", kFlag,
     "the links between systemic and frontline are thin"},
    {"network.learning.ei_index", kIndex,
     "external-internal index of the learning network"},
    {"network.response_lowest", kShare, "lowest response rate of any network"},
    {"network.sectors.below_floor_count", kCount,
     "sectors below their response floor"},
    {"network.sectors.excluded_count", kCount, "sectors that are excluded"},
    {"network.sectors.weak_count", kCount, "sectors that are weak or detached"},
    {"triangle.authority_dip_p", kProbability,
     "dip test of the authority scores, p-value"},
    {"triangle.frontline_authority", kPoints,
     "level of authority at the frontline"},
    {"triangle.gate_failed", kFlag, "too few people answered the items"},
    {"triangle.gatekeeper_gap_sd", kDeviations,
     "gatekeepers' scores below those of others"},
    {"triangle.perception_gap", kPoints, "size of the largest perception gap"},
    {"triangle.spread", kPoints, "highest minus lowest corner"},
    {"triangle.value_dip_p", kProbability,
     "dip test of the value scores, p-value"},
};

}  // namespace

absl::Span<const MetricDefinition> MetricDefinitions() { return kDefinitions; }

const MetricDefinition* FindMetric(absl::string_view name) {
  for (const MetricDefinition& metric : kDefinitions) {
    if (metric.name == name) return &metric;
  }
  return nullptr;
}

MetricRange RangeOf(MetricUnit unit) {
  constexpr double kOpen = std::numeric_limits<double>::infinity();
  switch (unit) {
    case kPoints:
    case kPercentile:
      return {0, 100};
    case kShare:
    case kProbability:
    case kFlag:
      return {0, 1};
    case kIndex:
      return {-1, 1};
    case kCount:
    case kRatio:
      return {0, kOpen};
    case kDeviations:
      return {-kOpen, kOpen};
  }
  return {-kOpen, kOpen};
}

MetricTable::MetricTable() {
  for (const MetricDefinition& metric : kDefinitions) {
    metrics_.emplace(std::string(metric.name),
                     Metric{Reading::Missing(Absence::kNoSource), {}});
  }
}

void MetricTable::Set(absl::string_view name, Reading reading,
                      Support support) {
  const auto it = metrics_.find(std::string(name));
  if (it == metrics_.end()) FailStop(absl::StrCat("no metric ", name));
  it->second = {reading, support};
}

const MetricTable::Metric& MetricTable::Find(absl::string_view name) const {
  const auto it = metrics_.find(std::string(name));
  if (it == metrics_.end()) FailStop(absl::StrCat("no metric ", name));
  return it->second;
}

const Reading& MetricTable::Get(absl::string_view name) const {
  return Find(name).reading;
}

const Support& MetricTable::SupportOf(absl::string_view name) const {
  return Find(name).support;
}

}  // namespace pulsetaker::assessment
