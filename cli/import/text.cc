#include "cli/import/text.h"

#include <cstddef>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "common/base/digest.h"
#include "common/base/resource_id.h"

namespace pulsetaker::cli {
namespace {

constexpr std::size_t kFallbackDigits = 12;

bool IsContinuation(char c) {
  return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U;
}

}  // namespace

int ColumnCount(absl::string_view text) {
  int count = 0;
  for (const char c : text) count += IsContinuation(c) ? 0 : 1;
  return count;
}

std::string Quoted(absl::string_view text, int byte_count_max) {
  const auto limit = static_cast<std::size_t>(byte_count_max);
  const bool is_cut = text.size() > limit;
  if (is_cut) {
    std::size_t cut = limit;
    while (cut > 0 && IsContinuation(text[cut])) --cut;
    text = text.substr(0, cut);
  }
  const std::string escaped = IsValidUtf8(text) ? absl::Utf8SafeCHexEscape(text)
                                                : absl::CHexEscape(text);
  return absl::StrCat("\"", escaped, is_cut ? "..." : "", "\"");
}

std::string Slug(absl::string_view text) {
  if (IsResourceId(text)) return std::string(text);
  std::string slug;
  bool pending_dash = false;
  for (const char c : text) {
    const char lower = absl::ascii_tolower(static_cast<unsigned char>(c));
    const bool is_word =
        absl::ascii_isalnum(static_cast<unsigned char>(lower)) || lower == '_';
    if (!is_word) {
      pending_dash = true;
      continue;
    }
    if (slug.empty() && lower == '_') continue;  // Must begin with a word.
    if (pending_dash && !slug.empty()) slug.push_back('-');
    pending_dash = false;
    slug.push_back(lower);
  }
  if (slug.size() > kResourceIdLengthMax) slug.resize(kResourceIdLengthMax);
  if (slug.empty() && !text.empty()) {
    return absl::StrCat("x", Sha256Hex(text).substr(0, kFallbackDigits));
  }
  return slug;
}

std::optional<std::int64_t> ParseInteger(absl::string_view text) {
  if (text.empty()) return std::nullopt;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool is_sign = i == 0 && text[i] == '-' && text.size() > 1;
    if (!is_sign && !absl::ascii_isdigit(static_cast<unsigned char>(text[i]))) {
      return std::nullopt;
    }
  }
  std::int64_t value = 0;
  if (!absl::SimpleAtoi(text, &value)) return std::nullopt;
  return value;
}

std::string WithCommas(std::int64_t count) {
  std::string digits = absl::StrCat(count < 0 ? -count : count);
  for (int i = static_cast<int>(digits.size()) - 3; i > 0; i -= 3) {
    digits.insert(static_cast<std::size_t>(i), 1, ',');
  }
  return count < 0 ? absl::StrCat("-", digits) : digits;
}

std::string Counted(std::int64_t count, absl::string_view one,
                    absl::string_view many) {
  return absl::StrCat(WithCommas(count), " ", count == 1 ? one : many);
}

}  // namespace pulsetaker::cli
