// The strategic triangle: levels of the corners and strengths of the arrows,
// each with its interval, its spread over layers and sectors, and how far the
// respondents agree. docs/domain/assessment.md has the formulas.

#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "services/assessment/domain/measurement.h"
#include "services/assessment/domain/parameters.h"
#include "services/assessment/domain/wave.h"

namespace pulsetaker::assessment {

// A level in [0, 100], higher is healthier. All numbers are 0 unless it is
// measured.
struct Level {
  Absence absence = Absence::kNotAsked;
  double raw = 0;              // Mean of the people's scores.
  double post_stratified = 0;  // Each layer and sector by its roster share.
  double interval_low = 0;     // 95 % bootstrap interval of post_stratified.
  double interval_high = 0;
  double standard_error = 0;
  std::int32_t respondent_count = 0;

  bool measured() const { return absence == Absence::kNone; }

  friend bool operator==(const Level&, const Level&) = default;
};

// raw and post_stratified are equal here, and there is no interval.
struct LayerLevel {
  Layer layer = Layer::kUnknown;
  Level level;

  friend bool operator==(const LayerLevel&, const LayerLevel&) = default;
};

struct SectorLevel {
  std::string sector;
  Level level;

  friend bool operator==(const SectorLevel&, const SectorLevel&) = default;
};

struct CornerResult {
  Level level;
  std::int32_t item_count = 0;
  std::int32_t rating_count = 0;
  std::int32_t dont_know_count = 0;
  std::int32_t not_applicable_count = 0;
  Reading agreement;
  Reading agreement_skewed_null;
  Reading alpha;
  std::vector<LayerLevel> layers;    // Those on the roster, by layer.
  std::vector<SectorLevel> sectors;  // Those on the roster, by sector.
  Reading perception_gap;            // Systemic minus frontline and public.
  Reading dip_p_value;
  Reading score_deviation;  // Standard deviation of the people's scores.
  Reading importance;       // How much it counts: CornerImportance (phase.h).

  friend bool operator==(const CornerResult&, const CornerResult&) = default;
};

struct SubscaleResult {
  std::string id;
  std::vector<std::string> item_ids;
  Level level;
  Reading alpha;
  bool alpha_low = false;
  Reading omega;

  friend bool operator==(const SubscaleResult&,
                         const SubscaleResult&) = default;
};

struct ItemResult {
  std::string item_id;
  Level level;
  std::int32_t dont_know_count = 0;
  std::int32_t not_applicable_count = 0;

  friend bool operator==(const ItemResult&, const ItemResult&) = default;
};

struct Triangle {
  std::array<CornerResult, kCornerCount> corners;  // Indexed by Corner.
  std::array<Level, kArrowCount> arrows;           // Indexed by Arrow.
  std::vector<SubscaleResult> subscales;           // By id.
  std::vector<ItemResult> items;                   // By id.
  Reading largest_perception_gap;
  Corner largest_perception_gap_corner = Corner::kAuthority;
  Reading spread;
  std::int32_t invited_count = 0;
  std::int32_t respondent_count = 0;
  double response_rate = 0;

  // A level of a feature, in the order of FeatureNames().
  const Level& feature(int index) const;

  friend bool operator==(const Triangle&, const Triangle&) = default;
};

// Scores a wave that went through Canonicalize, all but the importance of the
// corners, which follows from the phase. The same wave, parameters and
// seed give the same bits. Time O(replicates * respondents * measures).
Triangle ScoreTriangle(const WaveData& wave, const Parameters& parameters);

}  // namespace pulsetaker::assessment
