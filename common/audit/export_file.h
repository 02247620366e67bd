// An exported log as a file, for verifying where no server is:
//
//   8 bytes   "PTAUDIT1"
//   4 + n     the public key, as FormatVerifierKey writes it
//   4 + n     the signed head, as FormatHead writes it
//   4 + n     a leaf, for each record of the head's tree in turn
//
// The 4 bytes are a length, most significant first.

#pragma once

#include <cstddef>
#include <cstdint>
#include <istream>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "common/audit/tree_head.h"

namespace pulsetaker::audit {

// Above any leaf, key and head that there can be.
inline constexpr std::size_t kExportPartBytesMax = std::size_t{1} << 16;

struct ExportStart {
  VerifierKey key;  // As the file says: whoever made the file chose it.
  SignedTreeHead head;
};

std::string EncodeExportStart(const ExportStart& start);
void AppendExportLeaf(absl::string_view leaf, std::string& bytes);

// Reads an export from its beginning. Errors are DATA_LOSS,
// AUDIT_EXPORT_UNREADABLE, and end the reading.
class ExportReader {
 public:
  // `in` must outlive this.
  explicit ExportReader(std::istream& in) : in_(in) {}

  // Once, before all leaves.
  absl::StatusOr<ExportStart> ReadStart();

  // False at the end of the file.
  absl::StatusOr<bool> ReadLeaf(std::string& leaf);

 private:
  // False where the file ends before it begins.
  absl::StatusOr<bool> ReadPart(std::string& part);
  absl::Status Unreadable(absl::string_view problem) const;

  std::istream& in_;
  std::uint64_t offset_ = 0;  // Where the part that is read begins.
};

}  // namespace pulsetaker::audit
