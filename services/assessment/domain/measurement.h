// The words that everything in the assessment is said in: corners, arrows,
// layers, and numbers that may be missing for a reason.

#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>

#include "absl/strings/string_view.h"

namespace pulsetaker::assessment {

enum class Corner : std::uint8_t { kAuthority = 0, kCapacity = 1, kValue = 2 };
inline constexpr int kCornerCount = 3;

// From one corner to another; A authority, C capacity, V value.
enum class Arrow : std::uint8_t {
  kAToC = 0,
  kCToA = 1,
  kAToV = 2,
  kVToA = 3,
  kCToV = 4,
  kVToC = 5,
};
inline constexpr int kArrowCount = 6;

// The corners, then the arrows: what a phase has an expectation of.
inline constexpr int kFeatureCount = kCornerCount + kArrowCount;

enum class Layer : std::uint8_t {
  kUnknown = 0,
  kSystemic = 1,
  kSectoral = 2,
  kFrontline = 3,
  kPublic = 4,
};
inline constexpr int kLayerCount = 5;

// Why a number is not there. What was not asked is not 0.
enum class Absence : std::uint8_t {
  kNone = 0,            // It is there.
  kNotAsked = 1,        // The instrument has no item or network for it.
  kTooFewAnswers = 2,   // Fewer people than a published number needs.
  kWithheld = 3,        // A response gate, or a neighbouring small cell.
  kNoPreviousWave = 4,  // It compares, and there is nothing to compare with.
  kNoSource = 5,        // Nothing in this release measures it.
  kUndefined = 6,       // Such as a ratio to a spread of 0.
};

// A number, or the reason why there is none: then `value` is 0.
struct Reading {
  Absence absence = Absence::kNotAsked;
  double value = 0;

  bool measured() const { return absence == Absence::kNone; }

  static Reading Of(double value) { return {Absence::kNone, value}; }
  static Reading Missing(Absence why) { return {why, 0}; }

  friend bool operator==(const Reading&, const Reading&) = default;
};

// What a metric counts in, and so the range in which it lies.
enum class MetricUnit : std::uint8_t {
  kPoints = 0,       // Of a level, in [0, 100].
  kShare = 1,        // In [0, 1].
  kCount = 2,        // A whole number, 0 or more.
  kProbability = 3,  // In [0, 1].
  kIndex = 4,        // In [-1, 1].
  kRatio = 5,        // 0 or more.
  kDeviations = 6,   // Standard deviations, of either sign.
  kPercentile = 7,   // In [0, 100].
  kFlag = 8,         // 1 yes, 0 no.
};

// Who is behind a number, as far as that is known and may be told.
struct Support {
  std::optional<std::int32_t> respondent_count;  // People with a score.
  std::optional<std::int32_t> invited_count;     // People who were asked.
  // Share of those asked who answered, in [0, 1]: the items or the network; of
  // several networks the lowest.
  std::optional<double> response_rate;
  std::optional<double> interval_low;  // 95 % interval of the number.
  std::optional<double> interval_high;

  friend bool operator==(const Support&, const Support&) = default;
};

Corner ArrowFrom(Arrow arrow);
Corner ArrowTo(Arrow arrow);

// Metric names of the features in their order: "corner.authority",
// "corner.capacity", "corner.value", "arrow.a_c" and so on.
const std::array<absl::string_view, kFeatureCount>& FeatureNames();

// The same in words: "authority", "arrow from authority to capacity".
const std::array<absl::string_view, kFeatureCount>& FeatureLabels();

// "systemic", "unknown layer".
absl::string_view LayerLabel(Layer layer);

}  // namespace pulsetaker::assessment
