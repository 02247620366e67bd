#pragma once

#include <vector>

#include "absl/status/statusor.h"
#include "common/base/random.h"
#include "services/network/domain/graph.h"

namespace pulsetaker::network {

// Fewer sources are refused: the standard errors would be guesses themselves.
inline constexpr NodeId kSampledSourcesMin = 64;

struct DistanceSampling {
  // People to search from, at least kSampledSourcesMin; all where there are not
  // more. 512 are searched from at once.
  NodeId source_count = 512;
  int thread_count = 1;  // At least 1; more than one for each 512 are idle.
};

// Estimates of what InDistances of distances.h has, each with its standard
// error: 1.96 of it to either side cover the true value about 95 times of 100.
// An error of 0 says that the value is exact.
struct SampledDistances {
  // Harmonic in-closeness, in [0, 1].
  std::vector<double> harmonic;
  std::vector<double> harmonic_error;
  // The number of others from whom the node is reached, 0 to n - 1.
  std::vector<double> reached;
  std::vector<double> reached_error;
};

// Searches along the arcs from k random people, each set of k as likely, and
// asks how near these are to each node (D. Eppstein and J. Wang, "Fast
// approximation of centrality", 2004). Of node i the m = k or, if i is one of
// them, k - 1 others are a sample without replacement of the N = n - 1 others,
// so with x_j = 1 / d(j, i), 0 where j does not reach i,
//
//   harmonic(i) = mean of x over the m
//   its error   = sqrt((1 - m / N) * s^2 / m), s^2 their variance over m - 1
//   reached(i)  = N * r / m, r the number of those who reach i
//   its error   = N * sqrt((1 - m / N) * p * (1 - p) / m), p = (r + 2) / (m +
//   4)
//
// Both estimates are unbiased. p is that of A. Agresti and B. Coull
// ("Approximate is better than 'exact' for interval estimation of binomial
// proportions", 1998): with r / m whoever is reached by all or none of the
// sample would seem certain.
//
// A handful of sources among those who reach i says little, so nodes that at
// most 16 n / k others reach have a search of their own, and are exact. So is
// everybody where k = n: then the values are those of DistancesIn, bit for bit.
// Who is searched from depends on the state of `random` and on k alone, the
// result on nothing else: it is the same for any number of threads.
//
// Time O(k / 512 * arcs * diameter), and O(arcs / k) for each of those with a
// search of their own. Memory: some 300 bytes a node and thread.
//
// INVALID_ARGUMENT, SOURCES_OUT_OF_RANGE: fewer than kSampledSourcesMin.
// CANCELLED: `is_cancelled`, asked once a batch of sources and once a search of
// one's own, maybe by several threads at once, said yes.
absl::StatusOr<SampledDistances> SampledDistancesIn(
    const Digraph& graph, const DistanceSampling& sampling,
    const Random& random, IsCancelled is_cancelled);

}  // namespace pulsetaker::network
