// A record as it stands in the log, and the bytes of its leaf.

#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "common/audit/audit_trail.h"
#include "common/audit/merkle.h"

namespace pulsetaker::audit {

inline constexpr std::size_t kNonceBytes = 16;

struct LoggedRecord {
  std::uint64_t sequence = 0;
  std::int64_t time_micros = 0;
  std::string service;
  AuditRecord record;
  std::string nonce;        // kNonceBytes random bytes.
  Hash previous_hash = {};  // Of the leaf before; zeros in the first.

  friend bool operator==(const LoggedRecord&, const LoggedRecord&) = default;
};

// INVALID_ARGUMENT, AUDIT_RECORD_MALFORMED with the metadata `field`: no form
// that the record may have. The message does not repeat what was found.
absl::Status CheckRecord(const AuditRecord& record);

// The leaf, a pulsetaker.audit.v1.AuditRecord.
std::string EncodeRecord(const LoggedRecord& record);

// DATA_LOSS, STORED_DATA_UNREADABLE: these bytes are no leaf that EncodeRecord
// makes.
absl::Status DecodeRecord(absl::string_view leaf, LoggedRecord& record);

}  // namespace pulsetaker::audit
