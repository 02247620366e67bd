// Reads rows and checks them, for the store and for the committer's work.

#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "common/kv/rocks.h"
#include "services/survey/domain/instrument_versions.h"
#include "services/survey/domain/survey_store.h"
#include "services/survey/store/record.pb.h"
#include "services/survey/store/roster_cache.h"

namespace pulsetaker::survey {

class TenantKeys;

// The database and its families, by their names in keys.h, and the keys of what
// is sealed in it.
struct Tables {
  // Both must outlive this.
  Tables(kv::Rocks& open_rocks, const TenantKeys& keys_of_tenants);

  kv::Rocks& rocks;
  const TenantKeys& tenant_key_ring;
  kv::Rocks::Family* const localities;
  kv::Rocks::Family* const instruments;
  kv::Rocks::Family* const surveys;
  kv::Rocks::Family* const waves;
  kv::Rocks::Family* const wave_counts;
  kv::Rocks::Family* const participants;
  kv::Rocks::Family* const responses;
  kv::Rocks::Family* const uploads;
  kv::Rocks::Family* const request_ids;
  kv::Rocks::Family* const invitations;
  kv::Rocks::Family* const invitation_keys;
  kv::Rocks::Family* const consent_texts;
  kv::Rocks::Family* const instrument_revisions;
  kv::Rocks::Family* const response_revisions;
  kv::Rocks::Family* const withdrawals;
  kv::Rocks::Family* const opt_outs;
  kv::Rocks::Family* const person_aliases;
  kv::Rocks::Family* const people_revisions;
  kv::Rocks::Family* const quality_reviews;
  kv::Rocks::Family* const person_keys;
  kv::Rocks::Family* const erasures;
  kv::Rocks::Family* const retention_policies;
};

// NOT_FOUND with the reason, such as "WAVE_NOT_FOUND".
absl::Status NotFound(absl::string_view reason, absl::string_view message);

// Any read may fail with DATA_LOSS, STORED_DATA_UNREADABLE, or UNAVAILABLE.
// Cheap to make. `snapshot` must outlive it.
class StoredReader {
 public:
  // Reads the state of `snapshot` or, if it is nullptr, the newest one, synced
  // or not.
  StoredReader(const Tables& tables, const rocksdb::Snapshot* snapshot)
      : tables_(tables), snapshot_(snapshot) {}

  absl::StatusOr<std::optional<Locality>> FindLocality(
      const LocalityKey& key) const;
  // What is shown of it: the latest revision or, if there is none, the draft.
  absl::StatusOr<std::optional<Instrument>> FindInstrument(
      const InstrumentKey& key) const;
  absl::StatusOr<std::optional<Instrument>> FindInstrumentRevision(
      const InstrumentRevisionKey& key) const;
  // Neither of the two if there is no such instrument.
  absl::StatusOr<InstrumentVersions> FindInstrumentVersions(
      const InstrumentKey& key) const;
  absl::StatusOr<std::optional<Survey>> FindSurvey(const SurveyKey& key) const;
  absl::StatusOr<std::optional<Participant>> FindParticipant(
      const WaveKey& wave, absl::string_view person) const;
  absl::StatusOr<std::optional<Response>> FindResponse(
      const WaveKey& wave, absl::string_view person) const;
  absl::StatusOr<std::optional<Upload>> FindUpload(const UploadKey& key) const;
  absl::StatusOr<std::optional<Wave>> FindWave(const WaveKey& key) const;

  // WAVE_NOT_FOUND.
  absl::StatusOr<Wave> GetWave(const WaveKey& key) const;

  // What the request with this key in `request_ids` was told, or nothing if it
  // did not come. ALREADY_EXISTS, REQUEST_ID_REUSED: it had another digest.
  absl::StatusOr<std::optional<storage::RequestRecord>> FindRequest(
      absl::string_view key, const Request& request) const;

  // The first `limit` entries with an id above `after`, ascending.
  absl::StatusOr<std::vector<Locality>> ListLocalities(absl::string_view tenant,
                                                       absl::string_view after,
                                                       std::size_t limit) const;
  absl::StatusOr<std::vector<Instrument>> ListInstruments(
      absl::string_view tenant, absl::string_view after,
      std::size_t limit) const;
  absl::StatusOr<std::vector<Instrument>> ListInstrumentRevisions(
      const InstrumentKey& key, std::int32_t after, std::size_t limit) const;
  absl::StatusOr<std::vector<Survey>> ListSurveys(const LocalityKey& locality,
                                                  absl::string_view after,
                                                  std::size_t limit) const;
  absl::StatusOr<std::vector<Wave>> ListWaves(const SurveyKey& survey,
                                              std::int32_t after,
                                              std::size_t limit) const;
  absl::StatusOr<std::vector<Participant>> ListParticipants(
      const WaveKey& wave, absl::string_view after, std::size_t limit) const;
  absl::StatusOr<std::vector<Response>> ListResponses(const WaveKey& wave,
                                                      absl::string_view after,
                                                      std::size_t limit) const;

  // The invitations of all people of the wave. Not null.
  absl::StatusOr<std::shared_ptr<const Roster>> ReadRoster(
      const WaveKey& wave) const;

  // True if there is a value of `key`, and then that value.
  absl::StatusOr<bool> Get(kv::Rocks::Family* family, absl::string_view key,
                           std::string& value) const;

  // Calls `row` with the rows that start with `prefix` and are at or above
  // `start`, ascending, until it returns false or an error, which is returned.
  absl::Status Scan(
      kv::Rocks::Family* family, absl::string_view prefix,
      absl::string_view start,
      const std::function<absl::StatusOr<bool>(
          absl::string_view key, absl::string_view value)>& row) const;

 private:
  struct Page {
    std::string prefix;
    absl::string_view after;
    std::size_t limit;
  };

  // A row of `instrument_revisions`.
  absl::StatusOr<std::optional<Instrument>> FindRevisionRow(
      const InstrumentRevisionKey& key) const;

  template <typename T>
  absl::StatusOr<std::vector<T>> List(
      kv::Rocks::Family* family, const Page& page,
      const std::function<absl::StatusOr<T>(
          const std::string& id, absl::string_view value)>& read) const;

  const Tables& tables_;
  const rocksdb::Snapshot* const snapshot_;
};

}  // namespace pulsetaker::survey
