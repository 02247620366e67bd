// The strategic triangle, the phase, and what changed.

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "cli/import/text.h"
#include "cli/show/sections.h"
#include "cli/show/words.h"

namespace pulsetaker::cli {
namespace {

namespace assessmentpb = assessment::v1;

constexpr int kBarColumns = 20;
constexpr int kEvidenceShownMax = 5;

std::string LevelText(const assessmentpb::Level& level) {
  return level.has_post_stratified() ? Fixed(level.post_stratified(), 0) : "-";
}

std::string IntervalText(const assessmentpb::Level& level) {
  if (!level.has_interval_low()) return "-";
  return absl::StrCat(Fixed(level.interval_low(), 0), " to ",
                      Fixed(level.interval_high(), 0));
}

std::string ReadingText(const assessmentpb::Reading& reading, int decimals) {
  return reading.has_value() ? Fixed(reading.value(), decimals) : "-";
}

std::string ChanceText(const assessmentpb::Reading& p_value) {
  if (!p_value.has_value()) return "-";
  return p_value.value() < 0.001 ? "<0.001" : Fixed(p_value.value(), 3);
}

bool HasAnyLevel(const assessmentpb::Triangle& triangle) {
  for (const assessmentpb::CornerResult& corner : triangle.corners()) {
    if (corner.level().has_post_stratified()) return true;
  }
  for (const assessmentpb::ArrowResult& arrow : triangle.arrows()) {
    if (arrow.strength().has_post_stratified()) return true;
  }
  return false;
}

void WriteCorners(const assessmentpb::Triangle& triangle, Page& page) {
  std::vector<std::vector<std::string>> rows;
  for (const assessmentpb::CornerResult& corner : triangle.corners()) {
    const assessmentpb::Level& level = corner.level();
    rows.push_back(
        {std::string(CornerText(corner.corner())), LevelText(level),
         level.has_post_stratified()
             ? page.Bar(level.post_stratified() / 100, kBarColumns)
             : std::string("not measured"),
         IntervalText(level), level.has_raw() ? Fixed(level.raw(), 0) : "-",
         level.has_respondent_count() ? absl::StrCat(level.respondent_count())
                                      : "-",
         ReadingText(corner.agreement(), 2),
         ReadingText(corner.perception_gap(), 0)});
  }
  page.Table({{"Corner", false},
              {"Level", true},
              {"", false, kBarColumns},
              {"95 % range", true},
              {"Raw", true},
              {"People", true},
              {"Agree", true},
              {"Gap", true}},
             rows);
}

void WriteArrows(const assessmentpb::Triangle& triangle, Page& page) {
  std::vector<std::vector<std::string>> rows;
  for (const assessmentpb::ArrowResult& arrow : triangle.arrows()) {
    const assessmentpb::Level& level = arrow.strength();
    rows.push_back({absl::StrCat(CornerText(arrow.from()), " feeds ",
                                 CornerText(arrow.to())),
                    LevelText(level),
                    level.has_post_stratified()
                        ? page.Bar(level.post_stratified() / 100, kBarColumns)
                        : std::string("not measured"),
                    IntervalText(level)});
  }
  page.Table({{"Arrow", false, 26},
              {"Level", true},
              {"", false, kBarColumns},
              {"95 % range", true}},
             rows);
}

std::string PhaseVerdict(const assessmentpb::PhaseResult& phase) {
  switch (phase.verdict()) {
    case assessmentpb::PhaseResult::VERDICT_PHASE:
      return absl::StrCat("The innovation is in the phase of ",
                          PhaseName(phase.phase()), ".");
    case assessmentpb::PhaseResult::VERDICT_BETWEEN:
      return absl::StrCat("The innovation is between the phases of ",
                          PhaseName(phase.phase()), " and ",
                          PhaseName(phase.second_phase()), ".");
    case assessmentpb::PhaseResult::VERDICT_INDETERMINATE:
      return "No phase stands out.";
    case assessmentpb::PhaseResult::VERDICT_NOT_MEASURED:
      return absl::StrCat(
          "The phase is not measured: ", NotMeasuredText(phase.reason()), ".");
    default:
      return "This program does not know the verdict on the phase.";
  }
}

void WritePhaseReasons(const assessmentpb::PhaseResult& phase, Page& page) {
  page.Blank();
  page.Paragraph("Why, the weightiest reason first:");
  int shown = 0;
  for (const assessmentpb::FeatureEvidence& evidence : phase.evidence()) {
    if (shown++ == kEvidenceShownMax) break;
    page.Bullet(evidence.sentence());
  }
  if (phase.has_smallest_flip()) {
    const assessmentpb::Flip& flip = phase.smallest_flip();
    page.Bullet(absl::StrCat(
        "The verdict would turn to ", PhaseName(flip.phase()), " if ",
        FeatureText(flip.feature()), " were ", Fixed(flip.to(), 0), " and not ",
        Fixed(flip.from(), 0), "."));
  }
  if (phase.rule_tree_phase() != assessmentpb::PHASE_UNSPECIFIED) {
    page.Bullet(
        absl::StrCat("A simple rule of thumb ",
                     phase.rule_tree_disagrees() ? "disagrees" : "agrees", ": ",
                     PhaseName(phase.rule_tree_phase()), ", because ",
                     phase.rule_tree_reason(), "."));
  }
  if (phase.self_placed_phase().has_value()) {
    page.Bullet(absl::StrCat(
        "The people themselves place it, in the middle, at ",
        Fixed(phase.self_placed_phase().value(), 1),
        " (0 latent to 4 embedding). That is shown to compare and counts for "
        "nothing here."));
  }
}

void WriteFeatureChanges(const assessmentpb::Change& change, Page& page) {
  std::vector<std::vector<std::string>> rows;
  for (const assessmentpb::FeatureChange& feature : change.features()) {
    rows.push_back(
        {FeatureText(feature.feature()), ReadingText(feature.previous(), 0),
         ReadingText(feature.current(), 0),
         ReadingText(feature.difference(), 0), ChanceText(feature.p_value()),
         ReadingText(feature.panel_difference(), 0),
         feature.falls_reliably() ? "falls" : ""});
  }
  if (rows.empty()) return;
  page.Blank();
  page.Table({{"", false, 26},
              {"Before", true},
              {"Now", true},
              {"Change", true},
              {"p of a fall", true},
              {"Same people", true},
              {"", false}},
             rows);
  page.Blank();
  page.Paragraph(
      "Same people: mean change of those who answered in both waves. falls: "
      "beyond what chance explains, over all lines together.");
}

void WriteCondition(const assessmentpb::ChangeCondition& condition,
                    Page& page) {
  if (condition.description().empty()) return;
  page.Bullet(absl::StrCat(condition.description(), ": ",
                           condition.value().has_value()
                               ? Fixed(condition.value().value(), 2)
                               : "not measured",
                           " (limit ", Fixed(condition.threshold(), 2),
                           "): ", condition.holds() ? "yes" : "no"));
}

}  // namespace

void WriteTriangle(const PlaceFindings& findings, Page& page) {
  if (!findings.assessment.has_value()) return;
  const assessmentpb::Triangle& triangle = findings.assessment->triangle();
  if (!HasAnyLevel(triangle)) return;  // WriteGaps says why.
  page.Section("THE STRATEGIC TRIANGLE");
  page.Paragraph(absl::StrCat(
      "Levels from 0 to 100, higher is healthier, from the ratings of ",
      triangle.respondent_count(), " of ", triangle.invited_count(),
      " people."));
  page.Blank();
  WriteCorners(triangle, page);
  page.Blank();
  WriteArrows(triangle, page);
  page.Blank();
  page.Paragraph(
      "Level: each layer and sector counts by its share of the people asked. "
      "Raw: as answered. Agree: 1 if all rate alike, 0 if at random. Gap: how "
      "much higher the top rates than frontline and public.");
}

void WritePhase(const PlaceFindings& findings, Page& page) {
  if (!findings.assessment.has_value()) return;
  const assessmentpb::PhaseResult& phase = findings.assessment->phase();
  if (phase.verdict() == assessmentpb::PhaseResult::VERDICT_NOT_MEASURED) {
    return;  // WriteGaps says why.
  }
  page.Section("THE PHASE");
  page.Paragraph(PhaseVerdict(phase));
  page.Blank();
  std::vector<std::vector<std::string>> rows;
  for (const assessmentpb::PhaseProbability& probability :
       phase.probabilities()) {
    rows.push_back({std::string(PhaseName(probability.phase())),
                    Percent(probability.posterior()),
                    page.Bar(probability.posterior(), kBarColumns),
                    Percent(probability.prior())});
  }
  page.Table({{"Phase", false},
              {"Probable", true},
              {"", false, kBarColumns},
              {"Before the answers", true}},
             rows);
  WritePhaseReasons(phase, page);
}

void WriteChange(const PlaceFindings& findings, Page& page) {
  if (!findings.assessment.has_value()) return;
  const assessmentpb::Change& change = findings.assessment->change();
  if (change.status() == assessmentpb::Change::STATUS_NO_PREVIOUS_WAVE) return;
  page.Section("SINCE THE WAVE BEFORE");
  page.Paragraph(std::string(ChangeText(change.status())));
  if (!change.same_instrument()) {
    page.Bullet("Another instrument was used.");
  }
  WriteCondition(change.phase_reversed(), page);
  WriteCondition(change.level_falls(), page);
  WriteCondition(change.comparable_mix(), page);
  for (const std::string& warning : change.warnings()) page.Bullet(warning);
  WriteFeatureChanges(change, page);
}

}  // namespace pulsetaker::cli
