// Brings a plan into the survey service: nothing is sent before everything
// that can be looked up was looked up, and a second time changes nothing.

#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "cli/import/plan.h"
#include "cli/import/problem.h"
#include "cli/import/wave_sender.h"
#include "pulsetaker/survey/v1/instrument.pb.h"
#include "pulsetaker/survey/v1/survey_service.grpc.pb.h"
#include "pulsetaker/survey/v1/wave.pb.h"

namespace pulsetaker::cli {

struct ImportTarget {
  std::string tenant;
  std::string survey_id;
  std::string survey_display_name;
  std::string innovation;
  std::string service_field;
  std::string instrument_id;
  survey::v1::Instrument instrument;
  bool reopens_closed_waves = false;
  bool leaves_waves_open = false;
  int locality_parallelism = 4;
  absl::Duration deadline = absl::Seconds(60);
};

class Importer {
 public:
  using Stub = survey::v1::SurveyService::StubInterface;
  // Called with the responses that are on disk, of all waves together.
  using OnProgress = std::function<void(std::int64_t)>;

  // What it is given must outlive it.
  Importer(Stub& stub, const ImportTarget& target, const ImportPlan& plan);

  // Reads what is there and adds a problem for each wave of the plan that
  // cannot take it in: closed with other answers, or of another instrument.
  // Sends nothing.
  absl::Status Check(ProblemLog& problems);

  // Sends what Check found no fault with. One outcome a wave, in the order of
  // the plan; an error only for what concerns all of them.
  absl::StatusOr<std::vector<WaveOutcome>> Send(const OnProgress& on_progress);

  std::string InstrumentName() const;
  std::string WaveName(const PlannedLocality& locality,
                       const PlannedWave& wave) const;

 private:
  enum class WaveAction { kCreate, kSend, kReopen, kNothing, kRefuse };

  absl::Status CheckLocality(const PlannedLocality& locality,
                             std::vector<WaveAction>& actions,
                             std::vector<Problem>& problems);
  absl::StatusOr<WaveAction> CheckWave(const PlannedLocality& locality,
                                       const PlannedWave& wave,
                                       std::vector<Problem>& problems);
  void SendLocality(std::size_t index, std::vector<WaveOutcome>& outcomes,
                    const OnProgress& on_more);
  absl::Status CheckInstrument(ProblemLog& problems);
  absl::Status EnsureInstrument();
  absl::Status EnsureLocality(const PlannedLocality& locality);
  absl::Status EnsureSurvey(const PlannedLocality& locality);
  absl::Time Deadline() const;

  Stub& stub_;
  const ImportTarget& target_;
  const ImportPlan& plan_;
  std::int32_t instrument_revision_ = 0;  // The latest, 0 if there is none.
  std::vector<std::vector<WaveAction>> actions_;  // By locality, then wave.
};

}  // namespace pulsetaker::cli
