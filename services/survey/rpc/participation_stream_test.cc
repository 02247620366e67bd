// GetParticipation and WatchParticipation, through the stub.

#include <memory>
#include <string>
#include <thread>

#include "services/survey/rpc/service_fixture_test.h"

namespace pulsetaker::survey {
namespace {

// A call of WatchParticipation.
class Watch {
 public:
  Watch(v1::SurveyService::Stub& stub, const std::string& name,
        absl::Duration interval) {
    rpc::SetDeadline(context_, absl::Now() + absl::Seconds(60));
    request_.set_name(name);
    request_.mutable_min_interval()->set_seconds(
        absl::ToInt64Seconds(interval));
    request_.mutable_min_interval()->set_nanos(static_cast<std::int32_t>(
        absl::ToInt64Nanoseconds(interval % absl::Seconds(1))));
    reader_ = stub.WatchParticipation(&context_, request_);
  }

  // The next message, or nothing at the end.
  std::optional<v1::Participation> Read() {
    v1::Participation message;
    if (!reader_->Read(&message)) return std::nullopt;
    return message;
  }

  absl::Status Finish() { return rpc::FromGrpcStatus(reader_->Finish()); }

 private:
  grpc::ClientContext context_;
  v1::WatchParticipationRequest request_;
  std::unique_ptr<grpc::ClientReader<v1::Participation>> reader_;
};

constexpr absl::Duration kInterval = absl::Milliseconds(100);

class ParticipationStreamTest : public ServiceFixture {
 protected:
  ParticipationStreamTest() {
    MakeWaveAndAbove();
    ImportPeople();
  }
};

std::int64_t Responded(const std::optional<v1::Participation>& message) {
  if (!message.has_value()) return -1;
  return message->networks(0).total().responded_count();
}

TEST_F(ParticipationStreamTest, SendsEachChangeUntilTheWaveIsClosed) {
  Open();
  Watch watch(*stub_, kWaveName, kInterval);
  EXPECT_EQ(Responded(watch.Read()), 0);
  Submit(ResponseOf("p1", {"p2"}));
  EXPECT_EQ(Responded(watch.Read()), 1);
  // A response that takes the place of another changes no count of responses.
  Submit(ResponseOf("p1", {"p2", "p3"}));
  const auto superseded = watch.Read();
  EXPECT_EQ(Responded(superseded), 1);
  EXPECT_EQ(superseded->networks(0).total().nominations_inside_count(), 2);
  EXPECT_EQ(superseded->wave_state(), v1::Wave::STATE_OPEN);
  Close();
  std::optional<v1::Participation> last = superseded;
  while (const auto next = watch.Read()) last = next;
  EXPECT_EQ(last->wave_state(), v1::Wave::STATE_CLOSED);
  EXPECT_TRUE(watch.Finish().ok());
}

TEST_F(ParticipationStreamTest, SaysWhatTheRateAllows) {
  Open();
  Submit(ResponseOf("p1", {"p2"}));
  v1::GetParticipationRequest request;
  request.set_name(kWaveName);
  const v1::Participation counted = Must(&Stub::GetParticipation, request);
  const v1::NetworkParticipation& network = counted.networks(0);
  ASSERT_TRUE(network.has_response_rate());
  EXPECT_DOUBLE_EQ(network.response_rate(),
                   1.0 / static_cast<double>(network.total().invited_count()));
  EXPECT_EQ(network.naming_gate(), v1::NAMING_GATE_NO_NAMES);
  EXPECT_EQ(network.most_named().people_count(), 1);
  EXPECT_EQ(network.most_named().answered_count(), 0);
  EXPECT_DOUBLE_EQ(network.most_named().coverage(), 0);
  EXPECT_GT(network.organisations_size(), 0);
}

TEST_F(ParticipationStreamTest, SaysWhatIsWrong) {
  struct Row {
    std::string name;
    absl::Duration interval;
    std::string reason;
  };
  const std::string missing = std::string(kWaveName) + "9";
  const Row rows[] = {
      {"waves/1", kInterval, "NAME_MALFORMED"},
      {"waves/1", absl::Nanoseconds(1), "NAME_MALFORMED"},
      {kWaveName, absl::Milliseconds(99), "NUMBER_OUT_OF_RANGE"},
      {kWaveName, absl::Hours(2), "NUMBER_OUT_OF_RANGE"},
      {missing, kInterval, "WAVE_NOT_FOUND"},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.reason);
    Watch watch(*stub_, row.name, row.interval);
    EXPECT_EQ(watch.Read(), std::nullopt);
    EXPECT_EQ(ReasonOf(watch.Finish()), row.reason);
  }
}

TEST_F(ParticipationStreamTest, EndsWhenTheServerStops) {
  Open();
  Watch watch(*stub_, kWaveName, absl::Hours(1));
  EXPECT_EQ(Responded(watch.Read()), 0);
  watches_.BeginStop();
  EXPECT_EQ(watch.Read(), std::nullopt);
  EXPECT_EQ(watch.Finish().code(), absl::StatusCode::kUnavailable);
  Watch late(*stub_, kWaveName, kInterval);
  while (late.Read().has_value()) continue;
  EXPECT_EQ(late.Finish().code(), absl::StatusCode::kUnavailable);
}

}  // namespace
}  // namespace pulsetaker::survey
