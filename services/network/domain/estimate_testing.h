// How tests of estimates tell whether these are right but for chance, and
// whether their standard errors are honest.

#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <utility>
#include <vector>

#include "services/network/domain/separated_ranks.h"

namespace pulsetaker::network {

// Trials with many seeds, of numbers of which the true values are known.
class EstimateTrials {
 public:
  explicit EstimateTrials(std::vector<double> exact)
      : exact_(std::move(exact)),
        sum_(exact_.size(), 0.0),
        squares_(exact_.size(), 0.0),
        variance_(exact_.size(), 0.0) {}

  void Add(const std::vector<double>& values,
           const std::vector<double>& errors) {
    ++trials_;
    for (std::size_t i = 0; i < exact_.size(); ++i) {
      const double off = values[i] - exact_[i];
      sum_[i] += off;
      squares_[i] += off * off;
      variance_[i] += errors[i] * errors[i];
      if (errors[i] == 0) {
        wrongly_exact_ = std::max(wrongly_exact_, std::abs(off));
        continue;
      }
      ++intervals_;
      if (std::abs(off) <= kIntervalErrors * errors[i]) ++covered_;
    }
  }

  std::size_t intervals() const { return intervals_; }

  // The share of intervals that cover the true value.
  double covered() const {
    return static_cast<double>(covered_) / static_cast<double>(intervals_);
  }

  // How far any value with error 0 was off.
  double wrongly_exact() const { return wrongly_exact_; }

  // The mean offset of the number that is most off, in standard errors of that
  // mean as its spread over the trials has it.
  double LargestBias() const {
    const double trials = trials_;
    double largest = 0;
    for (std::size_t i = 0; i < exact_.size(); ++i) {
      const double mean = sum_[i] / trials;
      const double variance = squares_[i] / trials - mean * mean;
      if (variance <= 1e-20) continue;
      largest =
          std::max(largest, std::abs(mean) / std::sqrt(variance / trials));
    }
    return largest;
  }

  // Mean squares of the standard errors, in those of what they are to tell.
  double ErrorRatio() const {
    double told = 0;
    double real = 0;
    for (std::size_t i = 0; i < exact_.size(); ++i) {
      told += variance_[i];
      real += squares_[i];
    }
    return told / real;
  }

 private:
  std::vector<double> exact_;
  std::vector<double> sum_;       // Of offsets.
  std::vector<double> squares_;   // Of these.
  std::vector<double> variance_;  // Of squared standard errors.
  int trials_ = 0;
  std::size_t intervals_ = 0;
  std::size_t covered_ = 0;
  double wrongly_exact_ = 0;
};

}  // namespace pulsetaker::network
