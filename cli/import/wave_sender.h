// Brings one wave into the survey service: roster, responses, close, look.

#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "cli/import/import_wire.h"
#include "cli/import/plan.h"
#include "cli/rpc/patient_call.h"
#include "pulsetaker/survey/v1/survey_service.grpc.pb.h"
#include "pulsetaker/survey/v1/wave.pb.h"

namespace pulsetaker::cli {

struct WaveOutcome {
  enum class Kind { kImported, kUnchanged, kFailed };

  std::string locality;
  std::int32_t wave = 0;
  Kind kind = Kind::kFailed;
  absl::Status status;        // Of kFailed.
  survey::v1::Upload upload;  // What became of the responses.
  std::vector<survey::v1::RowProblem> row_problems;
};

struct WaveTarget {
  std::string name;
  std::string instrument;
  bool reopens = false;
  bool leaves_open = false;
  absl::Duration deadline = absl::Seconds(60);
};

class WaveSender {
 public:
  using Stub = survey::v1::SurveyService::StubInterface;

  // What it is given must outlive it.
  WaveSender(Stub& stub, WaveTarget target, const PlannedWave& wave)
      : stub_(stub), target_(std::move(target)), wave_(wave) {}

  // Creates the wave if it is not there, adds the roster, opens it, sends the
  // responses, closes it, and reads back that all of them are there. Calls
  // `on_more` with the number of responses that came to be on disk since.
  //
  // FAILED_PRECONDITION: the service rejected rows (see `outcome`; the wave
  // stays open), or the wave does not hold what was sent.
  absl::Status Send(WaveOutcome& outcome,
                    const std::function<void(std::int64_t)>& on_more);

 private:
  absl::StatusOr<survey::v1::Wave> Ready();
  absl::StatusOr<survey::v1::Wave> Get();
  absl::Status SendRoster();
  absl::Status SendResponses(WaveOutcome& outcome,
                             const std::function<void(std::int64_t)>& on_more);
  absl::Status CloseAndVerify();
  absl::Time Deadline() const { return absl::Now() + target_.deadline; }

  // OpenWave, CloseWave or ReopenWave, in the state that `wave` is in: a
  // repeat has no second effect, and the same change later has one.
  template <typename Request>
  absl::StatusOr<survey::v1::Wave> Change(
      grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&,
                                   survey::v1::Wave*),
      const survey::v1::Wave& wave);

  Stub& stub_;
  const WaveTarget target_;
  const PlannedWave& wave_;
};

struct SnapshotSource {
  std::string wave_name;
  absl::Duration deadline;
};

// Whether a closed wave holds what is planned: exactly that, or that at least.
absl::StatusOr<bool> HoldsWave(WaveSender::Stub& stub,
                               const SnapshotSource& source,
                               const PlannedWave& wave, bool exactly);

// Makes a call that creates something. That it is there already is fine: from
// an earlier import, or made by someone else under the same id.
template <typename Stub, typename Request, typename Response>
absl::Status Ensure(Stub& stub,
                    grpc::Status (Stub::*method)(grpc::ClientContext*,
                                                 const Request&, Response*),
                    Request& request, absl::Time deadline) {
  request.set_request_id(DerivedUuid(absl::StrCat(
      Request::descriptor()->full_name(), request.SerializeAsString())));
  const absl::Status status =
      CallPatiently(stub, method, request, deadline).status();
  return absl::IsAlreadyExists(status) ? absl::OkStatus() : status;
}

}  // namespace pulsetaker::cli
