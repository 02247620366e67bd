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

bool IsAssessmentId(absl::string_view id) {
  return id.size() == kAssessmentIdLength && absl::c_all_of(id, [](char c) {
           return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
         });
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

absl::StatusOr<std::string> IdOf(absl::string_view key,
                                 absl::string_view prefix) {
  absl::string_view id = key;
  if (!absl::ConsumePrefix(&id, prefix) || !IsAssessmentId(id)) {
    return kv::UnreadableError(absl::StrCat("not the key of an assessment: ",
                                            absl::BytesToHexString(key)));
  }
  return std::string(id);
}

}  // namespace pulsetaker::assessment::keys
