// Strata of the roster, and levels that weight each stratum by its share of the
// roster. Layers and sectors answer at different rates, and the core answers
// most: a plain mean would be the core's view.

#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "absl/types/span.h"
#include "services/assessment/domain/scores.h"
#include "services/assessment/domain/wave.h"

namespace pulsetaker::assessment {

// Every respondent who rated anything is in one stratum.
struct Strata {
  std::vector<std::vector<std::size_t>> members;  // Respondents, ascending.
  std::vector<double> weights;  // Shares of the invited; they sum to 1.
};

// Cells of layer and sector with fewer than `min_cell_count` respondents are
// merged, so that no stratum rests on a few people:
//   1. the small cells of a layer with one another;
//   2. if they are still too few, with the layer's smallest large cell;
//   3. if the layer has none, with those of other such layers;
//   4. if these are still too few, with the largest stratum.
// "Small" and "large" are by respondents; of equals it is the first. The weight
// of a cell goes where its people go, and that of a cell nobody answered from
// with the small ones of its layer. A layer nobody answered from has no weight:
// levels are of those layers that answered. No strata if nobody rated anything.
Strata MakeStrata(const WaveData& wave, const RatingTable& table,
                  std::int32_t min_cell_count);

// sum(weight * mean of the stratum) / sum(weight), over the strata in which
// someone has a score. None if nobody has.
std::optional<double> PostStratify(const Strata& strata, const Scores& scores);

struct Interval {
  double low = 0;
  double high = 0;
  double standard_error = 0;
};

// 95 % percentile intervals of PostStratify for each of `columns`, from
// `replicate_count` bootstrap samples. A sample draws respondents with
// replacement within each stratum, with all their answers, so that the columns
// keep their dependence. Replicate r draws from fork r of the seed. Quantiles
// are interpolated linearly between order statistics (type 7 of Hyndman and
// Fan). Time O(replicates * respondents * columns).
std::vector<Interval> BootstrapIntervals(const Strata& strata,
                                         absl::Span<const Scores> columns,
                                         std::int32_t replicate_count,
                                         std::uint64_t seed);

}  // namespace pulsetaker::assessment
