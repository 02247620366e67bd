// The use cases of a wave from its making to its closing, responses aside.

#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "common/base/clock.h"
#include "services/survey/domain/participant.h"
#include "services/survey/domain/quality_store.h"
#include "services/survey/domain/survey_store.h"
#include "services/survey/domain/wave.h"

namespace pulsetaker::survey {

// A change of a wave's state that someone asks for.
struct WaveChange {
  WaveKey key;
  std::optional<std::int64_t> expected_revision;  // Else nothing is changed.
  std::string request_id;
};

// Safe for use by any number of threads at once. Keys and request ids are
// well-formed; the rest is not checked.
class Fieldwork {
 public:
  // Both stores must outlive this.
  Fieldwork(SurveyStore& store, QualityStore& qualities, Clock clock);

  // Makes a wave in DRAFT with the key, display_name, instrument_id,
  // instrument_revision and consent_version of `wave`. The errors of CheckWave,
  // then of
  // SurveyStore::CreateWave.
  absl::StatusOr<Wave> CreateWave(const Wave& wave,
                                  const std::string& request_id);

  // Each: REQUEST_ID_REUSED; WAVE_NOT_FOUND; ABORTED, ETAG_MISMATCH; then the
  // error of the function of wave.h.
  absl::StatusOr<Wave> OpenWave(const WaveChange& change);
  absl::StatusOr<Wave> ReopenWave(const WaveChange& change);

  // Closes in two writes, between which the responses are checked as by
  // CheckQuality, and the snapshot is read and digested: the
  // first keeps responses out, so the digest is of what stays; if what is shown
  // of it changes meanwhile, it is read again. After a crash in between, a
  // repeat goes on. ETAG_MISMATCH, too, if the wave was reopened meanwhile.
  // Time O(snapshot).
  absl::StatusOr<Wave> CloseWave(const WaveChange& change);

  // The errors of CanonicalRoster, then of SurveyStore::ImportRoster.
  absl::StatusOr<RosterCounts> ImportRoster(const WaveKey& wave,
                                            std::vector<Participant> people,
                                            const std::string& request_id);

 private:
  absl::StatusOr<std::string> DigestOf(const Wave& wave) const;
  absl::Time Now() const;

  SurveyStore& store_;
  QualityStore& qualities_;
  const Clock clock_;
};

}  // namespace pulsetaker::survey
