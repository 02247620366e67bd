// The port through which the domain remembers what was told to whom. store/
// implements it.

#pragma once

#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "services/assessment/domain/release.h"

namespace pulsetaker::assessment {

// An answer, what was told by it, and the digest of request and data.
struct LedgerEntry {
  std::string tenant;  // Id: who was told.
  std::string digest;  // 64 digits of [0-9a-f].
  Release release;
  std::string reply;

  friend bool operator==(const LedgerEntry&, const LedgerEntry&) = default;
};

// Entries are never changed and never removed. Safe for use by any number of
// threads at once. Any call may fail with DATA_LOSS, STORED_DATA_UNREADABLE, or
// with UNAVAILABLE when the disk does not answer.
class ReleaseLedger {
 public:
  virtual ~ReleaseLedger() = default;

  // The reply of the entry with this digest, or nothing.
  virtual absl::StatusOr<std::optional<std::string>> FindReply(
      absl::string_view tenant, absl::string_view digest) const = 0;

  // Everything that a tenant was told, by digest.
  virtual absl::StatusOr<std::vector<Release>> ReadReleases(
      absl::string_view tenant) const = 0;

  // Keeps `entry`. On OK it survives a crash of the machine. One of the same
  // tenant and digest is left as it is.
  //
  // RESOURCE_EXHAUSTED, DISK_FULL: nothing is stored.
  virtual absl::Status Append(const LedgerEntry& entry) = 0;
};

}  // namespace pulsetaker::assessment
