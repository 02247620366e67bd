// The port through which the domain keeps what checks of responses found. The
// domain owns this header and store/ implements it. Decisions are kept through
// people_store.h, because they change what snapshots show.

#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "services/survey/domain/quality.h"
#include "services/survey/domain/survey_store.h"
#include "services/survey/domain/wave.h"

namespace pulsetaker::survey {

// What a wave has of flagged responses.
struct FlagCounts {
  std::int64_t flagged = 0;
  std::int64_t left_out = 0;  // Of these.

  friend bool operator==(const FlagCounts&, const FlagCounts&) = default;
};

// Safe for use by any number of threads at once. Durability is as in
// SurveyStore.
class QualityStore {
 public:
  virtual ~QualityStore() = default;

  // Keeps what a check of all responses of the wave found, ascending by person,
  // as WithDecision says, and forgets what an earlier check found and nobody
  // has decided on. What is of a response that is not in place any more is
  // passed over: a finding is kept for as long as its response, which takes it
  // along when it goes. Not in one write, but each response wholly; doing it
  // again does what is left.
  //
  // WAVE_NOT_FOUND; FAILED_PRECONDITION, WAVE_NOT_OPEN, unless OPEN or CLOSING.
  virtual absl::StatusOr<FlagCounts> PutFindings(
      const WaveKey& wave, absl::Span<const FlaggedResponse> found) = 0;

  // All responses of the wave, also those that snapshots leave out.
  // WAVE_NOT_FOUND.
  virtual absl::StatusOr<std::unique_ptr<WaveSnapshot>> ReadRows(
      const WaveKey& wave) const = 0;

  // The first `limit` of the wave with an id above `after`, ascending.
  virtual absl::StatusOr<std::vector<FlaggedResponse>> ListFlagged(
      const WaveKey& wave, absl::string_view after,
      std::size_t limit) const = 0;
};

}  // namespace pulsetaker::survey
