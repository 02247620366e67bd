#include "services/assessment/domain/strata.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <utility>

#include "absl/strings/string_view.h"
#include "common/base/random.h"

namespace pulsetaker::assessment {
namespace {

struct Cell {
  std::vector<std::size_t> members;
  std::int64_t invited = 0;
};

void MoveInto(Cell& to, Cell&& from) {
  to.members.insert(to.members.end(), from.members.begin(), from.members.end());
  to.invited += from.invited;
}

bool IsSmall(const Cell& cell, std::int32_t min_cell_count) {
  return cell.members.size() < static_cast<std::size_t>(min_cell_count);
}

bool HasFewer(const Cell& a, const Cell& b) {
  return a.members.size() < b.members.size();
}

Cell& SmallestFrom(std::vector<Cell>& cells, std::size_t first) {
  return *std::min_element(cells.begin() + static_cast<std::ptrdiff_t>(first),
                           cells.end(), HasFewer);
}

// Cells of layer and sector, in this order.
std::map<std::pair<Layer, absl::string_view>, Cell> MakeCells(
    const WaveData& wave, const RatingTable& table) {
  std::map<std::pair<Layer, absl::string_view>, Cell> cells;
  for (const RosterStratum& stratum : wave.roster) {
    cells[{stratum.layer, stratum.sector}].invited = stratum.invited_count;
  }
  for (std::size_t i = 0; i < wave.respondents.size(); ++i) {
    if (!table.rated_any(i)) continue;
    const Respondent& respondent = wave.respondents[i];
    cells[{respondent.layer, respondent.sector}].members.push_back(i);
  }
  return cells;
}

std::vector<Cell> MergeSmall(
    std::map<std::pair<Layer, absl::string_view>, Cell> cells,
    std::int32_t min_cell_count) {
  std::vector<Cell> merged;
  Cell rest;  // Small ones of all layers.
  for (auto it = cells.begin(); it != cells.end();) {
    const Layer layer = it->first.first;
    const std::size_t first_of_layer = merged.size();
    Cell small;
    for (; it != cells.end() && it->first.first == layer; ++it) {
      if (IsSmall(it->second, min_cell_count)) {
        MoveInto(small, std::move(it->second));
      } else {
        merged.push_back(std::move(it->second));
      }
    }
    if (!IsSmall(small, min_cell_count)) {
      merged.push_back(std::move(small));
    } else if (merged.size() > first_of_layer) {
      MoveInto(SmallestFrom(merged, first_of_layer), std::move(small));
    } else if (!small.members.empty()) {
      MoveInto(rest, std::move(small));
    }
  }
  if (rest.members.empty()) return merged;
  if (IsSmall(rest, min_cell_count) && !merged.empty()) {
    // The largest, so that a few people do not come to speak for many.
    MoveInto(*std::max_element(merged.begin(), merged.end(), HasFewer),
             std::move(rest));
  } else {
    merged.push_back(std::move(rest));
  }
  return merged;
}

// Values of all columns side by side for each respondent, so that one draw
// reads one stretch of memory. A missing value is 0 with weight 0.
struct Rows {
  Rows(absl::Span<const Scores> columns, std::size_t respondent_count)
      : width(columns.size()),
        values(respondent_count * width),
        present(respondent_count * width) {
    for (std::size_t c = 0; c < width; ++c) {
      for (std::size_t i = 0; i < respondent_count; ++i) {
        const std::optional<double>& value = columns[c][i];
        if (!value) continue;
        values[i * width + c] = *value;
        present[i * width + c] = 1;
      }
    }
  }

  std::size_t width;
  std::vector<double> values;
  std::vector<double> present;
};

// One bootstrap sample: PostStratify of each column, by addition to `results`.
void DrawReplicate(const Strata& strata, const Rows& rows, Random random,
                   std::vector<std::vector<double>>& results) {
  std::vector<double> total(rows.width);
  std::vector<double> weight(rows.width);
  std::vector<double> sums(rows.width);
  std::vector<double> counts(rows.width);
  for (std::size_t s = 0; s < strata.members.size(); ++s) {
    const std::vector<std::size_t>& members = strata.members[s];
    std::fill(sums.begin(), sums.end(), 0);
    std::fill(counts.begin(), counts.end(), 0);
    for (std::size_t draw = 0; draw < members.size(); ++draw) {
      const std::size_t row =
          members[random.Uniform(members.size())] * rows.width;
      for (std::size_t c = 0; c < rows.width; ++c) {
        sums[c] += rows.values[row + c];
        counts[c] += rows.present[row + c];
      }
    }
    for (std::size_t c = 0; c < rows.width; ++c) {
      if (counts[c] == 0) continue;
      total[c] += strata.weights[s] * (sums[c] / counts[c]);
      weight[c] += strata.weights[s];
    }
  }
  for (std::size_t c = 0; c < rows.width; ++c) {
    if (weight[c] > 0) results[c].push_back(total[c] / weight[c]);
  }
}

double Quantile(const std::vector<double>& sorted, double share) {
  const double position = share * static_cast<double>(sorted.size() - 1);
  const auto below = static_cast<std::size_t>(position);
  if (below + 1 >= sorted.size()) return sorted.back();
  const double fraction = position - static_cast<double>(below);
  return sorted[below] + fraction * (sorted[below + 1] - sorted[below]);
}

Interval Summarize(std::vector<double>& replicates) {
  if (replicates.size() < 2) return {};
  double sum = 0;
  for (const double value : replicates) sum += value;
  const double mean = sum / static_cast<double>(replicates.size());
  double squares = 0;
  for (const double value : replicates) {
    squares += (value - mean) * (value - mean);
  }
  std::sort(replicates.begin(), replicates.end());
  return {Quantile(replicates, 0.025), Quantile(replicates, 0.975),
          std::sqrt(squares / static_cast<double>(replicates.size() - 1))};
}

}  // namespace

Strata MakeStrata(const WaveData& wave, const RatingTable& table,
                  std::int32_t min_cell_count) {
  std::vector<Cell> cells = MergeSmall(MakeCells(wave, table), min_cell_count);
  std::int64_t invited = 0;
  for (const Cell& cell : cells) invited += cell.invited;

  Strata strata;
  for (Cell& cell : cells) {
    std::sort(cell.members.begin(), cell.members.end());
    strata.members.push_back(std::move(cell.members));
    strata.weights.push_back(static_cast<double>(cell.invited) /
                             static_cast<double>(invited));
  }
  return strata;
}

std::optional<double> PostStratify(const Strata& strata, const Scores& scores) {
  double total = 0;
  double weight = 0;
  for (std::size_t s = 0; s < strata.members.size(); ++s) {
    double sum = 0;
    std::size_t count = 0;
    for (const std::size_t i : strata.members[s]) {
      const std::optional<double>& score = scores[i];
      if (!score) continue;
      sum += *score;
      ++count;
    }
    if (count == 0) continue;
    total += strata.weights[s] * (sum / static_cast<double>(count));
    weight += strata.weights[s];
  }
  if (weight <= 0) return std::nullopt;
  return total / weight;
}

std::vector<Interval> BootstrapIntervals(const Strata& strata,
                                         absl::Span<const Scores> columns,
                                         std::int32_t replicate_count,
                                         std::uint64_t seed) {
  const std::size_t respondent_count =
      columns.empty() ? 0 : columns.front().size();
  const Rows rows(columns, respondent_count);
  std::vector<std::vector<double>> replicates(columns.size());
  const Random random(seed);
  for (std::int32_t r = 0; r < replicate_count; ++r) {
    DrawReplicate(strata, rows, random.Fork(static_cast<std::uint64_t>(r)),
                  replicates);
  }
  std::vector<Interval> intervals;
  intervals.reserve(columns.size());
  for (std::vector<double>& column : replicates) {
    intervals.push_back(Summarize(column));
  }
  return intervals;
}

}  // namespace pulsetaker::assessment
