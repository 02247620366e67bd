// Places side by side, as tables that may be told: distributions over
// categories and means by group, of which none tells of few.

#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "services/assessment/domain/cell_suppression.h"
#include "services/assessment/domain/measurement.h"
#include "services/assessment/domain/release.h"

namespace pulsetaker::assessment {

// What places are told apart by.
struct Dimension {
  std::string name;  // Such as "phase" or "corner.capacity".
  std::vector<std::string> categories;
  double mean_step = 0;  // Means are told in multiples of it. 0: no means.

  friend bool operator==(const Dimension&, const Dimension&) = default;
};

// Where a place is in a dimension.
struct DimensionValue {
  int category = 0;
  Reading value;  // What means are of.
};

struct ComparedPlace {
  Contributor contributor;
  std::string group;
  std::vector<DimensionValue> values;  // One a dimension, in its order.
};

// A cell or total that is shown or hidden. All numbers are 0 unless shown.
struct ToldCell {
  CellState state = CellState::kWithheld;
  std::int64_t people = 0;  // Rounded, each by itself: rows need not add up.
  std::int64_t places = 0;  // The same.

  friend bool operator==(const ToldCell&, const ToldCell&) = default;
};

struct ToldMean {
  CellState state = CellState::kWithheld;
  double value = 0;  // Over places, each counting once.

  friend bool operator==(const ToldMean&, const ToldMean&) = default;
};

struct ToldTable {
  Dimension dimension;
  std::vector<ToldCell> cells;  // As in a SizeTable of groups by categories.
  std::vector<ToldMean> means;  // By group, then of all. Empty: no means.

  friend bool operator==(const ToldTable&, const ToldTable&) = default;
};

struct ToldComparison {
  std::vector<std::string> groups;  // Those that are told, merged ones last.
  std::vector<ToldTable> tables;    // One a dimension, in its order.
  Release release;                  // What is told by it.

  friend bool operator==(const ToldComparison&,
                         const ToldComparison&) = default;
};

// The name of the groups that are merged because they are small.
inline constexpr char kMergedGroup[] = "other";

// Makes the tables of `places`, of which each is there once, for whom `earlier`
// was told. There is at least one dimension. The same places in any order give
// the same.
//
// Groups that are not large enough are merged, if needed with the smallest of
// the others. A cell that would reveal few beside `earlier` or the rest is
// withheld.
//
// FAILED_PRECONDITION, RELEASE_TOO_SMALL: all together are not large enough.
// FAILED_PRECONDITION, RELEASE_REVEALING: the groups differ from earlier ones
//   in few places or people, so that nothing can be told.
absl::StatusOr<ToldComparison> TellTables(std::vector<ComparedPlace> places,
                                          std::vector<Dimension> dimensions,
                                          absl::Span<const Release> earlier);

}  // namespace pulsetaker::assessment
