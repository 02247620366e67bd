// The whole assessment of a wave, as a pure function of its inputs.

#pragma once

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "services/assessment/domain/change.h"
#include "services/assessment/domain/finding.h"
#include "services/assessment/domain/local_system.h"
#include "services/assessment/domain/network_findings.h"
#include "services/assessment/domain/parameters.h"
#include "services/assessment/domain/phase.h"
#include "services/assessment/domain/triangle.h"
#include "services/assessment/domain/wave.h"

namespace pulsetaker::assessment {

// The wave before, and what its assessment said.
struct PreviousWave {
  WaveData wave;
  NetworkFindings network;
  std::string assessment;                      // Resource name.
  std::optional<PhaseDistribution> posterior;  // None: phase not measured.
};

struct AssessmentInputs {
  WaveData wave;
  NetworkFindings network;
  std::string analysis;  // Resource name.
  std::optional<PreviousWave> previous;
  Parameters parameters;  // From WithDefaults.
};

struct Assessment {
  std::string name;  // Resource name.

  std::string snapshot_digest;
  std::string instrument_digest;
  std::string analysis;
  std::string previous_assessment;  // Empty: none.
  std::string parameters_version;
  std::string engine_version;
  Parameters parameters;

  Triangle triangle;
  PhaseResult phase;
  Change change;
  std::vector<Finding> risks;
  std::vector<Finding> recommendations;
  LocalSystem local_system;

  friend bool operator==(const Assessment&, const Assessment&) = default;
};

// What the name of an assessment follows from.
struct AssessmentKey {
  std::string wave;  // Resource name, as the next two.
  std::string analysis;
  std::string previous_assessment;
  std::string snapshot_digest;
  Parameters parameters;
};

// `{wave}/assessments/{id}`, id the first 32 digits of the SHA-256 of the key
// and the versions of parameters and engine.
std::string AssessmentName(const AssessmentKey& key);

// Assesses. The same inputs, in any order of their lists, give the same bits.
// The errors of Canonicalize for either wave.
absl::StatusOr<Assessment> AssessWave(AssessmentInputs inputs);

}  // namespace pulsetaker::assessment
