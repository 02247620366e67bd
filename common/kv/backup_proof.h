// The mark that a backup came back whole: it was restored and verified. It lies
// beside the seals and names the one that it is for by its digest, so that it
// counts for no other backup, and for none that was changed.
//
// proven/<id>.<n> is a file:
//
//   8 bytes   "PTPROVEN"
//   n         BackupProofRow
//   32        SHA-256 of all the bytes before it

#pragma once

#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "common/kv/backup_files.h"
#include "common/kv/backup_seal.h"

namespace pulsetaker::kv {

struct BackupProof {
  std::string seal_digest;  // SHA-256 of the whole seal.
  absl::Time proven_time;   // Whole microseconds.

  friend bool operator==(const BackupProof&, const BackupProof&) = default;
};

std::string EncodeProof(const BackupProof& proof);

// Nothing if these bytes are no proof, or a damaged one.
std::optional<BackupProof> DecodeProof(absl::string_view bytes);

// Where the mark of a backup is, below the folder.
std::string ProofPath(absl::string_view id, std::uint32_t engine_id);

// Marks the backup of this seal as proven. On OK the mark is on disk; a crash
// leaves all of it or none.
//
// NOT_FOUND, BACKUP_NOT_FOUND: the folder has no backup with this seal any
// more. DISK_FULL. UNAVAILABLE.
absl::Status MarkProven(const BackupOptions& folder, const BackupSeal& seal,
                        absl::Time proven_time);

// When the backup of this seal was proven; nothing if it was not, or if its
// mark is damaged or that of another. UNAVAILABLE.
absl::StatusOr<std::optional<absl::Time>> ProvenTime(
    const BackupOptions& folder, const BackupSeal& seal);

}  // namespace pulsetaker::kv
