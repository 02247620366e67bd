// instruments/standard.json is an instrument that the service takes, and says
// what the documentation says of it.

#include <fstream>
#include <map>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "google/protobuf/util/json_util.h"
#include "services/survey/rpc/service_fixture_test.h"

namespace pulsetaker::survey {
namespace {

class StandardInstrumentTest : public ServiceFixture {
 protected:
  StandardInstrumentTest() {
    std::ifstream file("instruments/standard.json");
    std::stringstream json;
    json << file.rdbuf();
    const auto parsed =
        google::protobuf::util::JsonStringToMessage(json.str(), &instrument_);
    EXPECT_TRUE(parsed.ok()) << parsed.ToString();
  }

  v1::Instrument instrument_;
};

TEST_F(StandardInstrumentTest, IsTakenAsItIs) {
  v1::CreateInstrumentRequest request;
  request.set_parent(kTenantName);
  request.set_instrument_id("standard");
  *request.mutable_instrument() = instrument_;
  request.set_request_id(NextUuid());
  v1::Instrument created = Must(&Stub::CreateInstrument, request);
  created.clear_name();
  created.clear_content_digest();
  created.clear_create_time();
  created.clear_state();
  created.clear_revision();
  created.clear_etag();
  created.clear_publish_time();
  created.clear_update_time();
  EXPECT_EQ(created.DebugString(), instrument_.DebugString());
}

TEST_F(StandardInstrumentTest, HasTheSevenNetworks) {
  std::vector<std::string> ids;
  std::map<std::string, v1::Network::Provenance> provenance;
  for (const v1::Network& network : instrument_.networks()) {
    ids.push_back(network.network_id());
    provenance[network.network_id()] = network.provenance();
    EXPECT_EQ(network.direction(), v1::Network::DIRECTION_DIRECTED);
    EXPECT_EQ(network.nomination_cap(), 0);
  }
  EXPECT_EQ(ids,
            (std::vector<std::string>{"work", "social", "innovation", "expert",
                                      "guidance", "learning", "decision"}));
  // No published wording is known for it.
  EXPECT_EQ(provenance["decision"], v1::Network::PROVENANCE_DESIGN);
  EXPECT_EQ(provenance["expert"], v1::Network::PROVENANCE_SOURCED);
  EXPECT_EQ(provenance["work"], v1::Network::PROVENANCE_ADAPTED);
}

TEST_F(StandardInstrumentTest, HasTheItemsOfTheTriangle) {
  std::map<v1::Item::Kind, int> kinds;
  std::map<v1::Corner, int> corners;
  std::set<std::pair<v1::Corner, v1::Corner>> arrows;
  for (const v1::Item& item : instrument_.items()) {
    SCOPED_TRACE(item.item_id());
    ++kinds[item.kind()];
    ++corners[item.corner()];
    if (item.has_arrow()) {
      arrows.emplace(item.arrow().from_corner(), item.arrow().to_corner());
    }
    EXPECT_EQ(item.scale_min(), 1);
    EXPECT_EQ(item.scale_max(), 5);
    EXPECT_FALSE(item.source().empty());
    if (item.kind() != v1::Item::KIND_CORNER) continue;
    EXPECT_EQ(item.reverse_scored(), item.item_id().back() == 'r');
    EXPECT_EQ(item.external_resource(), item.item_id().back() == 'x');
  }
  EXPECT_EQ(kinds, (std::map<v1::Item::Kind, int>{
                       {v1::Item::KIND_CORNER, 24},
                       {v1::Item::KIND_ARROW, 12},
                       {v1::Item::KIND_SELF_PLACED_PHASE, 1},
                       {v1::Item::KIND_TRIGGER_PRESENT, 1},
                       {v1::Item::KIND_PERVASIVE, 1}}));
  EXPECT_EQ(corners[v1::CORNER_AUTHORITY], 8);
  EXPECT_EQ(corners[v1::CORNER_CAPACITY], 9);
  EXPECT_EQ(corners[v1::CORNER_VALUE], 7);
  EXPECT_EQ(arrows.size(), 6u);
}

}  // namespace
}  // namespace pulsetaker::survey
