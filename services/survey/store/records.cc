#include "services/survey/store/records.h"

#include <algorithm>
#include <cstdint>
#include <map>
#include <optional>

#include "absl/strings/str_cat.h"
#include "common/base/resource_id.h"

namespace pulsetaker::survey {
namespace {

constexpr std::size_t kDigestHexLength = 64;

absl::Status Unreadable(absl::string_view what, absl::string_view id,
                        absl::string_view why) {
  return kv::UnreadableError(absl::StrCat(what, " ", id, ": ", why));
}

template <typename ProtoMap>
std::map<std::string, std::string> ToMap(const ProtoMap& from) {
  return std::map<std::string, std::string>(from.begin(), from.end());
}

std::optional<absl::Time> ToTime(bool present, std::int64_t micros) {
  if (!present) return std::nullopt;
  return absl::FromUnixMicros(micros);
}

}  // namespace

storage::LocalityRecord ToRecord(const Locality& locality) {
  storage::LocalityRecord record;
  record.set_display_name(locality.display_name);
  record.set_region(locality.region);
  record.set_population(locality.population);
  for (const auto& [key, value] : locality.profile) {
    (*record.mutable_profile())[key] = value;
  }
  record.set_revision(locality.revision);
  record.set_create_time_micros(absl::ToUnixMicros(locality.create_time));
  record.set_update_time_micros(absl::ToUnixMicros(locality.update_time));
  return record;
}

absl::StatusOr<Locality> FromRecord(const LocalityKey& key,
                                    const storage::LocalityRecord& record) {
  Locality locality;
  locality.key = key;
  locality.display_name = record.display_name();
  locality.region = record.region();
  locality.population = record.population();
  locality.profile = ToMap(record.profile());
  locality.revision = record.revision();
  locality.create_time = absl::FromUnixMicros(record.create_time_micros());
  locality.update_time = absl::FromUnixMicros(record.update_time_micros());
  if (const absl::Status valid = CheckLocality(locality); !valid.ok()) {
    return Unreadable("locality", key.locality, valid.message());
  }
  if (locality.revision < 1) {
    return Unreadable("locality", key.locality, "no revision");
  }
  return locality;
}

storage::SurveyRecord ToRecord(const Survey& survey) {
  storage::SurveyRecord record;
  record.set_display_name(survey.display_name);
  record.set_innovation(survey.innovation);
  record.set_service_field(survey.service_field);
  record.set_revision(survey.revision);
  record.set_create_time_micros(absl::ToUnixMicros(survey.create_time));
  record.set_update_time_micros(absl::ToUnixMicros(survey.update_time));
  return record;
}

absl::StatusOr<Survey> FromRecord(const SurveyKey& key,
                                  const storage::SurveyRecord& record) {
  Survey survey;
  survey.key = key;
  survey.display_name = record.display_name();
  survey.innovation = record.innovation();
  survey.service_field = record.service_field();
  survey.revision = record.revision();
  survey.create_time = absl::FromUnixMicros(record.create_time_micros());
  survey.update_time = absl::FromUnixMicros(record.update_time_micros());
  if (const absl::Status valid = CheckSurvey(survey); !valid.ok()) {
    return Unreadable("survey", key.survey, valid.message());
  }
  if (survey.revision < 1) {
    return Unreadable("survey", key.survey, "no revision");
  }
  return survey;
}

storage::WaveRecord ToRecord(const Wave& wave) {
  storage::WaveRecord record;
  record.set_display_name(wave.display_name);
  record.set_instrument_id(wave.instrument_id);
  record.set_state(static_cast<std::int32_t>(wave.state));
  record.set_snapshot_digest(wave.snapshot_digest);
  if (wave.open_time.has_value()) {
    record.set_open_time_micros(absl::ToUnixMicros(*wave.open_time));
  }
  if (wave.close_time.has_value()) {
    record.set_close_time_micros(absl::ToUnixMicros(*wave.close_time));
  }
  record.set_revision(wave.revision);
  record.set_create_time_micros(absl::ToUnixMicros(wave.create_time));
  record.set_consent_version(wave.consent_version);
  record.set_instrument_revision(wave.instrument_revision);
  record.set_view_revision(wave.view_revision);
  return record;
}

storage::WaveCountsRecord ToCountsRecord(const Wave& wave) {
  storage::WaveCountsRecord record;
  record.set_participant_count(wave.participant_count);
  record.set_response_count(wave.response_count);
  record.set_change_count(wave.change_count);
  return record;
}

absl::StatusOr<Wave> FromRecord(const WaveKey& key,
                                const storage::WaveRecord& record,
                                const storage::WaveCountsRecord& counts) {
  Wave wave;
  wave.key = key;
  wave.display_name = record.display_name();
  wave.instrument_id = record.instrument_id();
  const bool known = FromCode(record.state(), WaveState::kClosed, wave.state) &&
                     wave.state >= WaveState::kDraft;
  wave.snapshot_digest = record.snapshot_digest();
  wave.participant_count = counts.participant_count();
  wave.response_count = counts.response_count();
  wave.change_count = counts.change_count();
  wave.open_time =
      ToTime(record.has_open_time_micros(), record.open_time_micros());
  wave.close_time =
      ToTime(record.has_close_time_micros(), record.close_time_micros());
  wave.revision = record.revision();
  wave.create_time = absl::FromUnixMicros(record.create_time_micros());
  wave.consent_version = record.consent_version();
  wave.instrument_revision =
      record.has_instrument_revision() ? record.instrument_revision() : 1;
  wave.view_revision = record.view_revision();
  const std::size_t digest_length =
      wave.state == WaveState::kClosed ? kDigestHexLength : 0;
  if (!known || !IsResourceId(wave.instrument_id) || wave.revision < 1 ||
      wave.instrument_revision < 1 ||
      wave.snapshot_digest.size() != digest_length ||
      wave.participant_count < 0 || wave.response_count < 0 ||
      wave.change_count < 0 || !CheckWave(wave).ok()) {
    return Unreadable("wave", absl::StrCat(key.wave), "not a WaveRecord");
  }
  return wave;
}

storage::UploadRecord ToRecord(const Upload& upload) {
  storage::UploadRecord record;
  record.set_stored_count(upload.stored_count);
  record.set_unchanged_count(upload.unchanged_count);
  record.set_superseded_count(upload.superseded_count);
  record.set_conflict_count(upload.conflict_count);
  record.set_rejected_count(upload.rejected_count);
  record.set_create_time_micros(absl::ToUnixMicros(upload.create_time));
  record.set_update_time_micros(absl::ToUnixMicros(upload.update_time));
  return record;
}

absl::StatusOr<Upload> FromRecord(const UploadKey& key,
                                  const storage::UploadRecord& record) {
  Upload upload;
  upload.key = key;
  upload.stored_count = record.stored_count();
  upload.unchanged_count = record.unchanged_count();
  upload.superseded_count = record.superseded_count();
  upload.conflict_count = record.conflict_count();
  upload.rejected_count = record.rejected_count();
  for (const std::int64_t count :
       {upload.stored_count, upload.unchanged_count, upload.superseded_count,
        upload.conflict_count, upload.rejected_count}) {
    // Nobody uploads 2^56 rows, so the sum does not overflow.
    if (count < 0 || count >> 56 != 0) {
      return Unreadable("upload", key.upload, "no such count");
    }
    upload.committed_offset += count;
  }
  if (upload.committed_offset < 1) {
    return Unreadable("upload", key.upload, "has no rows");
  }
  upload.create_time = absl::FromUnixMicros(record.create_time_micros());
  upload.update_time = absl::FromUnixMicros(record.update_time_micros());
  return upload;
}

}  // namespace pulsetaker::survey
