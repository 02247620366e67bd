#include "services/network/domain/reach.h"

#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "common/base/random.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/network/domain/graph_testing.h"
#include "services/network/domain/wave_testing.h"

namespace pulsetaker::network {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr int kFar = 1'000'000;

// All distances among those who stay (R. Floyd), by which everything is told
// once more.
class ByDefinition {
 public:
  ByDefinition(const Digraph& graph, const NodeFlags& gone, bool tied) {
    for (NodeId node = 0; node < graph.node_count(); ++node) {
      if (gone.empty() || gone[node] == 0) stayers_.push_back(node);
    }
    for (const NodeId a : stayers_) {
      for (const NodeId b : stayers_) {
        const bool arc = graph.has_arc(a, b) || (tied && graph.has_arc(b, a));
        distance_[{a, b}] = a == b ? 0 : arc ? 1 : kFar;
      }
    }
    for (const NodeId via : stayers_) {
      for (const NodeId a : stayers_) {
        for (const NodeId b : stayers_) {
          const int through = at(a, via) + at(via, b);
          distance_[{a, b}] = std::min(at(a, b), through);
        }
      }
    }
  }

  const std::vector<NodeId>& stayers() const { return stayers_; }
  int at(NodeId a, NodeId b) const { return distance_.at({a, b}); }
  bool joined(NodeId a, NodeId b) const { return at(a, b) < kFar; }

  Fragmentation fragmentation() const {
    const auto n = static_cast<double>(stayers_.size());
    if (n < 2) return {};
    double connected = 0;
    double near = 0;
    for (const NodeId a : stayers_) {
      for (const NodeId b : stayers_) {
        if (a == b || !joined(a, b)) continue;
        connected += 1;
        near += 1.0 / at(a, b);
      }
    }
    return {1 - connected / (n * (n - 1)), 1 - near / (n * (n - 1))};
  }

  int part_size(NodeId node) const {
    return static_cast<int>(
        std::count_if(stayers_.begin(), stayers_.end(),
                      [&](NodeId other) { return joined(node, other); }));
  }

 private:
  std::vector<NodeId> stayers_;
  std::map<std::pair<NodeId, NodeId>, int> distance_;
};

bool Has(const Reach& reach, NodeId node, PathTarget target) {
  return (reach.paths[node] & BitOf(target)) != 0;
}

Reach ReachIn(const Digraph& graph, const NodeFlags& gone,
              const TargetPeople& people) {
  auto reach = ReachOf(graph, gone, people, kNeverCancelled);
  EXPECT_TRUE(reach.ok()) << reach.status();
  return *std::move(reach);
}

TEST(ReachTest, MeasuresAPathByHand) {
  // 0 -> 1 -> 2 -> 3, and 4 alone; 0 is systemic.
  const Digraph graph = DigraphOf(5, {{0, 1}, {1, 2}, {2, 3}});
  TargetPeople people;
  people.layers[0] = {1, 0, 0, 0, 0};
  const Reach reach = ReachIn(graph, {}, people);
  EXPECT_EQ(reach.figures.person_count, 5);
  EXPECT_DOUBLE_EQ(reach.figures.fragmentation.by_component, 1 - 12.0 / 20);
  EXPECT_DOUBLE_EQ(reach.figures.fragmentation.by_distance,
                   1 - (2 * 3 + 2 * 1 + 2.0 / 3) / 20);
  EXPECT_DOUBLE_EQ(reach.figures.directed_fragmentation.by_component,
                   1 - 6.0 / 20);
  EXPECT_DOUBLE_EQ(reach.figures.mean_harmonic_closeness,
                   (3 + 1 + 1.0 / 3) / 20);
  EXPECT_DOUBLE_EQ(reach.figures.largest_component_share, 0.8);
  EXPECT_DOUBLE_EQ(reach.figures.systemic_reach.value.value(), 0.75);
  EXPECT_FALSE(Has(reach, 0, PathTarget::kSystemic)) << "it is the only one";
  EXPECT_TRUE(Has(reach, 3, PathTarget::kSystemic));
  EXPECT_TRUE(Has(reach, 3, PathTarget::kSystemicNearby));
  EXPECT_FALSE(Has(reach, 0, PathTarget::kSystemicNearby));
  EXPECT_FALSE(Has(reach, 4, PathTarget::kAnybody));

  // Without 1, nobody is named from above.
  const Reach after = ReachIn(graph, {0, 1, 0, 0, 0}, people);
  EXPECT_EQ(after.figures.person_count, 4);
  EXPECT_DOUBLE_EQ(after.figures.systemic_reach.value.value(), 0.0);
  EXPECT_EQ(after.paths[1], 0);
}

TEST(ReachTest, KnowsWhatIsUndefined) {
  TargetPeople people;
  EXPECT_EQ(ReachIn(Digraph(), {}, people).figures.person_count, 0);
  const Reach nobody = ReachIn(DigraphOf(2, {{0, 1}}), {}, people);
  EXPECT_EQ(nobody.figures.systemic_reach.not_measured.reason,
            NotMeasuredReason::kLayerAbsent);
  people.layers[0] = {1, 1};
  const Reach all = ReachIn(DigraphOf(2, {{0, 1}}), {}, people);
  EXPECT_EQ(all.figures.systemic_reach.not_measured.reason,
            NotMeasuredReason::kTooFewPeople);
  TargetPeople first;
  first.layers[0] = {1, 0, 0, 0};
  const Reach others = ReachIn(DigraphOf(4, {}), {}, first);
  EXPECT_EQ(others.figures.systemic_reach.value, 0.0);
  const Reach fewer = ReachIn(DigraphOf(4, {}), {0, 0, 0, 1}, first);
  EXPECT_EQ(fewer.figures.systemic_reach.not_measured.reason,
            NotMeasuredReason::kTooFewPeople);
  const Reach one = ReachIn(DigraphOf(2, {{0, 1}}), {1, 0}, people);
  EXPECT_EQ(one.figures.fragmentation, Fragmentation());
  EXPECT_EQ(one.figures.directed_fragmentation, Fragmentation());
  EXPECT_EQ(one.figures.largest_component_share, 1.0);
}

TEST(ReachTest, SaysWhenItIsCancelled) {
  const auto reach =
      ReachOf(DigraphOf(2, {{0, 1}}), {}, {}, [] { return true; });
  EXPECT_EQ(reach.status().code(), absl::StatusCode::kCancelled);
}

TEST(ReachTest, TellsWhichTargetsAreLeft) {
  TargetPeople people;
  people.core = {1, 1, 0};
  people.layers[0] = {1, 0, 0};
  people.layers[3] = {0, 0, 1};
  const PathTargets always =
      BitOf(PathTarget::kAnybody) | BitOf(PathTarget::kMainPart);
  EXPECT_EQ(TargetsLeft({}, 3, {}), always);
  EXPECT_EQ(TargetsLeft(people, 3, {}), always | BitOf(PathTarget::kCore) |
                                            BitOf(PathTarget::kSystemic) |
                                            BitOf(PathTarget::kSystemicNearby) |
                                            BitOf(PathTarget::kPublic));
  EXPECT_EQ(TargetsLeft(people, 3, {1, 0, 1}),
            always | BitOf(PathTarget::kCore));
}

TEST(ReachTest, AgreesWithTheDefinition) {
  for (unsigned seed = 0; seed < 200; ++seed) {
    SCOPED_TRACE(seed);
    Random random(seed);
    const Digraph graph = RandomDigraph(random, 14);
    const NodeId nodes = graph.node_count();
    NodeFlags gone(nodes);
    TargetPeople people;
    people.core.resize(nodes);
    for (NodeFlags& layer : people.layers) layer.resize(nodes);
    for (NodeId node = 0; node < nodes; ++node) {
      gone[node] = random.Uniform(4) == 0;
      people.core[node] = random.Uniform(5) == 0;
      for (NodeFlags& layer : people.layers) {
        layer[node] = random.Uniform(5) == 0;
      }
    }
    const Reach reach = ReachIn(graph, gone, people);
    const ByDefinition tied(graph, gone, true);
    const ByDefinition along(graph, gone, false);
    const Fragmentation want = tied.fragmentation();
    const Fragmentation directed = along.fragmentation();
    const ReachFigures& got = reach.figures;
    EXPECT_NEAR(got.fragmentation.by_component, want.by_component, 1e-12);
    EXPECT_NEAR(got.fragmentation.by_distance, want.by_distance, 1e-12);
    EXPECT_NEAR(got.directed_fragmentation.by_component, directed.by_component,
                1e-12);
    EXPECT_NEAR(got.directed_fragmentation.by_distance, directed.by_distance,
                1e-12);
    int largest = 0;
    for (const NodeId node : tied.stayers()) {
      largest = std::max(largest, tied.part_size(node));
    }
    std::optional<NodeId> main;
    for (const NodeId node : tied.stayers()) {
      if (!main && tied.part_size(node) == largest) main = node;
    }
    int near = 0;
    for (const NodeId node : tied.stayers()) {
      const auto reaches = [&](const NodeFlags& flags) {
        return std::any_of(tied.stayers().begin(), tied.stayers().end(),
                           [&](NodeId other) {
                             return other != node && flags[other] != 0 &&
                                    tied.joined(node, other);
                           });
      };
      EXPECT_EQ(Has(reach, node, PathTarget::kAnybody),
                tied.part_size(node) > 1);
      EXPECT_EQ(Has(reach, node, PathTarget::kMainPart),
                tied.joined(node, *main));
      EXPECT_EQ(Has(reach, node, PathTarget::kCore), reaches(people.core));
      EXPECT_EQ(Has(reach, node, PathTarget::kSystemic),
                reaches(people.layers[0]));
      EXPECT_EQ(Has(reach, node, PathTarget::kPublic),
                reaches(people.layers[3]));
      const bool is_near =
          people.layers[0][node] == 0 &&
          std::any_of(
              tied.stayers().begin(), tied.stayers().end(), [&](NodeId from) {
                return people.layers[0][from] != 0 && along.at(from, node) <= 3;
              });
      EXPECT_EQ(Has(reach, node, PathTarget::kSystemicNearby), is_near);
      near += is_near;
    }
    if (got.systemic_reach.measured()) {
      const auto systemic = std::count_if(
          tied.stayers().begin(), tied.stayers().end(),
          [&](NodeId node) { return people.layers[0][node] != 0; });
      const auto others = static_cast<double>(tied.stayers().size()) -
                          static_cast<double>(systemic);
      EXPECT_DOUBLE_EQ(*got.systemic_reach.value, near / others);
    }
  }
}

TEST(ReachTest, CountsChangesByPersonAndSector) {
  SnapshotBuilder builder(5);
  builder.AddNetwork("work");
  for (const int person : {0, 1, 2}) builder.person(person).sector = "health";
  builder.person(3).sector = "youth";
  const Wave wave = WaveOf(builder.snapshot());
  const PathTargets core = BitOf(PathTarget::kCore);
  const NodeFlags all(5, 1);
  const Reach more{{}, {core, core, core, core, 0}};
  const Reach less{{}, {core, 0, 0, 0, core}};
  const std::vector<PathChange> changes =
      PathChanges(wave, more, less, {core, all, {0, 0, 1, 0, 0}, true});
  ASSERT_THAT(changes, SizeIs(1));
  EXPECT_EQ(changes[0].target, PathTarget::kCore);
  EXPECT_EQ(changes[0].person_count, 2);
  EXPECT_THAT(changes[0].persons, ElementsAre("p001", "p003"));
  EXPECT_THAT(changes[0].sectors,
              ElementsAre(SectorPathChange{"health", 1, 2, 2},
                          SectorPathChange{"youth", 1, 1, 1}));

  // Unnamed, the sectors of one are not told, and so the third one is not
  // either.
  const std::vector<PathChange> counted =
      PathChanges(wave, more, less, {core, all, {}, false});
  ASSERT_THAT(counted, SizeIs(1));
  EXPECT_EQ(counted[0].person_count, 3);
  EXPECT_THAT(counted[0].persons, IsEmpty());
  EXPECT_THAT(counted[0].sectors, IsEmpty());
  EXPECT_THAT(PathChanges(wave, more, less, {0, all, {}, true}), IsEmpty());
}

std::vector<std::string> ToldSectors(const Wave& wave,
                                     const NodeFlags& answered,
                                     const NodeFlags& gone,
                                     bool names_persons) {
  const PathTargets core = BitOf(PathTarget::kCore);
  const Reach more{{}, std::vector<PathTargets>(wave.node_count(), core)};
  const Reach less{{}, std::vector<PathTargets>(wave.node_count(), 0)};
  const std::vector<PathChange> changes =
      PathChanges(wave, more, less, {core, answered, gone, names_persons});
  std::vector<std::string> sectors;
  for (const SectorPathChange& sector : changes.at(0).sectors) {
    sectors.push_back(sector.sector);
  }
  return sectors;
}

TEST(ReachTest, NoDifferenceTellsOfASectorThatIsWithheld) {
  // 0 to 3 health, 4 to 6 culture, 7 to 9 youth, 10 and 11 sports.
  SnapshotBuilder builder(12);
  builder.AddNetwork("work");
  for (int person = 0; person < 12; ++person) {
    builder.person(person).sector = person < 4    ? "health"
                                    : person < 7  ? "culture"
                                    : person < 10 ? "youth"
                                                  : "sports";
  }
  const Wave wave = WaveOf(builder.snapshot());
  const NodeFlags all(12, 1);
  const NodeFlags no_sports = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1};
  EXPECT_THAT(ToldSectors(wave, all, {}, true),
              ElementsAre("culture", "health", "sports", "youth"));
  EXPECT_THAT(ToldSectors(wave, all, no_sports, false),
              ElementsAre("culture", "health", "youth"));
  // With sports, the first of the smallest others.
  EXPECT_THAT(ToldSectors(wave, all, {}, false),
              ElementsAre("health", "youth"));

  // Two of four answered in health, one of three in youth.
  const NodeFlags some = {1, 1, 0, 0, 1, 1, 1, 1, 0, 0, 1, 1};
  EXPECT_THAT(ToldSectors(wave, some, {}, true),
              ElementsAre("culture", "health", "sports"));
  EXPECT_THAT(ToldSectors(wave, some, no_sports, false), ElementsAre("health"));
  // Of whom one leaves.
  const NodeFlags fewer = {1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1};
  EXPECT_THAT(ToldSectors(wave, some, fewer, true), ElementsAre("culture"));
}

TEST(ReachTest, ALayerOfTooFewPeopleOrAnswersIsNoTarget) {
  SnapshotBuilder builder(9);
  builder.AddNetwork("work");
  for (const int person : {0, 1, 2}) {
    builder.person(person).layer = Layer::kSystemic;
  }
  for (const int person : {3, 4}) {
    builder.person(person).layer = Layer::kSectoral;
  }
  for (const int person : {5, 6, 7}) {
    builder.person(person).layer = Layer::kPublic;
  }
  const Wave wave = WaveOf(builder.snapshot());
  const NodeFlags answered = {1, 1, 0, 1, 1, 1, 0, 0, 1};
  const TargetPeople people = LayerTargets(wave, answered, {});
  EXPECT_FALSE(people.systemic_problem.has_value());
  EXPECT_THAT(people.layers[0], ElementsAre(1, 1, 1, 0, 0, 0, 0, 0, 0));
  EXPECT_THAT(people.layers[1], IsEmpty()) << "two people";
  EXPECT_THAT(people.layers[2], IsEmpty()) << "nobody";
  EXPECT_THAT(people.layers[3], IsEmpty()) << "one of three answered";

  // As one of them leaves, two are too few.
  const NodeFlags gone = {1, 0, 0, 0, 0, 0, 0, 0, 0};
  const TargetPeople stayers = LayerTargets(wave, answered, gone);
  EXPECT_EQ(stayers.systemic_problem->reason, NotMeasuredReason::kTooFewPeople);
  EXPECT_THAT(stayers.layers[0], IsEmpty());
  const Digraph graph = DigraphOf(9, {{0, 3}, {1, 4}});
  const ReachFigures figures = ReachIn(graph, gone, stayers).figures;
  EXPECT_EQ(figures.systemic_reach,
            Measure::Missing(NotMeasuredReason::kTooFewPeople,
                             stayers.systemic_problem->detail));
  EXPECT_EQ(TargetsLeft(stayers, 9, gone),
            BitOf(PathTarget::kAnybody) | BitOf(PathTarget::kMainPart));

  const NodeFlags silent = {1, 0, 0, 1, 1, 1, 1, 1, 1};
  EXPECT_EQ(LayerTargets(wave, silent, {}).systemic_problem->reason,
            NotMeasuredReason::kGroupResponseFloor);
  EXPECT_THAT(LayerTargets(wave, silent, {}).layers[0], IsEmpty());
}

TEST(ReachTest, CountsAnswersAboveTheGateForTheUnited) {
  SnapshotBuilder builder(3);
  builder.AddNetwork("work").AddNetwork("play");
  builder.Answer(0, "work", {}).Answer(1, "work", {}).Answer(2, "play", {});
  const Wave wave = WaveOf(builder.snapshot());
  ASSERT_EQ(wave.networks[0].gate, Gate::kHubsOnly);
  ASSERT_EQ(wave.networks[1].gate, Gate::kGroupOnly);
  EXPECT_THAT(AnsweredForUnited(wave), ElementsAre(1, 1, 0));
}

}  // namespace
}  // namespace pulsetaker::network
