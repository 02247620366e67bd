#include "services/network/domain/wave_graph.h"

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "services/network/domain/graph_export.h"
#include "services/network/domain/wave_testing.h"

namespace pulsetaker::network {
namespace {

// Three people: `work` is directed, `share` is not, and nobody answered for
// `few`. The first is a hub of `work`, whose gatekeepers are withheld.
AnalyzedSnapshot Small() {
  SnapshotBuilder builder(3);
  builder.AddNetwork("work").AddNetwork("few").AddNetwork("share", false);
  builder.Answer(0, "work", {1, 2})
      .Answer(1, "work", {0})
      .Answer(2, "work", {});
  builder.Answer(0, "share", {1}).Answer(1, "share", {}).Answer(2, "share", {});
  builder.person(0).organisation = "Leeds, City";
  builder.person(1).sector = "=health";
  builder.person(1).layer = Layer::kSystemic;
  builder.person(2).layer = Layer::kPublic;
  Participant shy;
  shy.id = "shy";
  shy.invitation = Invitation::kOptedOut;
  builder.snapshot().participants.push_back(shy);
  AnalyzedSnapshot analyzed;
  analyzed.wave = WaveOf(builder.snapshot());
  analyzed.result = PlainResult(analyzed.wave);
  analyzed.result.persons[0].networks[0].roles = {Role::kHub};
  for (PersonRoles& person : analyzed.result.persons) {
    person.networks[0].in_core = person.person == "p001";
  }
  analyzed.result.analysis.networks[0].withheld_roles = {
      {Role::kGatekeeper, WithheldRole::Reason::kResponseGate, {}}};
  return analyzed;
}

std::string TextOf(const GraphSource& graph, GraphFormat format) {
  std::string text;
  const absl::Status status =
      WriteGraph(graph, format, [&](absl::string_view piece) {
        absl::StrAppend(&text, piece);
        return absl::OkStatus();
      });
  EXPECT_TRUE(status.ok()) << status;
  return text;
}

TEST(WaveGraphTest, TellsOfEachPersonWhatMayBeTold) {
  const AnalyzedSnapshot analyzed = Small();
  EXPECT_EQ(
      TextOf(WaveGraph(analyzed, {0, 2}), GraphFormat::kNodeCsv),
      "id,label,organisation,sector,layer,"
      "work.answered,work.hub,work.gatekeeper,work.pulsetaker,work.core,"
      "share.answered,share.hub,share.gatekeeper,share.pulsetaker,share.core\n"
      "p000,,\"Leeds, City\",,,true,true,,false,false,true,false,false,false,\n"
      "p001,,,'=health,systemic,true,false,,false,true,true,false,false,false,"
      "\n"
      "p002,,,,public,true,false,,false,false,true,false,false,false,\n");
}

TEST(WaveGraphTest, HasUndirectedTiesBothWays) {
  const AnalyzedSnapshot analyzed = Small();
  const WaveGraph graph(analyzed, {0, 2});
  EXPECT_EQ(TextOf(graph, GraphFormat::kEdgeCsv),
            "source,target,weight,network\n"
            "p000,p001,1,work\n"
            "p000,p002,1,work\n"
            "p001,p000,1,work\n"
            "p000,p001,1,share\n"
            "p001,p000,1,share\n");
  EXPECT_EQ(graph.arc_count(), 5);
  EXPECT_EQ(WaveGraph(analyzed, {2}).arc_count(), 2);
}

TEST(WaveGraphTest, KeepsEverybodyWithoutAnyTie) {
  const AnalyzedSnapshot analyzed = Small();
  const WaveGraph graph(analyzed, {1});
  EXPECT_EQ(graph.node_count(), 3u);
  EXPECT_EQ(TextOf(graph, GraphFormat::kEdgeCsv),
            "source,target,weight,network\n");
}

}  // namespace
}  // namespace pulsetaker::network
