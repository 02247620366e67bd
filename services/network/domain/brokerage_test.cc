#include "services/network/domain/brokerage.h"

#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "common/base/random.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/network/domain/graph_testing.h"
#include "services/network/domain/wave.h"

namespace pulsetaker::network {
namespace {

using ::testing::Each;
using ::testing::IsEmpty;

constexpr auto kNomination = BrokerageDirection::kNomination;
constexpr auto kFlow = BrokerageDirection::kFlow;

static_assert(kUngrouped == kNoGroup, "sectors of a wave are groups");

// Gould and Fernandez' patterns over all triples.
std::vector<BrokerageRoles> ByDefinition(
    const Digraph& graph, const std::vector<std::uint32_t>& group) {
  std::vector<BrokerageRoles> roles(graph.node_count());
  for (NodeId v = 0; v < graph.node_count(); ++v) {
    for (NodeId a = 0; a < graph.node_count(); ++a) {
      for (NodeId b = 0; b < graph.node_count(); ++b) {
        if (a == b || !graph.has_arc(a, v) || !graph.has_arc(v, b)) continue;
        if (graph.has_arc(a, b)) continue;
        const std::uint32_t ga = group[a];
        const std::uint32_t gv = group[v];
        const std::uint32_t gb = group[b];
        if (ga == kUngrouped || gv == kUngrouped || gb == kUngrouped) continue;
        if (ga == gv && gv == gb) ++roles[v].coordinator;
        if (ga == gb && gv != ga) ++roles[v].itinerant;
        if (ga != gv && gv == gb) ++roles[v].gatekeeper;
        if (ga == gv && gv != gb) ++roles[v].representative;
        if (ga != gv && gv != gb && ga != gb) ++roles[v].liaison;
      }
    }
  }
  return roles;
}

std::vector<BrokerageRoles> RolesOf(const Digraph& graph,
                                    const std::vector<std::uint32_t>& group,
                                    BrokerageDirection direction) {
  auto roles = BrokerageOf(graph, group, direction, kNeverCancelled);
  EXPECT_TRUE(roles.ok()) << roles.status();
  return roles.ok() ? *std::move(roles) : std::vector<BrokerageRoles>();
}

std::vector<std::uint32_t> RandomGroups(Random& random, NodeId nodes) {
  const std::uint64_t groups = 1 + random.Uniform(4);
  std::vector<std::uint32_t> group(nodes);
  for (std::uint32_t& of : group) {
    // Numbers of groups mean nothing, so they need not be small.
    of = static_cast<std::uint32_t>(1'000'000 * random.Uniform(groups));
    if (random.Uniform(8) == 0) of = kUngrouped;
  }
  return group;
}

TEST(BrokerageTest, MatchesThePublishedExample) {
  enum { kA, kB, kC, kD };
  const std::vector<BrokerageRoles> roles = RolesOf(
      DigraphOf(4,
                {{kA, kB}, {kA, kC}, {kB, kC}, {kB, kD}, {kC, kD}, {kD, kA}}),
      {1, 1, 2, 2}, kNomination);
  EXPECT_EQ(roles[kA], (BrokerageRoles{.itinerant = 1, .gatekeeper = 1}));
  EXPECT_EQ(roles[kB], (BrokerageRoles{.representative = 1}));
  EXPECT_EQ(roles[kC], (BrokerageRoles{.gatekeeper = 1}));
  EXPECT_EQ(roles[kD], (BrokerageRoles{.itinerant = 1, .representative = 1}));
}

TEST(BrokerageTest, TellsRolesByPatternInBothDirections) {
  struct Case {
    const char* pattern;
    std::vector<std::uint32_t> group;
    BrokerageRoles nomination;
    BrokerageRoles flow;
  };
  const std::vector<Case> cases = {
      {"A-A-A", {0, 0, 0}, {.coordinator = 1}, {.coordinator = 1}},
      {"A-B-A", {0, 1, 0}, {.itinerant = 1}, {.itinerant = 1}},
      {"A-B-B", {0, 1, 1}, {.gatekeeper = 1}, {.representative = 1}},
      {"A-A-B", {0, 0, 1}, {.representative = 1}, {.gatekeeper = 1}},
      {"A-B-C", {0, 1, 2}, {.liaison = 1}, {.liaison = 1}},
      {"nobody's", {kUngrouped, 1, 1}, {}, {}},
      {"nobody's broker", {1, kUngrouped, 1}, {}, {}},
      {"all nobody's", {kUngrouped, kUngrouped, kUngrouped}, {}, {}},
  };
  const Digraph path = DigraphOf(3, {{0, 1}, {1, 2}});
  const Digraph closed = DigraphOf(3, {{0, 1}, {1, 2}, {0, 2}});
  const Digraph back = DigraphOf(3, {{0, 1}, {1, 2}, {2, 0}});
  for (const Case& c : cases) {
    SCOPED_TRACE(c.pattern);
    EXPECT_EQ(RolesOf(path, c.group, kNomination)[1], c.nomination);
    EXPECT_EQ(RolesOf(path, c.group, kFlow)[1], c.flow);
    EXPECT_EQ(RolesOf(closed, c.group, kNomination)[1], BrokerageRoles());
    // Only the tie along the path stands in its way.
    EXPECT_EQ(RolesOf(back, c.group, kNomination)[1], c.nomination);
  }
}

TEST(BrokerageTest, CountsNothingWithoutPairs) {
  EXPECT_THAT(RolesOf(Digraph(), {}, kNomination), IsEmpty());
  EXPECT_THAT(RolesOf(DigraphOf(2, {}), {0, 1}, kNomination),
              Each(BrokerageRoles()));
  // Nobody brokers between a person and the same person.
  EXPECT_THAT(RolesOf(DigraphOf(2, {{0, 1}, {1, 0}}), {0, 1}, kNomination),
              Each(BrokerageRoles()));
  EXPECT_THAT(RolesOf(Complete(5).ToDigraph(), {0, 0, 1, 1, 2}, kNomination),
              Each(BrokerageRoles()));
}

TEST(BrokerageTest, MatchesTheClosedFormOfAStar) {
  constexpr NodeId kRays = 300;
  std::vector<std::uint32_t> group(kRays + 1, 7);
  for (NodeId u = 1; u <= kRays; ++u) group[u] = u % 2;
  const std::vector<BrokerageRoles> roles =
      RolesOf(Star(kRays + 1).ToDigraph(), group, kNomination);
  EXPECT_EQ(roles[0],
            (BrokerageRoles{.itinerant = 2 * (kRays / 2) * (kRays / 2 - 1),
                            .liaison = 2 * (kRays / 2) * (kRays / 2)}));
  EXPECT_EQ(roles[0].total(), kRays * (kRays - 1));
  EXPECT_EQ(roles[1], BrokerageRoles());
}

TEST(BrokerageTest, AgreesWithTheDefinition) {
  for (unsigned seed = 0; seed < 400; ++seed) {
    SCOPED_TRACE(seed);
    Random random(seed);
    const Digraph graph = RandomDigraph(random, 20, 3);
    const std::vector<std::uint32_t> group =
        RandomGroups(random, graph.node_count());
    EXPECT_EQ(RolesOf(graph, group, kNomination), ByDefinition(graph, group));
    EXPECT_EQ(RolesOf(graph, group, kFlow),
              ByDefinition(graph.Transposed(), group));
  }
}

TEST(BrokerageTest, DoesNotDependOnTheOrderOfNodes) {
  for (unsigned seed = 0; seed < 50; ++seed) {
    SCOPED_TRACE(seed);
    Random random(seed);
    const Digraph graph = RandomDigraph(random, 40);
    const std::vector<std::uint32_t> group =
        RandomGroups(random, graph.node_count());
    const std::vector<NodeId> names =
        RandomPermutation(graph.node_count(), random);
    std::vector<std::uint32_t> renamed_group(group.size());
    for (NodeId u = 0; u < group.size(); ++u) {
      renamed_group[names[u]] = group[u];
    }
    const auto roles = RolesOf(graph, group, kNomination);
    const auto renamed =
        RolesOf(Relabeled(graph, names), renamed_group, kNomination);
    for (NodeId u = 0; u < group.size(); ++u) {
      EXPECT_EQ(roles[u], renamed[names[u]]);
    }
  }
}

TEST(BrokerageTest, StopsWhenItIsCancelled) {
  const Digraph graph = Complete(600).ToDigraph();
  const std::vector<std::uint32_t> group(graph.node_count(), 0);
  for (const int answers : {0, 1, 4, 20}) {
    int asked = 0;
    const auto roles = BrokerageOf(graph, group, kNomination,
                                   [&] { return asked++ == answers; });
    EXPECT_EQ(roles.status().code(), absl::StatusCode::kCancelled);
    EXPECT_EQ(asked, answers + 1);
  }
}

}  // namespace
}  // namespace pulsetaker::network
