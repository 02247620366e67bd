// Places and analyses for the tests of AnalyzeWave.

#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/base/random.h"
#include "gtest/gtest.h"
#include "services/network/domain/analyze.h"
#include "services/network/domain/test_snapshot.h"

namespace pulsetaker::network {

inline AnalysisParameters Quick() {
  AnalysisParameters parameters;
  parameters.null_draw_count = 19;
  parameters.replicate_count = 20;
  return parameters;
}

inline AnalysisResult Analyzed(const WaveSnapshot& snapshot,
                               const AnalysisParameters& parameters = Quick(),
                               int threads = 2) {
  NoObserver observer;
  auto result = AnalyzeWave(snapshot, parameters, observer, threads);
  EXPECT_TRUE(result.ok()) << result.status();
  return result.ok() ? *std::move(result) : AnalysisResult{};
}

// `count` different people of [first, last) other than `self`.
inline void NameSome(int self, int first, int last, int count, Random& random,
                     std::vector<int>& named) {
  std::vector<int> pool;
  for (int person = first; person < last; ++person) {
    if (person != self) pool.push_back(person);
  }
  random.Shuffle(absl::MakeSpan(pool));
  pool.resize(static_cast<std::size_t>(count));
  named.insert(named.end(), pool.begin(), pool.end());
}

inline constexpr int kPeople = 60;
inline constexpr int kCoreSize = 8;

struct Plant {
  bool same_core = true;  // In all networks; else each has its own.
  int core_to_core = 2;   // Nominations of each of the core.
  int core_to_others = 5;
  int others_to_core = 2;   // And of each other person.
  bool one_sector = false;  // The core is of one sector.
};

// Seven networks of sixty people around a planted core.
inline SnapshotBuilder Planted(const Plant& plant, std::uint64_t seed) {
  Random random(seed);
  SnapshotBuilder builder(kPeople);
  for (int person = 0; person < kPeople; ++person) {
    const bool core = plant.one_sector && person < kCoreSize;
    builder.person(person).sector =
        std::string(1, static_cast<char>('a' + (core ? 0 : person % 4)));
    builder.person(person).layer = static_cast<Layer>(1 + person % 4);
  }
  for (int network = 0; network < 7; ++network) {
    const std::string id = absl::StrCat("n", network);
    builder.AddNetwork(id);
    const int first = plant.same_core ? 0 : network * kCoreSize;
    const int last = first + kCoreSize;
    for (int person = 0; person < kPeople; ++person) {
      std::vector<int> named;
      if (person >= first && person < last) {
        NameSome(person, first, last, plant.core_to_core, random, named);
        // Those after the core, then those before it.
        std::vector<int> others;
        NameSome(person, 0, kPeople - kCoreSize, plant.core_to_others, random,
                 others);
        for (int& other : others) other += other >= first ? kCoreSize : 0;
        for (const int other : others) {
          if (other != person) named.push_back(other);
        }
      } else {
        NameSome(person, first, last, plant.others_to_core, random, named);
        NameSome(person, 0, kPeople, 1, random, named);
      }
      std::sort(named.begin(), named.end());
      named.erase(std::unique(named.begin(), named.end()), named.end());
      builder.Answer(person, id, named);
    }
  }
  return builder;
}

inline constexpr Plant kClosed = {true, 6, 1, 2, true};
inline constexpr Plant kOpen = {true, 3, 12, 2, false};

// n people in a ring who each name the next three, and all name 0.
inline SnapshotBuilder Ring(int people, int respondents) {
  SnapshotBuilder builder(people);
  builder.AddNetwork("work");
  for (int person = 0; person < respondents; ++person) {
    std::vector<int> named;
    for (int step = 1; step <= 3; ++step) {
      const int other = (person + step) % people;
      if (other != 0) named.push_back(other);
    }
    if (person != 0) named.push_back(0);
    builder.Answer(person, "work", named);
  }
  return builder;
}

}  // namespace pulsetaker::network
