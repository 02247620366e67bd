#include <chrono>
#include <iterator>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "tests/crash/traffic.h"

namespace pulsetaker::testing {
namespace {

using survey::v1::SurveyService;
using survey::v1::Wave;

constexpr char kSurveyName[] = "tenants/north/localities/leeds/surveys/care";

// What a wave is after each of its steps. A wave that is being closed is
// CLOSING first, one revision before that of the step.
struct StepResult {
  Wave::State state;
  std::int64_t revision;
  std::int64_t participants;
  std::int64_t responses;
};
constexpr StepResult kSteps[] = {
    {Wave::STATE_DRAFT, 1, 0, 0},    // CreateWave
    {Wave::STATE_DRAFT, 1, 30, 0},   // ImportRoster of 0 to 29
    {Wave::STATE_DRAFT, 1, 40, 0},   // ImportRoster of 20 to 39
    {Wave::STATE_OPEN, 2, 40, 0},    // OpenWave
    {Wave::STATE_OPEN, 2, 40, 1},    // SubmitResponse
    {Wave::STATE_CLOSED, 4, 40, 1},  // CloseWave
    {Wave::STATE_OPEN, 5, 40, 1},    // ReopenWave
    {Wave::STATE_CLOSED, 7, 40, 1},  // CloseWave
};
constexpr std::int64_t kStepCount = std::size(kSteps);

std::string NameOf(std::int64_t number) {
  return absl::StrCat(kSurveyName, "/waves/", 2 + number / kStepCount);
}

std::string RequestIdOf(std::int64_t number) {
  return UuidOf(2'000'000 + number);
}

// Calls a method. OK, or the server is gone.
template <typename Request, typename Response>
bool Call(SurveyService::Stub& stub,
          grpc::Status (SurveyService::Stub::*method)(grpc::ClientContext*,
                                                      const Request&,
                                                      Response*),
          const Request& request, Response& response) {
  grpc::ClientContext context;
  context.set_deadline(std::chrono::system_clock::now() +
                       std::chrono::seconds(60));
  const grpc::Status status = (stub.*method)(&context, request, &response);
  EXPECT_TRUE(status.ok() ||
              status.error_code() == grpc::StatusCode::UNAVAILABLE ||
              status.error_code() == grpc::StatusCode::CANCELLED)
      << request.GetTypeName() << ": " << status.error_message();
  return status.ok();
}

// Request is that of OpenWave, CloseWave or ReopenWave.
template <typename Request>
bool SetState(SurveyService::Stub& stub,
              grpc::Status (SurveyService::Stub::*method)(grpc::ClientContext*,
                                                          const Request&,
                                                          Wave*),
              std::int64_t number, Wave& wave) {
  Request request;
  request.set_name(NameOf(number));
  request.set_request_id(RequestIdOf(number));
  return Call(stub, method, request, wave);
}

bool CreateWave(SurveyService::Stub& stub, std::int64_t number, Wave& wave) {
  survey::v1::CreateWaveRequest request;
  request.set_parent(kSurveyName);
  request.set_wave_id(absl::StrCat(2 + number / kStepCount));
  request.mutable_wave()->set_instrument("tenants/north/instruments/made-up");
  request.set_request_id(RequestIdOf(number));
  return Call(stub, &SurveyService::Stub::CreateWave, request, wave);
}

// Imports the people from `begin` to `end`, of which the first `known` are
// there.
bool ImportRoster(SurveyService::Stub& stub, std::int64_t number, int begin,
                  int end, int known) {
  survey::v1::ImportRosterRequest request;
  request.set_parent(NameOf(number));
  request.set_request_id(RequestIdOf(number));
  for (int i = begin; i < end; ++i) {
    auto& participant = *request.add_participants();
    participant.set_name(absl::StrCat(NameOf(number), "/participants/p", i));
    participant.set_invitation(survey::v1::Participant::INVITATION_INVITED);
  }
  survey::v1::ImportRosterResponse response;
  if (!Call(stub, &SurveyService::Stub::ImportRoster, request, response)) {
    return false;
  }
  EXPECT_EQ(response.created_count(), end - begin - known);
  EXPECT_EQ(response.unchanged_count(), known);
  return true;
}

bool SubmitResponse(SurveyService::Stub& stub, std::int64_t number) {
  survey::v1::SubmitResponseRequest request;
  *request.mutable_response() = ResponseOf(1);
  request.mutable_response()->set_name(
      absl::StrCat(NameOf(number), "/responses/p1"));
  request.set_request_id(RequestIdOf(number));
  survey::v1::Response response;
  if (!Call(stub, &SurveyService::Stub::SubmitResponse, request, response)) {
    return false;
  }
  EXPECT_EQ(response.revision(), 1);
  return true;
}

std::int64_t RevisionOf(const Wave& wave) {
  std::int64_t revision = 0;
  EXPECT_TRUE(absl::SimpleAtoi(wave.etag().substr(1), &revision));
  return revision;
}

}  // namespace

bool WaveChanges::IsAfter(const Wave& wave, int steps) {
  const StepResult& want = kSteps[steps - 1];
  return wave.state() == want.state && RevisionOf(wave) == want.revision &&
         wave.participant_count() == want.participants &&
         wave.response_count() == want.responses;
}

bool WaveChanges::Check(Stub& stub) {
  const int steps = static_cast<int>(next_ % kStepCount);
  survey::v1::GetWaveRequest request;
  request.set_name(NameOf(next_));
  grpc::ClientContext context;
  context.set_deadline(std::chrono::system_clock::now() +
                       std::chrono::seconds(60));
  Wave wave;
  const grpc::Status status = stub.GetWave(&context, request, &wave);
  if (status.error_code() == grpc::StatusCode::UNAVAILABLE) return false;
  if (status.error_code() == grpc::StatusCode::NOT_FOUND) {
    findings_.lost += steps;
    return true;
  }
  EXPECT_TRUE(status.ok()) << status.error_message();
  // Nothing of the change that has no answer, all of it, or, of a close, its
  // first half.
  if (steps > 0 && IsAfter(wave, steps)) return true;
  if (underway_ && IsAfter(wave, steps + 1)) return true;
  if (underway_ && kSteps[steps].state == Wave::STATE_CLOSED &&
      wave.state() == Wave::STATE_CLOSING &&
      RevisionOf(wave) == kSteps[steps].revision - 1) {
    return true;
  }
  ADD_FAILURE() << "after " << steps << " steps: " << wave.ShortDebugString();
  const std::int64_t least = steps == 0 ? 0 : kSteps[steps - 1].revision;
  ++(RevisionOf(wave) < least ? findings_.lost
     : steps == 0             ? findings_.phantoms
                              : findings_.twice);
  return true;
}

void WaveChanges::Send(Stub& stub, std::int64_t end) {
  for (; next_ < end; ++next_) {
    underway_ = true;
    if (!Change(stub, next_)) return;
    underway_ = false;
    ++findings_.acknowledged;
  }
}

bool WaveChanges::Change(Stub& stub, std::int64_t number) {
  Wave wave;
  const int step = static_cast<int>(number % kStepCount);
  bool done = false;
  switch (step) {
    case 0:
      done = CreateWave(stub, number, wave);
      break;
    case 1:
      return ImportRoster(stub, number, 0, 30, 0);
    case 2:
      return ImportRoster(stub, number, 20, 40, 10);
    case 3:
      done = SetState(stub, &Stub::OpenWave, number, wave);
      break;
    case 4:
      return SubmitResponse(stub, number);
    case 6:
      done = SetState(stub, &Stub::ReopenWave, number, wave);
      break;
    default:
      done = SetState(stub, &Stub::CloseWave, number, wave);
  }
  if (!done) return false;
  // Also of a repeat.
  EXPECT_TRUE(IsAfter(wave, step + 1))
      << "step " << step << ": " << wave.ShortDebugString();
  if (wave.state() == Wave::STATE_CLOSED) {
    if (digest_.empty()) digest_ = wave.snapshot_digest();
    EXPECT_EQ(wave.snapshot_digest(), digest_);
  }
  return true;
}

}  // namespace pulsetaker::testing
