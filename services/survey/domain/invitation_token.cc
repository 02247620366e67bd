#include "services/survey/domain/invitation_token.h"

#include <limits>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "common/base/big_endian.h"
#include "common/base/resource_id.h"
#include "common/base/secret.h"

namespace pulsetaker::survey {
namespace {

constexpr char kVersion = '\x01';
// Keeps a signature from meaning anything elsewhere.
constexpr absl::string_view kPurpose("pulsetaker.survey.v1.Invitation\0", 32);

std::string Sign(absl::string_view content, absl::string_view secret) {
  return HmacSha256(secret, absl::StrCat(kPurpose, content));
}

void AppendId(absl::string_view id, std::string& content) {
  absl::StrAppend(&content, id);
  content.push_back('\0');
}

void AppendNumber(std::int32_t number, std::string& content) {
  AppendBigEndian32(static_cast<std::uint32_t>(number), content);
}

[[nodiscard]] bool ConsumeId(absl::string_view& content, std::string& id) {
  const std::size_t end = content.find('\0');
  if (end == absl::string_view::npos || !IsResourceId(content.substr(0, end))) {
    return false;
  }
  id = std::string(content.substr(0, end));
  content.remove_prefix(end + 1);
  return true;
}

[[nodiscard]] bool ConsumeNumber(absl::string_view& content,
                                 std::int32_t& number) {
  std::uint32_t value = 0;
  if (!ConsumeBigEndian32(content, value) || value < 1 ||
      value > std::uint32_t{std::numeric_limits<std::int32_t>::max()}) {
    return false;
  }
  number = static_cast<std::int32_t>(value);
  return true;
}

[[nodiscard]] bool ConsumeTime(absl::string_view& content, absl::Time& time) {
  std::uint64_t micros = 0;
  if (!ConsumeBigEndian64(content, micros) ||
      micros > std::uint64_t{std::numeric_limits<std::int64_t>::max()}) {
    return false;
  }
  time = absl::FromUnixMicros(static_cast<std::int64_t>(micros));
  return true;
}

}  // namespace

std::string MakeToken(const InvitationToken& content,
                      absl::string_view secret) {
  std::string bytes(1, kVersion);
  AppendNumber(content.key_number, bytes);
  AppendId(content.wave.tenant, bytes);
  AppendId(content.wave.locality, bytes);
  AppendId(content.wave.survey, bytes);
  AppendNumber(content.wave.wave, bytes);
  AppendNumber(content.issue, bytes);
  AppendBigEndian64(
      static_cast<std::uint64_t>(absl::ToUnixMicros(content.expire_time)),
      bytes);
  absl::StrAppend(&bytes, content.person);
  return absl::WebSafeBase64Escape(absl::StrCat(bytes, Sign(bytes, secret)));
}

std::optional<UnverifiedToken> UnverifiedToken::Read(absl::string_view text) {
  std::string bytes;
  if (text.size() > kTokenLengthMax ||
      !absl::WebSafeBase64Unescape(text, &bytes) ||
      absl::WebSafeBase64Escape(bytes) != text || bytes.size() <= kHmacBytes) {
    return std::nullopt;
  }
  UnverifiedToken token;
  token.signature_ = bytes.substr(bytes.size() - kHmacBytes);
  bytes.resize(bytes.size() - kHmacBytes);
  token.content_ = std::move(bytes);
  absl::string_view rest = token.content_;
  if (rest.front() != kVersion) return std::nullopt;
  rest.remove_prefix(1);
  if (!ConsumeNumber(rest, token.key_number_) ||
      !ConsumeId(rest, token.tenant_)) {
    return std::nullopt;
  }
  return token;
}

std::optional<InvitationToken> UnverifiedToken::Verify(
    absl::string_view secret) const {
  if (!EqualInConstantTime(Sign(content_, secret), signature_)) {
    return std::nullopt;
  }
  InvitationToken token;
  absl::string_view rest = content_;
  rest.remove_prefix(1);  // The version, which Read has checked.
  if (!ConsumeNumber(rest, token.key_number) ||
      !ConsumeId(rest, token.wave.tenant) ||
      !ConsumeId(rest, token.wave.locality) ||
      !ConsumeId(rest, token.wave.survey) ||
      !ConsumeNumber(rest, token.wave.wave) ||
      !ConsumeNumber(rest, token.issue) ||
      !ConsumeTime(rest, token.expire_time) || !IsResourceId(rest)) {
    return std::nullopt;
  }
  token.person = std::string(rest);
  return token;
}

}  // namespace pulsetaker::survey
