#include "cli/audit/audit_verify.h"

#include <cstdio>
#include <fstream>
#include <iterator>
#include <optional>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "common/audit/export_file.h"
#include "common/audit/export_verifier.h"
#include "common/base/status.h"

namespace pulsetaker::cli {
namespace {

// Above any key or head that there can be.
constexpr std::size_t kSmallFileBytesMax = 4096;

absl::StatusOr<std::string> ReadSmallFile(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  std::string bytes(kSmallFileBytesMax, '\0');
  in.read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  if (in.bad() || (!in.eof() && in.fail())) {
    return absl::InvalidArgumentError(absl::StrCat("cannot read ", path));
  }
  bytes.resize(static_cast<std::size_t>(in.gcount()));
  return bytes;
}

// The key itself, or the path of a file that has it.
absl::StatusOr<audit::VerifierKey> ReadKey(const std::string& flag) {
  absl::StatusOr<audit::VerifierKey> key = audit::ParseVerifierKey(flag);
  if (key.ok()) return key;
  PT_ASSIGN_OR_RETURN(const std::string text, ReadSmallFile(flag));
  key = audit::ParseVerifierKey(text);
  if (key.ok()) return key;
  return absl::InvalidArgumentError(
      absl::StrCat(flag, ": ", std::string(key.status().message())));
}

// The heads in the files, all signed with the key.
absl::StatusOr<std::vector<audit::SignedTreeHead>> ReadEarlier(
    const std::vector<std::string>& paths, const audit::VerifierKey& key) {
  std::vector<audit::SignedTreeHead> heads;
  for (const std::string& path : paths) {
    PT_ASSIGN_OR_RETURN(const std::string text, ReadSmallFile(path));
    absl::StatusOr<audit::SignedTreeHead> head = audit::ParseHead(text);
    const absl::Status verified =
        head.ok() ? audit::VerifyHead(*head, key) : head.status();
    if (!verified.ok()) {
      return absl::InvalidArgumentError(
          absl::StrCat(path, ": ", std::string(verified.message())));
    }
    heads.push_back(*std::move(head));
  }
  return heads;
}

ExitCode Fail(const absl::Status& status, ExitCode code) {
  std::fprintf(stderr, "pulsetaker audit verify: %s\n",
               std::string(status.message()).c_str());
  return code;
}

void Show(const audit::Verdict& verdict, const audit::TreeHead& head) {
  for (const audit::Finding& finding : verdict.findings) {
    std::printf("%s\n", finding.text.c_str());
  }
  if (!verdict.findings.empty()) {
    std::printf("NOT as signed: %zu findings in %llu records\n",
                verdict.findings.size(),
                static_cast<unsigned long long>(verdict.record_count));
    return;
  }
  std::printf(
      "%llu records, all as signed in the head of %s\nroot %s\n",
      static_cast<unsigned long long>(verdict.record_count),
      absl::FormatTime("%Y-%m-%dT%H:%M:%SZ", head.time, absl::UTCTimeZone())
          .c_str(),
      absl::Base64Escape(audit::ToBytes(head.root)).c_str());
}

audit::Verdict ReadAndVerify(audit::ExportReader& reader,
                             audit::ExportVerifier verifier) {
  std::string leaf;
  for (;;) {
    const absl::StatusOr<bool> more = reader.ReadLeaf(leaf);
    if (!more.ok()) return verifier.Finish(more.status());
    if (!*more) return verifier.Finish();
    verifier.Add(leaf);
  }
}

}  // namespace

ExitCode VerifyAuditExport(const AuditVerifyFlags& flags) {
  std::optional<audit::VerifierKey> trusted;
  if (!flags.public_key.empty()) {
    absl::StatusOr<audit::VerifierKey> key = ReadKey(flags.public_key);
    if (!key.ok()) return Fail(key.status(), ExitCode::kUsage);
    trusted = *std::move(key);
  }
  std::ifstream in(flags.file, std::ios::binary);
  if (!in.is_open()) {
    return Fail(absl::NotFoundError(absl::StrCat("cannot read ", flags.file)),
                ExitCode::kBadInput);
  }
  audit::ExportReader reader(in);
  absl::StatusOr<audit::ExportStart> start = reader.ReadStart();
  if (!start.ok()) return Fail(start.status(), ExitCode::kBadInput);
  const audit::VerifierKey key = trusted.value_or(start->key);
  absl::StatusOr<std::vector<audit::SignedTreeHead>> earlier =
      ReadEarlier(flags.earlier, key);
  if (!earlier.ok()) return Fail(earlier.status(), ExitCode::kUsage);
  const absl::Status verified = audit::VerifyHead(start->head, key);
  if (!verified.ok()) return Fail(verified, ExitCode::kBadInput);
  if (start->key != key) {
    return Fail(absl::DataLossError("the file was given another public key"),
                ExitCode::kBadInput);
  }
  const audit::Verdict verdict = ReadAndVerify(
      reader, audit::ExportVerifier(start->head, *std::move(earlier)));
  Show(verdict, start->head.head);
  if (!trusted.has_value()) {
    std::printf(
        "The key is the one that the file has: whoever made the file chose "
        "it. Compare it, or give --public-key.\n%s\n",
        audit::FormatVerifierKey(key).c_str());
  }
  return verdict.findings.empty() ? ExitCode::kOk : ExitCode::kBadInput;
}

}  // namespace pulsetaker::cli
