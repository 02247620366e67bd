// Everything that a report says, before it is HTML or JSON: both are written
// from this value alone, so neither says what the other does not.

#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "services/assessment/domain/assessment.h"
#include "services/assessment/domain/report/network_picture.h"
#include "services/assessment/domain/report/report_source.h"

namespace pulsetaker::assessment::report {

// Arrows below this are weak, and drawn with dots. The risk of a capacity that
// does not come asks for the same level.
inline constexpr double kWeakArrow = 40;

// Longer lists are cut, and say so: a report is read by people.
inline constexpr std::size_t kSectorsShownMax = 100;

struct Heading {
  std::string place;
  std::string region;
  std::string innovation;  // What the survey is called where it names none.
  std::string service_field;
  std::string survey;
  std::int32_t wave = 0;
};

struct NetworkRow {
  std::string label;
  NetworkAnswers answers;
};

// Something that is withheld or was not measured, and why.
struct Gap {
  std::string what;
  std::string why;
};

struct CornerPicture {
  double weight = 0;  // How much it matters in the phase; the three sum to 1.
  CornerResult result;
};

struct TrianglePicture {
  std::array<CornerPicture, kCornerCount> corners;  // Indexed by Corner.
  std::array<Level, kArrowCount> arrows;            // Indexed by Arrow.
  std::string weights_of;  // What the weights are those of, in words.
  bool measured = false;   // Whether any corner or arrow is.
};

// What an assessment of this or an earlier wave says of the phase.
struct PathStep {
  std::int32_t wave = 0;
  PhaseVerdict verdict = PhaseVerdict::kNotMeasured;
  Phase phase = Phase::kLatent;
  Phase second_phase = Phase::kLatent;
  PhaseDistribution posterior{};
};

struct PhasePicture {
  std::string verdict;  // In words.
  bool measured = false;
  PhaseDistribution prior{};
  PhaseDistribution posterior{};
  std::vector<std::string> reasons;  // Sentences, the weightiest first.
  std::string flip;                  // A sentence; empty where there is none,
  std::string rule_tree;             // as the next two.
  bool rule_tree_disagrees = false;
  std::string self_placed;
  std::vector<PathStep> path;  // By wave; the last is this one.
  bool path_is_cut = false;    // An earlier assessment is not kept.
};

struct ChangePicture {
  std::string verdict;  // In words.
  bool compared = false;
  std::vector<ChangeCondition> conditions;
  std::vector<std::pair<std::string, FeatureChange>> features;
  std::vector<std::string> warnings;
};

struct DialPicture {
  std::string name;
  std::string means;  // What a high value means.
  Dial dial;
};

struct CliqueSection {
  std::string verdict;  // A name such as "Closed core".
  std::string means;
  std::vector<std::string> notes;  // Sentences.
  std::vector<DialPicture> dials;
  std::vector<SectorRow> sectors;
  std::int64_t sectors_left_out = 0;
};

struct FindingPicture {
  Finding finding;
  std::string answers;  // The response figures that the evidence rests on.
  std::string why_not;  // Why it is not decided, if it is not.
};

// Risks, or recommendations, by what came out.
struct FindingSection {
  std::vector<FindingPicture> fired;
  std::vector<FindingPicture> undecided;
  std::vector<std::string> not_fired;  // Titles.
};

struct ReportModel {
  std::string assessment;  // Resource name.
  Heading heading;
  std::vector<std::string> summary;  // Sentences.

  std::int32_t invited_count = 0;
  std::int32_t rated_count = 0;
  double rated_share = 0;
  std::int32_t network_invited_count = 0;
  std::int32_t network_answer_count = 0;  // For any network.
  std::vector<NetworkRow> networks;
  std::vector<std::string> answer_notes;

  TrianglePicture triangle;
  PhasePicture phase;
  ChangePicture change;
  CliqueSection clique;
  LayerPicture layers;
  SociogramPicture sociogram;
  std::vector<std::string> sociogram_networks;  // Labels.
  FindingSection risks;
  FindingSection recommendations;
  std::vector<Gap> gaps;
  std::vector<std::pair<std::string, std::string>> method;
};

// How much each corner matters in each phase, as docs/report.md says: rows sum
// to 1.
const std::array<std::array<double, kCornerCount>, kPhaseCount>&
CornerWeights();

struct ReportInputs {
  Titles titles;
  std::int32_t wave = 0;
  Assessment assessment;
  std::vector<PathStep> earlier;  // Of the waves before, by wave.
  bool earlier_is_cut = false;
  NetworkPicture network;
};

PathStep ToPathStep(std::int32_t wave, const PhaseResult& phase);

// A pure function: the same inputs give the same model.
ReportModel BuildReportModel(ReportInputs inputs);

}  // namespace pulsetaker::assessment::report
