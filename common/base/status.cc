#include "common/base/status.h"

#include <algorithm>
#include <cstdlib>

#include "absl/strings/cord.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "common/base/log.h"

namespace pulsetaker {
namespace {

constexpr absl::string_view kReasonUrl = "pulsetaker/reason";
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

void FailStop(absl::string_view problem) {
  log::Error("fatal", {{"problem", problem}});
  std::abort();
}

}  // namespace pulsetaker
