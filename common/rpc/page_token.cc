#include "common/rpc/page_token.h"

#include <algorithm>
#include <cstddef>

#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/base/digest.h"
#include "common/base/status.h"
#include "common/rpc/field_checks.h"

namespace pulsetaker::rpc {
namespace {

constexpr absl::string_view kVersion = "1";
constexpr std::size_t kDigestBytes = 8;

// What precedes the last key: the version, and a digest that ties the token to
// its list and notices a key that was changed.
std::string Header(absl::string_view scope, absl::string_view last_key) {
  const std::string digest =
      Sha256().UpdateText(scope).UpdateText(last_key).Finish();
  return absl::StrCat(kVersion, digest.substr(0, kDigestBytes));
}

}  // namespace

absl::StatusOr<int> PageSizeOf(std::int32_t requested) {
  if (requested < 0) {
    return InvalidField("PAGE_SIZE_NEGATIVE", "page_size",
                        absl::StrCat("is ", requested, ", want 0 or more"));
  }
  return requested == 0 ? kPageSizeDefault : std::min(requested, kPageSizeMax);
}

std::string MakePageToken(absl::string_view scope, absl::string_view last_key) {
  return absl::WebSafeBase64Escape(
      absl::StrCat(Header(scope, last_key), last_key));
}

absl::StatusOr<std::string> ReadPageToken(absl::string_view token,
                                          absl::string_view scope) {
  if (token.empty()) return std::string();
  std::string plain;
  const bool is_base64 = absl::WebSafeBase64Unescape(token, &plain);
  const std::size_t header_bytes = kVersion.size() + kDigestBytes;
  if (is_base64 && plain.size() > header_bytes) {
    std::string last_key = plain.substr(header_bytes);
    // Compared as it was given out: the decoder passes over white space.
    if (token == MakePageToken(scope, last_key)) return last_key;
  }
  return InvalidField("PAGE_TOKEN_MALFORMED", "page_token",
                      "was not given out by this server for this list");
}

}  // namespace pulsetaker::rpc
