#include "common/audit/tree_head.h"

#include <limits>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "common/base/big_endian.h"
#include "common/base/digest.h"
#include "common/base/status.h"

namespace pulsetaker::audit {
namespace {

// Of signed notes: the number of Ed25519.
constexpr absl::string_view kAlgorithm("\x01", 1);
constexpr absl::string_view kTimeFormat = "time %Y-%m-%dT%H:%M:%E6SZ";
constexpr absl::string_view kSignatureLead = "— ";
// Body, empty line, signature, and what is after the last newline.
constexpr std::size_t kHeadLines = 7;
constexpr std::size_t kLogIdLengthMax = 255;
constexpr std::size_t kLogIdDigestLength = 32;
constexpr std::size_t kKeyIdBytes = 4;

std::uint32_t KeyIdOf(absl::string_view log_id, absl::string_view public_key) {
  const std::string digest = Sha256()
                                 .Update(log_id)
                                 .Update("\n")
                                 .Update(kAlgorithm)
                                 .Update(public_key)
                                 .Finish();
  absl::string_view bytes = digest;
  std::uint32_t key_id = 0;
  if (!ConsumeBigEndian32(bytes, key_id)) FailStop("a digest is too short");
  return key_id;
}

std::string KeyIdBytes(std::uint32_t key_id) {
  std::string bytes;
  AppendBigEndian32(key_id, bytes);
  return bytes;
}

// The text that is signed.
std::string BodyOf(const TreeHead& head) {
  return absl::StrCat(
      head.log_id, "\n", head.size, "\n",
      absl::Base64Escape(ToBytes(head.root)), "\n",
      absl::FormatTime(kTimeFormat, head.time, absl::UTCTimeZone()), "\n");
}

absl::Status MalformedHead(absl::string_view problem) {
  return MakeError(absl::StatusCode::kInvalidArgument, "AUDIT_HEAD_MALFORMED",
                   absl::StrCat("no signed tree head: ", problem));
}

absl::Status MalformedKey(absl::string_view problem) {
  return MakeError(absl::StatusCode::kInvalidArgument, "AUDIT_KEY_MALFORMED",
                   absl::StrCat("no public key of an audit log: ", problem));
}

absl::Status Forged(absl::string_view problem) {
  return MakeError(absl::StatusCode::kDataLoss, "AUDIT_HEAD_FORGED", problem);
}

bool IsLogId(absl::string_view id) {
  if (id.empty() || id.size() > kLogIdLengthMax) return false;
  return id.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789./-") ==
         absl::string_view::npos;
}

bool ParseSize(absl::string_view text, std::uint64_t& size) {
  return absl::SimpleAtoi(text, &size) &&
         size <= static_cast<std::uint64_t>(
                     std::numeric_limits<std::int64_t>::max());
}

// Whether `line` is a signature in the name of the log.
bool ParseSignature(absl::string_view line, SignedTreeHead& head) {
  std::string bytes;
  if (!absl::ConsumePrefix(&line, kSignatureLead) ||
      !absl::ConsumePrefix(&line, head.head.log_id) ||
      !absl::ConsumePrefix(&line, " ") || !absl::Base64Unescape(line, &bytes) ||
      bytes.size() != kKeyIdBytes + kSignatureBytes) {
    return false;
  }
  absl::string_view rest = bytes;
  if (!ConsumeBigEndian32(rest, head.key_id)) return false;
  head.signature = std::string(rest);
  return true;
}

}  // namespace

VerifierKey MakeVerifierKey(absl::string_view service,
                            absl::string_view public_key) {
  VerifierKey key;
  key.log_id = absl::StrCat(service, ".pulsetaker/",
                            Sha256()
                                .UpdateText(service)
                                .UpdateText(public_key)
                                .FinishHex()
                                .substr(0, kLogIdDigestLength));
  key.key_id = KeyIdOf(key.log_id, public_key);
  key.public_key = std::string(public_key);
  return key;
}

std::string FormatVerifierKey(const VerifierKey& key) {
  return absl::StrCat(
      key.log_id, "+", absl::BytesToHexString(KeyIdBytes(key.key_id)), "+",
      absl::Base64Escape(absl::StrCat(kAlgorithm, key.public_key)));
}

absl::StatusOr<VerifierKey> ParseVerifierKey(absl::string_view text) {
  text = absl::StripAsciiWhitespace(text);
  // Base64 has a "+", too.
  const std::vector<absl::string_view> parts =
      absl::StrSplit(text, absl::MaxSplits('+', 2));
  if (parts.size() != 3) return MalformedKey("it does not have three parts");
  VerifierKey key;
  key.log_id = std::string(parts[0]);
  if (!IsLogId(key.log_id)) return MalformedKey("its log has no name");
  std::string bytes;
  absl::string_view rest;
  if (absl::Base64Unescape(parts[2], &bytes)) rest = bytes;
  if (!absl::ConsumePrefix(&rest, kAlgorithm) ||
      rest.size() != kPublicKeyBytes) {
    return MalformedKey("its last part is no Ed25519 key in Base64");
  }
  key.public_key = std::string(rest);
  key.key_id = KeyIdOf(key.log_id, key.public_key);
  if (FormatVerifierKey(key) != text) {
    return MalformedKey("its parts do not fit together");
  }
  return key;
}

SignedTreeHead SignHead(const TreeHead& head, const SigningKey& signing,
                        const VerifierKey& key) {
  return {.head = head,
          .key_id = key.key_id,
          .signature = signing.Sign(BodyOf(head))};
}

std::string FormatHead(const SignedTreeHead& head) {
  return absl::StrCat(
      BodyOf(head.head), "\n", kSignatureLead, head.head.log_id, " ",
      absl::Base64Escape(absl::StrCat(KeyIdBytes(head.key_id), head.signature)),
      "\n");
}

absl::StatusOr<SignedTreeHead> ParseHead(absl::string_view text) {
  const std::vector<absl::string_view> lines = absl::StrSplit(text, '\n');
  if (lines.size() != kHeadLines) return MalformedHead("want six lines");
  SignedTreeHead head;
  head.head.log_id = std::string(lines[0]);
  if (!IsLogId(head.head.log_id)) return MalformedHead("line 1 names no log");
  if (!ParseSize(lines[1], head.head.size)) {
    return MalformedHead("line 2 is no count of records");
  }
  std::string root;
  if (!absl::Base64Unescape(lines[2], &root) ||
      !FromBytes(root, head.head.root)) {
    return MalformedHead("line 3 is no SHA-256 hash in Base64");
  }
  std::string problem;
  if (!absl::ParseTime(kTimeFormat, lines[3], absl::UTCTimeZone(),
                       &head.head.time, &problem)) {
    return MalformedHead("line 4 is no time");
  }
  if (!ParseSignature(lines[5], head)) {
    return MalformedHead("line 6 is no signature of the log");
  }
  // What is signed is the text, of which there must be one only.
  if (FormatHead(head) != text) {
    return MalformedHead("it is not as the service writes it");
  }
  return head;
}

absl::Status VerifyHead(const SignedTreeHead& head, const VerifierKey& key) {
  if (head.head.log_id != key.log_id) {
    return Forged(absl::StrCat("the tree head is of the log ", head.head.log_id,
                               ", and the key of ", key.log_id));
  }
  if (head.key_id != key.key_id ||
      !IsSignedBy(key.public_key, BodyOf(head.head), head.signature)) {
    return Forged("the tree head was not signed with this key");
  }
  return absl::OkStatus();
}

}  // namespace pulsetaker::audit
