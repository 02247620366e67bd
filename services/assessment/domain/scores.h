// Answers turned into scores: each rating on [0, 100] with reversed items
// turned round, and the score of a person on several items together.

#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <vector>

#include "absl/types/span.h"
#include "services/assessment/domain/measurement.h"
#include "services/assessment/domain/wave.h"

namespace pulsetaker::assessment {

// One number a respondent, in the order of WaveData::respondents; none where
// the person has no score.
using Scores = std::vector<std::optional<double>>;

// All ratings of a canonical wave, scaled.
class RatingTable {
 public:
  explicit RatingTable(const WaveData& wave);

  std::size_t item_count() const { return ratings_.size(); }
  std::size_t respondent_count() const { return respondent_count_; }

  // Ratings of an item, by its index in WaveData::items:
  //   100 * (x - min) / (max - min), x = min + max - rating if reversed
  const Scores& ratings(std::size_t item) const { return ratings_[item]; }

  // Answers to an item that are no rating.
  int dont_know_count(std::size_t item) const { return dont_know_[item]; }
  int not_applicable_count(std::size_t item) const {
    return not_applicable_[item];
  }
  int rating_count(std::size_t item) const { return rated_[item]; }

  // Whether the respondent rated any item at all.
  bool rated_any(std::size_t respondent) const {
    return rated_any_[respondent];
  }

 private:
  std::size_t respondent_count_;
  std::vector<Scores> ratings_;
  std::vector<int> rated_;
  std::vector<int> dont_know_;
  std::vector<int> not_applicable_;
  std::vector<bool> rated_any_;
};

// A person's score on `items` is the mean of the ratings given, if these are at
// least half of the items; "don't know" and "not applicable" are not given.
// Half, because the mean of what is there stands in well for what is missing up
// to that (Siddiqui 2015).
Scores ScoreItems(const RatingTable& table,
                  absl::Span<const std::size_t> items);

// Indices of the items of a corner or of an arrow.
std::vector<std::size_t> ItemsOf(const WaveData& wave, Corner corner);
std::vector<std::size_t> ItemsOf(const WaveData& wave, Arrow arrow);

// Indices of the items of each feature, in the order of FeatureNames().
std::array<std::vector<std::size_t>, kFeatureCount> FeatureItems(
    const WaveData& wave);

}  // namespace pulsetaker::assessment
