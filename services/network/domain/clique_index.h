// One number for the risk of a clique, with how far it hangs on its weights.
// Never to rank places by: see docs/domain/network.md.

#pragma once

#include <optional>

#include "services/network/domain/measure.h"

namespace pulsetaker::network {

// What the index is made of. The two of recurrence are raw, with what N2 gives
// for each; the two of exclusivity are percentiles in [0, 1].
struct IndexParts {
  double recurrent_share = 0.0;  // At most 1.
  double jaccard = 0.0;
  double recurrent_share_mean = 0.0;
  double jaccard_mean = 0.0;
  // One of them at least.
  std::optional<double> closure;
  std::optional<double> homogeneity;
};

// Shares of one of two parts, in [0, 1]; the other has the rest.
struct IndexWeights {
  double recurrent_share = 0.5;  // In R.
  double closure = 0.5;          // In X. No matter where X has one part.
  // R's exponent in the index, in quarters: 1, 2 or 3. Such powers are square
  // roots, which are the same on every machine.
  int recurrence_quarters = 2;
};

// 100 * R^w * X^(1 - w), in [0, 100]; with the weights as they are by default
// 100 * sqrt(R * X). A geometric mean: a recurrent core that is open has a low
// index, and so has a closed one that is not recurrent.
double CliqueIndexOf(const IndexParts& parts, const IndexWeights& weights = {});

// The smallest and the largest index over all combinations of weights that are
// half as large, as they are, or half as large again, one against the other,
// and of leaving out one part at a time (OECD, "Handbook on constructing
// composite indicators", 2008).
Interval IndexSensitivity(const IndexParts& parts);

}  // namespace pulsetaker::network
