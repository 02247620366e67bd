#include <string>

#include "absl/strings/str_cat.h"
#include "common/base/status.h"
#include "services/assessment/domain/metrics.h"

namespace pulsetaker::assessment {
namespace {

constexpr MetricDefinition kDefinitions[] = {
    {"arrow.a_c", "strength of the arrow from authority to capacity"},
    {"arrow.a_v", "strength of the arrow from authority to value"},
    {"arrow.c_a", "strength of the arrow from capacity to authority"},
    {"arrow.c_v", "strength of the arrow from capacity to value"},
    {"arrow.v_a", "strength of the arrow from value to authority"},
    {"arrow.v_c", "strength of the arrow from value to capacity"},
    {"corner.authority", "level of authority"},
    {"corner.capacity", "level of organisational capacity"},
    {"corner.value", "level of value"},
    {"external.capital_need", "whether a need for capital is flagged"},
    {"external.commissioner_capacity", "capacity as commissioners see it"},
    {"external.dominant_option", "whether one option dominates"},
    {"external.rule_barriers", "whether rules are named as barriers"},
    {"external.similar_localities", "places with a similar profile"},
    {"external.unowned_value", "whether value for others has no owner"},
    {"item.au1", "clear evidence that the current way fails"},
    {"item.au2", "leaders with authority visibly back this"},
    {"item.au3", "elected politicians actively sponsor it"},
    {"item.au4r", "a pressing reason to change is seen"},
    {"item.au5", "audit or performance data push to do better"},
    {"item.au6r", "trying something that fails is not penalised"},
    {"item.oc1", "a capable team with the right management skills"},
    {"item.oc2", "the culture supports trying new things"},
    {"item.oc3r", "no resistance inside blocks progress"},
    {"item.oc4", "finance, HR, IT and performance management are aligned"},
    {"item.oc5", "early leaders are ready to hand over"},
    {"item.oc6", "training or methods for managing innovation"},
    {"item.oc7x", "money at the right size when needed"},
    {"item.oc7x.frontline_public",
     "money when needed, as frontline and public see it"},
    {"item.trigger_present", "a trigger for change is present"},
    {"item.va2", "outcomes have measurably improved"},
    {"item.va3", "users or residents helped shape it"},
    {"item.va4", "feedback from the public is acted on"},
    {"item.va6", "other agencies gain from it too"},
    {"network.clique.closed_core", "1 if the verdict is a closed core"},
    {"network.clique.fragile", "1 if the core is fragile"},
    {"network.clique.fragility_percentile",
     "percentile of what the core's departure would break"},
    {"network.clique.renewal", "share of cross-sector ties that are new"},
    {"network.clique.turnover", "share of the core that left it"},
    {"network.expert_learning_ei",
     "lower external-internal index of expert and learning networks"},
    {"network.hybridity", "cross-sector ties, observed by expected"},
    {"network.innovation.broker_share",
     "largest share of cross-sector betweenness one person has"},
    {"network.innovation.hub_count", "hubs of the innovation network"},
    {"network.innovation.lasting_hub_share",
     "share of its hubs who were and are hubs of the work network too"},
    {"network.innovation.liaison_count", "liaisons of the innovation network"},
    {"network.innovation.outside_share",
     "share of its nominations to outside the roster"},
    {"network.innovation.systemic_hub_count",
     "hubs of the innovation network in the systemic layer"},
    {"network.introduction_count",
     "innovation gatekeepers and expert pulsetakers who are far apart"},
    {"network.layers.public_coverage",
     "share of the public layer with a tie to another layer, at most"},
    {"network.layers.public_thin",
     "1 if all links of the public layer to others are thin"},
    {"network.layers.rise_of_ideas",
     "share of the public layer that the systemic layer hears"},
    {"network.layers.sectoral_thin",
     "1 if the sectoral layer's links up or down are thin"},
    {"network.layers.systemic_frontline_thin",
     "1 if the links between systemic and frontline are thin"},
    {"network.response_lowest", "lowest response rate of any network"},
    {"network.sectors.below_floor_count", "sectors below their response floor"},
    {"network.sectors.excluded_count", "sectors that are excluded"},
    {"network.sectors.weak_count", "sectors that are weak or detached"},
    {"triangle.authority_dip_p", "dip test of the authority scores"},
    {"triangle.frontline_authority", "level of authority at the frontline"},
    {"triangle.gate_failed", "1 if too few people answered the items"},
    {"triangle.gatekeeper_gap_sd",
     "gatekeepers' scores below others', in standard deviations"},
    {"triangle.perception_gap", "size of the largest perception gap"},
    {"triangle.spread", "highest minus lowest corner"},
    {"triangle.value_dip_p", "dip test of the value scores"},
};

}  // namespace

absl::Span<const MetricDefinition> MetricDefinitions() { return kDefinitions; }

const MetricDefinition* FindMetric(absl::string_view name) {
  for (const MetricDefinition& metric : kDefinitions) {
    if (metric.name == name) return &metric;
  }
  return nullptr;
}

MetricTable::MetricTable() {
  for (const MetricDefinition& metric : kDefinitions) {
    readings_.emplace(std::string(metric.name),
                      Reading::Missing(Absence::kNoSource));
  }
}

void MetricTable::Set(absl::string_view name, Reading reading) {
  const auto it = readings_.find(std::string(name));
  if (it == readings_.end()) FailStop(absl::StrCat("no metric ", name));
  it->second = reading;
}

const Reading& MetricTable::Get(absl::string_view name) const {
  const auto it = readings_.find(std::string(name));
  if (it == readings_.end()) FailStop(absl::StrCat("no metric ", name));
  return it->second;
}

}  // namespace pulsetaker::assessment
