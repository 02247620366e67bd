#include "services/network/domain/separated_ranks.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "common/base/status.h"
#include "services/network/domain/statistics.h"

namespace pulsetaker::network {
namespace {

struct Range {
  double low = 0.0;
  double high = 0.0;
};

absl::Status Check(absl::Span<const double> values,
                   absl::Span<const double> errors) {
  constexpr auto kInvalid = absl::StatusCode::kInvalidArgument;
  if (values.size() != errors.size()) {
    return MakeError(
        kInvalid, "ERRORS_MISMATCH",
        absl::StrCat(errors.size(), " errors of ", values.size(), " values"));
  }
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (!std::isfinite(values[i])) {
      return MakeError(kInvalid, "VALUE_NOT_FINITE",
                       absl::StrCat("value ", i, " is not finite"));
    }
    if (!std::isfinite(errors[i]) || errors[i] < 0) {
      return MakeError(kInvalid, "INVALID_ERROR",
                       absl::StrCat("error ", i, " is ", errors[i],
                                    ", want finite and at least 0"));
    }
  }
  return absl::OkStatus();
}

// Whether an interval from `low` on is apart from one that ends at `high`.
bool IsAbove(double low, double high) {
  return low > high && !IsTie(low, high);
}

// Sets best and worst of each.
void CountSurelyApart(const std::vector<Range>& ranges,
                      std::vector<SeparatedRank>& ranks) {
  std::vector<double> lows;
  std::vector<double> highs;
  for (const Range& range : ranges) {
    lows.push_back(range.low);
    highs.push_back(range.high);
  }
  std::sort(lows.begin(), lows.end());
  std::sort(highs.begin(), highs.end());
  for (std::size_t i = 0; i < ranges.size(); ++i) {
    const auto above = std::partition_point(
        lows.begin(), lows.end(),
        [&](double low) { return !IsAbove(low, ranges[i].high); });
    const auto below = std::partition_point(
        highs.begin(), highs.end(),
        [&](double high) { return IsAbove(ranges[i].low, high); });
    ranks[i].best = 1 + static_cast<std::size_t>(lows.end() - above);
    ranks[i].worst =
        ranges.size() - static_cast<std::size_t>(below - highs.begin());
  }
}

// From the highest end down: a group goes on as long as the next interval is
// not below all of it.
void SetGroups(const std::vector<Range>& ranges,
               std::vector<SeparatedRank>& ranks) {
  std::vector<std::size_t> order(ranges.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    return ranges[a].high > ranges[b].high;
  });
  std::size_t group = 1;
  double lowest = 0;  // Of the group so far.
  for (std::size_t i = 0; i < order.size(); ++i) {
    const Range& range = ranges[order[i]];
    if (i == 0 || IsAbove(lowest, range.high)) {
      group = i + 1;
      lowest = range.low;
    }
    lowest = std::min(lowest, range.low);
    ranks[order[i]].group = group;
  }
}

}  // namespace

absl::StatusOr<std::vector<SeparatedRank>> SeparatedRanks(
    absl::Span<const double> values, absl::Span<const double> errors) {
  PT_RETURN_IF_ERROR(Check(values, errors));
  std::vector<Range> ranges;
  for (std::size_t i = 0; i < values.size(); ++i) {
    const double margin = kIntervalErrors * errors[i];
    ranges.push_back({.low = values[i] - margin, .high = values[i] + margin});
  }
  std::vector<SeparatedRank> ranks(values.size());
  CountSurelyApart(ranges, ranks);
  SetGroups(ranges, ranks);
  return ranks;
}

}  // namespace pulsetaker::network
