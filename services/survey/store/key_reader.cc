#include "services/survey/store/key_reader.h"

#include <cstdint>
#include <limits>
#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
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

// Takes an id and its end off the front.
bool ConsumeId(absl::string_view& rest, std::string& id) {
  return kv::ConsumeText(rest, id) && IsResourceId(id);
}

// The tenant at the start of every key.
bool ConsumeTenant(absl::string_view& rest, std::string& tenant) {
  return kv::ConsumeLayout(rest, kLayout) && ConsumeId(rest, tenant);
}

// A number of 1 or more.
bool ConsumeNumber(absl::string_view& rest, std::int32_t& number) {
  std::uint32_t read = 0;
  if (!ConsumeBigEndian32(rest, read) || read < 1 ||
      read > std::uint32_t{std::numeric_limits<std::int32_t>::max()}) {
    return false;
  }
  number = static_cast<std::int32_t>(read);
  return true;
}

// The key of a wave at the start of one.
bool ConsumeWave(absl::string_view& rest, WaveKey& wave) {
  return ConsumeTenant(rest, wave.tenant) && ConsumeId(rest, wave.locality) &&
         ConsumeId(rest, wave.survey) && ConsumeNumber(rest, wave.wave);
}

}  // namespace

absl::StatusOr<LocalityKey> ReadLocalityKey(absl::string_view key) {
  absl::string_view rest = key;
  LocalityKey read;
  if (!ConsumeTenant(rest, read.tenant) || !IsResourceId(rest)) {
    return NotAKey(key);
  }
  read.locality = std::string(rest);
  return read;
}

absl::StatusOr<InstrumentKey> ReadInstrumentKey(absl::string_view key) {
  PT_ASSIGN_OR_RETURN(LocalityKey same, ReadLocalityKey(key));
  return InstrumentKey{std::move(same.tenant), std::move(same.locality)};
}

absl::StatusOr<InstrumentRevisionKey> ReadInstrumentRevisionKey(
    absl::string_view key) {
  absl::string_view rest = key;
  InstrumentRevisionKey read;
  std::uint32_t revision = 0;
  if (!ConsumeTenant(rest, read.instrument.tenant) ||
      !ConsumeId(rest, read.instrument.instrument) ||
      !ConsumeBigEndian32(rest, revision) || !rest.empty() ||
      revision > std::uint32_t{std::numeric_limits<std::int32_t>::max()}) {
    return NotAKey(key);
  }
  read.revision = static_cast<std::int32_t>(revision);
  return read;
}

absl::StatusOr<SurveyKey> ReadSurveyKey(absl::string_view key) {
  absl::string_view rest = key;
  SurveyKey read;
  if (!ConsumeTenant(rest, read.tenant) || !ConsumeId(rest, read.locality) ||
      !IsResourceId(rest)) {
    return NotAKey(key);
  }
  read.survey = std::string(rest);
  return read;
}

absl::StatusOr<WaveKey> ReadWaveKey(absl::string_view key) {
  absl::string_view rest = key;
  WaveKey read;
  if (!ConsumeWave(rest, read) || !rest.empty()) return NotAKey(key);
  return read;
}

absl::StatusOr<std::int32_t> ReadRootKeyKey(absl::string_view key) {
  absl::string_view rest = key;
  std::int32_t number = 0;
  if (!kv::ConsumeLayout(rest, kLayout) || !ConsumeNumber(rest, number) ||
      !rest.empty()) {
    return NotAKey(key);
  }
  return number;
}

absl::StatusOr<StoredInvitationKey> ReadInvitationKeyKey(
    absl::string_view key) {
  absl::string_view rest = key;
  StoredInvitationKey read;
  if (!ConsumeTenant(rest, read.tenant) || !ConsumeNumber(rest, read.number) ||
      !rest.empty()) {
    return NotAKey(key);
  }
  return read;
}

absl::StatusOr<ConsentTextKey> ReadConsentTextKey(absl::string_view key) {
  PT_ASSIGN_OR_RETURN(WaveKey same, ReadWaveKey(key));
  return ConsentTextKey{{std::move(same.tenant), std::move(same.locality),
                         std::move(same.survey)},
                        same.wave};
}

absl::StatusOr<WaveChildKey> ReadWaveChildKey(absl::string_view key) {
  absl::string_view rest = key;
  WaveChildKey read;
  if (!ConsumeWave(rest, read.wave) || !IsResourceId(rest)) return NotAKey(key);
  read.id = std::string(rest);
  return read;
}

absl::StatusOr<std::string> ReadRetentionPolicyKey(absl::string_view key) {
  absl::string_view rest = key;
  if (!kv::ConsumeLayout(rest, kLayout) || !IsResourceId(rest)) {
    return NotAKey(key);
  }
  return std::string(rest);
}

absl::StatusOr<RevisionKey> ReadRevisionKey(absl::string_view key) {
  absl::string_view rest = key;
  RevisionKey read;
  if (!ConsumeWave(rest, read.wave)) return NotAKey(key);
  PT_ASSIGN_OR_RETURN(read.revision, NumberedIdOf(key, ForWave(read.wave)));
  return read;
}

absl::StatusOr<PersonKey> ReadPersonKey(absl::string_view key) {
  PT_ASSIGN_OR_RETURN(SurveyKey same, ReadSurveyKey(key));
  return PersonKey{{std::move(same.tenant), std::move(same.locality)},
                   std::move(same.survey)};
}

absl::StatusOr<AliasKey> ReadAliasKey(absl::string_view key) {
  absl::string_view rest = key;
  AliasKey read;
  if (!ConsumeTenant(rest, read.locality.tenant) ||
      !ConsumeId(rest, read.locality.locality)) {
    return NotAKey(key);
  }
  PT_ASSIGN_OR_RETURN(read.alias,
                      NumberedIdOf(key, SurveysPrefix(read.locality)));
  return read;
}

absl::StatusOr<StoredRequestKey> ReadRequestKey(absl::string_view key) {
  absl::string_view rest = key;
  StoredRequestKey read;
  if (!ConsumeTenant(rest, read.wave.tenant)) return NotAKey(key);
  // After the tenant there is a 0x00 in the key of a wave, and none in a UUID.
  if (!IsUuid(rest)) {
    rest = key;
    if (!ConsumeWave(rest, read.wave) || !IsUuid(rest)) return NotAKey(key);
  }
  read.id = std::string(rest);
  return read;
}

}  // namespace pulsetaker::survey::keys
