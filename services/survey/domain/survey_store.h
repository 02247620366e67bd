// The port through which the domain keeps everything but instruments and new
// responses, which have ports of their own: instrument_store.h, response_log.h.
// The domain owns this header and store/ implements it.

#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "services/survey/domain/instrument.h"
#include "services/survey/domain/locality.h"
#include "services/survey/domain/participant.h"
#include "services/survey/domain/response.h"
#include "services/survey/domain/survey.h"
#include "services/survey/domain/upload.h"
#include "services/survey/domain/wave.h"

namespace pulsetaker::survey {

// Who asks for a change, so that a repeat is known for one.
struct Request {
  std::string id;      // A UUID.
  std::string digest;  // SHA-256 of what is asked for, 32 bytes.

  friend bool operator==(const Request&, const Request&) = default;
};

// Makes what is to be from what is, or says why not. Called with what no one
// else changes meanwhile, at most once; it must be quick, and call no store.
template <typename T>
using Change = std::function<absl::StatusOr<T>(const T& current)>;

// A wave as it was at one instant, however long it takes to read.
// For one thread at a time.
class WaveSnapshot {
 public:
  virtual ~WaveSnapshot() = default;

  virtual const Wave& wave() const = 0;

  // The first people of the roster with an id above `after`, ascending; at
  // least one if there is any, at most `limit`. All ids are above "".
  virtual absl::StatusOr<std::vector<Participant>> ReadParticipants(
      absl::string_view after, std::size_t limit) = 0;

  // The same for responses.
  virtual absl::StatusOr<std::vector<Response>> ReadResponses(
      absl::string_view after, std::size_t limit) = 0;

  // What there is of one person.
  virtual absl::StatusOr<std::optional<Participant>> FindParticipant(
      absl::string_view person) = 0;
  virtual absl::StatusOr<std::optional<Response>> FindResponse(
      absl::string_view person) = 0;

  // Whether the person withdrew their response.
  virtual bool HasWithdrawn(absl::string_view person) const = 0;
};

// Safe for use by any number of threads at once.
//
// What a call that writes returned OK for survives a crash of the machine; on
// an error either all of it is stored or nothing, and a repeat tells which.
// What a call that reads returns does so, too.
//
// Every call with a Request first looks whether its id came before: among those
// of the tenant for localities, surveys and new waves, among those of the wave
// for all others. If it came with the same digest, the call returns what the
// first one returned, calls no Change and writes nothing. If it came with
// another: ALREADY_EXISTS, REQUEST_ID_REUSED. Other errors come after.
//
// Any call may fail with DATA_LOSS, STORED_DATA_UNREADABLE, or with UNAVAILABLE
// when the disk does not answer; any that writes with RESOURCE_EXHAUSTED,
// DISK_FULL. *_NOT_FOUND is NOT_FOUND, *_EXISTS is ALREADY_EXISTS.
class SurveyStore {
 public:
  virtual ~SurveyStore() = default;

  // LOCALITY_EXISTS.
  virtual absl::StatusOr<Locality> CreateLocality(const Locality& locality,
                                                  const Request& request) = 0;
  // LOCALITY_NOT_FOUND.
  virtual absl::StatusOr<Locality> GetLocality(
      const LocalityKey& key) const = 0;
  // The first `limit` of the tenant with an id above `after`, ascending.
  virtual absl::StatusOr<std::vector<Locality>> ListLocalities(
      absl::string_view tenant, absl::string_view after,
      std::size_t limit) const = 0;
  // LOCALITY_NOT_FOUND, then what `change` fails with.
  virtual absl::StatusOr<Locality> UpdateLocality(
      const LocalityKey& key, const Request& request,
      const Change<Locality>& change) = 0;

  // What a wave asks. INSTRUMENT_NOT_FOUND, INSTRUMENT_REVISION_NOT_FOUND.
  virtual absl::StatusOr<Instrument> GetInstrument(
      const InstrumentRevisionKey& key) const = 0;

  // LOCALITY_NOT_FOUND, SURVEY_EXISTS.
  virtual absl::StatusOr<Survey> CreateSurvey(const Survey& survey,
                                              const Request& request) = 0;
  // SURVEY_NOT_FOUND.
  virtual absl::StatusOr<Survey> GetSurvey(const SurveyKey& key) const = 0;
  // The first `limit` of the locality with an id above `after`, ascending.
  virtual absl::StatusOr<std::vector<Survey>> ListSurveys(
      const LocalityKey& locality, absl::string_view after,
      std::size_t limit) const = 0;
  // SURVEY_NOT_FOUND, then what `change` fails with.
  virtual absl::StatusOr<Survey> UpdateSurvey(const SurveyKey& key,
                                              const Request& request,
                                              const Change<Survey>& change) = 0;

  // SURVEY_NOT_FOUND, INSTRUMENT_NOT_FOUND; what RevisionToAsk fails with,
  // which says what revision the wave asks; CONSENT_TEXT_NOT_FOUND,
  // WAVE_EXISTS.
  virtual absl::StatusOr<Wave> CreateWave(const Wave& wave,
                                          const Request& request) = 0;
  // WAVE_NOT_FOUND.
  virtual absl::StatusOr<Wave> GetWave(const WaveKey& key) const = 0;
  // The first `limit` of the survey with a number above `after`, ascending.
  virtual absl::StatusOr<std::vector<Wave>> ListWaves(
      const SurveyKey& survey, std::int32_t after, std::size_t limit) const = 0;
  // Changes the state of a wave. A response that was stored before is in every
  // snapshot that is read afterwards, and any that comes later sees the state
  // that this call made. WAVE_NOT_FOUND, then what `change` fails with. Without
  // a request there is nothing to repeat.
  virtual absl::StatusOr<Wave> UpdateWave(const WaveKey& key,
                                          const std::optional<Request>& request,
                                          const Change<Wave>& change) = 0;
  // What UpdateWave returned for this request, or nothing if it did not come.
  // ALREADY_EXISTS, REQUEST_ID_REUSED.
  virtual absl::StatusOr<std::optional<Wave>> FindWaveUpdate(
      const WaveKey& key, const Request& request) const = 0;

  // Carries out what PlanRosterImport plans, and keeps participant_count.
  // `people` is as CanonicalRoster makes it. WAVE_NOT_FOUND, then what
  // PlanRosterImport fails with.
  virtual absl::StatusOr<RosterCounts> ImportRoster(
      const WaveKey& wave, const Request& request,
      absl::Span<const Participant> people) = 0;
  // The entry under this very id; OPTED_OUT if the person opted out of the
  // locality. So is each of ListParticipants. PARTICIPANT_NOT_FOUND.
  virtual absl::StatusOr<Participant> GetParticipant(
      const WaveKey& wave, absl::string_view person) const = 0;
  // The first `limit` of the wave with an id above `after`, ascending.
  virtual absl::StatusOr<std::vector<Participant>> ListParticipants(
      const WaveKey& wave, absl::string_view after,
      std::size_t limit) const = 0;
  // For each of `people` the invitation as it was imported, or nothing if the
  // roster of the wave does not have the person; what is no id is on no roster.
  // Quick: every row of an upload asks.
  virtual absl::StatusOr<std::vector<std::optional<Invitation>>>
  FindInvitations(const WaveKey& wave,
                  absl::Span<const absl::string_view> people) const = 0;

  // RESPONSE_NOT_FOUND.
  virtual absl::StatusOr<Response> GetResponse(
      const WaveKey& wave, absl::string_view person) const = 0;
  // UPLOAD_NOT_FOUND.
  virtual absl::StatusOr<Upload> GetUpload(const UploadKey& key) const = 0;

  // What is shown of the wave: effective_snapshot.h. WAVE_NOT_FOUND.
  virtual absl::StatusOr<std::unique_ptr<WaveSnapshot>> ReadSnapshot(
      const WaveKey& wave) const = 0;
};

}  // namespace pulsetaker::survey
