// Works out reliability, intraclass correlations and pooled levels of the data
// sets on standard input, for compare_reliability.py and .R, which work them
// out again. Words on a line of their own are:
//
//   items N K   then N rows of K ratings, 1 to 5, 0 where there is none
//               -> alpha, omega, agreement
//   places J    then J times a count and as many scores
//               -> ICC(1), ICC(2), effective size
//   levels M    then M pairs of level and standard error
//               -> mean, variance between, M pooled levels
//
// One line of numbers each, NA for what is missing.

#include <cstddef>
#include <cstdio>
#include <iostream>
#include <numeric>
#include <string>
#include <vector>

#include "absl/strings/str_format.h"
#include "services/assessment/domain/intraclass.h"
#include "services/assessment/domain/pooling.h"
#include "services/assessment/domain/reliability.h"
#include "services/assessment/domain/scores.h"
#include "services/assessment/domain/wave.h"

namespace pulsetaker::assessment {
namespace {

constexpr int kMinCellCount = 5;

template <typename Number>
Number Read() {
  Number number{};
  std::cin >> number;
  return number;
}

void Print(const Reading& reading) {
  if (reading.measured()) {
    absl::PrintF("%.17g ", reading.value);
  } else {
    absl::PrintF("NA ");
  }
}

WaveData ReadRatings(std::size_t people, std::size_t items) {
  WaveData wave;
  for (std::size_t i = 0; i < items; ++i) {
    wave.items.emplace_back().id = absl::StrFormat("item%02d", i);
  }
  for (std::size_t person = 0; person < people; ++person) {
    Respondent& respondent = wave.respondents.emplace_back();
    respondent.person = absl::StrFormat("p%06d", person);
    for (const Item& item : wave.items) {
      const int rating = Read<int>();
      if (rating == 0) continue;
      respondent.answers.push_back({item.id, AnswerKind::kRating, rating});
    }
  }
  wave.roster.push_back({Layer::kUnknown, "", static_cast<int>(people)});
  return wave;
}

void PrintReliability() {
  const auto people = Read<std::size_t>();
  WaveData wave = ReadRatings(people, Read<std::size_t>());
  if (!Canonicalize(wave).ok()) return;
  const RatingTable table(wave);
  std::vector<std::size_t> items(wave.items.size());
  std::iota(items.begin(), items.end(), std::size_t{0});
  Print(Alpha(table, items, kMinCellCount));
  Print(Omega(table, items, kMinCellCount));
  Print(Agreement(wave, table, items, Null::kUniform, kMinCellCount));
}

void PrintIntraclass() {
  std::vector<std::vector<double>> places(Read<std::size_t>());
  for (std::vector<double>& place : places) {
    place.resize(Read<std::size_t>());
    for (double& score : place) score = Read<double>();
  }
  const Intraclass found = IntraclassCorrelation(places);
  Print(found.icc1);
  Print(found.icc2);
  Print(Reading::Of(found.effective_size));
}

void PrintPooling() {
  std::vector<PlaceLevel> places(Read<std::size_t>());
  for (PlaceLevel& place : places) {
    place.level = Read<double>();
    place.standard_error = Read<double>();
  }
  const Pooling pooling = PoolLevels(places);
  Print(pooling.national_mean);
  Print(pooling.between_variance);
  for (const PooledLevel& place : pooling.places) {
    Print(Reading::Of(place.pooled));
  }
}

int Run() {
  std::string kind;
  while (std::cin >> kind) {
    if (kind == "items") {
      PrintReliability();
    } else if (kind == "places") {
      PrintIntraclass();
    } else if (kind == "levels") {
      PrintPooling();
    } else {
      std::cerr << "no such data: " << kind << '\n';
      return 1;
    }
    absl::PrintF("\n");
  }
  return 0;
}

}  // namespace
}  // namespace pulsetaker::assessment

int main() { return pulsetaker::assessment::Run(); }
