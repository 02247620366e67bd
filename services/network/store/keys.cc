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

}  // namespace

std::string Prefix(const WaveKey& wave) {
  std::string key(1, kLayout);
  kv::AppendText(wave.tenant, key);
  kv::AppendText(wave.locality, key);
  kv::AppendText(wave.survey, key);
  AppendBigEndian32(static_cast<std::uint32_t>(wave.wave), key);
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
