#include "services/assessment/domain/assessment.h"

#include <algorithm>
#include <random>
#include <string>
#include <vector>

#include "common/base/status.h"
#include "gtest/gtest.h"
#include "services/assessment/domain/testing.h"

namespace pulsetaker::assessment {
namespace {

using testing::Always;
using testing::Group;
using testing::MakeWave;
using testing::QuickParameters;
using testing::Rater;
using testing::StandardItems;

const std::vector<Group>& Groups() {
  static const std::vector<Group> kGroups = {
      {Layer::kSystemic, "council", 12, 10},
      {Layer::kSectoral, "health", 30, 22},
      {Layer::kFrontline, "health", 30, 20},
      {Layer::kPublic, "residents", 20, 12},
  };
  return kGroups;
}

NetworkFindings RichFindings() {
  NetworkFindings network;
  for (const char* id : {"work", "innovation", "expert"}) {
    NetworkSummary& summary = network.networks.emplace_back();
    summary.network_id = id;
    summary.response_rate = Reading::Of(0.85);
    summary.roles = Absence::kNone;
    summary.hubs = {{"p00001", Layer::kSystemic}, {"p00002", Layer::kSectoral}};
  }
  network.clique = Absence::kNone;
  network.clique_verdict = CliqueVerdict::kClosedCore;
  network.core_fragile = Reading::Of(1);
  network.core_fragility_percentile = Reading::Of(99);
  network.sector_standing = Absence::kNone;
  network.sectors = {{"residents", SectorStanding::kExcluded, false},
                     {"council", SectorStanding::kIncluded, false},
                     {"health", SectorStanding::kWeak, false}};
  for (const auto& [low, high] :
       {std::pair(Layer::kSystemic, Layer::kFrontline),
        std::pair(Layer::kSystemic, Layer::kSectoral),
        std::pair(Layer::kFrontline, Layer::kPublic)}) {
    LayerLink& link = network.layer_links.emplace_back();
    link.low = low;
    link.high = high;
    link.richness = Richness::kModerate;
    link.low_coverage = link.high_coverage = Reading::Of(0.6);
  }
  return network;
}

AssessmentInputs InputsOf(const Rater& rater) {
  AssessmentInputs inputs;
  inputs.wave = MakeWave(StandardItems(), Groups(), rater);
  inputs.network = RichFindings();
  inputs.analysis = inputs.wave.wave + "/analyses/a1";
  inputs.parameters = QuickParameters();
  return inputs;
}

Assessment Assess(AssessmentInputs inputs) {
  auto assessment = AssessWave(std::move(inputs));
  EXPECT_TRUE(assessment.ok()) << assessment.status();
  return *std::move(assessment);
}

const Finding& FindingOf(const Assessment& assessment, const std::string& id) {
  for (const auto* list : {&assessment.risks, &assessment.recommendations}) {
    for (const Finding& finding : *list) {
      if (finding.id == id) return finding;
    }
  }
  ADD_FAILURE() << "no finding " << id;
  return assessment.risks.front();
}

Rater Noise(std::uint32_t seed) {
  return [random = std::mt19937(seed)](
             std::size_t, const Item& item) mutable -> std::optional<int> {
    const auto draw = random() % 9;
    if (draw > 6) return std::nullopt;
    return item.scale_min + static_cast<int>(draw % 5);
  };
}

TEST(AssessWaveTest, NamesItsInputs) {
  const AssessmentInputs inputs = InputsOf(Always(4));
  const Assessment assessment = Assess(inputs);
  EXPECT_EQ(assessment.snapshot_digest, inputs.wave.snapshot_digest);
  EXPECT_EQ(assessment.instrument_digest, inputs.wave.instrument_digest);
  EXPECT_EQ(assessment.analysis, inputs.analysis);
  EXPECT_EQ(assessment.previous_assessment, "");
  EXPECT_EQ(assessment.parameters_version, kParametersVersion);
  EXPECT_EQ(assessment.engine_version, kEngineVersion);
  EXPECT_EQ(assessment.parameters, inputs.parameters);
  EXPECT_EQ(assessment.name.substr(0, inputs.wave.wave.size() + 13),
            inputs.wave.wave + "/assessments/");
  EXPECT_EQ(assessment.name.size(), inputs.wave.wave.size() + 13 + 32);
  EXPECT_EQ(assessment.change.status, ChangeStatus::kNoPreviousWave);
  EXPECT_EQ(assessment.risks.size(), 11u);
  EXPECT_EQ(assessment.recommendations.size(), 24u);
}

TEST(AssessmentNameTest, FollowsFromEveryInput) {
  const AssessmentKey key = {"w", "a", "p", "s", Parameters()};
  const std::string name = AssessmentName(key);
  EXPECT_EQ(AssessmentName(key), name);
  std::vector<AssessmentKey> others(8, key);
  others[0].wave = "v";
  others[1].analysis = "b";
  others[2].previous_assessment = "";
  others[3].snapshot_digest = "t";
  others[4].parameters.seed = 2;
  others[5].parameters.replicate_count = 999;
  others[6].parameters.min_cell_count = 6;
  others[7].parameters.response_min = 0.6;
  for (const AssessmentKey& other : others) {
    EXPECT_NE(AssessmentName(other), name);
  }
}

TEST(AssessWaveTest, TellsLevelsAndImportanceApart) {
  const Assessment assessment = Assess(InputsOf(Always(3)));
  double sum = 0;
  for (std::size_t i = 0; i < kCornerCount; ++i) {
    const CornerResult& corner = assessment.triangle.corners[i];
    EXPECT_EQ(corner.level.post_stratified, 50);
    EXPECT_EQ(corner.importance,
              CornerImportance(assessment.phase, static_cast<Corner>(i)));
    sum += corner.importance.value;
  }
  EXPECT_NEAR(sum, 1, 1e-12);
}

TEST(AssessWaveTest, NetworkFindingsWorkWithoutItems) {
  AssessmentInputs inputs = InputsOf(Always(3));
  inputs.wave = MakeWave({}, Groups(), Always(3));
  const Assessment assessment = Assess(inputs);
  EXPECT_EQ(assessment.phase.verdict, PhaseVerdict::kNotMeasured);
  EXPECT_EQ(assessment.phase.absence, Absence::kNotAsked);
  EXPECT_EQ(assessment.phase.self_placed_phase.absence, Absence::kNotAsked);
  EXPECT_EQ(assessment.phase.pervasive.absence, Absence::kNotAsked);
  for (const char* id : {"core_departure", "R19", "R20", "R21"}) {
    EXPECT_EQ(FindingOf(assessment, id).status, FindingStatus::kFired) << id;
  }
  EXPECT_EQ(FindingOf(assessment, "R19").sectors,
            (std::vector<std::string>{"residents"}));
  EXPECT_EQ(FindingOf(assessment, "R20").sectors,
            (std::vector<std::string>{"health"}));
  EXPECT_EQ(FindingOf(assessment, "R23").status, FindingStatus::kNotFired);
  for (const char* id : {"complacency", "imbalance", "R0", "R2", "R5"}) {
    const Finding& finding = FindingOf(assessment, id);
    EXPECT_EQ(finding.status, FindingStatus::kNotMeasured) << id;
    EXPECT_FALSE(finding.missing_inputs.empty());
    EXPECT_EQ(finding.evidence[0].value.absence, Absence::kNotAsked);
  }
}

TEST(AssessWaveTest, FewAnswersAreWithheldAndAskedAgain) {
  AssessmentInputs inputs = InputsOf(Always(3));
  inputs.wave =
      MakeWave(StandardItems(), {{Layer::kSectoral, "x", 100, 49}}, Always(1));
  const Assessment assessment = Assess(inputs);
  EXPECT_EQ(assessment.phase.verdict, PhaseVerdict::kNotMeasured);
  EXPECT_EQ(assessment.phase.absence, Absence::kWithheld);
  EXPECT_EQ(FindingOf(assessment, "R2").status, FindingStatus::kWithheld);
  EXPECT_EQ(FindingOf(assessment, "misalignment").status,
            FindingStatus::kWithheld);
  EXPECT_EQ(FindingOf(assessment, "R23").status, FindingStatus::kFired);
}

TEST(AssessWaveTest, FiresOnWhatPeopleSay) {
  // Nothing works and nobody sees why it should change: latent, complacent.
  const Assessment assessment = Assess(InputsOf(Always(2)));
  EXPECT_EQ(assessment.phase.verdict, PhaseVerdict::kPhase);
  EXPECT_EQ(assessment.phase.phase, Phase::kLatent);
  const Finding& complacency = FindingOf(assessment, "complacency");
  EXPECT_EQ(complacency.status, FindingStatus::kFired);
  ASSERT_EQ(complacency.evidence.size(), 2u);
  EXPECT_EQ(complacency.evidence[0].metric, "item.au1");
  EXPECT_EQ(complacency.evidence[0].value, Reading::Of(25));
  EXPECT_EQ(complacency.evidence[0].comparison, Comparison::kLess);
  EXPECT_EQ(complacency.evidence[0].threshold, 40);
  EXPECT_TRUE(complacency.evidence[0].holds);
  EXPECT_EQ(FindingOf(assessment, "misalignment").status,
            FindingStatus::kNotFired);
  EXPECT_EQ(FindingOf(assessment, "R11").status, FindingStatus::kNotFired);
  EXPECT_EQ(FindingOf(assessment, "R17").status, FindingStatus::kNotMeasured);
  EXPECT_EQ(FindingOf(assessment, "R17").missing_inputs,
            (std::vector<std::string>{"external.commissioner_capacity",
                                      "external.unowned_value"}));
}

TEST(AssessWaveTest, SelfPlacedPhaseIsAMedianAndNoInput) {
  // 32 people choose the third phase, 32 the fourth.
  const auto rater = [](std::size_t person, const Item& item) {
    if (item.kind != ItemKind::kSelfPlacedPhase) return 3;
    return person % 2 == 0 ? 3 : 4;
  };
  const Assessment halves = Assess(InputsOf(rater));
  EXPECT_EQ(halves.phase.self_placed_phase, Reading::Of(2.5));
  const Assessment other = Assess(InputsOf(Always(3)));
  EXPECT_EQ(other.phase.self_placed_phase, Reading::Of(2));
  EXPECT_EQ(other.phase.posterior, halves.phase.posterior);

  AssessmentInputs inputs = InputsOf(Always(3));
  for (Item& item : inputs.wave.items) {
    if (item.kind == ItemKind::kSelfPlacedPhase) item.scale_max = 7;
  }
  EXPECT_EQ(Assess(inputs).phase.self_placed_phase.absence,
            Absence::kUndefined);
}

TEST(AssessWaveTest, PervasiveNeedsThePhaseTheItemAndTheLinks) {
  const auto pervasive = [](int level, int item_level, Richness richness) {
    AssessmentInputs inputs = InputsOf([=](std::size_t, const Item& item) {
      return item.kind == ItemKind::kPervasive ? item_level : level;
    });
    inputs.network.layer_links[0].richness = richness;
    return Assess(inputs).phase.pervasive;
  };
  EXPECT_EQ(pervasive(4, 4, Richness::kModerate), Reading::Of(1));
  EXPECT_EQ(pervasive(4, 3, Richness::kModerate), Reading::Of(0));
  EXPECT_EQ(pervasive(4, 4, Richness::kThin), Reading::Of(0));
  EXPECT_EQ(pervasive(2, 4, Richness::kModerate), Reading::Of(0));
}

AssessmentInputs WithPrevious(AssessmentInputs inputs,
                              const AssessmentInputs& before) {
  const Assessment assessment = Assess(before);
  PreviousWave previous;
  previous.wave = before.wave;
  previous.network = before.network;
  previous.assessment = assessment.name;
  if (assessment.phase.verdict != PhaseVerdict::kNotMeasured) {
    previous.posterior = assessment.phase.posterior;
  }
  inputs.previous = std::move(previous);
  return inputs;
}

TEST(AssessWaveTest, AWaveAgainstItselfDidNotRegress) {
  for (std::uint32_t seed = 0; seed < 10; ++seed) {
    SCOPED_TRACE(seed);
    const AssessmentInputs inputs = InputsOf(Noise(seed));
    const Assessment assessment = Assess(WithPrevious(inputs, inputs));
    EXPECT_EQ(assessment.change.status, ChangeStatus::kNoRegression);
    EXPECT_TRUE(assessment.change.warnings.empty());
    EXPECT_FALSE(assessment.previous_assessment.empty());
  }
}

TEST(AssessWaveTest, GoesIntoReverse) {
  const Assessment assessment =
      Assess(WithPrevious(InputsOf(Always(2)), InputsOf(Always(4))));
  EXPECT_EQ(assessment.change.status, ChangeStatus::kRegression);
  EXPECT_TRUE(assessment.change.phase_reversed.holds);
  EXPECT_TRUE(assessment.change.level_falls.holds);
  EXPECT_TRUE(assessment.change.comparable_mix.holds);
}

template <typename T>
void ShuffleList(std::vector<T>& list, std::mt19937& random) {
  std::shuffle(list.begin(), list.end(), random);
}

void ShuffleAll(WaveData& wave, NetworkFindings& network,
                std::mt19937& random) {
  ShuffleList(wave.items, random);
  ShuffleList(wave.roster, random);
  ShuffleList(wave.respondents, random);
  for (Respondent& respondent : wave.respondents) {
    ShuffleList(respondent.answers, random);
  }
  ShuffleList(network.networks, random);
  ShuffleList(network.sectors, random);
  ShuffleList(network.layer_links, random);
  for (NetworkSummary& summary : network.networks) {
    ShuffleList(summary.hubs, random);
    ShuffleList(summary.gatekeepers, random);
  }
}

TEST(AssessWaveTest, HasTheSameBitsInAnyOrder) {
  const AssessmentInputs inputs =
      WithPrevious(InputsOf(Noise(3)), InputsOf(Noise(4)));
  const Assessment want = Assess(inputs);
  EXPECT_TRUE(Assess(inputs) == want);
  std::mt19937 random(2);
  for (int round = 0; round < 4; ++round) {
    AssessmentInputs shuffled = inputs;
    ShuffleAll(shuffled.wave, shuffled.network, random);
    ShuffleAll(shuffled.previous->wave, shuffled.previous->network, random);
    EXPECT_TRUE(Assess(shuffled) == want);
  }
}

TEST(AssessWaveTest, AnotherSeedMovesIntervalsAndNoLevel) {
  AssessmentInputs inputs = InputsOf(Noise(3));
  const Assessment first = Assess(inputs);
  inputs.parameters.seed = 2;
  const Assessment second = Assess(inputs);
  EXPECT_NE(first.name, second.name);
  EXPECT_EQ(first.triangle.feature(0).post_stratified,
            second.triangle.feature(0).post_stratified);
  EXPECT_NE(first.triangle.feature(0).standard_error,
            second.triangle.feature(0).standard_error);
}

TEST(AssessWaveTest, RefusesBrokenWaves) {
  AssessmentInputs inputs = InputsOf(Always(3));
  inputs.wave.items.push_back(inputs.wave.items.front());
  EXPECT_EQ(ReasonOf(AssessWave(inputs).status()), "SNAPSHOT_INVALID");
  AssessmentInputs later =
      WithPrevious(InputsOf(Always(3)), InputsOf(Always(3)));
  later.previous->wave.respondents[0].person =
      later.previous->wave.respondents[1].person;
  EXPECT_EQ(ReasonOf(AssessWave(later).status()), "SNAPSHOT_INVALID");
}

}  // namespace
}  // namespace pulsetaker::assessment
