#include "services/network/store/keys.h"

#include <cstdint>

#include "absl/algorithm/container.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "common/base/resource_id.h"
#include "common/kv/keys.h"
#include "common/kv/rocks.h"

namespace pulsetaker::network::keys {
namespace {

constexpr char kLayout = '\x01';

bool IsAnalysisId(absl::string_view id) {
  return id.size() == kAnalysisIdLength && absl::c_all_of(id, [](char c) {
           return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
         });
}

absl::Status NotAKey(absl::string_view of, absl::string_view key) {
  return kv::UnreadableError(
      absl::StrCat("not the key of ", of, ": ", absl::BytesToHexString(key)));
}

// Takes what Prefix made off the front of `key`.
bool ConsumeWave(absl::string_view& key, WaveKey& wave) {
  std::uint32_t number = 0;
  if (!kv::ConsumeLayout(key, kLayout) || !kv::ConsumeText(key, wave.tenant) ||
      !kv::ConsumeText(key, wave.locality) ||
      !kv::ConsumeText(key, wave.survey) || !ConsumeBigEndian32(key, number)) {
    return false;
  }
  wave.wave = static_cast<std::int32_t>(number);
  return true;
}

}  // namespace

std::string Prefix(const WaveKey& wave) {
  std::string key(1, kLayout);
  kv::AppendText(wave.tenant, key);
  kv::AppendText(wave.locality, key);
  kv::AppendText(wave.survey, key);
  AppendBigEndian32(static_cast<std::uint32_t>(wave.wave), key);
  return key;
}

std::string LocalityPrefix(absl::string_view tenant,
                           absl::string_view locality) {
  std::string key(1, kLayout);
  kv::AppendText(tenant, key);
  kv::AppendText(locality, key);
  return key;
}

std::string ForAnalysis(const WaveKey& wave, absl::string_view id) {
  return absl::StrCat(Prefix(wave), id);
}

std::string PersonsPrefix(const WaveKey& wave, absl::string_view id) {
  return ForAnalysis(wave, id);
}

std::string ForPerson(const WaveKey& wave, absl::string_view id,
                      absl::string_view person) {
  return absl::StrCat(PersonsPrefix(wave, id), person);
}

absl::StatusOr<AnalysisKey> AnalysisKeyOf(absl::string_view key) {
  absl::string_view id = key;
  AnalysisKey found;
  if (!ConsumeWave(id, found.wave) || !IsAnalysisId(id)) {
    return NotAKey("an analysis", key);
  }
  found.id = std::string(id);
  return found;
}

absl::StatusOr<std::string> AnalysisOfPerson(absl::string_view key) {
  absl::string_view rest = key;
  WaveKey wave;
  if (!ConsumeWave(rest, wave) ||
      !IsAnalysisId(rest.substr(0, kAnalysisIdLength)) ||
      !IsResourceId(rest.substr(kAnalysisIdLength))) {
    return NotAKey("a person", key);
  }
  return ForAnalysis(wave, rest.substr(0, kAnalysisIdLength));
}

absl::StatusOr<std::string> IdOf(absl::string_view key, const WaveKey& wave) {
  absl::string_view id = key;
  if (!absl::ConsumePrefix(&id, Prefix(wave)) || !IsAnalysisId(id)) {
    return NotAKey("an analysis", key);
  }
  return std::string(id);
}

absl::StatusOr<std::string> PersonOf(absl::string_view key, const WaveKey& wave,
                                     absl::string_view id) {
  absl::string_view person = key;
  if (!absl::ConsumePrefix(&person, PersonsPrefix(wave, id)) ||
      !IsResourceId(person)) {
    return NotAKey("a person", key);
  }
  return std::string(person);
}

}  // namespace pulsetaker::network::keys
