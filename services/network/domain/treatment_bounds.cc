#include "services/network/domain/treatment_bounds.h"

#include <algorithm>
#include <cmath>

#include "absl/status/status.h"
#include "common/base/status.h"

namespace pulsetaker::network {
namespace {

// All figures that count, ascending.
absl::StatusOr<std::vector<double>> CountedFigures(
    const TreatedFigure& figure) {
  std::vector<double> draws = figure.random;
  draws.push_back(figure.empty);
  draws.push_back(figure.reciprocated);
  if (!std::all_of(draws.begin(), draws.end(),
                   [](double value) { return std::isfinite(value); })) {
    return MakeError(absl::StatusCode::kInvalidArgument, "FIGURE_NOT_FINITE",
                     "a figure under a treatment is not a finite number");
  }
  draws.resize(figure.random.size());
  std::sort(draws.begin(), draws.end());
  const auto trimmed =
      static_cast<std::ptrdiff_t>(TrimmedDrawCount(draws.size()));
  std::vector<double> counted(draws.begin() + trimmed, draws.end() - trimmed);
  counted.push_back(figure.empty);
  counted.push_back(figure.reciprocated);
  std::sort(counted.begin(), counted.end());
  return counted;
}

}  // namespace

std::size_t TrimmedDrawCount(std::size_t draw_count) { return draw_count / 40; }

absl::StatusOr<TreatedFigure> FigureUnderTreatments(
    const MissingRows& rows, int draw_count, const Random& random,
    absl::FunctionRef<absl::StatusOr<double>(absl::Span<const Arc>)> figure) {
  TreatedFigure treated;
  PT_ASSIGN_OR_RETURN(treated.empty, figure(rows.EmptyRows()));
  PT_ASSIGN_OR_RETURN(treated.reciprocated, figure(rows.ReciprocatedRows()));
  for (int draw = 0; draw < draw_count; ++draw) {
    Random own = random.Fork(static_cast<std::uint64_t>(draw));
    PT_ASSIGN_OR_RETURN(const double drawn, figure(rows.RandomRows(own)));
    treated.random.push_back(drawn);
  }
  return treated;
}

absl::StatusOr<TreatmentBounds> BoundsOf(const TreatedFigure& figure) {
  PT_ASSIGN_OR_RETURN(const std::vector<double> counted,
                      CountedFigures(figure));
  return TreatmentBounds{counted.front(), counted.back()};
}

absl::StatusOr<Robustness> RobustnessOf(
    const TreatedFigure& figure, absl::FunctionRef<int(double)> verdict) {
  PT_ASSIGN_OR_RETURN(const std::vector<double> counted,
                      CountedFigures(figure));
  const int first = verdict(counted.front());
  const bool same =
      std::all_of(counted.begin(), counted.end(),
                  [&](double value) { return verdict(value) == first; });
  return same ? Robustness::kRobust : Robustness::kNotRobust;
}

Robustness RobustnessOf(const TreatedVerdict& verdict) {
  if (verdict.empty != verdict.reciprocated) return Robustness::kNotRobust;
  const auto same = static_cast<std::size_t>(
      std::count(verdict.random.begin(), verdict.random.end(), verdict.empty));
  return verdict.random.size() - same <= TrimmedDrawCount(verdict.random.size())
             ? Robustness::kRobust
             : Robustness::kNotRobust;
}

}  // namespace pulsetaker::network
