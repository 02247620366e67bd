#include "services/network/domain/snapshot.h"

#include <functional>
#include <string>

#include "common/base/status.h"
#include "gtest/gtest.h"
#include "services/network/domain/test_snapshot.h"

namespace pulsetaker::network {
namespace {

WaveSnapshot Valid() {
  SnapshotBuilder builder(2);
  builder.AddNetwork("work").Answer(0, "work", {1}).Answer(1, "work", {});
  return builder.snapshot();
}

TEST(SnapshotTest, TakesWhatIsSound) {
  EXPECT_TRUE(CheckSnapshot(Valid()).ok());
}

TEST(SnapshotTest, RefusesWhatContradictsItself) {
  const struct {
    std::string name;
    std::function<void(WaveSnapshot&)> damage;
  } cases[] = {
      {"no digest", [](WaveSnapshot& s) { s.digest.clear(); }},
      {"digest in capitals", [](WaveSnapshot& s) { s.digest[0] = 'A'; }},
      {"no network",
       [](WaveSnapshot& s) {
         s.networks.clear();
         s.responses.clear();
       }},
      {"too many networks",
       [](WaveSnapshot& s) {
         while (s.networks.size() <= kNetworksMax) {
           s.networks.push_back({std::to_string(s.networks.size())});
         }
       }},
      {"network twice",
       [](WaveSnapshot& s) { s.networks.push_back(s.networks[0]); }},
      {"person twice",
       [](WaveSnapshot& s) { s.participants.push_back(s.participants[0]); }},
      {"person without an id",
       [](WaveSnapshot& s) { s.participants.push_back({}); }},
      {"response twice",
       [](WaveSnapshot& s) { s.responses.push_back(s.responses[0]); }},
      {"response off the roster",
       [](WaveSnapshot& s) { s.responses[0].person = "stranger"; }},
      {"answer for no network",
       [](WaveSnapshot& s) { s.responses[0].answers[0].network_id = "play"; }},
      {"answer twice",
       [](WaveSnapshot& s) {
         auto& answers = s.responses[0].answers;
         answers.push_back(answers[0]);
       }},
      {"nobody, and yet somebody",
       [](WaveSnapshot& s) {
         s.responses[0].answers[0].state = AnswerState::kRespondedNobody;
       }},
      {"skipped, and yet somebody",
       [](WaveSnapshot& s) {
         s.responses[0].answers[0].state = AnswerState::kSkipped;
       }},
      {"nobody's name",
       [](WaveSnapshot& s) {
         s.responses[0].answers[0].nominations[0].person.clear();
       }},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    WaveSnapshot snapshot = Valid();
    c.damage(snapshot);
    const absl::Status status = CheckSnapshot(snapshot);
    EXPECT_EQ(status.code(), absl::StatusCode::kDataLoss);
    EXPECT_EQ(ReasonOf(status), "SNAPSHOT_INVALID");
  }
}

}  // namespace
}  // namespace pulsetaker::network
