// Which cells of a table of aggregates may be told, so that no one can work out
// a small one from the others and the totals. docs/privacy/comparison.md has
// the threat model and what remains possible.

#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"

namespace pulsetaker::assessment {

// What a figure that crosses a tenant's border must rest on.
inline constexpr std::int64_t kReleasePeopleMin = 10;
inline constexpr std::int64_t kReleasePlacesMin = 5;
// Counts are told as multiples of it.
inline constexpr std::int64_t kCountBase = 5;

struct CellSize {
  std::int64_t people = 0;
  std::int64_t places = 0;

  friend bool operator==(const CellSize&, const CellSize&) = default;
};

// Whether a figure over this many may be told at all.
bool IsLargeEnough(const CellSize& size);

// The nearest multiple of kCountBase, upwards from the middle. `count` is not
// negative.
std::int64_t RoundedCount(std::int64_t count);

// A table of groups (rows) by categories (columns), of which every place is in
// one cell, with its totals: row `row_count` and column `column_count`.
class SizeTable {
 public:
  SizeTable(int row_count, int column_count);

  // Adds to a cell and to the three totals that it counts in.
  void Add(int row, int column, const CellSize& size);

  int row_count() const { return row_count_; }
  int column_count() const { return column_count_; }
  // Cells and totals, row by row.
  std::size_t cell_count() const { return cells_.size(); }
  std::size_t index(int row, int column) const {
    return static_cast<std::size_t>(row) *
               (static_cast<std::size_t>(column_count_) + 1) +
           static_cast<std::size_t>(column);
  }
  const CellSize& cell(std::size_t index) const { return cells_[index]; }

 private:
  int row_count_;
  int column_count_;
  std::vector<CellSize> cells_;
};

enum class CellState : std::uint8_t {
  kShown = 0,
  kTooSmall = 1,  // Too few people or places.
  kWithheld = 2,  // Else another cell, or another release, would tell too much.
  kAbsent = 3,    // The total of a column of one row: it is that row's cell.
};

// What can be said of each cell.
//
// - Row totals and the grand total are shown. They must be large enough: groups
//   are merged before.
// - A cell or column total that is not large enough is hidden, an empty one
//   too, as is each whose entry in `barred` is set.
// - More are hidden until every hidden one could, by all that is shown and
//   because counts are not negative, have kReleasePeopleMin more people than it
//   could have at least, and kReleasePlacesMin more places. That is checked
//   with exact numbers although rounded ones are told, so rounding adds to it.
//
// `barred` has an entry a cell, or none at all. Groups of which each has one
// cell with all of it need no hiding; else there is always an answer, as with
// all but the row totals hidden every cell can be anything up to these.
//
// FAILED_PRECONDITION, RELEASE_TOO_SMALL: a row total is not large enough, or
// barred, or nothing is left to hide.
absl::StatusOr<std::vector<CellState>> ProtectTable(
    const SizeTable& table, const std::vector<bool>& barred = {});

struct CountInterval {
  std::int64_t low = 0;
  std::int64_t high = 0;

  friend bool operator==(const CountInterval&, const CountInterval&) = default;
};

inline constexpr std::int64_t kUnboundedCount = std::int64_t{1} << 50;

// The values that a hidden cell can have, by the others that are shown exactly:
// its value itself where it is shown. `values` has those of `table`'s shape in
// the order of its indexes, none negative, and totals that are the sums. Exact:
// a two-way table is a circulation on a network whose arcs are its cells.
std::vector<CountInterval> FeasibleIntervals(
    int row_count, int column_count, absl::Span<const std::int64_t> values,
    absl::Span<const CellState> states);

}  // namespace pulsetaker::assessment
