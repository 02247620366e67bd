#include "services/network/domain/told_cores.h"

#include <vector>

#include "absl/strings/str_cat.h"
#include "common/base/random.h"
#include "common/base/status.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/network/domain/clique_sampler.h"
#include "services/network/domain/wave_testing.h"

namespace pulsetaker::network {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

ToldCores ToldBy(const AnalysisResult& result, const Wave& wave) {
  auto cores = CoresToldBy(result, wave);
  EXPECT_TRUE(cores.ok()) << cores.status();
  return cores.ok() ? *std::move(cores) : ToldCores();
}

// As the search for cores has them, wherever the gate allows to tell.
TEST(ToldCoresTest, AreThoseThatWereFound) {
  int told = 0;
  int pooled = 0;
  for (unsigned seed = 0; seed < 30; ++seed) {
    SCOPED_TRACE(seed);
    Random random(seed);
    WaveSnapshot snapshot =
        RandomWave(random, {.people = 20,
                            .networks = 3,
                            .response_percent = 72 + random.Uniform(29)})
            .snapshot();
    // In some, all networks are alike, so that there is a pooled core.
    for (Response& response : snapshot.responses) {
      if (seed % 2 == 0) continue;
      const NetworkAnswer first = response.answers.front();
      response.answers.clear();
      for (int network = 0; network < 3; ++network) {
        response.answers.push_back(first);
        response.answers.back().network_id = absl::StrCat("n", network);
      }
    }
    const Wave wave = WaveOf(snapshot);
    const auto sampler = CliqueSampler::Create(wave, kNeverCancelled);
    ASSERT_TRUE(sampler.ok());
    const CliqueObservation& found = sampler->observation();
    const ToldCores cores = ToldBy(QuickResult(snapshot), wave);
    std::vector<NodeFlags> want(wave.networks.size());
    bool all_told = true;
    for (std::size_t i = 0; i < found.networks.size(); ++i) {
      const std::size_t network = found.networks[i];
      if (wave.networks[network].gate == Gate::kAllRoles) {
        want[network] = found.core_members[i];
        ++told;
      } else {
        all_told = false;
      }
    }
    EXPECT_EQ(cores.networks, want);
    if (!all_told || found.pooled.size() < kPooledCoreMin) {
      EXPECT_THAT(cores.pooled, IsEmpty());
    } else {
      EXPECT_EQ(cores.pooled, found.pooled_members);
      ++pooled;
    }
  }
  EXPECT_GT(told, 10);
  EXPECT_GT(pooled, 3);
}

TEST(ToldCoresTest, AreNotThoseOfAnotherWave) {
  SnapshotBuilder builder(5, 'a');
  builder.AddNetwork("work");
  SnapshotBuilder next(5, 'b');  // The same people and networks.
  next.AddNetwork("work");
  const Wave wave = WaveOf(builder.snapshot());
  const AnalysisResult good = PlainResult(wave);
  EXPECT_TRUE(CheckAnalysisOf(good, wave).ok());
  AnalysisResult person = good;
  person.persons[2].person = "zoe";
  AnalysisResult measures = good;
  measures.persons[4].networks.clear();
  AnalysisResult network = good;
  network.analysis.networks[0].network_id = "play";
  for (const AnalysisResult& other :
       {PlainResult(WaveOf(next.snapshot())), person, measures, network,
        AnalysisResult()}) {
    const absl::Status status = CoresToldBy(other, wave).status();
    EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
    EXPECT_EQ(ReasonOf(status), "ANALYSIS_OF_OTHER_WAVE");
  }
}

TEST(ToldCoresTest, NeedThreePeople) {
  SnapshotBuilder builder(5);
  builder.AddNetwork("work");
  const Wave wave = WaveOf(builder.snapshot());
  AnalysisResult result = PlainResult(wave);
  EXPECT_THAT(ToldBy(result, wave).networks, ElementsAre(IsEmpty()));
  result.analysis.clique_risk.recurrence_threshold = 1;
  result.persons[1].core_network_count = 1;
  result.persons[4].core_network_count = 1;
  EXPECT_THAT(ToldBy(result, wave).pooled, IsEmpty());
  result.persons[0].core_network_count = 0;
  result.persons[2].core_network_count = 1;
  result.persons[0].networks[0].in_core = true;
  EXPECT_THAT(ToldBy(result, wave).pooled, ElementsAre(0, 1, 1, 0, 1));
  EXPECT_THAT(ToldBy(result, wave).networks,
              ElementsAre(ElementsAre(1, 0, 0, 0, 0)));
}

}  // namespace
}  // namespace pulsetaker::network
