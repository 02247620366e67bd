#include "services/assessment/domain/cell_suppression.h"

#include <algorithm>
#include <optional>
#include <tuple>

#include "common/base/fault.h"
#include "common/base/status.h"
#include "services/assessment/domain/circulation.h"

namespace pulsetaker::assessment {
namespace {

// Hides what must be hidden, and then what would give it away.
class Suppression {
 public:
  explicit Suppression(const SizeTable& table)
      : table_(table),
        states_(table.cell_count(), CellState::kShown),
        people_(table.row_count(), table.column_count(),
                Values(table, &CellSize::people)),
        places_(table.row_count(), table.column_count(),
                Values(table, &CellSize::places)) {}

  absl::StatusOr<std::vector<CellState>> Run(const std::vector<bool>& barred) {
    for (std::size_t i = 0; i < states_.size(); ++i) {
      const bool is_barred = !barred.empty() && barred[i];
      const bool is_large = IsLargeEnough(table_.cell(i));
      if (IsFrame(i)) {
        if (!is_large || is_barred) return TooSmall();
      } else if (table_.row_count() == 1 && RowOf(i) == 1) {
        Hide(i, CellState::kAbsent);
      } else if (!is_large) {
        Hide(i, CellState::kTooSmall);
      } else if (is_barred) {
        Hide(i, CellState::kWithheld);
      }
    }
    if (PT_PLANTED_BUG("no_complementary_suppression")) return states_;
    for (std::optional<std::size_t> exposed = Exposed(); exposed.has_value();
         exposed = Exposed()) {
      const std::optional<std::size_t> companion = Companion(*exposed);
      if (!companion.has_value()) return TooSmall();
      Hide(*companion, CellState::kWithheld);
    }
    return states_;
  }

 private:
  static std::vector<std::int64_t> Values(const SizeTable& table,
                                          std::int64_t CellSize::* of) {
    std::vector<std::int64_t> values;
    values.reserve(table.cell_count());
    for (std::size_t i = 0; i < table.cell_count(); ++i) {
      values.push_back(table.cell(i).*of);
    }
    return values;
  }

  static absl::Status TooSmall() {
    return MakeError(absl::StatusCode::kFailedPrecondition, "RELEASE_TOO_SMALL",
                     "too few people or places for a figure to be told");
  }

  int RowOf(std::size_t i) const {
    return static_cast<int>(i) / (table_.column_count() + 1);
  }
  int ColumnOf(std::size_t i) const {
    return static_cast<int>(i) % (table_.column_count() + 1);
  }
  bool IsFrame(std::size_t i) const {
    return ColumnOf(i) == table_.column_count();
  }
  bool IsHidden(int row, int column) const {
    return states_[table_.index(row, column)] != CellState::kShown;
  }

  void Hide(std::size_t i, CellState state) {
    states_[i] = state;
    people_.Free(i);
    places_.Free(i);
  }

  static bool IsWide(Circulation& values, std::size_t cell, std::int64_t min) {
    const std::int64_t above = values.RoomAbove(cell, min);
    return above >= min || above + values.RoomBelow(cell, min - above) >= min;
  }

  // The first hidden cell whose size can be told too closely.
  std::optional<std::size_t> Exposed() {
    for (std::size_t i = 0; i < states_.size(); ++i) {
      if (states_[i] != CellState::kTooSmall &&
          states_[i] != CellState::kWithheld) {
        continue;
      }
      if (!IsWide(people_, i, kReleasePeopleMin) ||
          !IsWide(places_, i, kReleasePlacesMin)) {
        return i;
      }
    }
    return std::nullopt;
  }

  // What to hide next for the sake of `exposed`: in a row or column in which a
  // cell is hidden alone, which its total gives away; else near `exposed`, else
  // anywhere.
  std::optional<std::size_t> Companion(std::size_t exposed) const {
    if (table_.row_count() > 1) {
      for (int c = 0; c < table_.column_count(); ++c) {
        if (HiddenInColumn(c) == 1) return Best(-1, c);
      }
    }
    for (int r = 0; r <= table_.row_count(); ++r) {
      if (HiddenInRow(r) != 1) continue;
      const std::optional<std::size_t> found = Best(r, -1);
      if (found.has_value()) return found;
    }
    std::optional<std::size_t> found = Best(RowOf(exposed), -1);
    if (!found.has_value()) found = Best(-1, ColumnOf(exposed));
    if (!found.has_value()) found = Best(-1, -1);
    return found;
  }

  // The best of those shown in a row and a column; -1 stands for any. First
  // those that close a cycle of hidden cells, then the smallest.
  std::optional<std::size_t> Best(int row, int column) const {
    std::optional<std::size_t> best;
    std::tuple<bool, std::int64_t, std::size_t> best_rank;
    for (std::size_t i = 0; i < states_.size(); ++i) {
      if (IsFrame(i) || states_[i] != CellState::kShown) continue;
      if (row >= 0 && RowOf(i) != row) continue;
      if (column >= 0 && ColumnOf(i) != column) continue;
      const bool opens = row >= 0 ? HiddenInColumn(ColumnOf(i)) == 0
                                  : HiddenInRow(RowOf(i)) == 0;
      const std::tuple rank(opens, table_.cell(i).people, i);
      if (!best.has_value() || rank < best_rank) {
        best = i;
        best_rank = rank;
      }
    }
    return best;
  }

  int HiddenInRow(int row) const {
    int count = 0;
    for (int c = 0; c < table_.column_count(); ++c) count += IsHidden(row, c);
    return count;
  }

  int HiddenInColumn(int column) const {
    int count = 0;
    for (int r = 0; r <= table_.row_count(); ++r) count += IsHidden(r, column);
    return count;
  }

  const SizeTable& table_;
  std::vector<CellState> states_;
  Circulation people_;
  Circulation places_;
};

}  // namespace

bool IsLargeEnough(const CellSize& size) {
  return size.people >= kReleasePeopleMin && size.places >= kReleasePlacesMin;
}

std::int64_t RoundedCount(std::int64_t count) {
  if (PT_PLANTED_BUG("counts_not_rounded")) return count;
  return (count + kCountBase / 2) / kCountBase * kCountBase;
}

SizeTable::SizeTable(int row_count, int column_count)
    : row_count_(row_count),
      column_count_(column_count),
      cells_((static_cast<std::size_t>(row_count) + 1) *
             (static_cast<std::size_t>(column_count) + 1)) {}

void SizeTable::Add(int row, int column, const CellSize& size) {
  for (const int r : {row, row_count_}) {
    for (const int c : {column, column_count_}) {
      CellSize& cell = cells_[index(r, c)];
      cell.people += size.people;
      cell.places += size.places;
    }
  }
}

absl::StatusOr<std::vector<CellState>> ProtectTable(
    const SizeTable& table, const std::vector<bool>& barred) {
  return Suppression(table).Run(barred);
}

std::vector<CountInterval> FeasibleIntervals(
    int row_count, int column_count, absl::Span<const std::int64_t> values,
    absl::Span<const CellState> states) {
  Circulation circulation(row_count, column_count, values);
  for (std::size_t i = 0; i < states.size(); ++i) {
    if (states[i] != CellState::kShown) circulation.Free(i);
  }
  std::vector<CountInterval> intervals(values.size());
  for (std::size_t i = 0; i < values.size(); ++i) {
    intervals[i] = {values[i], values[i]};
    if (states[i] == CellState::kShown) continue;
    intervals[i].low -= circulation.RoomBelow(i, kUnboundedCount);
    intervals[i].high += circulation.RoomAbove(i, kUnboundedCount);
  }
  return intervals;
}

}  // namespace pulsetaker::assessment
