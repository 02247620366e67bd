#include "services/assessment/domain/report/report_model.h"

#include <algorithm>
#include <cstddef>
#include <set>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "services/assessment/domain/report/wording.h"

namespace pulsetaker::assessment::report {
namespace {

constexpr std::size_t kReasonsMax = 5;

// The weights of a phase, those of two phases by how probable they are, or
// equal ones.
TrianglePicture MakeTriangle(const Assessment& assessment) {
  TrianglePicture picture;
  const PhaseResult& phase = assessment.phase;
  PhaseDistribution share{};
  const auto first = static_cast<std::size_t>(phase.phase);
  const auto second = static_cast<std::size_t>(phase.second_phase);
  if (phase.verdict == PhaseVerdict::kPhase) {
    share[first] = 1;
    picture.weights_of = absl::StrCat("the phase of ", PhaseLabel(phase.phase));
  } else if (phase.verdict == PhaseVerdict::kBetween) {
    const double both = phase.posterior[first] + phase.posterior[second];
    share[first] = phase.posterior[first] / both;
    share[second] = phase.posterior[second] / both;
    picture.weights_of =
        absl::StrCat("the phases of ", PhaseLabel(phase.phase), " and ",
                     PhaseLabel(phase.second_phase), " together");
  }
  for (std::size_t c = 0; c < picture.corners.size(); ++c) {
    CornerPicture& corner = picture.corners[c];
    corner.result = assessment.triangle.corners[c];
    picture.measured |= corner.result.level.measured();
    for (std::size_t p = 0; p < share.size(); ++p) {
      corner.weight += share[p] * CornerWeights()[p][c];
    }
    if (picture.weights_of.empty()) corner.weight = 1.0 / kCornerCount;
  }
  picture.arrows = assessment.triangle.arrows;
  for (const Level& arrow : picture.arrows) {
    picture.measured |= arrow.measured();
  }
  return picture;
}

PhasePicture MakePhase(const ReportInputs& inputs) {
  PhasePicture picture;
  const PhaseResult& phase = inputs.assessment.phase;
  picture.verdict = PhaseVerdictText(phase);
  picture.measured = phase.verdict != PhaseVerdict::kNotMeasured;
  picture.prior = phase.prior;
  picture.posterior = phase.posterior;
  for (const FeatureEvidence& evidence : phase.evidence) {
    if (picture.reasons.size() == kReasonsMax) break;
    picture.reasons.push_back(evidence.sentence);
  }
  if (phase.smallest_flip.has_value()) {
    const Flip& flip = *phase.smallest_flip;
    picture.flip = absl::StrCat(
        "The most probable phase would be ", PhaseLabel(flip.phase), " if ",
        FeatureText(flip.feature), " were at ", Fixed(flip.to, 0),
        " and not at ", Fixed(flip.from, 0), ".");
  }
  if (phase.rule_tree_phase.has_value()) {
    picture.rule_tree =
        absl::StrCat("A simple rule of thumb ",
                     phase.rule_tree_disagrees ? "disagrees" : "agrees", ": ",
                     PhaseLabel(*phase.rule_tree_phase), ", because ",
                     phase.rule_tree_reason, ".");
    picture.rule_tree_disagrees = phase.rule_tree_disagrees;
  }
  if (phase.self_placed_phase.measured()) {
    picture.self_placed = absl::StrCat(
        "The people themselves place it, in the middle, at ",
        Fixed(phase.self_placed_phase.value, 1),
        " (0 is latent, 4 is embedding). That is shown to compare and counts "
        "for nothing here.");
  }
  picture.path = inputs.earlier;
  picture.path.push_back(ToPathStep(inputs.wave, phase));
  picture.path_is_cut = inputs.earlier_is_cut;
  return picture;
}

ChangePicture MakeChange(const Change& change) {
  ChangePicture picture;
  picture.verdict = std::string(ChangeText(change.status));
  picture.compared = change.status != ChangeStatus::kNoPreviousWave;
  if (!picture.compared) return picture;
  if (!change.same_instrument) {
    picture.warnings.emplace_back("Another questionnaire was used.");
  }
  for (const ChangeCondition* condition :
       {&change.phase_reversed, &change.level_falls, &change.comparable_mix}) {
    if (condition->description.empty()) continue;
    picture.conditions.push_back(*condition);
  }
  for (std::size_t f = 0; f < change.features.size(); ++f) {
    picture.features.emplace_back(
        f < kCornerCount ? std::string(CornerText(static_cast<Corner>(f)))
                         : ArrowText(static_cast<Arrow>(f - kCornerCount)),
        change.features[f]);
  }
  picture.warnings.insert(picture.warnings.end(), change.warnings.begin(),
                          change.warnings.end());
  return picture;
}

std::string ShareWithChance(const Figure& figure) {
  if (!figure.chance.has_value()) return Percent(*figure.value);
  return absl::StrCat(Percent(*figure.value), " (by chance ",
                      Percent(figure.chance->mean), ")");
}

std::vector<std::string> CliqueNotes(const CliquePicture& clique) {
  std::vector<std::string> notes;
  for (const std::string& reason : clique.insufficiencies) {
    notes.push_back(absl::StrCat("Reason: ", reason, "."));
  }
  if (clique.network_count > 0) {
    notes.push_back(absl::StrCat(
        Counted(clique.all_networks_count, "person is", "people are"),
        " in the core of all ", clique.network_count, " networks that count, ",
        clique.pooled_core_count, " in the core of at least ",
        clique.recurrence_threshold, ", ", clique.any_core_count,
        " in the core of any."));
  }
  if (clique.mean_jaccard.value.has_value()) {
    notes.push_back(absl::StrCat("Two cores have ",
                                 ShareWithChance(clique.mean_jaccard),
                                 " of their people in common."));
  }
  if (clique.core_share_of_periphery.value.has_value() &&
      clique.periphery_share_of_core.value.has_value()) {
    notes.push_back(absl::StrCat(
        "The others send ", Percent(*clique.core_share_of_periphery.value),
        " of their nominations to the core; the core sends ",
        Percent(*clique.periphery_share_of_core.value),
        " of its own to the others."));
  }
  if (clique.reach_loss.value.has_value()) {
    notes.push_back(absl::StrCat(
        "If the core leaves, those who stay lose ",
        ShareWithChance(clique.reach_loss), " of their reach.",
        clique.fragile ? " That is more than in 95 % of networks with the same "
                         "numbers of ties: fragile."
                       : ""));
  }
  if (clique.hybridity.value.has_value()) {
    notes.push_back(
        absl::StrCat("There are ", Fixed(*clique.hybridity.value, 2),
                     " times as many ties between sectors as chance gives."));
  }
  if (!clique.robust) {
    notes.emplace_back(
        "Not robust: what people would have said who did not answer could make "
        "the verdict another one.");
  }
  return notes;
}

CliqueSection MakeClique(const CliquePicture& clique) {
  CliqueSection section;
  section.verdict = std::string(VerdictName(clique.verdict));
  section.means = std::string(VerdictMeaning(clique.verdict));
  section.notes = CliqueNotes(clique);
  for (const Dial& dial : clique.dials) {
    section.dials.push_back({std::string(DialName(dial.kind)),
                             std::string(DialMeaning(dial.kind)), dial});
  }
  section.sectors = clique.sectors;
  if (section.sectors.size() > kSectorsShownMax) {
    section.sectors_left_out =
        static_cast<std::int64_t>(section.sectors.size() - kSectorsShownMax);
    section.sectors.resize(kSectorsShownMax);
  }
  return section;
}

// How many answered whatever the evidence rests on.
std::string AnswersBehind(const Finding& finding, const ReportModel& model,
                          const NetworkPicture& network) {
  bool rests_on_ratings = false;
  bool rests_on_networks = false;
  for (const Evidence& evidence : finding.evidence) {
    const bool is_network = absl::StartsWith(evidence.metric, "network.");
    rests_on_networks |= is_network;
    rests_on_ratings |= !is_network;
  }
  std::vector<std::string> parts;
  if (rests_on_ratings) {
    parts.push_back(absl::StrCat("ratings of ", model.rated_count, " of ",
                                 model.invited_count, " people (",
                                 Percent(model.rated_share), ")"));
  }
  if (rests_on_networks) {
    parts.push_back(absl::StrCat("network questions answered by ",
                                 network.responded_any_count, " of ",
                                 network.invited_count, " people"));
  }
  return ListText(parts);
}

std::string WhyUndecided(const Finding& finding, const PhaseResult& phase) {
  std::set<std::string> reasons;
  for (const std::string& input : finding.missing_inputs) {
    if (input == "phase") {
      reasons.emplace(phase.verdict == PhaseVerdict::kIndeterminate
                          ? "no phase stands out"
                          : AbsenceText(phase.absence));
    }
    for (const Evidence& evidence : finding.evidence) {
      if (evidence.metric == input) {
        reasons.emplace(AbsenceText(evidence.value.absence));
      }
    }
  }
  return absl::StrJoin(reasons, "; ");
}

FindingSection MakeFindings(const std::vector<Finding>& findings,
                            const ReportModel& model,
                            const ReportInputs& inputs) {
  FindingSection section;
  for (const Finding& finding : findings) {
    if (finding.status == FindingStatus::kNotFired) {
      section.not_fired.push_back(finding.title);
      continue;
    }
    FindingPicture picture = {finding,
                              AnswersBehind(finding, model, inputs.network),
                              WhyUndecided(finding, inputs.assessment.phase)};
    std::vector<std::string>& sectors = picture.finding.sectors;
    sectors.resize(std::min(sectors.size(), kSectorsShownMax));
    (finding.status == FindingStatus::kFired ? section.fired
                                             : section.undecided)
        .push_back(std::move(picture));
  }
  return section;
}

std::string LabelOf(const Titles& titles, const std::string& network_id) {
  const auto label = titles.network_labels.find(network_id);
  return label == titles.network_labels.end() ? network_id : label->second;
}

void AddGap(std::string what, absl::string_view why, std::vector<Gap>& gaps) {
  if (!why.empty()) gaps.push_back({std::move(what), std::string(why)});
}

void AddNetworkGaps(const ReportModel& model, const CliquePicture& clique,
                    std::vector<Gap>& gaps) {
  for (const NetworkRow& network : model.networks) {
    for (const WithheldRole& role : network.answers.withheld) {
      AddGap(
          absl::StrCat(role.person_count.has_value()
                           ? absl::StrCat(*role.person_count, " ")
                           : "",
                       RoleText(role.role), " of the network ", network.label),
          role.why, gaps);
    }
    const std::vector<std::string>& sectors =
        network.answers.sectors_below_floor;
    if (sectors.empty()) continue;
    AddGap(absl::StrCat("findings on ",
                        Counted(static_cast<std::int64_t>(sectors.size()),
                                "sector", "sectors"),
                        " in the network ", network.label),
           absl::StrCat("fewer than half answered in ",
                        ListText({sectors.begin(),
                                  sectors.begin() +
                                      static_cast<std::ptrdiff_t>(std::min(
                                          sectors.size(), kSectorsShownMax))})),
           gaps);
  }
  AddGap("turnover of the core", clique.turnover.why_not, gaps);
  AddGap("renewal of ties between sectors", clique.renewal.why_not, gaps);
  for (const DialPicture& dial : model.clique.dials) {
    AddGap(absl::StrCat("the dial of ", dial.name), dial.dial.value.why_not,
           gaps);
  }
  for (const SectorRow& sector : model.clique.sectors) {
    AddGap(absl::StrCat("the standing of the sector ", sector.sector),
           sector.why_not, gaps);
  }
  AddGap("links between layers", model.layers.why_not, gaps);
  for (const LayerCell& cell : model.layers.cells) {
    AddGap(absl::StrCat("links ", CellText(cell)), cell.why_not, gaps);
  }
  AddGap("the drawing of the networks", model.sociogram.why_not, gaps);
}

void AddTriangleGaps(const Assessment& assessment, std::vector<Gap>& gaps) {
  for (std::size_t c = 0; c < assessment.triangle.corners.size(); ++c) {
    AddGap(absl::StrCat("the level of ", CornerText(static_cast<Corner>(c))),
           AbsenceText(assessment.triangle.corners[c].level.absence), gaps);
  }
  for (std::size_t a = 0; a < assessment.triangle.arrows.size(); ++a) {
    AddGap(absl::StrCat("the arrow from ", ArrowText(static_cast<Arrow>(a))),
           AbsenceText(assessment.triangle.arrows[a].absence), gaps);
  }
  AddGap("the phase", AbsenceText(assessment.phase.absence), gaps);
  if (assessment.change.status == ChangeStatus::kNoPreviousWave) {
    AddGap("change", "there is no closed wave before this one", gaps);
  }
}

// Gaps of the same reason become one, in the order of the first of each.
std::vector<Gap> Gathered(const std::vector<Gap>& gaps) {
  std::vector<std::pair<std::string, std::vector<std::string>>> by_reason;
  for (const Gap& gap : gaps) {
    auto it = std::find_if(by_reason.begin(), by_reason.end(),
                           [&](const auto& r) { return r.first == gap.why; });
    if (it == by_reason.end()) {
      it = by_reason.insert(by_reason.end(), {gap.why, {}});
    }
    it->second.push_back(gap.what);
  }
  std::vector<Gap> gathered;
  for (const auto& [why, things] : by_reason) {
    gathered.push_back({ListText(things), why});
  }
  return gathered;
}

std::vector<std::string> AnswerNotes(const NetworkPicture& network) {
  std::vector<std::string> notes = {
      absl::StrCat("From ", Percent(network.all_roles_response_rate),
                   " of answers on, all roles may be told; from ",
                   Percent(network.hubs_only_response_rate),
                   " on, hubs only; below, results are about groups.")};
  if (network.not_invited_count > 0) {
    notes.push_back(absl::StrCat(
        Counted(network.not_invited_count, "person is", "people are"),
        " known and not asked: outside of the boundary, which is no refusal."));
  }
  if (network.opted_out_count > 0) {
    notes.push_back(
        absl::StrCat(Counted(network.opted_out_count, "person", "people"),
                     " opted out and will not be found in anything below."));
  }
  return notes;
}

std::string TitlesOfFired(const FindingSection& section) {
  std::vector<std::string> titles;
  for (const FindingPicture& fired : section.fired) {
    titles.push_back(fired.finding.title);
  }
  return titles.empty() ? "none with evidence" : absl::StrJoin(titles, "; ");
}

std::vector<std::string> Summary(const ReportModel& model) {
  std::vector<std::string> summary = {
      model.phase.verdict,
      absl::StrCat(model.clique.verdict, ": ", model.clique.means)};
  if (model.change.compared) summary.push_back(model.change.verdict);
  summary.push_back(absl::StrCat("Risks: ", TitlesOfFired(model.risks), "."));
  summary.push_back(absl::StrCat(
      "Recommendations: ", TitlesOfFired(model.recommendations), "."));
  return summary;
}

std::vector<std::pair<std::string, std::string>> Method(
    const Assessment& assessment, const NetworkPicture& network) {
  const Parameters& parameters = assessment.parameters;
  return {
      {"Assessment", assessment.name},
      {"Snapshot of the wave (SHA-256)", assessment.snapshot_digest},
      {"Questionnaire (SHA-256)", assessment.instrument_digest},
      {"Profiles, thresholds and catalogue", assessment.parameters_version},
      {"Version of the assessment", assessment.engine_version},
      {"Parameters of the assessment",
       absl::StrCat("seed ", parameters.seed, ", ", parameters.replicate_count,
                    " bootstrap replicates, at least ",
                    parameters.min_cell_count,
                    " people behind a number, at least ",
                    Percent(parameters.response_min), " of answers")},
      {"Assessment of the wave before", assessment.previous_assessment.empty()
                                            ? "none"
                                            : assessment.previous_assessment},
      {"Network analysis", network.analysis},
      {"Version of the analysis", network.engine_version},
      {"Parameters of the analysis",
       absl::StrCat("seed ", network.seed, ", ", network.null_draw_count,
                    " draws by chance, ", network.replicate_count,
                    " replicates, share of a role ",
                    Fixed(network.role_share, 2))},
  };
}

}  // namespace

const std::array<std::array<double, kCornerCount>, kPhaseCount>&
CornerWeights() {
  static constexpr std::array<std::array<double, kCornerCount>, kPhaseCount>
      kWeights = {{{0.40, 0.30, 0.30},
                   {0.60, 0.25, 0.15},
                   {0.35, 0.45, 0.20},
                   {0.20, 0.50, 0.30},
                   {1.0 / 3, 1.0 / 3, 1.0 / 3}}};
  return kWeights;
}

PathStep ToPathStep(std::int32_t wave, const PhaseResult& phase) {
  return {wave, phase.verdict, phase.phase, phase.second_phase,
          phase.posterior};
}

ReportModel BuildReportModel(ReportInputs inputs) {
  ReportModel model;
  const Assessment& assessment = inputs.assessment;
  const Titles& titles = inputs.titles;
  model.assessment = assessment.name;
  model.heading = {
      titles.place,
      titles.region,
      titles.innovation.empty() ? titles.survey : titles.innovation,
      titles.service_field,
      titles.survey,
      inputs.wave};
  model.invited_count = assessment.triangle.invited_count;
  model.rated_count = assessment.triangle.respondent_count;
  model.rated_share = assessment.triangle.response_rate;
  model.network_invited_count = inputs.network.invited_count;
  model.network_answer_count = inputs.network.responded_any_count;
  for (const NetworkAnswers& network : inputs.network.networks) {
    model.networks.push_back({LabelOf(titles, network.id), network});
  }
  model.answer_notes = AnswerNotes(inputs.network);
  model.triangle = MakeTriangle(assessment);
  model.phase = MakePhase(inputs);
  model.change = MakeChange(assessment.change);
  model.clique = MakeClique(inputs.network.clique);
  model.layers = inputs.network.layers;
  model.sociogram = inputs.network.sociogram;
  for (const std::string& id : model.sociogram.network_ids) {
    model.sociogram_networks.push_back(LabelOf(titles, id));
  }
  model.risks = MakeFindings(assessment.risks, model, inputs);
  model.recommendations =
      MakeFindings(assessment.recommendations, model, inputs);
  std::vector<Gap> gaps;
  AddTriangleGaps(assessment, gaps);
  AddNetworkGaps(model, inputs.network.clique, gaps);
  model.gaps = Gathered(gaps);
  model.method = Method(assessment, inputs.network);
  model.summary = Summary(model);
  return model;
}

}  // namespace pulsetaker::assessment::report
