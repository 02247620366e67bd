// What the services tell their audit log, and the one call for it. No reply
// leaves before this says OK: no audit, no reply.

#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "absl/status/status.h"

namespace pulsetaker::audit {

// What was done, or refused. Ids only: never a name, an answer or any text that
// a person has written. Fields are as in AuditRecord of
// proto/pulsetaker/audit/v1/audit_record.proto, and what has another form is
// refused. The log adds its sequence number, the time and its service.
struct AuditRecord {
  std::string subject;
  std::string tenant = {};  // "": of none.
  std::string method;
  // A name that was parsed, never what a caller sent as one.
  std::string resource = {};
  std::int32_t code = 0;  // A google.rpc.Code.
  std::string reason = {};
  std::string trace_id = {};
  std::int64_t item_count = 0;

  friend bool operator==(const AuditRecord&, const AuditRecord&) = default;
};

// Safe for use by any number of threads at once.
class AuditTrail {
 public:
  virtual ~AuditTrail() = default;

  // Returns OK when the record is on disk. An error: it may or may not be in
  // the log, and the caller fails its call with it.
  //
  // INVALID_ARGUMENT, AUDIT_RECORD_MALFORMED with the metadata `field`.
  // UNAVAILABLE, OVERLOADED: there is no room to wait. RESOURCE_EXHAUSTED,
  // DISK_FULL. DATA_LOSS, STORED_DATA_UNREADABLE.
  virtual absl::Status Record(const AuditRecord& record) = 0;

  // The same for several records, which follow each other in the log, all of
  // them or none. Returns at once; `done` is told once what Record would
  // return, on a thread of the log or, for an error that is known at once, on
  // the caller's. It must not wait for anything.
  virtual void RecordAll(std::vector<AuditRecord> records,
                         std::function<void(const absl::Status&)> done) = 0;
};

}  // namespace pulsetaker::audit
