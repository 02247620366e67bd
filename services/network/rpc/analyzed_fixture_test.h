// Waves that were analysed, for the methods that begin with that.

#pragma once

#include <algorithm>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "common/base/random.h"
#include "grpcpp/support/sync_stream.h"
#include "services/network/domain/wave_testing.h"
#include "services/network/rpc/service_fixture_test.h"

namespace pulsetaker::network {

inline constexpr int kTownPeople = 40;

// Forty people p000 to p039 and networks n0, n1 and n2, the last undirected,
// for which nearly all answered; `few`, for which half did. Somebody who opted
// out and somebody who was not invited are on the roster, and a stranger is
// not; all three are named.
inline WaveSnapshot Town(unsigned seed = 1) {
  Random random(seed);
  SnapshotBuilder builder = RandomWave(
      random,
      {.people = kTownPeople, .response_percent = 96, .tie_percent = 9});
  builder.AddNetwork("few");
  for (int person = 0; person < kTownPeople / 2; ++person) {
    builder.Answer(person, "few", {(person + 1) % 40, (person + 2) % 40});
  }
  builder.person(7).organisation = "Leeds & <City>";
  WaveSnapshot snapshot = std::move(builder.snapshot());
  for (const auto& [id, invitation] :
       {std::pair("shy", Invitation::kOptedOut),
        std::pair("guest", Invitation::kNotInvited)}) {
    Participant participant;
    participant.id = id;
    participant.invitation = invitation;
    snapshot.participants.push_back(participant);
  }
  for (Response& response : snapshot.responses) {
    for (NetworkAnswer& answer : response.answers) {
      if (answer.state != AnswerState::kResponded) continue;
      for (const char* id : {"shy", "guest", "stranger"}) {
        answer.nominations.push_back({id, 1});
      }
    }
  }
  return snapshot;
}

class AnalyzedFixture : public NetworkServiceFixture {
 protected:
  // The name of an analysis of this snapshot, as wave `wave`.
  std::string Analyzed(const WaveSnapshot& snapshot, std::int32_t wave = 3) {
    source_.waves[wave] = snapshot;
    v1::AnalyzeWaveRequest request = Valid(wave);
    request.set_parent(WaveNamed(wave));
    const Operation done = Run(request);
    EXPECT_TRUE(done.has_response()) << done.error().message();
    v1::Analysis analysis;
    EXPECT_TRUE(done.response().UnpackTo(&analysis));
    return analysis.name();
  }

  static std::string WaveNamed(std::int32_t wave) {
    return absl::StrCat("tenants/north/localities/a/surveys/s/waves/", wave);
  }

  // What the analysis says, and of what.
  AnalyzedSnapshot Read(const std::string& name, std::int32_t wave = 3) {
    WaveKey key = kWave;
    key.wave = wave;
    auto read =
        reader_->Read(key, name.substr(name.rfind('/') + 1), kNeverCancelled);
    EXPECT_TRUE(read.ok()) << read.status();
    return read.ok() ? *std::move(read) : AnalyzedSnapshot();
  }

  // All messages of a stream, and how it ended.
  template <typename Response, typename Request>
  grpc::Status ReadStream(std::unique_ptr<grpc::ClientReader<Response>> (
                              v1::NetworkService::Stub::*method)(
                              grpc::ClientContext*, const Request&),
                          const Request& request,
                          std::vector<Response>& messages,
                          absl::Duration timeout = absl::Seconds(60)) {
    grpc::ClientContext context;
    rpc::SetDeadline(context, absl::Now() + timeout);
    const auto reader = ((*stub_).*method)(&context, request);
    messages.clear();
    for (Response message; reader->Read(&message);) messages.push_back(message);
    return reader->Finish();
  }

  void ExpectError(const grpc::Status& status, grpc::StatusCode code,
                   const std::string& reason) {
    EXPECT_EQ(status.error_code(), code) << status.error_message();
    const auto info = DetailOf<google::rpc::ErrorInfo>(status);
    EXPECT_EQ(info.reason(), reason);
    ExpectDocumented(info.reason());
  }

  // That a method which reads snapshots again gives the errors of that: `call`
  // is of an analysis with this name, of wave 3 and Town().
  template <typename CallWithName>
  void ExpectErrorsOfReading(const CallWithName& call) {
    using grpc::StatusCode;
    ExpectInvalid(call("x"), "NAME_MALFORMED", "name");
    ExpectError(call(AnalysisName(1)), StatusCode::NOT_FOUND,
                "ANALYSIS_NOT_FOUND");
    const std::string name = Analyzed(Town());
    EXPECT_TRUE(call(name).ok()) << call(name).error_message();
    source_.waves[3].digest = std::string(64, '0');
    ExpectError(call(name), StatusCode::FAILED_PRECONDITION,
                "SNAPSHOT_CHANGED");
    source_.waves.clear();
    source_.read = [](absl::FunctionRef<bool()>) {
      return MakeError(absl::StatusCode::kFailedPrecondition, "WAVE_NOT_CLOSED",
                       "open");
    };
    ExpectError(call(name), StatusCode::FAILED_PRECONDITION, "WAVE_NOT_CLOSED");
    source_.read = [](absl::FunctionRef<bool()> is_cancelled) {
      while (!is_cancelled()) absl::SleepFor(absl::Milliseconds(2));
      return absl::CancelledError("as asked");
    };
    EXPECT_EQ(call(name, absl::Milliseconds(200)).error_code(),
              StatusCode::DEADLINE_EXCEEDED);
  }
};

}  // namespace pulsetaker::network
