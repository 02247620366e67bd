#pragma once

#include <cstdint>
#include <vector>

#include "absl/status/statusor.h"
#include "common/base/random.h"
#include "services/network/domain/graph.h"

namespace pulsetaker::network {

inline constexpr std::uint64_t kPathSamplesMax = 1'000'000'000;

struct PathSampling {
  std::uint64_t sample_count = 1'000'000;  // 1 to kPathSamplesMax.
  int thread_count = 1;                    // At least 1.
};

// Estimates of the betweenness of every node, on the scale of betweenness.h,
// each with its standard error: 1.96 of it to either side cover the true value
// 95 times of 100, or more where it is small. An error of 0 says that the value
// is exactly 0.
struct SampledBetweenness {
  std::vector<double> value;
  std::vector<double> error;
  // Samples whose two people were joined by a path; of sample_count it is the
  // share of pairs with one, but for chance.
  std::uint64_t joined_count = 0;
};

// Draws r ordered pairs (s, t), s != t, each as likely, and for each one of the
// shortest paths from s to t, each as likely, if there is any. With P the pairs
// that betweenness.h sums over, n * (n - 1) ordered ones in a directed graph
// and half of that in an undirected one, and c(v) the paths that pass through v
// on their way,
//
//   value(v) = P * c(v) / r, unbiased
//   error(v) = P * sqrt(p * (1 - p) / r), p = (c(v) + 2) / (r + 4)
//
// p is that of A. Agresti and B. Coull ("Approximate is better than 'exact' for
// interval estimation of binomial proportions", 1998): with c(v) / r a node
// that no path happened to pass would seem certain to have 0. Nodes that no
// path can pass, without an arc in or out or with one neighbor alone, have 0
// and error 0.
//
// The relative error of a node is about 1 / sqrt(c(v)), so it takes so many
// samples more as betweenness is less than everybody's.
//
// Method: breadth-first search from both ends, a level at a time, on the side
// with fewer arcs to look at (M. Riondato and E. Kornaropoulos, "Fast
// approximation of betweenness centrality through sampling", 2014; M. Borassi
// and E. Natale, "KADABRA", 2016), then back from a random place where they
// meet. Time O(sqrt(arcs)) a sample on most networks of people, O(arcs) at
// worst. Memory: some 40 bytes a node and thread.
//
// Block b of 256 samples comes from stream b of `random`, and counts are
// integers, so the result is the same for any number of threads.
//
// INVALID_ARGUMENT, SAMPLES_OUT_OF_RANGE. OUT_OF_RANGE, PATH_COUNT_OVERFLOW:
// over 1e308 shortest paths from an end to a node. CANCELLED: `is_cancelled`,
// asked once a block, maybe by several threads at once, said yes.
absl::StatusOr<SampledBetweenness> SampleBetweenness(
    const Digraph& graph, const PathSampling& sampling, const Random& random,
    IsCancelled is_cancelled);
absl::StatusOr<SampledBetweenness> SampleBetweenness(
    const Graph& graph, const PathSampling& sampling, const Random& random,
    IsCancelled is_cancelled);

}  // namespace pulsetaker::network
