// What places can be compared by: the names of dimensions, their categories,
// and where a place is in each.

#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "services/assessment/domain/comparison_tables.h"
#include "services/assessment/domain/measurement.h"
#include "services/assessment/domain/phase.h"
#include "services/assessment/domain/place_summary.h"

namespace pulsetaker::assessment {

enum class SizeBand : std::uint8_t {
  kUnder50 = 0,
  k50To99 = 1,
  k100To199 = 2,
  k200To499 = 3,
  k500OrMore = 4,
};

SizeBand SizeBandOf(std::int32_t invited_count);
// "under_50", "50_to_99", ...: in the order of their bytes they are mixed.
absl::string_view SizeBandName(SizeBand band);

// The phase that a place is counted in: "latent", ...; "between" two,
// "indeterminate", "not_measured".
std::string PhaseCategory(const PlaceSummary& place);

// A number of the networks, and the range that it is shown in.
struct Dial {
  absl::string_view name;
  double low = 0;
  double high = 0;
};

// Those that places can be compared by, by name.
absl::Span<const Dial> Dials();

inline constexpr int kBandCount = 5;

// Nothing for a name that is no dimension: `phase`, `phase_verdict`,
// `closed_core`, a feature, a dial, or `risk.` with an id of the catalogue.
std::optional<Dimension> FindDimension(absl::string_view name);

// Where a place is in a dimension that FindDimension found. Numbers beyond the
// range of a dial are in its first or last band.
DimensionValue ValueIn(const Dimension& dimension, const PlaceSummary& place);

// The number of a feature or dial; not asked for any other name.
Reading NumberIn(absl::string_view name, const PlaceSummary& place);

struct PercentileRange {
  Reading low;  // In percent.
  Reading high;

  friend bool operator==(const PercentileRange&,
                         const PercentileRange&) = default;
};

// Between which percentiles `value` is, by a table of one group as it is told
// and by nothing else: those in bands below it are below, those in its own band
// may be, as may those in hidden bands; counts may be off by their rounding.
// Missing without value, or for what is no number.
PercentileRange PercentileIn(const ToldTable& table, const Reading& value);

}  // namespace pulsetaker::assessment
