// Domain types to records and back.
//
// ToRecord takes what the domain has checked. FromRecord checks what it reads
// as strictly as the domain checks a caller: DATA_LOSS, STORED_DATA_UNREADABLE
// for a record that could not have been written.

#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "common/kv/rocks.h"
#include "services/survey/domain/instrument.h"
#include "services/survey/domain/locality.h"
#include "services/survey/domain/response.h"
#include "services/survey/domain/survey.h"
#include "services/survey/domain/upload.h"
#include "services/survey/domain/wave.h"
#include "services/survey/store/record.pb.h"

namespace pulsetaker::survey {

storage::LocalityRecord ToRecord(const Locality& locality);
absl::StatusOr<Locality> FromRecord(const LocalityKey& key,
                                    const storage::LocalityRecord& record);

storage::InstrumentRecord ToRecord(const Instrument& instrument);
absl::StatusOr<Instrument> FromRecord(const InstrumentKey& key,
                                      const storage::InstrumentRecord& record);

storage::SurveyRecord ToRecord(const Survey& survey);
absl::StatusOr<Survey> FromRecord(const SurveyKey& key,
                                  const storage::SurveyRecord& record);

// A wave lies in two records: what changes with its state, and its counts.
storage::WaveRecord ToRecord(const Wave& wave);
storage::WaveCountsRecord ToCountsRecord(const Wave& wave);
absl::StatusOr<Wave> FromRecord(const WaveKey& key,
                                const storage::WaveRecord& record,
                                const storage::WaveCountsRecord& counts);

storage::UploadRecord ToRecord(const Upload& upload);
absl::StatusOr<Upload> FromRecord(const UploadKey& key,
                                  const storage::UploadRecord& record);

// The bytes of a ResponseRecord in its two halves, which are appended. The
// answers come first, so that they can be encoded, and compared with those of a
// stored record, before anyone knows the rest.
std::string EncodeAnswers(const Answers& answers);
std::string EncodeRevision(std::int64_t revision, absl::Time submit_time,
                           std::int32_t consent_version = 0);
absl::StatusOr<Answers> DecodeAnswers(absl::string_view encoded);
absl::StatusOr<Response> DecodeResponse(absl::string_view person,
                                        absl::string_view value);

// Parses a value of `what`, for the error.
template <typename Record>
absl::StatusOr<Record> ParseRecord(absl::string_view value,
                                   absl::string_view what) {
  Record record;
  if (!record.ParseFromArray(value.data(), static_cast<int>(value.size()))) {
    return kv::UnreadableError(what);
  }
  return record;
}

// The number of an enum's value, if it is one up to `last`.
template <typename Enum>
[[nodiscard]] bool FromCode(std::int32_t code, Enum last, Enum& value) {
  if (code < 0 || code > static_cast<std::int32_t>(last)) return false;
  value = static_cast<Enum>(code);
  return true;
}

}  // namespace pulsetaker::survey
