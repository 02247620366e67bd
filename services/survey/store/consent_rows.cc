#include "services/survey/store/consent_rows.h"

#include <string>
#include <utility>

#include "common/base/status.h"
#include "services/survey/store/keys.h"
#include "services/survey/store/records.h"

namespace pulsetaker::survey {

storage::ConsentTextRecord ToRecord(const ConsentText& text) {
  storage::ConsentTextRecord record;
  for (const auto& [language, words] : text.texts) {
    (*record.mutable_texts())[language] = words;
  }
  record.set_create_time_micros(absl::ToUnixMicros(text.create_time));
  return record;
}

absl::StatusOr<ConsentText> ReadConsentText(const SurveyKey& survey,
                                            std::int32_t version,
                                            absl::string_view value) {
  PT_ASSIGN_OR_RETURN(
      const auto record,
      ParseRecord<storage::ConsentTextRecord>(value, "a consent text"));
  ConsentText text;
  text.survey = survey;
  text.version = version;
  text.texts.insert(record.texts().begin(), record.texts().end());
  text.create_time = absl::FromUnixMicros(record.create_time_micros());
  if (!CheckConsentTexts(text.texts).ok()) {
    return kv::UnreadableError("a consent text");
  }
  return text;
}

absl::StatusOr<std::optional<ConsentText>> FindConsentText(
    const Tables& tables, const StoredReader& reader, const SurveyKey& survey,
    std::int32_t version) {
  std::string value;
  PT_ASSIGN_OR_RETURN(const bool found,
                      reader.Get(tables.consent_texts,
                                 keys::ForConsentText(survey, version), value));
  if (!found) return std::optional<ConsentText>();
  return ReadConsentText(survey, version, value);
}

absl::Status CheckConsentTextExists(const Tables& tables,
                                    const StoredReader& reader,
                                    const Wave& wave) {
  if (wave.consent_version == 0) return absl::OkStatus();
  const SurveyKey survey = {wave.key.tenant, wave.key.locality,
                            wave.key.survey};
  PT_ASSIGN_OR_RETURN(const auto text, FindConsentText(tables, reader, survey,
                                                       wave.consent_version));
  if (text.has_value()) return absl::OkStatus();
  return NotFound("CONSENT_TEXT_NOT_FOUND",
                  "the survey has no such version of its consent text");
}

}  // namespace pulsetaker::survey
