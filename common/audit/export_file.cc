#include "common/audit/export_file.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "common/base/big_endian.h"
#include "common/base/status.h"

namespace pulsetaker::audit {
namespace {

constexpr absl::string_view kMagic = "PTAUDIT1";
constexpr std::size_t kLengthBytes = 4;

// Reads up to `size` bytes: fewer only at the end of the file.
std::string ReadBytes(std::istream& in, std::size_t size) {
  std::string bytes(size, '\0');
  in.read(bytes.data(), static_cast<std::streamsize>(size));
  bytes.resize(static_cast<std::size_t>(in.gcount()));
  return bytes;
}

}  // namespace

std::string EncodeExportStart(const ExportStart& start) {
  std::string bytes(kMagic);
  AppendExportLeaf(FormatVerifierKey(start.key), bytes);
  AppendExportLeaf(FormatHead(start.head), bytes);
  return bytes;
}

void AppendExportLeaf(absl::string_view leaf, std::string& bytes) {
  AppendBigEndian32(static_cast<std::uint32_t>(leaf.size()), bytes);
  absl::StrAppend(&bytes, leaf);
}

absl::StatusOr<ExportStart> ExportReader::ReadStart() {
  if (ReadBytes(in_, kMagic.size()) != kMagic) {
    return Unreadable("it does not begin as an export of an audit log");
  }
  offset_ = kMagic.size();
  std::string key_text;
  std::string head_text;
  PT_ASSIGN_OR_RETURN(const bool has_key, ReadPart(key_text));
  PT_ASSIGN_OR_RETURN(const bool has_head, ReadPart(head_text));
  if (!has_key || !has_head) return Unreadable("it has no head");
  absl::StatusOr<VerifierKey> key = ParseVerifierKey(key_text);
  if (!key.ok()) return Unreadable(key.status().message());
  if (FormatVerifierKey(*key) != key_text) {
    return Unreadable("white space stands around its key");
  }
  absl::StatusOr<SignedTreeHead> head = ParseHead(head_text);
  if (!head.ok()) return Unreadable(head.status().message());
  return ExportStart{.key = *std::move(key), .head = *std::move(head)};
}

absl::StatusOr<bool> ExportReader::ReadLeaf(std::string& leaf) {
  return ReadPart(leaf);
}

absl::StatusOr<bool> ExportReader::ReadPart(std::string& part) {
  const std::string length_bytes = ReadBytes(in_, kLengthBytes);
  if (length_bytes.empty() && in_.eof()) return false;
  absl::string_view rest = length_bytes;
  std::uint32_t length = 0;
  if (!ConsumeBigEndian32(rest, length)) {
    return Unreadable("it ends within a length");
  }
  if (length > kExportPartBytesMax) {
    return Unreadable(absl::StrCat("a length of ", length, " bytes"));
  }
  part = ReadBytes(in_, length);
  if (part.size() != length) return Unreadable("it ends within a record");
  offset_ += kLengthBytes + length;
  return true;
}

absl::Status ExportReader::Unreadable(absl::string_view problem) const {
  return MakeError(absl::StatusCode::kDataLoss, "AUDIT_EXPORT_UNREADABLE",
                   absl::StrCat("the file cannot be read from byte ", offset_,
                                " on: ", problem));
}

}  // namespace pulsetaker::audit
