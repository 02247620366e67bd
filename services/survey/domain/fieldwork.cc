#include "services/survey/domain/fieldwork.h"

#include <memory>
#include <utility>

#include "common/base/fault.h"
#include "common/base/status.h"
#include "services/survey/domain/content_digest.h"
#include "services/survey/domain/field_checks.h"
#include "services/survey/domain/quality_check.h"

namespace pulsetaker::survey {
namespace {

Request ToRequest(absl::string_view method, const WaveChange& change) {
  return {.id = change.request_id,
          .digest = RequestDigest(method)
                        .Add(change.key)
                        .Add(change.expected_revision)
                        .Finish()};
}

// The revision that a caller who closes `wave` may expect. A repeat after an
// interruption finds it CLOSING, which was made from the revision that the
// caller knows.
std::int64_t RevisionToClose(const Wave& wave, const WaveChange& change) {
  const bool interrupted = wave.state == WaveState::kClosing &&
                           change.expected_revision == wave.revision - 1;
  return interrupted ? *change.expected_revision : wave.revision;
}

}  // namespace

Fieldwork::Fieldwork(SurveyStore& store, QualityStore& qualities, Clock clock)
    : store_(store), qualities_(qualities), clock_(std::move(clock)) {}

absl::Time Fieldwork::Now() const {
  return absl::FromUnixMicros(absl::ToUnixMicros(clock_()));
}

absl::StatusOr<std::string> Fieldwork::DigestOf(const Wave& wave) const {
  PT_ASSIGN_OR_RETURN(const Instrument instrument,
                      store_.GetInstrument(wave.instrument_revision_key()));
  PT_ASSIGN_OR_RETURN(const std::unique_ptr<WaveSnapshot> snapshot,
                      store_.ReadSnapshot(wave.key));
  return SnapshotDigest(*snapshot, instrument);
}

absl::StatusOr<Wave> Fieldwork::CreateWave(const Wave& wave,
                                           const std::string& request_id) {
  PT_RETURN_IF_ERROR(CheckWave(wave));
  Wave created;
  created.key = wave.key;
  created.display_name = wave.display_name;
  created.instrument_id = wave.instrument_id;
  created.consent_version = wave.consent_version;
  created.instrument_revision = wave.instrument_revision;
  created.revision = 1;
  created.create_time = Now();
  RequestDigest digest("CreateWave");
  digest.Add(created.key).Add(created.display_name).Add(created.instrument_id);
  // Only if they are there: the digests of requests without are on disk.
  if (created.consent_version != 0) {
    digest.Add("consent_version").Add(created.consent_version);
  }
  if (created.instrument_revision != 0) {
    digest.Add("instrument_revision").Add(created.instrument_revision);
  }
  const Request request = {.id = request_id, .digest = digest.Finish()};
  return store_.CreateWave(created, request);
}

absl::StatusOr<Wave> Fieldwork::OpenWave(const WaveChange& change) {
  const absl::Time now = Now();
  return store_.UpdateWave(
      change.key, ToRequest("OpenWave", change),
      [&](const Wave& wave) -> absl::StatusOr<Wave> {
        PT_RETURN_IF_ERROR(
            CheckRevision("etag", change.expected_revision, wave.revision));
        return Opened(wave, now);
      });
}

absl::StatusOr<Wave> Fieldwork::ReopenWave(const WaveChange& change) {
  const absl::Time now = Now();
  return store_.UpdateWave(
      change.key, ToRequest("ReopenWave", change),
      [&](const Wave& wave) -> absl::StatusOr<Wave> {
        PT_RETURN_IF_ERROR(
            CheckRevision("etag", change.expected_revision, wave.revision));
        return Reopened(wave, now);
      });
}

absl::StatusOr<Wave> Fieldwork::CloseWave(const WaveChange& change) {
  // Asked first: the wave may have been reopened since this request closed it,
  // and a repeat must not close it again.
  const Request request = ToRequest("CloseWave", change);
  PT_ASSIGN_OR_RETURN(std::optional<Wave> repeated,
                      store_.FindWaveUpdate(change.key, request));
  if (repeated.has_value() && !PT_PLANTED_BUG("close_repeated")) {
    return *std::move(repeated);
  }

  const absl::Time now = Now();
  PT_ASSIGN_OR_RETURN(
      Wave closing,
      store_.UpdateWave(change.key, std::nullopt,
                        [&](const Wave& wave) -> absl::StatusOr<Wave> {
                          PT_RETURN_IF_ERROR(
                              CheckRevision("etag", change.expected_revision,
                                            RevisionToClose(wave, change)));
                          return Closing(wave, now);
                        }));
  PT_KILL_POINT("fieldwork.closing");
  PT_RETURN_IF_ERROR(
      CheckQuality(store_, qualities_, change.key, now).status());
  for (;;) {
    PT_ASSIGN_OR_RETURN(const std::string digest, DigestOf(closing));
    PT_KILL_POINT("fieldwork.digested");
    bool again = false;
    absl::StatusOr<Wave> closed = store_.UpdateWave(
        change.key, request, [&](const Wave& wave) -> absl::StatusOr<Wave> {
          // Another revision may have other responses than were digested.
          PT_RETURN_IF_ERROR(
              CheckRevision("etag", closing.revision, wave.revision));
          again = wave.view_revision != closing.view_revision;
          closing.view_revision = wave.view_revision;
          if (again) return absl::AbortedError("to be digested again");
          return Closed(wave, digest);
        });
    if (!again) return closed;
  }
}

absl::StatusOr<RosterCounts> Fieldwork::ImportRoster(
    const WaveKey& wave, std::vector<Participant> people,
    const std::string& request_id) {
  PT_ASSIGN_OR_RETURN(people, CanonicalRoster(std::move(people)));
  const Request request = {
      .id = request_id,
      .digest = RequestDigest("ImportRoster").Add(wave).Add(people).Finish()};
  return store_.ImportRoster(wave, request, people);
}

}  // namespace pulsetaker::survey
