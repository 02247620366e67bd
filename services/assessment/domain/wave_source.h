// The port through which the domain reads waves. clients/ implements it with
// the survey service.

#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "services/assessment/domain/wave.h"

namespace pulsetaker::assessment {

struct ClosedWave {
  std::string name;  // Resource name.
  std::string snapshot_digest;

  friend bool operator==(const ClosedWave&, const ClosedWave&) = default;
};

// Safe for use by any number of threads at once. Any call may fail with
// UNAVAILABLE or DEADLINE_EXCEEDED: try again.
class WaveSource {
 public:
  virtual ~WaveSource() = default;

  // The closed waves of the survey of `wave` up to it and with it, in the
  // order of their numbers. Waves before it that are not closed are left out.
  //
  // NOT_FOUND, WAVE_NOT_FOUND: no such wave.
  // FAILED_PRECONDITION, WAVE_NOT_CLOSED: `wave` is not closed.
  virtual absl::StatusOr<std::vector<ClosedWave>> ListClosedWaves(
      absl::string_view wave) = 0;

  // Instrument, roster strata and answers of a closed wave. Responses of people
  // who are not invited are left out, as their strata are.
  //
  // NOT_FOUND, WAVE_NOT_FOUND: no such wave.
  // FAILED_PRECONDITION, WAVE_NOT_CLOSED: the wave is not closed.
  // DATA_LOSS, SNAPSHOT_INVALID: the stream breaks its contract.
  virtual absl::StatusOr<WaveData> ReadWave(absl::string_view wave) = 0;
};

}  // namespace pulsetaker::assessment
