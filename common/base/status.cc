#include "common/base/status.h"

#include <algorithm>
#include <cstdint>
#include <cstdlib>

#include "absl/strings/cord.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "common/base/log.h"

namespace pulsetaker {
namespace {

constexpr absl::string_view kReasonUrl = "pulsetaker/reason";
constexpr absl::string_view kRetryDelayUrl = "pulsetaker/retry_delay_micros";
constexpr absl::string_view kMetadataUrl = "pulsetaker/metadata/";

}  // namespace

absl::Status MakeError(absl::StatusCode code, absl::string_view reason,
                       absl::string_view message,
                       const ErrorMetadata& metadata) {
  absl::Status status(code, message);
  status.SetPayload(kReasonUrl, absl::Cord(reason));
  for (const auto& [key, value] : metadata) {
    status.SetPayload(absl::StrCat(kMetadataUrl, key), absl::Cord(value));
  }
  return status;
}

std::string ReasonOf(const absl::Status& status) {
  const auto reason = status.GetPayload(kReasonUrl);
  return reason.has_value() ? std::string(*reason) : std::string();
}

ErrorMetadata MetadataOf(const absl::Status& status) {
  ErrorMetadata metadata;
  status.ForEachPayload([&](absl::string_view url, const absl::Cord& value) {
    if (absl::ConsumePrefix(&url, kMetadataUrl)) {
      metadata.emplace_back(std::string(url), std::string(value));
    }
  });
  std::sort(metadata.begin(), metadata.end());
  return metadata;
}

absl::Status WithRetryDelay(absl::Status error, absl::Duration delay) {
  const std::int64_t micros =
      absl::ToInt64Microseconds(absl::Ceil(delay, absl::Microseconds(1)));
  error.SetPayload(kRetryDelayUrl, absl::Cord(absl::StrCat(micros)));
  return error;
}

std::optional<absl::Duration> RetryDelayOf(const absl::Status& status) {
  const auto payload = status.GetPayload(kRetryDelayUrl);
  std::int64_t micros = 0;
  if (!payload.has_value() ||
      !absl::SimpleAtoi(std::string(*payload), &micros)) {
    return std::nullopt;
  }
  return absl::Microseconds(micros);
}

void FailStop(absl::string_view problem) {
  log::Error("fatal", {{"problem", problem}});
  std::abort();
}

}  // namespace pulsetaker
