#include "services/assessment/store/keys.h"

#include <cstdint>
#include <limits>
#include <optional>
#include <utility>
#include <vector>

#include "absl/algorithm/container.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "common/base/resource_id.h"
#include "common/base/status.h"
#include "common/kv/keys.h"
#include "common/kv/rocks.h"

namespace pulsetaker::assessment::keys {
namespace {

constexpr char kLayout = '\x01';
constexpr absl::string_view kSeparator = "/assessments/";
constexpr absl::string_view kNationalSeparator = "/nationalAssessments/";
constexpr std::size_t kWaveNumberLength = 4;

bool IsHex(absl::string_view text, std::size_t length) {
  return text.size() == length && absl::c_all_of(text, [](char c) {
           return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
         });
}

bool IsAssessmentId(absl::string_view id) {
  return IsHex(id, kAssessmentIdLength);
}

absl::Status NotAKey(absl::string_view key) {
  return kv::UnreadableError(absl::StrCat("not the key of an assessment: ",
                                          absl::BytesToHexString(key)));
}

absl::Status NotAName(absl::string_view of, absl::string_view name) {
  return absl::InternalError(absl::StrCat("not the name of ", of, ": ", name));
}

}  // namespace

absl::StatusOr<std::string> PrefixOf(absl::string_view wave) {
  const std::vector<absl::string_view> parts = absl::StrSplit(wave, '/');
  if (parts.size() != 8 || parts[0] != "tenants" || parts[2] != "localities" ||
      parts[4] != "surveys" || parts[6] != "waves") {
    return NotAName("a wave", wave);
  }
  std::string key(1, kLayout);
  for (const absl::string_view id : {parts[1], parts[3], parts[5]}) {
    if (!IsResourceId(id)) return NotAName("a wave", wave);
    kv::AppendText(id, key);
  }
  const std::optional<std::int32_t> number = ParseWaveId(parts[7]);
  if (!number.has_value()) return NotAName("a wave", wave);
  AppendBigEndian32(static_cast<std::uint32_t>(*number), key);
  return key;
}

absl::StatusOr<std::string> PrefixOfLocality(absl::string_view locality) {
  const std::vector<absl::string_view> parts = absl::StrSplit(locality, '/');
  if (parts.size() != 4 || parts[0] != "tenants" || parts[2] != "localities" ||
      !IsResourceId(parts[1]) || !IsResourceId(parts[3])) {
    return NotAName("a locality", locality);
  }
  std::string key(1, kLayout);
  kv::AppendText(parts[1], key);
  kv::AppendText(parts[3], key);
  return key;
}

absl::StatusOr<WaveId> WaveIdOf(absl::string_view key,
                                absl::string_view prefix) {
  absl::string_view rest = key;
  WaveId wave;
  std::uint32_t number = 0;
  if (!absl::ConsumePrefix(&rest, prefix) ||
      !kv::ConsumeText(rest, wave.survey) || !IsResourceId(wave.survey) ||
      !ConsumeBigEndian32(rest, number) || number == 0 ||
      number > static_cast<std::uint32_t>(
                   std::numeric_limits<std::int32_t>::max()) ||
      !IsAssessmentId(rest)) {
    return kv::UnreadableError(absl::StrCat("not the key of an assessment: ",
                                            absl::BytesToHexString(key)));
  }
  wave.number = static_cast<std::int32_t>(number);
  return wave;
}

absl::StatusOr<std::string> ForAssessment(absl::string_view name) {
  const std::vector<absl::string_view> parts =
      absl::StrSplit(name, absl::ByString(kSeparator));
  if (parts.size() != 2 || !IsAssessmentId(parts[1])) {
    return NotAName("an assessment", name);
  }
  PT_ASSIGN_OR_RETURN(std::string key, PrefixOf(parts[0]));
  absl::StrAppend(&key, parts[1]);
  return key;
}

absl::StatusOr<std::string> NationalPrefixOf(absl::string_view tenant) {
  absl::string_view id = tenant;
  if (!absl::ConsumePrefix(&id, "tenants/") || !IsResourceId(id)) {
    return NotAName("a tenant", tenant);
  }
  std::string key(1, kLayout);
  kv::AppendText(id, key);
  return key;
}

absl::StatusOr<std::string> ForNational(absl::string_view name) {
  const std::vector<absl::string_view> parts =
      absl::StrSplit(name, absl::ByString(kNationalSeparator));
  if (parts.size() != 2 || !IsAssessmentId(parts[1])) {
    return NotAName("a national assessment", name);
  }
  PT_ASSIGN_OR_RETURN(std::string key, NationalPrefixOf(parts[0]));
  absl::StrAppend(&key, parts[1]);
  return key;
}

absl::StatusOr<std::string> IdOf(absl::string_view key,
                                 absl::string_view prefix) {
  absl::string_view id = key;
  if (!absl::ConsumePrefix(&id, prefix) || !IsAssessmentId(id)) {
    return NotAKey(key);
  }
  return std::string(id);
}

absl::StatusOr<std::string> PrefixOfTenant(absl::string_view tenant) {
  std::string key(1, kLayout);
  if (tenant.empty()) return key;
  if (!IsResourceId(tenant)) return NotAName("a tenant", tenant);
  kv::AppendText(tenant, key);
  return key;
}

absl::StatusOr<std::string> NameOf(absl::string_view key) {
  absl::string_view rest = key;
  std::string tenant;
  std::string locality;
  std::string survey;
  if (!kv::ConsumeLayout(rest, kLayout) || !kv::ConsumeText(rest, tenant) ||
      !kv::ConsumeText(rest, locality) || !kv::ConsumeText(rest, survey) ||
      rest.size() != kWaveNumberLength + kAssessmentIdLength) {
    return NotAKey(key);
  }
  std::uint32_t number = 0;
  for (const char byte : rest.substr(0, kWaveNumberLength)) {
    number = (number << 8) | static_cast<std::uint8_t>(byte);
  }
  std::string name = absl::StrCat(
      "tenants/", tenant, "/localities/", locality, "/surveys/", survey,
      "/waves/", number, "/assessments/", rest.substr(kWaveNumberLength));
  // Whatever is no name has another key, or none.
  const absl::StatusOr<std::string> again = ForAssessment(name);
  if (!again.ok() || *again != key) return NotAKey(key);
  return name;
}

absl::StatusOr<std::string> ForRelease(absl::string_view tenant,
                                       absl::string_view digest) {
  if (tenant.empty() || !IsHex(digest, kReleaseDigestLength)) {
    return NotAName("a release", digest);
  }
  PT_ASSIGN_OR_RETURN(std::string key, PrefixOfTenant(tenant));
  absl::StrAppend(&key, digest);
  return key;
}

}  // namespace pulsetaker::assessment::keys
