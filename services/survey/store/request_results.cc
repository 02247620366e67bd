#include "services/survey/store/request_results.h"

#include "absl/strings/str_cat.h"
#include "common/kv/rocks.h"
#include "services/survey/store/keys.h"
#include "services/survey/store/records.h"

namespace pulsetaker::survey {

absl::Status WrongKindOfRequest() {
  return kv::UnreadableError("a request is of another kind");
}

std::string RequestKey(const WaveKey& wave, const Request& request) {
  return absl::StrCat(keys::ForWave(wave), request.id);
}

std::string RequestKey(absl::string_view tenant, const Request& request) {
  return absl::StrCat(keys::TenantPrefix(tenant), request.id);
}

void SetResult(const Locality& locality, storage::RequestRecord& record) {
  *record.mutable_locality() = ToRecord(locality);
}

void SetResult(const Survey& survey, storage::RequestRecord& record) {
  *record.mutable_survey() = ToRecord(survey);
}

void SetResult(const Wave& wave, storage::RequestRecord& record) {
  *record.mutable_wave()->mutable_wave() = ToRecord(wave);
  *record.mutable_wave()->mutable_counts() = ToCountsRecord(wave);
}

absl::StatusOr<Locality> ResultOf(const LocalityKey& key,
                                  const storage::RequestRecord& record) {
  if (!record.has_locality()) return WrongKindOfRequest();
  return FromRecord(key, record.locality());
}

absl::StatusOr<Survey> ResultOf(const SurveyKey& key,
                                const storage::RequestRecord& record) {
  if (!record.has_survey()) return WrongKindOfRequest();
  return FromRecord(key, record.survey());
}

absl::StatusOr<Wave> ResultOf(const WaveKey& key,
                              const storage::RequestRecord& record) {
  if (!record.has_wave()) return WrongKindOfRequest();
  return FromRecord(key, record.wave().wave(), record.wave().counts());
}

void SetResult(const RosterCounts& counts, storage::RequestRecord& record) {
  record.mutable_roster()->set_created(counts.created);
  record.mutable_roster()->set_updated(counts.updated);
  record.mutable_roster()->set_unchanged(counts.unchanged);
}

void SetResult(const Instrument& instrument, storage::RequestRecord& record) {
  if (instrument.is_draft()) {
    *record.mutable_instrument_draft() = ToRecord(instrument);
  } else {
    record.mutable_instrument()->set_revision(instrument.revision);
  }
}

absl::StatusOr<RosterCounts> RosterResultOf(
    const storage::RequestRecord& record) {
  if (!record.has_roster()) return WrongKindOfRequest();
  return RosterCounts{.created = record.roster().created(),
                      .updated = record.roster().updated(),
                      .unchanged = record.roster().unchanged()};
}

}  // namespace pulsetaker::survey
