// Risks and recommendations as they come out: rules over named metrics, each
// with the numbers that decided it.

#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "services/assessment/domain/measurement.h"
#include "services/assessment/domain/phase.h"

namespace pulsetaker::assessment {

enum class Comparison : std::uint8_t {
  kLess = 0,
  kAtLeast = 1,
  kGreater = 2,
  kAtMost = 3,
};

enum class FindingStatus : std::uint8_t {
  kFired = 0,
  kNotFired = 1,
  kNotMeasured = 2,
  kWithheld = 3,
};

struct Evidence {
  std::string metric;
  std::string description;
  Reading value;
  Comparison comparison = Comparison::kLess;
  double threshold = 0;
  bool holds = false;
  // Those of the same clause are alternatives; a finding needs every clause.
  std::int32_t clause = 0;
  MetricUnit unit = MetricUnit::kPoints;
  Support support;

  friend bool operator==(const Evidence&, const Evidence&) = default;
};

struct Finding {
  std::string id;
  std::string title;
  std::string text;
  FindingStatus status = FindingStatus::kNotMeasured;
  std::vector<Phase> phases;  // Empty: all, and no phase is needed.
  bool phase_tentative = false;
  std::vector<Evidence> evidence;
  std::vector<std::string> missing_inputs;
  std::vector<std::string> withheld_inputs;  // Those of them that are withheld.
  std::vector<std::string> sectors;
  std::string source;

  friend bool operator==(const Finding&, const Finding&) = default;
};

}  // namespace pulsetaker::assessment
