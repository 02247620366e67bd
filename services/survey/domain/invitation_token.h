// The token of an invitation: who may answer, signed. A token is
//
//   WebSafeBase64, without padding, of
//     0x01          the version
//     key_number    4 bytes, most significant first, as all numbers here
//     tenant        then 0x00
//     locality      then 0x00
//     survey        then 0x00
//     wave          4 bytes
//     issue         4 bytes
//     expire_time   8 bytes, microseconds since the Unix epoch
//     person        all that is left but the last 32 bytes
//     HMAC-SHA256   32 bytes, of "pulsetaker.survey.v1.Invitation", 0x00 and
//     all
//                   of the above
//
// so that one token has one spelling, and the same content and key give the
// same token. Links that people hold have it: it never changes.

#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "services/survey/domain/wave.h"

namespace pulsetaker::survey {

inline constexpr std::size_t kTokenLengthMax = 512;
inline constexpr std::size_t kTokenSecretBytes = 32;

// What a token says.
struct InvitationToken {
  std::int32_t key_number = 0;  // 1 or more, as `issue`.
  WaveKey wave;
  std::int32_t issue = 0;
  absl::Time expire_time;  // Whole microseconds, not before 1970.
  std::string person;

  friend bool operator==(const InvitationToken&,
                         const InvitationToken&) = default;
};

// The token, signed with the tenant's secret of this key_number.
std::string MakeToken(const InvitationToken& content, absl::string_view secret);

// A text that may be a token. What it says is not to be believed, and not to be
// had, before it is verified; but which key it says it is signed with must be
// known to verify it.
class UnverifiedToken {
 public:
  // Nothing if `text` cannot be a token whatever its key is.
  static std::optional<UnverifiedToken> Read(absl::string_view text);

  const std::string& tenant() const { return tenant_; }
  std::int32_t key_number() const { return key_number_; }

  // What the token says, if it is signed with `secret`.
  std::optional<InvitationToken> Verify(absl::string_view secret) const;

 private:
  UnverifiedToken() = default;

  std::string tenant_;
  std::int32_t key_number_ = 0;
  std::string content_;
  std::string signature_;
};

}  // namespace pulsetaker::survey
