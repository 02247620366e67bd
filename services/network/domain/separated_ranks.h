#pragma once

#include <cstddef>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"

namespace pulsetaker::network {

// Standard errors to either side of a value, for kIntervalLevel.
inline constexpr double kIntervalErrors = 1.96;

// Where one stands among n whose values are estimates. A is surely above B if
// A's interval, value -+ kIntervalErrors * error, lies above B's and they do
// not touch. Ends that are ties by IsTie of statistics.h touch.
struct SeparatedRank {
  // 1 + the members of earlier groups. Equal for those of one group, and for
  // them alone. Everybody in an earlier group is surely above everybody in a
  // later one; groups are as small as this allows. A list shows no other order
  // than theirs.
  std::size_t group = 1;
  // 1 + those who are surely above, and n less those who are surely below: the
  // ranks that one may have. In a group of two, or wherever the intervals of a
  // group have a point in common, best and worst are the group's ends. A large
  // group may be a chain whose ends are apart while neighbors touch; these
  // tell.
  std::size_t best = 1;
  std::size_t worst = 1;

  friend bool operator==(const SeparatedRank&, const SeparatedRank&) = default;
};

// Ranks people of whom nobody may be said to be above another unless their
// intervals separate; the highest value first. `errors` are standard errors, 0
// for exact values. Intervals of 95 % that do not touch differ with far less
// than 5 % of error for one pair, but of many pairs some may be in wrong order.
// O(n log n).
//
// INVALID_ARGUMENT: ERRORS_MISMATCH, other than one error a value;
// VALUE_NOT_FINITE; INVALID_ERROR, not finite or below 0.
absl::StatusOr<std::vector<SeparatedRank>> SeparatedRanks(
    absl::Span<const double> values, absl::Span<const double> errors);

}  // namespace pulsetaker::network
