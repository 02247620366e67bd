// Signed heads of the tree: what an operator keeps elsewhere, so that nobody
// can shorten or rewrite the log unnoticed. As text they are checkpoints
// (https://c2sp.org/tlog-checkpoint), signed notes that others' tools read too:
//
//   survey.pulsetaker/0123456789abcdef0123456789abcdef     the log
//   100000                                                 records in the tree
//   CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=           its root
//   time 2026-01-31T08:00:00.123456Z                       when it was signed
//
//   — survey.pulsetaker/0123...cdef AbCdEf...==            key id and signature

#pragma once

#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "common/audit/merkle.h"
#include "common/audit/signing_key.h"

namespace pulsetaker::audit {

struct TreeHead {
  std::string log_id;
  std::uint64_t size = 0;  // Records in the tree; at most 2^63 - 1.
  Hash root = {};
  absl::Time time;  // Whole microseconds, of the years 1970 to 9999.

  friend bool operator==(const TreeHead&, const TreeHead&) = default;
};

struct SignedTreeHead {
  TreeHead head;
  std::uint32_t key_id = 0;
  std::string signature;  // kSignatureBytes bytes, of the text before it.

  friend bool operator==(const SignedTreeHead&,
                         const SignedTreeHead&) = default;
};

// What a head is verified with. As text, one line, it is a verifier key of a
// signed note (https://c2sp.org/signed-note):
//
//   survey.pulsetaker/0123...cdef+<8 digits, the key id>+<Base64>
struct VerifierKey {
  std::string log_id;
  std::uint32_t key_id = 0;
  std::string public_key;  // kPublicKeyBytes bytes.

  friend bool operator==(const VerifierKey&, const VerifierKey&) = default;
};

// The key of `service`'s log. Its id follows from both, so that two logs never
// have the same.
VerifierKey MakeVerifierKey(absl::string_view service,
                            absl::string_view public_key);

std::string FormatVerifierKey(const VerifierKey& key);
// White space around it is passed over. INVALID_ARGUMENT, AUDIT_KEY_MALFORMED.
absl::StatusOr<VerifierKey> ParseVerifierKey(absl::string_view text);

SignedTreeHead SignHead(const TreeHead& head, const SigningKey& signing,
                        const VerifierKey& key);

std::string FormatHead(const SignedTreeHead& head);
// INVALID_ARGUMENT, AUDIT_HEAD_MALFORMED: not as FormatHead writes it.
absl::StatusOr<SignedTreeHead> ParseHead(absl::string_view text);

// OK: the owner of the key has signed this head. DATA_LOSS, AUDIT_HEAD_FORGED:
// it is of another log, or was not signed with this key.
absl::Status VerifyHead(const SignedTreeHead& head, const VerifierKey& key);

}  // namespace pulsetaker::audit
