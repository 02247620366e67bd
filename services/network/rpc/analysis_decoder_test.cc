#include "services/network/rpc/analysis_decoder.h"

#include <string>
#include <vector>

#include "common/base/random.h"
#include "common/base/status.h"
#include "gtest/gtest.h"
#include "pulsetaker/network/v1/analysis.pb.h"
#include "services/network/domain/added_ties.h"
#include "services/network/domain/compare_waves.h"
#include "services/network/domain/departures.h"
#include "services/network/domain/introductions.h"
#include "services/network/domain/told_cores.h"
#include "services/network/domain/wave_testing.h"
#include "services/network/rpc/analysis_encoder.h"
#include "services/network/rpc/full_analysis_testing.h"

namespace pulsetaker::network {
namespace {

const WaveKey kWave = {"north", "ashby", "care", 3};
constexpr char kId[] = "0123456789abcdef0123456789abcdef";

AnalysisResult ThereAndBack(const AnalysisResult& result) {
  const auto decoded = MakeAnalysisDecoder()->Decode(
      MakeAnalysisEncoder()->Encode(kWave, kId, result));
  EXPECT_TRUE(decoded.ok()) << decoded.status();
  return decoded.ok() ? *decoded : AnalysisResult();
}

WaveSnapshot Lively(unsigned seed) {
  Random random(seed);
  return RandomWave(random, {.people = 30,
                             .networks = 4,
                             .response_percent = 70 + 4 * (seed % 8),
                             .tie_percent = 12})
      .snapshot();
}

// The encoder's test holds FullResult to having every field of the API.
TEST(AnalysisDecoderTest, LeavesNoFieldOut) {
  const AnalysisResult result = FullResult();
  const AnalysisResult back = ThereAndBack(result);
  EXPECT_EQ(back.analysis.parameters, result.analysis.parameters);
  EXPECT_EQ(back.analysis.participants, result.analysis.participants);
  EXPECT_EQ(back.analysis.thresholds, result.analysis.thresholds);
  EXPECT_EQ(back.analysis.clique_risk, result.analysis.clique_risk);
  EXPECT_EQ(back.analysis.layer_links, result.analysis.layer_links);
  EXPECT_EQ(back.analysis.networks, result.analysis.networks);
  EXPECT_EQ(back, result);
}

TEST(AnalysisDecoderTest, BringsBackRealAnalyses) {
  int roles = 0, withheld = 0, in_cores = 0;
  for (unsigned seed = 0; seed < 8; ++seed) {
    SCOPED_TRACE(seed);
    const AnalysisResult result = QuickResult(Lively(seed));
    const AnalysisResult back = ThereAndBack(result);
    EXPECT_EQ(back, result);
    for (const NetworkFindings& network : result.analysis.networks) {
      roles += static_cast<int>(network.roles.size());
      withheld += static_cast<int>(network.withheld_roles.size());
    }
    for (const PersonRoles& person : result.persons) {
      for (const auto& network : person.networks) {
        in_cores += network.in_core.value_or(false) ? 1 : 0;
      }
    }
  }
  EXPECT_GT(roles, 0);
  EXPECT_GT(withheld, 0);
  EXPECT_GT(in_cores, 0);
}

// For these functions it makes no difference.
TEST(AnalysisDecoderTest, SimulationsAndComparisonsAreTheSame) {
  int compared = 0;
  for (unsigned seed = 0; seed < 6; ++seed) {
    SCOPED_TRACE(seed);
    const WaveSnapshot first = Lively(seed);
    const WaveSnapshot second = Lively(seed + 100);
    const Wave wave = WaveOf(first);
    const Wave later = WaveOf(second);
    const AnalysisResult result = QuickResult(first);
    const AnalysisResult later_result = QuickResult(second);
    const AnalysisResult back = ThereAndBack(result);
    const AnalysisResult later_back = ThereAndBack(later_result);

    for (const Leavers& leavers :
         std::vector<Leavers>{NamedPeople{{"p003", "p011"}}, PooledCorePeople{},
                              WorstPeople{"n1", 2}}) {
      const auto a = SimulateDepartures(wave, result, leavers, kNeverCancelled);
      const auto b = SimulateDepartures(wave, back, leavers, kNeverCancelled);
      EXPECT_EQ(a.status(), b.status());
      if (!a.ok() || !b.ok()) continue;
      EXPECT_EQ(*a, *b);
      ++compared;
    }
    const std::vector<AddedTie> ties = {{"p001", "p020", "n0"},
                                        {"p005", "p022", "n2"}};
    EXPECT_EQ(SimulateTies(wave, result, ties, kNeverCancelled).value(),
              SimulateTies(wave, back, ties, kNeverCancelled).value());
    EXPECT_EQ(SuggestIntroductions(wave, result, {}, kNeverCancelled).value(),
              SuggestIntroductions(wave, back, {}, kNeverCancelled).value());
    WaveKey next = kWave;
    next.wave = 4;
    EXPECT_EQ(
        CompareWaves({kWave, wave, result}, {next, later, later_result})
            .value(),
        CompareWaves({kWave, wave, back}, {next, later, later_back}).value());
  }
  EXPECT_GT(compared, 6);
}

TEST(AnalysisDecoderTest, RefusesWhatIsNoMessage) {
  const auto decoder = MakeAnalysisDecoder();
  for (const EncodedAnalysis& broken :
       {EncodedAnalysis{kId, "\xff", {}},
        EncodedAnalysis{kId, "", {{"p001", "\xff"}}}}) {
    const auto decoded = decoder->Decode(broken);
    EXPECT_EQ(decoded.status().code(), absl::StatusCode::kDataLoss);
    EXPECT_EQ(ReasonOf(decoded.status()), "STORED_DATA_UNREADABLE");
  }
}

// 258 is 2, a role, in the byte that the domain keeps it in.
TEST(AnalysisDecoderTest, TakesNoUnknownNumberForAnother) {
  v1::Analysis analysis;
  v1::RoleFinding& role = *analysis.add_networks()->add_roles();
  role.set_role(static_cast<v1::Role>(258));
  role.set_certainty(static_cast<v1::Certainty>(-255));
  const auto decoded =
      MakeAnalysisDecoder()->Decode({kId, analysis.SerializeAsString(), {}});
  ASSERT_TRUE(decoded.ok());
  EXPECT_EQ(decoded->analysis.networks[0].roles[0].role, Role::kNone);
  EXPECT_EQ(decoded->analysis.networks[0].roles[0].certainty, Certainty::kNone);
}

}  // namespace
}  // namespace pulsetaker::network
