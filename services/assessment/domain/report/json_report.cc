#include "services/assessment/domain/report/json_report.h"

#include <cstddef>

#include "nlohmann/json.hpp"
#include "services/assessment/domain/report/wording.h"

namespace pulsetaker::assessment::report {
namespace {

using Json = nlohmann::ordered_json;

std::string Text(absl::string_view text) { return std::string(text); }

// "kept" of null where there is none, with the reason beside it.
Json Missing(absl::string_view why) {
  return {{"value", nullptr}, {"why_not", Text(why)}};
}

Json ToJson(const Range& range) {
  return {{"low", range.low}, {"high", range.high}};
}

Json ToJson(const Reading& reading) {
  if (!reading.measured()) return Missing(AbsenceText(reading.absence));
  return {{"value", reading.value}};
}

Json ToJson(const Figure& figure) {
  if (!figure.value.has_value()) return Missing(figure.why_not);
  Json json = {{"value", *figure.value}};
  if (figure.interval.has_value()) {
    json["interval"] = ToJson(*figure.interval);
  }
  if (figure.chance.has_value()) {
    json["chance"] = {{"held_fixed", figure.chance->held_fixed},
                      {"mean", figure.chance->mean},
                      {"central", ToJson(figure.chance->central)}};
  }
  return json;
}

Json ToJson(const Level& level) {
  if (!level.measured()) return Missing(AbsenceText(level.absence));
  return {{"value", level.post_stratified},
          {"interval", ToJson(Range{level.interval_low, level.interval_high})},
          {"as_answered", level.raw},
          {"respondent_count", level.respondent_count}};
}

Json HeadingOf(const ReportModel& model) {
  const Heading& heading = model.heading;
  return {{"place", heading.place},
          {"region", heading.region},
          {"innovation", heading.innovation},
          {"service_field", heading.service_field},
          {"survey", heading.survey},
          {"wave", heading.wave},
          {"summary", model.summary}};
}

Json AnswersOf(const ReportModel& model) {
  Json networks = Json::array();
  for (const NetworkRow& row : model.networks) {
    const NetworkAnswers& answers = row.answers;
    Json withheld = Json::array();
    for (const WithheldRole& role : answers.withheld) {
      Json json = {{"role", Text(RoleText(role.role))}, {"why", role.why}};
      if (role.person_count.has_value()) {
        json["person_count"] = *role.person_count;
      }
      withheld.push_back(std::move(json));
    }
    networks.push_back({{"network_id", answers.id},
                        {"label", row.label},
                        {"answered_count", answers.answered_count},
                        {"response_rate", answers.response_rate},
                        {"tie_count", answers.tie_count},
                        {"may_be_told", Text(GateText(answers.gate))},
                        {"firm_hubs", answers.firm_counts[0]},
                        {"firm_gatekeepers", answers.firm_counts[1]},
                        {"firm_pulsetakers", answers.firm_counts[2]},
                        {"withheld_roles", std::move(withheld)},
                        {"sectors_below_floor", answers.sectors_below_floor}});
  }
  return {{"invited_count", model.invited_count},
          {"rated_count", model.rated_count},
          {"rated_share", model.rated_share},
          {"network_invited_count", model.network_invited_count},
          {"network_answer_count", model.network_answer_count},
          {"networks", std::move(networks)},
          {"notes", model.answer_notes}};
}

Json TriangleOf(const TrianglePicture& triangle) {
  Json corners = Json::array();
  for (std::size_t c = 0; c < triangle.corners.size(); ++c) {
    const CornerPicture& corner = triangle.corners[c];
    corners.push_back(
        {{"corner", Text(CornerText(static_cast<Corner>(c)))},
         {"level", ToJson(corner.result.level)},
         {"weight", corner.weight},
         {"agreement", ToJson(corner.result.agreement)},
         {"perception_gap", ToJson(corner.result.perception_gap)}});
  }
  Json arrows = Json::array();
  for (std::size_t a = 0; a < triangle.arrows.size(); ++a) {
    const auto arrow = static_cast<Arrow>(a);
    arrows.push_back({{"from", Text(CornerText(ArrowFrom(arrow)))},
                      {"to", Text(CornerText(ArrowTo(arrow)))},
                      {"strength", ToJson(triangle.arrows[a])}});
  }
  return {{"corners", std::move(corners)},
          {"arrows", std::move(arrows)},
          {"weights_of", triangle.weights_of},
          {"weak_below", kWeakArrow}};
}

Json Probabilities(const PhaseDistribution& distribution) {
  Json json = Json::object();
  for (std::size_t p = 0; p < distribution.size(); ++p) {
    json[Text(PhaseLabel(static_cast<Phase>(p)))] = distribution[p];
  }
  return json;
}

Json PathOf(const PhasePicture& phase) {
  Json path = Json::array();
  for (const PathStep& step : phase.path) {
    Json json = {{"wave", step.wave}};
    json["phase"] = nullptr;
    if (step.verdict != PhaseVerdict::kNotMeasured) {
      json["phase"] = Text(PhaseLabel(step.phase));
      json["second_phase"] = Text(PhaseLabel(step.second_phase));
      json["is_verdict"] = step.verdict == PhaseVerdict::kPhase;
      json["is_between"] = step.verdict == PhaseVerdict::kBetween;
      json["posterior"] = Probabilities(step.posterior);
    }
    path.push_back(std::move(json));
  }
  return path;
}

Json PhaseOf(const PhasePicture& phase) {
  Json json = {{"verdict", phase.verdict}};
  if (phase.measured) {
    json["prior"] = Probabilities(phase.prior);
    json["posterior"] = Probabilities(phase.posterior);
  }
  json["reasons"] = phase.reasons;
  json["smallest_flip"] = phase.flip;
  json["rule_tree"] = phase.rule_tree;
  json["rule_tree_disagrees"] = phase.rule_tree_disagrees;
  json["self_placed"] = phase.self_placed;
  json["path"] = PathOf(phase);
  json["path_is_cut"] = phase.path_is_cut;
  return json;
}

Json ChangeOf(const ChangePicture& change) {
  Json conditions = Json::array();
  for (const ChangeCondition& condition : change.conditions) {
    conditions.push_back({{"description", condition.description},
                          {"value", ToJson(condition.value)},
                          {"limit", condition.threshold},
                          {"holds", condition.holds}});
  }
  Json features = Json::array();
  for (const auto& [name, feature] : change.features) {
    features.push_back({{"feature", name},
                        {"previous", ToJson(feature.previous)},
                        {"current", ToJson(feature.current)},
                        {"difference", ToJson(feature.difference)},
                        {"p_value", ToJson(feature.p_value)},
                        {"panel_difference", ToJson(feature.panel_difference)},
                        {"falls_reliably", feature.falls_reliably}});
  }
  return {{"verdict", change.verdict},
          {"conditions", std::move(conditions)},
          {"warnings", change.warnings},
          {"features", std::move(features)}};
}

Json CliqueOf(const CliqueSection& clique) {
  Json dials = Json::array();
  for (const DialPicture& picture : clique.dials) {
    Json parts = Json::array();
    for (const DialPart& part : picture.dial.parts) {
      parts.push_back({{"part", part.name},
                       {"value", ToJson(part.value)},
                       {"counted", part.counted}});
    }
    dials.push_back({{"dial", picture.name},
                     {"value", ToJson(picture.dial.value)},
                     {"means", picture.means},
                     {"parts", std::move(parts)}});
  }
  Json sectors = Json::array();
  for (const SectorRow& sector : clique.sectors) {
    sectors.push_back({{"sector", sector.sector},
                       {"standing", Text(StandingText(sector.standing))},
                       {"why_not", sector.why_not},
                       {"invited_count", sector.invited_count},
                       {"core_count", sector.core_count},
                       {"effort", ToJson(sector.effort)},
                       {"regard", ToJson(sector.regard)},
                       {"cohesion", ToJson(sector.cohesion)}});
  }
  return {{"verdict", clique.verdict},
          {"means", clique.means},
          {"notes", clique.notes},
          {"dials", std::move(dials)},
          {"sectors", std::move(sectors)},
          {"sectors_left_out", clique.sectors_left_out}};
}

Json LayersOf(const LayerPicture& layers) {
  Json people = Json::object();
  for (std::size_t l = 0; l < layers.person_counts.size(); ++l) {
    people[Text(LayerLabel(static_cast<Layer>(l)))] = layers.person_counts[l];
  }
  Json cells = Json::array();
  for (const LayerCell& cell : layers.cells) {
    cells.push_back({{"upper", Text(LayerLabel(cell.upper))},
                     {"lower", Text(LayerLabel(cell.lower))},
                     {"richness", Text(RichnessText(cell.richness))},
                     {"why_not", cell.why_not},
                     {"coverage", ToJson(cell.coverage)},
                     {"relative_density", ToJson(cell.relative_density)},
                     {"redundancy", ToJson(cell.redundancy)},
                     {"resilience", ToJson(cell.resilience)},
                     {"rise", ToJson(cell.rise)},
                     {"descent", ToJson(cell.descent)}});
  }
  return {{"why_not", layers.why_not},
          {"person_counts", std::move(people)},
          {"cells", std::move(cells)}};
}

Json SociogramOf(const ReportModel& model) {
  const SociogramPicture& sociogram = model.sociogram;
  Json people = Json::array();
  for (const Dot& dot : sociogram.dots) {
    Json json = {{"x", dot.x},
                 {"y", dot.y},
                 {"layer", Text(LayerLabel(dot.layer))},
                 {"answered", dot.answered}};
    Json roles = Json::array();
    for (std::size_t r = 0; r < dot.roles.size(); ++r) {
      if (dot.roles[r]) roles.push_back(Text(RoleText(static_cast<Role>(r))));
    }
    if (!roles.empty()) json["firm_roles"] = std::move(roles);
    people.push_back(std::move(json));
  }
  Json pairs = Json::array();
  for (const Line& line : sociogram.lines) {
    pairs.push_back({line.a, line.b, line.network_count});
  }
  return {{"why_not", sociogram.why_not},
          {"networks", model.sociogram_networks},
          {"person_count", sociogram.dots.size()},
          {"pair_count", sociogram.lines.size()},
          {"people", std::move(people)},
          {"pairs", std::move(pairs)}};
}

Json ToJson(const FindingPicture& picture) {
  const Finding& finding = picture.finding;
  Json evidence = Json::array();
  for (const Evidence& item : finding.evidence) {
    evidence.push_back({{"metric", item.metric},
                        {"description", item.description},
                        {"value", ToJson(item.value)},
                        {"comparison", Text(ComparisonText(item.comparison))},
                        {"threshold", item.threshold},
                        {"holds", item.holds},
                        {"clause", item.clause}});
  }
  Json json = {{"finding_id", finding.id},
               {"title", finding.title},
               {"text", finding.text},
               {"phase_tentative", finding.phase_tentative},
               {"evidence", std::move(evidence)},
               {"sectors", finding.sectors},
               {"rests_on", picture.answers},
               {"source", finding.source}};
  if (!picture.why_not.empty()) {
    json["is_withheld"] = finding.status == FindingStatus::kWithheld;
    json["why_not"] = picture.why_not;
  }
  return json;
}

Json FindingsOf(const FindingSection& section) {
  Json fired = Json::array();
  for (const FindingPicture& finding : section.fired) {
    fired.push_back(ToJson(finding));
  }
  Json undecided = Json::array();
  for (const FindingPicture& finding : section.undecided) {
    undecided.push_back(ToJson(finding));
  }
  return {{"with_evidence_count", section.fired.size()},
          {"undecided_count", section.undecided.size()},
          {"without_evidence_count", section.not_fired.size()},
          {"with_evidence", std::move(fired)},
          {"undecided", std::move(undecided)},
          {"without_evidence", section.not_fired}};
}

Json GapsOf(const std::vector<Gap>& gaps) {
  Json json = Json::array();
  for (const Gap& gap : gaps) {
    json.push_back({{"what", gap.what}, {"why", gap.why}});
  }
  return json;
}

Json MethodOf(const ReportModel& model) {
  Json json = Json::object();
  for (const auto& [what, value] : model.method) json[what] = value;
  return json;
}

}  // namespace

std::string RenderJson(const ReportModel& model) {
  const Json json = {{"assessment", model.assessment},
                     {"heading", HeadingOf(model)},
                     {"answers", AnswersOf(model)},
                     {"triangle", TriangleOf(model.triangle)},
                     {"phase", PhaseOf(model.phase)},
                     {"change", ChangeOf(model.change)},
                     {"clique_risk", CliqueOf(model.clique)},
                     {"layers", LayersOf(model.layers)},
                     {"sociogram", SociogramOf(model)},
                     {"risks", FindingsOf(model.risks)},
                     {"recommendations", FindingsOf(model.recommendations)},
                     {"withheld_or_not_measured", GapsOf(model.gaps)},
                     {"method", MethodOf(model)}};
  return json.dump(1, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace pulsetaker::assessment::report
