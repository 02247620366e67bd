#include "services/network/rpc/sociogram_stream.h"

#include <memory>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "gmock/gmock.h"
#include "services/network/domain/sociogram.h"
#include "services/network/rpc/analyzed_fixture_test.h"

namespace pulsetaker::network {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

using Tie = std::tuple<std::string, int, int>;

// A drawing put together.
struct Drawing {
  grpc::Status status;
  v1::SociogramHeader header;
  std::vector<v1::SociogramNode> nodes;
  std::vector<Tie> ties;
  int node_messages = 0;
  int tie_messages = 0;
};

class SociogramStreamTest : public AnalyzedFixture {
 protected:
  Drawing Drawn(const v1::GetSociogramRequest& request) {
    std::vector<v1::GetSociogramResponse> messages;
    Drawing drawing;
    drawing.status =
        ReadStream(&v1::NetworkService::Stub::GetSociogram, request, messages);
    for (std::size_t i = 0; i < messages.size(); ++i) {
      EXPECT_EQ(messages[i].has_header(), i == 0);
      if (messages[i].has_header()) drawing.header = messages[i].header();
      if (messages[i].has_nodes()) Add(messages[i].nodes(), drawing);
      if (messages[i].has_ties()) {
        EXPECT_LE(messages[i].ties().ties_size(), 20'000);
        ++drawing.tie_messages;
        for (const v1::SociogramTie& tie : messages[i].ties().ties()) {
          drawing.ties.emplace_back(messages[i].ties().network_id(),
                                    tie.source(), tie.target());
        }
      }
    }
    return drawing;
  }

  static void Add(const v1::SociogramNodes& nodes, Drawing& drawing) {
    EXPECT_EQ(nodes.first_number(), static_cast<int>(drawing.nodes.size()));
    EXPECT_LE(nodes.nodes_size(), 1'000);
    EXPECT_TRUE(drawing.ties.empty());
    ++drawing.node_messages;
    for (const v1::SociogramNode& node : nodes.nodes()) {
      drawing.nodes.push_back(node);
    }
  }

  static v1::GetSociogramRequest Request(
      const std::string& name, const std::vector<std::string>& networks = {}) {
    v1::GetSociogramRequest request;
    request.set_name(name);
    for (const std::string& id : networks) request.add_network_ids(id);
    return request;
  }
};

TEST_F(SociogramStreamTest, DrawsEverybodyAndEveryTieOnce) {
  const std::string name = Analyzed(Town());
  const AnalyzedSnapshot analyzed = Read(name);
  const Drawing drawing = Drawn(Request(name));
  ASSERT_TRUE(drawing.status.ok()) << drawing.status.error_message();

  EXPECT_EQ(drawing.header.snapshot_digest(), Town().digest);
  EXPECT_THAT(drawing.header.withheld_network_ids(), ElementsAre("few"));
  std::vector<Tie> wanted;
  ASSERT_EQ(drawing.header.networks_size(), 3);
  for (int i = 0; i < 3; ++i) {
    const v1::SociogramNetwork& network = drawing.header.networks(i);
    EXPECT_EQ(network.network_id(), absl::StrCat("n", i));
    EXPECT_EQ(network.directed(), i != 2);
    EXPECT_EQ(network.gate(), v1::GATE_ALL_ROLES);
    std::int64_t count = 0;
    for (const Arc& arc :
         analyzed.wave.networks[static_cast<std::size_t>(i)].graph.Arcs()) {
      if (i == 2 && arc.from > arc.to) continue;
      ++count;
      wanted.emplace_back(network.network_id(), arc.from, arc.to);
    }
    EXPECT_EQ(network.tie_count(), count);
  }
  EXPECT_EQ(drawing.ties, wanted);
  ASSERT_EQ(drawing.header.node_count(), kTownPeople);
  ASSERT_EQ(drawing.nodes.size(), std::size_t{kTownPeople});
  EXPECT_EQ(drawing.nodes[7].organisation(), "Leeds & <City>");
}

TEST_F(SociogramStreamTest, TellsOfEachPersonWhatTheAnalysisTells) {
  const std::string name = Analyzed(Town());
  const AnalyzedSnapshot analyzed = Read(name);
  const std::vector<std::size_t> networks = {0, 1, 2};
  const std::vector<Point> places =
      PlacePeople(analyzed.wave, networks, {}, kNeverCancelled).value();
  const Drawing drawing = Drawn(Request(name));
  ASSERT_EQ(drawing.nodes.size(), places.size());
  int roles = 0;
  for (std::size_t i = 0; i < places.size(); ++i) {
    const v1::SociogramNode& node = drawing.nodes[i];
    const PersonRoles& person = analyzed.result.persons[i];
    EXPECT_EQ(node.person(), person.person);
    EXPECT_EQ(node.sector(), person.sector);
    EXPECT_EQ(static_cast<int>(node.layer()), static_cast<int>(person.layer));
    EXPECT_EQ(node.x(), places[i].x);
    EXPECT_EQ(node.y(), places[i].y);
    ASSERT_EQ(node.networks_size(), 3);
    for (int n = 0; n < 3; ++n) {
      const auto number = static_cast<std::size_t>(n);
      const PersonNetworkMeasures& measures = person.networks[number];
      EXPECT_EQ(node.networks(n).answered(),
                analyzed.wave.networks[number].answered[i] != 0);
      EXPECT_EQ(node.networks(n).has_in_core(), measures.in_core.has_value());
      EXPECT_EQ(node.networks(n).in_core(), measures.in_core.value_or(false));
      ASSERT_EQ(node.networks(n).roles_size(),
                static_cast<int>(measures.roles.size()));
      for (int r = 0; r < node.networks(n).roles_size(); ++r) {
        ++roles;
        EXPECT_EQ(
            static_cast<int>(node.networks(n).roles(r)),
            static_cast<int>(measures.roles[static_cast<std::size_t>(r)]));
      }
    }
  }
  EXPECT_GT(roles, 0);
}

TEST_F(SociogramStreamTest, NamesNobodyWhoMayNotBeNamed) {
  const Drawing drawing = Drawn(Request(Analyzed(Town())));
  std::set<std::string> people;
  for (const v1::SociogramNode& node : drawing.nodes) {
    people.insert(node.person());
  }
  EXPECT_EQ(people.size(), std::size_t{kTownPeople});
  for (const char* hidden : {"shy", "guest", "stranger"}) {
    EXPECT_FALSE(people.contains(hidden));
  }
}

// More nodes and ties than a message holds.
TEST_F(SociogramStreamTest, CutsLargeDrawingsIntoMessages) {
  constexpr int kPeople = 2'001;
  SnapshotBuilder builder(0);
  builder.AddNetwork("work");
  WaveSnapshot& snapshot = builder.snapshot();
  const auto id = [](int i) { return absl::StrFormat("p%05d", i % kPeople); };
  for (int i = 0; i < kPeople; ++i) {
    Participant participant;
    participant.id = id(i);
    snapshot.participants.push_back(participant);
    NetworkAnswer answer{"work", AnswerState::kResponded, {}};
    for (int k = 1; k <= 20; ++k) answer.nominations.push_back({id(i + k), 1});
    snapshot.responses.push_back({id(i), {answer}});
  }
  // An analysis would take minutes, and nothing of it is drawn but who is
  // there.
  EncodedAnalysis encoded =
      encoder_->Encode(kWave, Id(9), PlainResult(WaveOf(snapshot)));
  ASSERT_TRUE(store_->Put(kWave, encoded).ok());
  source_.waves[3] = snapshot;
  const Drawing drawing = Drawn(Request(AnalysisName(9)));
  ASSERT_TRUE(drawing.status.ok()) << drawing.status.error_message();
  EXPECT_EQ(drawing.nodes.size(), std::size_t{kPeople});
  EXPECT_EQ(drawing.node_messages, 3);
  EXPECT_EQ(drawing.ties.size(), std::size_t{kPeople} * 20);
  EXPECT_EQ(std::set<Tie>(drawing.ties.begin(), drawing.ties.end()).size(),
            drawing.ties.size());
  EXPECT_EQ(drawing.tie_messages, 3);
}

TEST_F(SociogramStreamTest, KeepsPeopleNearToWhereTheyWere) {
  const std::string before = Analyzed(Town(1), 3);
  const std::string after = Analyzed(Town(2), 4);
  const Drawing old = Drawn(Request(before, {"n0"}));
  v1::GetSociogramRequest request = Request(after, {"n0"});
  const Drawing fresh = Drawn(request);
  for (const v1::SociogramNode& node : old.nodes) {
    v1::PersonPlace& place = *request.add_previous_places();
    place.set_person(node.person());
    place.set_x(node.x());
    place.set_y(node.y());
  }
  const Drawing kept = Drawn(request);
  ASSERT_TRUE(kept.status.ok()) << kept.status.error_message();
  EXPECT_THAT(kept.header.withheld_network_ids(), IsEmpty());
  const auto moved = [&](const Drawing& drawing) {
    double sum = 0;
    for (std::size_t i = 0; i < old.nodes.size(); ++i) {
      sum += Distance({old.nodes[i].x(), old.nodes[i].y()},
                      {drawing.nodes[i].x(), drawing.nodes[i].y()});
    }
    return sum;
  };
  EXPECT_LT(moved(kept), moved(fresh));
}

TEST_F(SociogramStreamTest, RefusesAsDocumented) {
  const std::string name = Analyzed(Town());
  ExpectError(Drawn(Request(name, {"few", "none"})).status,
              grpc::StatusCode::NOT_FOUND, "NETWORK_NOT_FOUND");
  v1::GetSociogramRequest request = Request(name, {"few"});
  request.add_previous_places()->set_x(2);
  ExpectError(Drawn(request).status, grpc::StatusCode::FAILED_PRECONDITION,
              "RESPONSE_TOO_LOW");
  request.clear_network_ids();
  ExpectInvalid(Drawn(request).status, "PARAMETER_OUT_OF_RANGE",
                "previous_places[0]");
}

TEST_F(SociogramStreamTest, HoldsAsManyWavesAsThereIsRoomFor) {
  const std::string name = Analyzed(Town());
  source_.waves.clear();
  source_.read = [](absl::FunctionRef<bool()> is_cancelled) {
    while (!is_cancelled()) absl::SleepFor(absl::Milliseconds(1));
    return absl::CancelledError("as asked");
  };
  const v1::GetSociogramRequest request = Request(name);
  std::vector<v1::GetSociogramResponse> messages;
  std::vector<std::unique_ptr<grpc::ClientContext>> contexts;
  std::vector<std::unique_ptr<grpc::ClientReader<v1::GetSociogramResponse>>>
      streams;
  for (int i = 0; i < kOpenGraphsMax; ++i) {
    contexts.push_back(std::make_unique<grpc::ClientContext>());
    rpc::SetDeadline(*contexts.back(), absl::Now() + absl::Seconds(60));
    streams.push_back(stub_->GetSociogram(contexts.back().get(), request));
  }
  // Until all of them have come to the server, there is room.
  grpc::Status status;
  do {
    status = ReadStream(&v1::NetworkService::Stub::GetSociogram, request,
                        messages, absl::Milliseconds(50));
  } while (status.error_code() == grpc::StatusCode::DEADLINE_EXCEEDED);
  ExpectError(status, grpc::StatusCode::UNAVAILABLE, "OVERLOADED");

  source_.waves[3] = Town();
  for (const auto& context : contexts) context->TryCancel();
  for (const auto& stream : streams) {
    EXPECT_EQ(stream->Finish().error_code(), grpc::StatusCode::CANCELLED);
  }
  // The server hears of it a little later.
  do {
    status = Drawn(request).status;
  } while (status.error_code() == grpc::StatusCode::UNAVAILABLE);
  EXPECT_TRUE(status.ok()) << status.error_message();
}

TEST_F(SociogramStreamTest, ReportsErrorsOfReading) {
  ExpectErrorsOfReading(
      [&](const std::string& name,
          absl::Duration timeout = absl::Seconds(60)) -> grpc::Status {
        std::vector<v1::GetSociogramResponse> messages;
        return ReadStream(&v1::NetworkService::Stub::GetSociogram,
                          Request(name), messages, timeout);
      });
}

}  // namespace
}  // namespace pulsetaker::network
