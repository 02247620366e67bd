// Waves, and the rules of their states:
//
//   DRAFT --open--> OPEN --close--> CLOSING --> CLOSED
//                    ^                 |           |
//                    +----- reopen ----+-----------+
//
// The roster is free in DRAFT, only grows in OPEN and is fixed otherwise. The
// instrument is fixed from the start. Responses are taken in in OPEN only.

#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "services/survey/domain/instrument.h"

namespace pulsetaker::survey {

// tenants/{tenant}/localities/{locality}/surveys/{survey}/waves/{wave}
struct WaveKey {
  std::string tenant;
  std::string locality;
  std::string survey;
  std::int32_t wave = 0;  // 1 or more.

  friend bool operator==(const WaveKey&, const WaveKey&) = default;
};

// Stored on disk as these numbers, which are those of the API: never renumber.
enum class WaveState : std::uint8_t {
  kDraft = 1,
  kOpen = 2,
  kClosing = 3,  // No responses any more, no digest yet.
  kClosed = 4,
};

// "DRAFT" and so on.
absl::string_view NameOf(WaveState state);

struct Wave {
  WaveKey key;
  std::string display_name;   // May be empty.
  std::string instrument_id;  // Of the same tenant.
  // What of it the wave asks, from 1. 0 in what CreateWave is asked for: the
  // latest.
  std::int32_t instrument_revision = 0;
  WaveState state = WaveState::kDraft;
  std::string snapshot_digest;  // In kClosed; empty otherwise.
  std::int64_t participant_count = 0;
  std::int64_t response_count = 0;
  // Grows with every change of the roster or the responses.
  std::int64_t change_count = 0;
  std::optional<absl::Time> open_time;   // Times are whole microseconds.
  std::optional<absl::Time> close_time;  // None while open.
  std::int64_t revision =
      0;  // 1 when made, one more with each change of state or digest.
  absl::Time create_time;
  // Of the survey's consent text, which every response must carry; 0 for none.
  std::int32_t consent_version = 0;
  // One more with each change of what a snapshot of it shows that comes while
  // the wave is CLOSING: a digest that was begun before is of something else.
  std::int64_t view_revision = 0;

  InstrumentKey instrument_key() const { return {key.tenant, instrument_id}; }
  InstrumentRevisionKey instrument_revision_key() const {
    return {instrument_key(), instrument_revision};
  }

  friend bool operator==(const Wave&, const Wave&) = default;
};

// INVALID_ARGUMENT, TEXT_TOO_LONG or TEXT_MALFORMED: display_name, as the
// `field` "wave.display_name". NUMBER_OUT_OF_RANGE: consent_version or
// instrument_revision is negative, as "wave.consent_version" and so on.
absl::Status CheckWave(const Wave& wave);

// The changes of state, as functions from the wave as it is to the wave as it
// is to be, for SurveyStore::UpdateWave. `now` is in whole microseconds. All
// errors are FAILED_PRECONDITION with the metadata `state`.

// WAVE_NOT_DRAFT.
absl::StatusOr<Wave> Opened(const Wave& wave, absl::Time now);

// From OPEN to CLOSING; one that is CLOSING stays as it is. WAVE_NOT_OPEN.
absl::StatusOr<Wave> Closing(const Wave& wave, absl::Time now);

// From CLOSING to CLOSED, with the digest of its snapshot. WAVE_NOT_OPEN.
absl::StatusOr<Wave> Closed(const Wave& wave, absl::string_view digest);

// A wave of which the snapshot shows something else than before. CLOSED: with
// this digest instead; as it is if that is the same. CLOSING: with another
// view_revision. As it is in any other state.
Wave Reviewed(const Wave& wave, absl::string_view digest);

// From CLOSED or CLOSING to OPEN. WAVE_NOT_CLOSED.
absl::StatusOr<Wave> Reopened(const Wave& wave, absl::Time now);

// OK if responses are taken in. FAILED_PRECONDITION, WAVE_NOT_OPEN.
absl::Status CheckOpen(const Wave& wave);

// OK if the snapshot is there. FAILED_PRECONDITION, WAVE_NOT_CLOSED.
absl::Status CheckClosed(const Wave& wave);

}  // namespace pulsetaker::survey
