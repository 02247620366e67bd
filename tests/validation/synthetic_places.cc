// What the services find in synthetic places of which the answer is known, as
// one JSON object a place, for synthetic_places_test.py:
//
//   synthetic_places --preset=closed-core --places=40 --seed=1 [--networks]
//
// The places are those of `pulsetaker synth` with the same flags, from the one
// after the first --after on. Without --networks only the answers to the items
// are looked at.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <exception>
#include <string>
#include <vector>

#include "absl/flags/flag.h"
#include "absl/flags/parse.h"
#include "absl/strings/str_cat.h"
#include "cli/synth/known_places.h"
#include "common/base/status.h"
#include "nlohmann/json.hpp"
#include "tests/validation/place_reading.h"

ABSL_FLAG(std::string, preset, "", "As of `pulsetaker synth`.");
ABSL_FLAG(int, places, 1, "How many.");
ABSL_FLAG(int, after, 0, "How many of them to leave out at the beginning.");
ABSL_FLAG(std::uint64_t, seed, 1, "Of the places.");
ABSL_FLAG(double, departure, pulsetaker::cli::synth::kDepartureDefault,
          "Of levels from those of the phase, in points.");
ABSL_FLAG(bool, networks, false, "Whether networks are analysed, too.");
ABSL_FLAG(int, null_draws, 0, "Of an analysis; 0: as usual.");
ABSL_FLAG(int, replicates, 0, "Of an analysis; 0: as usual.");
ABSL_FLAG(int, bootstrap, 1000, "Replicates of an assessment.");

namespace pulsetaker::validation {
namespace {

using nlohmann::json;

json Value(const network::Measure& measure) {
  return measure.measured() ? json(*measure.value) : json();
}

json Value(const assessment::Reading& reading) {
  return reading.measured() ? json(reading.value) : json();
}

const char* NameOf(network::CliqueRisk::Verdict verdict) {
  using enum network::CliqueRisk::Verdict;
  switch (verdict) {
    case kOpenSharedLeadership:
      return "OPEN_SHARED_LEADERSHIP";
    case kClosedCore:
      return "CLOSED_CORE";
    case kParallelCliques:
      return "PARALLEL_CLIQUES";
    case kDiffuse:
      return "DIFFUSE";
    case kIndeterminate:
      return "INDETERMINATE";
    case kInsufficientData:
      return "INSUFFICIENT_DATA";
    case kNone:
      break;
  }
  FailStop("an analysis has no verdict");
}

const char* NameOf(network::SectorStanding::Status status) {
  using enum network::SectorStanding::Status;
  switch (status) {
    case kIncluded:
      return "INCLUDED";
    case kExcluded:
      return "EXCLUDED";
    case kCourted:
      return "COURTED";
    case kDetached:
      return "DETACHED";
    case kWeak:
      return "WEAK";
    case kNotSurveyed:
    case kNotMeasured:
      return "NOT_MEASURED";
    case kNone:
      break;
  }
  FailStop("a sector has no standing");
}

const char* NameOf(assessment::PhaseVerdict verdict) {
  using enum assessment::PhaseVerdict;
  switch (verdict) {
    case kPhase:
      return "PHASE";
    case kBetween:
      return "BETWEEN";
    case kIndeterminate:
      return "INDETERMINATE";
    case kNotMeasured:
      return "NOT_MEASURED";
  }
  FailStop("a phase has no verdict");
}

const char* NameOf(assessment::ChangeStatus status) {
  using enum assessment::ChangeStatus;
  switch (status) {
    case kRegression:
      return "REGRESSION";
    case kNoRegression:
      return "NO_REGRESSION";
    case kCompositionShift:
      return "COMPOSITION_SHIFT";
    case kWatch:
      return "WATCH";
    case kNotComparable:
      return "NOT_COMPARABLE";
    case kNoPreviousWave:
      return "NO_PREVIOUS_WAVE";
  }
  FailStop("a change has no status");
}

json CliqueOf(const network::CliqueRisk& risk) {
  json sectors = json::object();
  for (const network::SectorStanding& standing : risk.sectors) {
    sectors[standing.sector] = NameOf(standing.status);
  }
  return {
      {"verdict", NameOf(risk.verdict)},
      {"fragile", risk.fragile},
      {"reach_loss", Value(risk.fragility.reach_loss)},
      {"recurrence", Value(risk.recurrence)},
      {"exclusivity", Value(risk.exclusivity)},
      {"pooled_core", risk.exclusivity_basis ==
                          network::CliqueRisk::ExclusivityBasis::kPooledCore},
      {"sectors", sectors}};
}

json Fired(const std::vector<assessment::Finding>& findings,
           assessment::FindingStatus status) {
  json ids = json::array();
  for (const assessment::Finding& finding : findings) {
    if (finding.status == status) ids.push_back(finding.id);
  }
  return ids;
}

json AssessmentOf(const assessment::Assessment& assessment) {
  const assessment::PhaseResult& phase = assessment.phase;
  const assessment::Change& change = assessment.change;
  int falls = 0;
  for (const assessment::FeatureChange& feature : change.features) {
    falls += feature.falls_reliably;
  }
  return {{"phase_verdict", NameOf(phase.verdict)},
          {"phase", static_cast<int>(phase.phase)},
          {"second_phase", static_cast<int>(phase.second_phase)},
          {"posterior", phase.posterior},
          {"change", NameOf(change.status)},
          {"reverse_probability", Value(change.phase_reversed.value)},
          {"falls", falls},
          {"warnings", change.warnings},
          {"fired", Fired(assessment.risks, assessment::FindingStatus::kFired)},
          {"not_fired",
           Fired(assessment.risks, assessment::FindingStatus::kNotFired)}};
}

json Found(const cli::synth::PlaceProfile& place) {
  const std::vector<ReadWave> waves =
      ReadPlace(place, absl::GetFlag(FLAGS_seed));
  std::vector<network::AnalysisResult> analyses;
  if (absl::GetFlag(FLAGS_networks)) {
    network::AnalysisParameters draws;
    draws.null_draw_count = absl::GetFlag(FLAGS_null_draws);
    draws.replicate_count = absl::GetFlag(FLAGS_replicates);
    for (const ReadWave& wave : waves) {
      analyses.push_back(Analyzed(wave, draws));
    }
  }
  const std::vector<assessment::Assessment> assessments =
      Assessed(waves, analyses, absl::GetFlag(FLAGS_bootstrap));
  json found = {{"place", place.id},
                {"people", place.person_count},
                {"response_rate", place.waves[0].response_rate},
                {"waves", json::array()}};
  for (std::size_t i = 0; i < waves.size(); ++i) {
    json wave = AssessmentOf(assessments[i]);
    if (!analyses.empty()) {
      wave["clique"] = CliqueOf(analyses[i].analysis.clique_risk);
    }
    found["waves"].push_back(wave);
  }
  return found;
}

int Run() {
  for (const cli::synth::PlaceKind kind : cli::synth::PlaceKinds()) {
    if (cli::synth::PresetOf(kind) != absl::GetFlag(FLAGS_preset)) continue;
    const std::vector<cli::synth::PlaceProfile> places =
        cli::synth::KnownPlaces(kind, absl::GetFlag(FLAGS_places),
                                absl::GetFlag(FLAGS_seed),
                                absl::GetFlag(FLAGS_departure));
    const int after = std::max(0, absl::GetFlag(FLAGS_after));
    for (auto i = static_cast<std::size_t>(after); i < places.size(); ++i) {
      std::puts(Found(places[i]).dump().c_str());
      std::fflush(stdout);
    }
    return 0;
  }
  std::fprintf(stderr, "no preset of known places is \"%s\"\n",
               absl::GetFlag(FLAGS_preset).c_str());
  return 1;
}

}  // namespace
}  // namespace pulsetaker::validation

int main(int argc, char** argv) {
  try {
    absl::ParseCommandLine(argc, argv);
    return pulsetaker::validation::Run();
  } catch (const std::exception& problem) {  // Of the JSON library.
    std::fputs(problem.what(), stderr);
    return 1;
  }
}
