// Whether an innovation went into reverse since the wave before.
// docs/domain/assessment.md has the tests and their sources.

#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "services/assessment/domain/measurement.h"
#include "services/assessment/domain/network_findings.h"
#include "services/assessment/domain/phase.h"
#include "services/assessment/domain/triangle.h"
#include "services/assessment/domain/wave.h"

namespace pulsetaker::assessment {

inline constexpr double kReverseProbabilityMin = 0.8;
inline constexpr double kFalseDiscoveryRate = 0.10;
inline constexpr double kMixDistanceMax = 0.20;
inline constexpr double kReliableChangeIndex = -1.96;
inline constexpr double kWatchTurnoverMin = 0.5;
inline constexpr double kWatchCoverageDropMin = 0.15;

enum class ChangeStatus : std::uint8_t {
  kRegression = 0,
  kNoRegression = 1,
  kCompositionShift = 2,
  kWatch = 3,
  kNotComparable = 4,
  kNoPreviousWave = 5,
};

struct FeatureChange {
  Reading previous;
  Reading current;
  Reading difference;
  Reading p_value;
  std::int32_t panel_count = 0;  // 0 also below the smallest cell.
  Reading panel_difference;
  Reading panel_p_value;
  Reading panel_reliable_fall_share;
  bool falls_reliably = false;

  friend bool operator==(const FeatureChange&, const FeatureChange&) = default;
};

struct ChangeCondition {
  std::string description;
  Reading value;
  double threshold = 0;
  bool holds = false;

  friend bool operator==(const ChangeCondition&,
                         const ChangeCondition&) = default;
};

// The numbers that a warning states.
struct ChangeWarning {
  // A feature; "network.clique.turnover"; or "network.layers.coverage", which
  // is that of `from`, as far as it has a tie to `to`.
  std::string metric;
  Layer from = Layer::kUnknown;
  Layer to = Layer::kUnknown;
  Reading previous;  // Not measured for a turnover, which compares by itself.
  Reading current;

  friend bool operator==(const ChangeWarning&, const ChangeWarning&) = default;
};

struct Change {
  ChangeStatus status = ChangeStatus::kNoPreviousWave;
  ChangeCondition phase_reversed;
  ChangeCondition level_falls;
  ChangeCondition comparable_mix;
  bool same_instrument = false;
  std::vector<FeatureChange> features;  // Nine, or none without a wave before.
  std::vector<std::string> warnings;
  std::vector<ChangeWarning> warning_evidence;  // One for each, in their order.

  friend bool operator==(const Change&, const Change&) = default;
};

// One wave as far as a comparison needs it.
struct WaveView {
  const WaveData& wave;  // Canonical.
  const Triangle& triangle;
  const NetworkFindings& network;
};

// Compares. `previous_posterior` is that of the assessment of the wave before;
// `phase` is this wave's.
Change CompareWaves(const WaveView& previous, const WaveView& current,
                    const std::optional<PhaseDistribution>& previous_posterior,
                    const PhaseResult& phase, const Parameters& parameters);

}  // namespace pulsetaker::assessment
