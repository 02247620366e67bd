// How far the people of one place are alike, compared with those of others: a
// check of a whole nation, because it needs many places. Agreement within a
// place (reliability.h) can be high where places do not differ at all.

#pragma once

#include <cstdint>
#include <vector>

#include "absl/types/span.h"
#include "services/assessment/domain/measurement.h"

namespace pulsetaker::assessment {

// The scores of the people of one place.
struct PlaceScores {
  double size = 0;     // People, 0 or more.
  double mean = 0;     // Of their scores.
  double squares = 0;  // Sum of squared distances from the mean.
};

struct Intraclass {
  // Share of the variance of people's scores that lies between places; at most
  // 1, and below 0 where places differ less than chance would have them.
  Reading icc1;
  // Reliability of the mean of a place; at most 1.
  Reading icc2;
  double between_mean_square = 0;
  double within_mean_square = 0;
  double effective_size = 0;  // k below, in people.
  std::int32_t place_count = 0;
  std::int32_t person_count = 0;
};

// Intraclass correlations of a one-way analysis of variance with random places
// (Shrout and Fleiss 1979, case 1; Bliese 2000). `places` holds the scores of
// the people of each place; places without anyone are left out. With J places
// of n_j people, N in all:
//
//   MSB = sum of n_j (m_j - m)^2 / (J - 1)
//   MSW = sum of (x - m_j)^2 / (N - J)
//   k = (N - sum of n_j^2 / N) / (J - 1)        the n_j where all are equal
//   ICC(1) = (MSB - MSW) / (MSB + (k - 1) MSW)
//   ICC(2) = (MSB - MSW) / MSB
//
// kTooFewAnswers: fewer than two places, or one person in each; all numbers but
// the counts are 0 then. kUndefined: no variance to divide by. The order of
// places and of people changes no bit.
Intraclass IntraclassCorrelation(absl::Span<const std::vector<double>> places);

// The same of places whose scores were summed up already.
Intraclass IntraclassCorrelation(std::vector<PlaceScores> places);

}  // namespace pulsetaker::assessment
