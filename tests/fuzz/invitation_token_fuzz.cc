// Any bytes as an invitation token: refused, or one that is signed with the
// key, which only MakeToken can make; and any bytes as the content of a token
// that is signed: refused, or written back to the same bytes.

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "common/base/secret.h"
#include "services/survey/domain/invitation_token.h"
#include "tests/fuzz/fuzz_target.h"

namespace {

using pulsetaker::survey::MakeToken;
using pulsetaker::survey::UnverifiedToken;

const std::string& Secret() {
  static const std::string secret(pulsetaker::survey::kTokenSecretBytes, 's');
  return secret;
}

void Check(absl::string_view text) {
  const auto token = UnverifiedToken::Read(text);
  if (!token.has_value()) return;
  const auto said = token->Verify(Secret());
  pulsetaker::testing::Require(!said.has_value() ||
                               MakeToken(*said, Secret()) == text);
}

}  // namespace

std::vector<std::string> pulsetaker::testing::Seeds() {
  pulsetaker::survey::InvitationToken content;
  content.key_number = 1;
  content.wave = {"north", "leeds", "care", 3};
  content.issue = 2;
  content.expire_time = absl::FromUnixSeconds(1'800'000'000);
  content.person = "p17";
  const std::string token = MakeToken(content, Secret());
  std::string plain;
  absl::WebSafeBase64Unescape(token, &plain);
  // The token, and what it is signed over.
  return {token, plain.substr(0, plain.size() - 32)};
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size) {
  const absl::string_view bytes(reinterpret_cast<const char*>(data), size);
  Check(bytes);
  const std::string signature = pulsetaker::HmacSha256(
      Secret(),
      absl::StrCat(absl::string_view("pulsetaker.survey.v1.Invitation\0", 32),
                   bytes));
  Check(absl::WebSafeBase64Escape(absl::StrCat(bytes, signature)));
  return 0;
}
