// How well items hang together, and how far respondents agree.

#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "absl/types/span.h"
#include "services/assessment/domain/measurement.h"
#include "services/assessment/domain/scores.h"
#include "services/assessment/domain/wave.h"

namespace pulsetaker::assessment {

inline constexpr double kAlphaLow = 0.70;

// Variance of a slightly skewed answer on five options, the null of LeBreton
// and Senter (2008) for respondents who lean to one side without agreeing.
inline constexpr double kSkewedNullVariance = 1.34;

// Cronbach's alpha over the people who rated every item of `items`:
//
//   alpha = k / (k - 1) * (1 - sum of item variances / variance of the sum)
//
// At most 1, and negative where items work against each other. kNotAsked: no
// items. kUndefined: one item, or everyone has the same sum. kTooFewAnswers:
// fewer than `min_cell_count` people rated them all.
Reading Alpha(const RatingTable& table, absl::Span<const std::size_t> items,
              std::int32_t min_cell_count);

// People who must have rated all of n items for an omega: this many times n.
inline constexpr std::size_t kOmegaPeoplePerItem = 5;

// McDonald's omega over the people who rated every item of `items`, from the
// model of one factor that FitFactorModel (factor_model.h) fits to the
// covariances of the ratings by maximum likelihood. In [0, 1). Where the items
// share one thing in unequal parts, alpha is a lower bound of it.
//
// kNotAsked: no items. kUndefined: one item or two, for which the model is not
// identified; or no proper solution, such as a Heywood case, where one item
// makes the factor, or an item that everyone rates alike. kTooFewAnswers: fewer
// than `min_cell_count` people, or than kOmegaPeoplePerItem an item, rated them
// all: of fewer, a fit says little.
Reading Omega(const RatingTable& table, absl::Span<const std::size_t> items,
              std::int32_t min_cell_count);

enum class Null : std::uint8_t { kUniform, kSlightlySkewed };

// Agreement of the respondents on `items` together, r_wg(J) of James, Demaree
// and Wolf (1984), in [0, 1]:
//
//   q = mean over the items of (variance of the ratings / variance of the null)
//   r = J (1 - q) / (J (1 - q) + q), and 0 where q > 1
//
// J counts the items that at least `min_cell_count` people rated; variances
// divide by n - 1. The uniform null of A options has the variance
// (A^2 - 1) / 12. The skewed one is known for five options only: else
// kUndefined. kNotAsked: no items. kTooFewAnswers: no item with enough ratings.
Reading Agreement(const WaveData& wave, const RatingTable& table,
                  absl::Span<const std::size_t> items, Null null,
                  std::int32_t min_cell_count);

}  // namespace pulsetaker::assessment
