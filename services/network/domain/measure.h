// One number of an analysis, or why there is none. "Not measured" is never
// zero. Enumerations are numbered as in the API.

#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"

namespace pulsetaker::network {

enum class NotMeasuredReason : std::uint8_t {
  kNone = 0,
  kResponseGate = 1,
  kGroupResponseFloor = 2,
  kTooFewNodes = 3,
  kTooFewArcs = 4,
  kTooFewNetworks = 5,
  kTooFewPeople = 6,
  kTooFewGroups = 7,
  kSectorUnknown = 8,
  kLayerUnknown = 9,
  kLayerAbsent = 10,
  kNotSurveyed = 11,
  kNoCore = 12,
  kNoTies = 13,
  kNeedsPreviousWave = 14,
  kTooFewDraws = 15,
  kAllInCore = 16,
  kComponentNotMeasured = 17,
};

struct NotMeasured {
  NotMeasuredReason reason = NotMeasuredReason::kNone;
  std::string detail;

  friend bool operator==(const NotMeasured&, const NotMeasured&) = default;
};

inline constexpr double kIntervalLevel = 0.95;

// Is to cover with kIntervalLevel; docs/domain/network.md tells where it does.
struct Interval {
  double low = 0.0;
  double high = 0.0;

  friend bool operator==(const Interval&, const Interval&) = default;
};

enum class NullModel : std::uint8_t {
  kNone = 0,
  kLabelsShuffled = 1,    // N1
  kPeopleRelabelled = 2,  // N2
  kDegreesKept = 3,       // N3
  kNetworksShuffled = 4,  // N4
  kCountsKept = 5,        // N5
};

// A value beside what a null model gives for it.
struct NullComparison {
  NullModel model = NullModel::kNone;
  int draw_count = 0;
  double mean = 0.0;
  double standard_deviation = 0.0;  // Divided by draw_count - 1; 0 for one.
  std::optional<double> z;          // Absent if the deviation is 0.
  double percentile = 0.0;          // Draws below, those equal counted half.
  double p_high = 1.0;              // (1 + draws >= value) / (1 + draws).
  double p_low = 1.0;               // (1 + draws <= value) / (1 + draws).
  Interval central;  // From the 2.5 % to the 97.5 % quantile of the draws.

  friend bool operator==(const NullComparison&,
                         const NullComparison&) = default;
};

// `value` is set exactly if `not_measured.reason` is kNone.
struct Measure {
  static Measure Of(double value);
  static Measure Missing(NotMeasuredReason reason,
                         absl::string_view detail = "");

  bool measured() const { return value.has_value(); }

  std::optional<double> value;
  NotMeasured not_measured;
  std::optional<Interval> interval;
  std::optional<NullComparison> null_comparison;

  friend bool operator==(const Measure&, const Measure&) = default;
};

// Draws that differ from the value by less than this, relative to the larger
// one, count as equal to it: sums in another order must not decide.
inline constexpr double kEqualityTolerance = 1e-12;

// `draws` must not be empty.
NullComparison CompareWithDraws(double value, absl::Span<const double> draws,
                                NullModel model);

// Compares `measure` with the draws, if it is measured and there are any.
void CompareWithDraws(absl::Span<const double> draws, NullModel model,
                      Measure& measure);

// The share of `draws` below `value`, those equal to it counted half. `draws`
// must not be empty.
double PercentileIn(absl::Span<const double> draws, double value);

// The value at share `share` of the draws, between two by linear interpolation.
// `draws` must not be empty.
double Quantile(absl::Span<const double> draws, double share);

}  // namespace pulsetaker::network
