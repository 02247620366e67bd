// Waves for the tests of this folder.

#pragma once

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/base/random.h"
#include "gtest/gtest.h"
#include "services/network/domain/analyze.h"
#include "services/network/domain/test_snapshot.h"
#include "services/network/domain/wave.h"

namespace pulsetaker::network {

inline Wave WaveOf(const WaveSnapshot& snapshot) {
  EXPECT_TRUE(CheckSnapshot(snapshot).ok());
  absl::StatusOr<Wave> wave = BuildWave(snapshot);
  EXPECT_TRUE(wave.ok()) << wave.status();
  return wave.ok() ? *std::move(wave) : Wave();
}

// An analysis of the right shape that tells nothing.
inline AnalysisResult PlainResult(const Wave& wave) {
  AnalysisResult result;
  result.analysis.snapshot_digest = wave.snapshot_digest;
  result.analysis.engine_version = kEngineVersion;
  for (const WaveNetwork& network : wave.networks) {
    NetworkFindings findings;
    findings.network_id = network.definition.id;
    result.analysis.networks.push_back(findings);
  }
  for (const Participant& participant : wave.people) {
    PersonRoles person;
    person.person = participant.id;
    person.networks.resize(wave.networks.size());
    result.persons.push_back(person);
  }
  return result;
}

// One made with few draws.
inline AnalysisResult QuickResult(const WaveSnapshot& snapshot) {
  AnalysisParameters parameters;
  parameters.null_draw_count = kNullDrawsMin;
  parameters.replicate_count = kReplicatesMin;
  NoObserver observer;
  auto result = AnalyzeWave(snapshot, parameters, observer, 1);
  EXPECT_TRUE(result.ok()) << result.status();
  return result.ok() ? *std::move(result) : AnalysisResult();
}

struct RandomWaveShape {
  int people = 12;
  int networks = 3;
  std::uint64_t response_percent = 90;
  std::uint64_t tie_percent = 15;
};

// By value: what the caller draws next is the same without it.
inline std::string RandomDigest(Random random) {
  std::string digest;
  for (int i = 0; i < 64; ++i) {
    digest += "0123456789abcdef"[random.Uniform(16)];
  }
  return digest;
}

// Networks n0, n1, ..., every third one undirected; sectors a to c and layers
// with some of them unknown.
inline SnapshotBuilder RandomWave(Random& random,
                                  const RandomWaveShape& shape) {
  SnapshotBuilder builder(shape.people);
  builder.snapshot().digest = RandomDigest(random);
  for (int person = 0; person < shape.people; ++person) {
    const auto sector = random.Uniform(4);
    if (sector < 3) {
      builder.person(person).sector =
          std::string(1, static_cast<char>('a' + static_cast<int>(sector)));
    }
    builder.person(person).layer = static_cast<Layer>(random.Uniform(5));
    if (random.Uniform(6) == 0) {
      builder.person(person).secondary_layers = {
          static_cast<Layer>(1 + random.Uniform(4))};
    }
  }
  for (int network = 0; network < shape.networks; ++network) {
    const std::string id = absl::StrCat("n", network);
    builder.AddNetwork(id, /*directed=*/network % 3 != 2);
    for (int person = 0; person < shape.people; ++person) {
      if (random.Uniform(100) >= shape.response_percent) continue;
      std::vector<int> named;
      for (int other = 0; other < shape.people; ++other) {
        if (other == person || random.Uniform(100) >= shape.tie_percent) {
          continue;
        }
        named.push_back(other);
      }
      builder.Answer(person, id, named);
    }
  }
  return builder;
}

// The same in another order.
inline WaveSnapshot Shuffled(WaveSnapshot snapshot, Random& random) {
  random.Shuffle(absl::MakeSpan(snapshot.participants));
  random.Shuffle(absl::MakeSpan(snapshot.responses));
  for (Response& response : snapshot.responses) {
    random.Shuffle(absl::MakeSpan(response.answers));
    for (NetworkAnswer& answer : response.answers) {
      random.Shuffle(absl::MakeSpan(answer.nominations));
    }
  }
  return snapshot;
}

}  // namespace pulsetaker::network
