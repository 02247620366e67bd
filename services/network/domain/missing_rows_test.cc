#include "services/network/domain/missing_rows.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "common/base/random.h"
#include "common/base/status.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/network/domain/graph_testing.h"
#include "services/network/domain/roles.h"

namespace pulsetaker::network {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

MissingRows RowsOf(const NodeFlags& answered, const std::vector<Arc>& arcs) {
  absl::StatusOr<MissingRows> rows = MissingRows::Create(answered, arcs);
  EXPECT_TRUE(rows.ok()) << rows.status();
  return *std::move(rows);
}

// A network with some rows missing, and the arcs of the others.
struct Sampled {
  NodeFlags answered;
  std::vector<Arc> reported;
};

Sampled RandomSampled(Random& random, NodeId nodes_max) {
  const Digraph graph = RandomDigraph(random, nodes_max);
  Sampled sampled;
  sampled.answered.resize(graph.node_count());
  for (char& flag : sampled.answered) flag = random.Uniform(3) > 0 ? 1 : 0;
  for (const Arc& arc : graph.Arcs()) {
    if (sampled.answered[arc.from] != 0) sampled.reported.push_back(arc);
  }
  random.Shuffle(absl::MakeSpan(sampled.reported));
  return sampled;
}

// 0 names 1 and 3, 1 names 3, 2 nobody; 3 and 4 did not answer.
const NodeFlags kAnswered = {1, 1, 1, 0, 0};
const std::vector<Arc> kReported = {{1, 3}, {0, 3}, {0, 1}};

TEST(MissingRowsTest, MatchesAHandWorkedNetwork) {
  const MissingRows rows = RowsOf(kAnswered, kReported);
  EXPECT_EQ(rows.node_count(), 5u);
  EXPECT_EQ(rows.missing_count(), 2u);
  EXPECT_THAT(rows.EmptyRows(), ElementsAre(Arc{0, 1}, Arc{0, 3}, Arc{1, 3}));
  EXPECT_THAT(
      rows.ReciprocatedRows(),
      ElementsAre(Arc{0, 1}, Arc{0, 3}, Arc{1, 3}, Arc{3, 0}, Arc{3, 1}));
  EXPECT_THAT(rows.NamedByRespondents(true), ElementsAre(0, 1, 0, 2, 0));
  // Ties 0-1, 0-3 and 1-3, the last two with someone who did not answer.
  EXPECT_THAT(rows.NamedByRespondents(false), ElementsAre(1, 1, 0, 2, 0));
}

TEST(MissingRowsTest, ReportsWhatIsWrongWithAnArc) {
  const struct {
    std::vector<Arc> reported;
    const char* reason;
  } kCases[] = {
      {{{0, 5}}, "NODE_OUT_OF_RANGE"},
      {{{5, 0}}, "NODE_OUT_OF_RANGE"},
      {{{3, 3}}, "SELF_LOOP"},
      {{{0, 1}, {3, 0}}, "ROW_NOT_ANSWERED"},
      {{{0, 1}, {1, 0}, {0, 1}}, "REPEATED_ARC"},
  };
  for (const auto& test : kCases) {
    const auto rows = MissingRows::Create(kAnswered, test.reported);
    EXPECT_EQ(rows.status().code(), absl::StatusCode::kInvalidArgument);
    EXPECT_EQ(ReasonOf(rows.status()), test.reason);
  }
}

TEST(MissingRowsTest, TreatsCompleteNetworksAllTheSame) {
  Random random(1);
  const MissingRows rows = RowsOf({1, 1, 1}, {{0, 1}, {2, 1}});
  EXPECT_EQ(rows.ReciprocatedRows(), rows.EmptyRows());
  EXPECT_EQ(rows.RandomRows(random), rows.EmptyRows());
}

TEST(MissingRowsTest, ImputesNothingWhereNobodyAnswered) {
  Random random(1);
  const MissingRows rows = RowsOf({0, 0, 0}, {});
  EXPECT_THAT(rows.ReciprocatedRows(), IsEmpty());
  EXPECT_THAT(rows.RandomRows(random), IsEmpty());
  EXPECT_THAT(RowsOf({}, {}).RandomRows(random), IsEmpty());
}

TEST(MissingRowsTest, ReciprocationChangesNoUndirectedNetwork) {
  for (unsigned seed = 0; seed < 200; ++seed) {
    SCOPED_TRACE(seed);
    Random random(seed);
    const Sampled sampled = RandomSampled(random, 25);
    const auto nodes = static_cast<NodeId>(sampled.answered.size());
    const MissingRows rows = RowsOf(sampled.answered, sampled.reported);
    const auto tied = [&](const std::vector<Arc>& arcs) {
      return Graph::Symmetrized(DigraphOf(nodes, arcs), Symmetrization::kOr);
    };
    EXPECT_EQ(tied(rows.ReciprocatedRows()), tied(rows.EmptyRows()));
  }
}

TEST(MissingRowsTest, KeepsWhatWasReportedAndFillsOnlyMissingRows) {
  for (unsigned seed = 0; seed < 200; ++seed) {
    SCOPED_TRACE(seed);
    Random random(seed);
    const Sampled sampled = RandomSampled(random, 25);
    const auto nodes = static_cast<NodeId>(sampled.answered.size());
    const MissingRows rows = RowsOf(sampled.answered, sampled.reported);
    const Digraph reported = DigraphOf(nodes, sampled.reported);
    for (const std::vector<Arc>& arcs :
         {rows.ReciprocatedRows(), rows.RandomRows(random)}) {
      const Digraph treated = DigraphOf(nodes, arcs);
      EXPECT_EQ(treated.arc_count(), arcs.size());  // None twice.
      EXPECT_EQ(treated.Arcs(), arcs);              // In order.
      for (NodeId node = 0; node < nodes; ++node) {
        if (sampled.answered[node] == 0) continue;
        EXPECT_EQ(treated.out(node), reported.out(node));
      }
    }
  }
}

TEST(MissingRowsTest, IgnoresTheOrderOfArcs) {
  Random random(7);
  Sampled sampled = RandomSampled(random, 25);
  ASSERT_GT(sampled.reported.size(), 10u);
  const MissingRows rows = RowsOf(sampled.answered, sampled.reported);
  std::reverse(sampled.reported.begin(), sampled.reported.end());
  const MissingRows other = RowsOf(sampled.answered, sampled.reported);
  Random one(3);
  Random two(3);
  EXPECT_EQ(rows.RandomRows(one), other.RandomRows(two));
  EXPECT_EQ(rows.ReciprocatedRows(), other.ReciprocatedRows());
}

// What makes a hub is counted from respondents, whatever was imputed.
TEST(MissingRowsTest, NeverImputesIntoTheInDegreeOfHubs) {
  for (unsigned seed = 0; seed < 200; ++seed) {
    SCOPED_TRACE(seed);
    Random random(seed);
    const Sampled sampled = RandomSampled(random, 25);
    const auto nodes = static_cast<NodeId>(sampled.answered.size());
    const MissingRows rows = RowsOf(sampled.answered, sampled.reported);
    const std::vector<GroupId> sector(nodes, kNoGroup);
    const auto in_degrees = [&](const Digraph& graph) {
      return FindHubs({graph, sampled.answered, sector}, {}).in_degree;
    };
    const Digraph reported = DigraphOf(nodes, sampled.reported);
    const Digraph tied =
        Graph::Symmetrized(reported, Symmetrization::kOr).ToDigraph();
    EXPECT_EQ(rows.NamedByRespondents(true), in_degrees(reported));
    EXPECT_EQ(rows.NamedByRespondents(false), in_degrees(tied));
    EXPECT_EQ(rows.NamedByRespondents(true),
              in_degrees(DigraphOf(nodes, rows.ReciprocatedRows())));
    EXPECT_EQ(rows.NamedByRespondents(true),
              in_degrees(DigraphOf(nodes, rows.RandomRows(random))));
  }
}

// Out-degrees 2, 1, 0: a third each. Chances of sets of names of node 3, with
// weights 1 + in-degree = (1, 2, 1) of nodes 0, 1, 2 and 1 of node 4, and node
// 3 itself left out.
TEST(MissingRowsTest, DrawsRowsWithTheStatedChances) {
  const double weight[5] = {1, 2, 1, 0, 1};
  std::map<std::set<NodeId>, double> want;
  want[{}] = 1.0 / 3;
  for (NodeId i = 0; i < 5; ++i) {
    if (weight[i] > 0) want[{i}] += weight[i] / 5 / 3;
    for (NodeId j = 0; j < 5; ++j) {
      if (i == j || weight[i] == 0 || weight[j] == 0) continue;
      want[{i, j}] += weight[i] / 5 * weight[j] / (5 - weight[i]) / 3;
    }
  }
  ASSERT_EQ(want.size(), 1u + 4u + 6u);

  // 3 is named twice, 1 once.
  const MissingRows rows = RowsOf(kAnswered, kReported);
  std::map<std::set<NodeId>, double> drawn;
  constexpr int kDraws = 40'000;
  Random random(5);
  for (int draw = 0; draw < kDraws; ++draw) {
    std::set<NodeId> named;
    for (const Arc& arc : rows.RandomRows(random)) {
      if (arc.from == 3) named.insert(arc.to);
    }
    ++drawn[named];
  }
  EXPECT_EQ(drawn.size(), want.size());
  for (const auto& [named, p] : want) {
    EXPECT_NEAR(drawn[named] / kDraws, p, 5 * std::sqrt(p * (1 - p) / kDraws));
  }
}

TEST(MissingRowsTest, CanNameEverybody) {
  Random random(1);
  const MissingRows rows = RowsOf({1, 0, 0}, {{0, 1}, {0, 2}});
  EXPECT_THAT(rows.RandomRows(random),
              ElementsAre(Arc{0, 1}, Arc{0, 2}, Arc{1, 0}, Arc{1, 2}, Arc{2, 0},
                          Arc{2, 1}));
}

}  // namespace
}  // namespace pulsetaker::network
