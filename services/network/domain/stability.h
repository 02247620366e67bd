// How many respondents a ranking of people can do without.

#pragma once

#include <optional>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "common/base/random.h"
#include "services/network/domain/wave.h"

namespace pulsetaker::network {

// Of C. Spearman: Pearson's correlation of the ranks, ties having the middle of
// theirs. Scores that are ties by IsTie are equal. In [-1, 1]; nullopt if x or
// y does not vary. Same lengths, finite numbers. O(n log n).
std::optional<double> SpearmanCorrelation(absl::Span<const double> x,
                                          absl::Span<const double> y);

// A score of each node; nullopt where the measure is undefined, as it may be
// for isolated people.
using PersonScores = std::vector<std::optional<double>>;

// The scores if those with a flag in `dropped` had not answered: their rows are
// missing, but they stay nodes and may be named. May be called by several
// threads at once; must give the same for the same flags.
using CaseDroppedScores =
    absl::FunctionRef<absl::StatusOr<PersonScores>(const NodeFlags& dropped)>;

// What S. Epskamp, D. Borsboom and E. Fried, "Estimating psychological networks
// and their accuracy" (2018), call for: a coefficient of .25 or more, better
// above .5. That their bands fit networks of people is a design choice.
inline constexpr double kStabilityMin = 0.25;
inline constexpr double kStabilityPreferred = 0.50;

inline constexpr double kStableCorrelationMin = 0.7;

// At least so many of 100 draws must be stable.
inline constexpr int kStablePercentMin = 95;

// Shares of respondents to drop: 5 %, 10 %, ... 75 %. The range is that of R
// bootnet; its ten levels have neither of the bands' edges among them.
inline constexpr int kDropPercentStep = 5;
inline constexpr int kDropPercentMax = 75;

inline constexpr int kCaseDropDrawsDefault = 100;

// With fewer, one respondent is over a tenth of them. A design choice.
inline constexpr int kStabilityRespondentsMin = 10;

struct StabilityLevel {
  int dropped_count = 0;
  double dropped_share = 0.0;  // Of the respondents.
  double stable_share = 0.0;   // Draws with the correlation or more.

  friend bool operator==(const StabilityLevel&,
                         const StabilityLevel&) = default;
};

struct CorrelationStability {
  // CS; 0 if no level is stable enough. nullopt: not measured, as too few
  // people answered or the scores with all answers do not vary.
  std::optional<double> coefficient;
  std::vector<StabilityLevel> levels;  // Ascending; empty if not measured.

  friend bool operator==(const CorrelationStability&,
                         const CorrelationStability&) = default;
};

struct StabilitySettings {
  int draw_count = kCaseDropDrawsDefault;  // At each level; at least 1.
  int thread_count = 1;
};

// The correlation stability coefficient, as corStability of R bootnet for
// bootstraps of type "case":
//
//   CS = max { s : share of draws with rho(all answers, without s) >= .7
//                  is .95 or more }
//
// over the shares s of respondents that are dropped, s = d / r with d the
// level's share of the r respondents, rounded to the nearest, halves up; levels
// with the same d count once. Each draw drops d respondents at random, each set
// as likely. rho is Spearman's correlation over the people who have a score
// both times; where it is undefined the draw is not stable. As in bootnet a
// larger share may be stable enough where a smaller one is not, which chance
// does near the edge. Its manual says "at least" twice, and so do we; its code
// says "more than", which differs if a share or a correlation is on the edge.
//
// At least 0; at most .75 however stable the scores are, but for the rounding
// of d: .8 for ten respondents, of whom 8 are dropped at the last level. Draw k
// of level l comes from stream k of stream l of `random`: the result is the
// same for any number of threads. Time: 1 + levels * draws calls of `scores`.
//
// INVALID_ARGUMENT: DRAWS_OUT_OF_RANGE, fewer than one, whatever else is given;
// SCORES_MISMATCH, other than one score a node; SCORE_NOT_FINITE. Else the
// error of the lowest draw that fails.
absl::StatusOr<CorrelationStability> CorrelationStabilityOf(
    const NodeFlags& answered, const StabilitySettings& settings,
    const Random& random, CaseDroppedScores scores);

// The same coefficient alone, on one thread, sooner: from the largest level
// down to the first that is stable enough, and of each no more draws than it
// takes to tell. Where all the draws are needed is near the coefficient.
//
// INVALID_ARGUMENT as above, of what was drawn.
absl::StatusOr<std::optional<double>> StabilityCoefficientOf(
    const NodeFlags& answered, int draw_count, const Random& random,
    CaseDroppedScores scores);

}  // namespace pulsetaker::network
