#pragma once

#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"
#include "services/network/domain/snapshot.h"

namespace pulsetaker::network {

// The port through which snapshots come. Safe for use by any number of threads
// at once.
class SnapshotSource {
 public:
  virtual ~SnapshotSource() = default;

  // The snapshot of a closed wave, whole and checked against its digest's
  // header. It ends within a bounded time.
  //
  // NOT_FOUND, WAVE_NOT_FOUND. FAILED_PRECONDITION, WAVE_NOT_CLOSED.
  // UNAVAILABLE, SURVEY_UNAVAILABLE: no answer in time, repeats included.
  // DATA_LOSS, SNAPSHOT_INVALID: more or less came than was announced.
  // CANCELLED: `is_cancelled`, asked now and then, said yes.
  virtual absl::StatusOr<WaveSnapshot> Read(
      const WaveKey& wave, absl::FunctionRef<bool()> is_cancelled) = 0;
};

}  // namespace pulsetaker::network
