// The file that a log's signing key lies in.

#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "common/audit/signing_key.h"

namespace pulsetaker::audit {

// Reads the key. FAILED_PRECONDITION: AUDIT_KEY_MISSING; AUDIT_KEY_EXPOSED, if
// anyone but its owner and group may read or write it; AUDIT_KEY_UNREADABLE.
// UNAVAILABLE: the file cannot be read.
absl::StatusOr<SigningKey> ReadKeyFile(const std::string& path);

// Makes a key, in a file that only its owner may read, where there must be
// none. On OK it is on disk; a crash in between leaves a whole key or none.
// RESOURCE_EXHAUSTED, DISK_FULL. UNAVAILABLE.
absl::StatusOr<SigningKey> CreateKeyFile(const std::string& path);

}  // namespace pulsetaker::audit
