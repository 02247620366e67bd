#include "services/survey/store/quality_rows.h"

#include <cstdint>
#include <string>

#include "absl/strings/str_cat.h"
#include "common/base/status.h"
#include "services/survey/domain/field_checks.h"
#include "services/survey/store/keys.h"
#include "services/survey/store/records.h"

namespace pulsetaker::survey {

absl::StatusOr<storage::QualityRecord> ToRecord(
    PersonSealer& sealer, const TextPlace& place,
    const FlaggedResponse& flagged) {
  storage::QualityRecord record;
  record.set_revision(flagged.revision);
  for (const QualityFinding& finding : flagged.findings) {
    storage::QualityRecord::Finding& added = *record.add_findings();
    added.set_flag(static_cast<std::int32_t>(finding.flag));
    added.set_quarantines(finding.quarantines);
    added.set_subject(finding.subject);
    added.set_count(finding.count);
  }
  record.set_state(static_cast<std::int32_t>(flagged.state));
  record.set_check_time_micros(absl::ToUnixMicros(flagged.check_time));
  if (flagged.review_time.has_value()) {
    record.set_review_time_micros(absl::ToUnixMicros(*flagged.review_time));
  }
  PT_ASSIGN_OR_RETURN(*record.mutable_sealed_note(),
                      sealer.Seal(place, flagged.note));
  return record;
}

namespace {

absl::Status Unreadable(absl::string_view person) {
  return kv::UnreadableError(
      absl::StrCat("flagged response ", person, ": not a QualityRecord"));
}

// All but the note.
absl::StatusOr<FlaggedResponse> FlagsOf(absl::string_view person,
                                        const storage::QualityRecord& record) {
  FlaggedResponse flagged;
  flagged.person = std::string(person);
  flagged.revision = record.revision();
  bool known = record.findings_size() > 0 && record.revision() > 0;
  for (const storage::QualityRecord::Finding& finding : record.findings()) {
    QualityFinding& added = flagged.findings.emplace_back();
    known = known &&
            FromCode(finding.flag(), QualityFlag::kAtCap, added.flag) &&
            added.flag != QualityFlag::kUnknown;
    added.quarantines = finding.quarantines();
    added.subject = finding.subject();
    added.count = finding.count();
  }
  known = known &&
          FromCode(record.state(), ReviewState::kExcluded, flagged.state) &&
          flagged.state != ReviewState::kUnknown;
  flagged.check_time = absl::FromUnixMicros(record.check_time_micros());
  if (record.has_review_time_micros()) {
    flagged.review_time = absl::FromUnixMicros(record.review_time_micros());
  }
  const bool decided = flagged.state == ReviewState::kKept ||
                       flagged.state == ReviewState::kExcluded;
  if (!known || decided != flagged.review_time.has_value()) {
    return Unreadable(person);
  }
  return flagged;
}

}  // namespace

absl::StatusOr<FlaggedResponse> FromRecord(
    const PersonOpener& opener, const TextPlace& place,
    const storage::QualityRecord& record) {
  PT_ASSIGN_OR_RETURN(FlaggedResponse flagged, FlagsOf(place.person, record));
  flagged.note = record.note();
  if (!record.sealed_note().empty()) {
    PT_ASSIGN_OR_RETURN(flagged.note, opener.Open(place, record.sealed_note()));
  }
  if (!CheckText("note", flagged.note, kNoteLengthMax).ok()) {
    return Unreadable(place.person);
  }
  return flagged;
}

absl::StatusOr<FlaggedResponse> DecodeFlagged(const PersonOpener& opener,
                                              absl::string_view key,
                                              absl::string_view person,
                                              absl::string_view value) {
  PT_ASSIGN_OR_RETURN(const auto record, ParseRecord<storage::QualityRecord>(
                                             value, "a flagged response"));
  return FromRecord(opener, {person, keys::kQualityReviewsFamily, key}, record);
}

absl::StatusOr<FlaggedResponse> DecodeFlags(absl::string_view person,
                                            absl::string_view value) {
  PT_ASSIGN_OR_RETURN(const auto record, ParseRecord<storage::QualityRecord>(
                                             value, "a flagged response"));
  return FlagsOf(person, record);
}

absl::Status PutFlagged(const Tables& tables, PersonSealer& sealer,
                        const WaveKey& wave, const FlaggedResponse& flagged,
                        rocksdb::WriteBatch& batch) {
  const std::string key = absl::StrCat(keys::ForWave(wave), flagged.person);
  PT_ASSIGN_OR_RETURN(
      const auto record,
      ToRecord(sealer, {flagged.person, keys::kQualityReviewsFamily, key},
               flagged));
  batch.Put(tables.quality_reviews, key, record.SerializeAsString());
  return absl::OkStatus();
}

absl::StatusOr<std::optional<FlaggedResponse>> FindFlagged(
    const Tables& tables, const StoredReader& reader, const WaveKey& wave,
    absl::string_view person) {
  const std::string key = absl::StrCat(keys::ForWave(wave), person);
  std::string value;
  PT_ASSIGN_OR_RETURN(const bool found,
                      reader.Get(tables.quality_reviews, key, value));
  if (!found) return std::optional<FlaggedResponse>();
  return DecodeFlagged(
      PersonOpener(tables, reader, {wave.tenant, wave.locality}), key, person,
      value);
}

}  // namespace pulsetaker::survey
