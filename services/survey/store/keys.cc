#include "services/survey/store/keys.h"

#include <limits>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "common/base/big_endian.h"
#include "common/base/resource_id.h"
#include "common/base/status.h"
#include "common/kv/keys.h"
#include "common/kv/rocks.h"

namespace pulsetaker::survey::keys {
namespace {

constexpr char kLayout = '\x01';

absl::Status NotAKey(absl::string_view key) {
  return kv::UnreadableError(
      absl::StrCat("not a key of its family: ", absl::BytesToHexString(key)));
}

// The number, of 0 or more, that is left of `key` after `prefix`.
absl::StatusOr<std::int32_t> NumberOf(absl::string_view key,
                                      absl::string_view prefix) {
  absl::string_view rest = key;
  std::uint32_t number = 0;
  if (!absl::ConsumePrefix(&rest, prefix) ||
      !ConsumeBigEndian32(rest, number) || !rest.empty() ||
      number > std::uint32_t{std::numeric_limits<std::int32_t>::max()}) {
    return NotAKey(key);
  }
  return static_cast<std::int32_t>(number);
}

}  // namespace

std::vector<std::string> Families() {
  return {kLocalitiesFamily,
          kInstrumentsFamily,
          kSurveysFamily,
          kWavesFamily,
          kWaveCountsFamily,
          kParticipantsFamily,
          kResponsesFamily,
          kUploadsFamily,
          kRequestIdsFamily,
          kInvitationsFamily,
          kInvitationKeysFamily,
          kConsentTextsFamily,
          kInstrumentRevisionsFamily,
          kResponseRevisionsFamily,
          kWithdrawalsFamily,
          kOptOutsFamily,
          kPersonAliasesFamily,
          kPeopleRevisionsFamily,
          kQualityReviewsFamily,
          kRootKeysFamily,
          kTenantKeysFamily,
          kPersonKeysFamily,
          kErasuresFamily,
          kRetentionPoliciesFamily};
}

std::string TenantPrefix(absl::string_view tenant) {
  std::string key(1, kLayout);
  kv::AppendText(tenant, key);
  return key;
}

std::string SurveysPrefix(const LocalityKey& locality) {
  std::string key = TenantPrefix(locality.tenant);
  kv::AppendText(locality.locality, key);
  return key;
}

std::string WavesPrefix(const SurveyKey& survey) {
  std::string key = SurveysPrefix({survey.tenant, survey.locality});
  kv::AppendText(survey.survey, key);
  return key;
}

std::string ForLocality(const LocalityKey& key) {
  return absl::StrCat(TenantPrefix(key.tenant), key.locality);
}

std::string ForInstrument(const InstrumentKey& key) {
  return absl::StrCat(TenantPrefix(key.tenant), key.instrument);
}

std::string RevisionsPrefix(const InstrumentKey& key) {
  std::string bytes = TenantPrefix(key.tenant);
  kv::AppendText(key.instrument, bytes);
  return bytes;
}

std::string ForInstrumentRevision(const InstrumentRevisionKey& key) {
  std::string bytes = RevisionsPrefix(key.instrument);
  AppendBigEndian32(static_cast<std::uint32_t>(key.revision), bytes);
  return bytes;
}

std::string ForSurvey(const SurveyKey& key) {
  return absl::StrCat(SurveysPrefix({key.tenant, key.locality}), key.survey);
}

std::string ForWave(const WaveKey& key) {
  std::string bytes = WavesPrefix({key.tenant, key.locality, key.survey});
  AppendBigEndian32(static_cast<std::uint32_t>(key.wave), bytes);
  return bytes;
}

std::string ForInvitationKey(absl::string_view tenant, std::int32_t number) {
  std::string key = TenantPrefix(tenant);
  AppendBigEndian32(static_cast<std::uint32_t>(number), key);
  return key;
}

std::string ForRootKey(std::int32_t number) {
  std::string key(1, kLayout);
  AppendBigEndian32(static_cast<std::uint32_t>(number), key);
  return key;
}

std::string ForTenantKey(absl::string_view tenant, std::int32_t number) {
  return ForInvitationKey(tenant, number);
}

std::string ForPersonKey(const LocalityKey& locality,
                         absl::string_view person) {
  return absl::StrCat(SurveysPrefix(locality), person);
}

std::string ForRetentionPolicy(absl::string_view tenant) {
  return absl::StrCat(std::string(1, kLayout), tenant);
}

std::string ForConsentText(const SurveyKey& survey, std::int32_t version) {
  std::string key = WavesPrefix(survey);
  AppendBigEndian32(static_cast<std::uint32_t>(version), key);
  return key;
}

std::string NumberSuffix(std::int64_t number) {
  std::string bytes(1, '\0');
  AppendBigEndian64(static_cast<std::uint64_t>(number), bytes);
  return bytes;
}

absl::StatusOr<std::string> IdOf(absl::string_view key,
                                 absl::string_view prefix) {
  absl::string_view rest = key;
  if (!absl::ConsumePrefix(&rest, prefix) || !IsResourceId(rest)) {
    return NotAKey(key);
  }
  return std::string(rest);
}

absl::StatusOr<std::int32_t> WaveOf(absl::string_view key,
                                    absl::string_view prefix) {
  PT_ASSIGN_OR_RETURN(const std::int32_t wave, NumberOf(key, prefix));
  if (wave < 1) return NotAKey(key);
  return wave;
}

absl::StatusOr<std::int32_t> RevisionOf(absl::string_view key,
                                        absl::string_view prefix) {
  return NumberOf(key, prefix);
}

absl::StatusOr<NumberedId> NumberedIdOf(absl::string_view key,
                                        absl::string_view prefix) {
  absl::string_view rest = key;
  NumberedId numbered;
  std::uint64_t number = 0;
  if (!absl::ConsumePrefix(&rest, prefix) ||
      !kv::ConsumeText(rest, numbered.id) || !IsResourceId(numbered.id) ||
      !ConsumeBigEndian64(rest, number) || !rest.empty() || number < 1 ||
      number > std::uint64_t{std::numeric_limits<std::int64_t>::max()}) {
    return NotAKey(key);
  }
  numbered.number = static_cast<std::int64_t>(number);
  return numbered;
}

}  // namespace pulsetaker::survey::keys
