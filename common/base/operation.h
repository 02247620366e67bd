// Long-running operations, and the port through which they are kept. What an
// operation does is known to who runs it; here its parts are bytes.

#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace pulsetaker {

enum class OperationState : std::uint8_t { kRunning, kDone };

struct OperationRecord {
  std::string id;          // A UUID.
  std::string kind;        // Which worker runs it: "AnalyzeWave". Not empty.
  std::string scope;       // Whose it is: "tenants/north". Not empty.
  std::string request_id;  // A UUID of the caller's, unique within the scope.
  std::string request;     // A serialized google.protobuf.Any.
  OperationState state = OperationState::kRunning;
  std::string traceparent = {};  // Of the call that began it (trace.h), or "".
  std::string metadata = {};     // A serialized google.protobuf.Any, or empty.

  // When done, one of them: a serialized google.protobuf.Any, or a serialized
  // google.rpc.Status that is not OK.
  std::string response = {};
  std::string error = {};

  std::int32_t attempt =
      0;  // How often it was begun, the current run included.
  bool cancel_requested = false;
  absl::Time create_time = {};  // Whole microseconds, both.
  absl::Time update_time = {};

  friend bool operator==(const OperationRecord&,
                         const OperationRecord&) = default;
};

// Safe for use by any number of threads at once. What a call that changes
// something was answered OK survives a crash of the machine. Any call may fail
// with DATA_LOSS, STORED_DATA_UNREADABLE, with RESOURCE_EXHAUSTED, DISK_FULL,
// or with UNAVAILABLE when the disk does not answer.
class OperationStore {
 public:
  virtual ~OperationStore() = default;

  // Keeps `operation` and returns it. A repeat of `request_id` within the scope
  // returns what the first call stored, as it is by then, and writes nothing.
  //
  // ALREADY_EXISTS, REQUEST_ID_REUSED: a repeat, but of another kind or
  // request.
  virtual absl::StatusOr<OperationRecord> Create(
      const OperationRecord& operation) = 0;

  // NOT_FOUND, OPERATION_NOT_FOUND: no such operation.
  virtual absl::StatusOr<OperationRecord> Get(absl::string_view id) const = 0;

  // Replaces the operation of this id. Its kind, scope, request, request_id and
  // traceparent stay as they were created.
  //
  // NOT_FOUND, OPERATION_NOT_FOUND: no such operation.
  virtual absl::Status Update(const OperationRecord& operation) = 0;

  // Forgets the operation and its request_id.
  //
  // NOT_FOUND, OPERATION_NOT_FOUND: no such operation.
  virtual absl::Status Delete(absl::string_view id) = 0;

  // Every operation that is not done, in the order in which they were created.
  virtual absl::StatusOr<std::vector<OperationRecord>> ListUnfinished()
      const = 0;

  // The first `limit` operations of `scope`, or of all if that is empty, with
  // an id above `after_id`, in the order of their ids. All ids are above "".
  // Time O(operations of all scopes).
  virtual absl::StatusOr<std::vector<OperationRecord>> List(
      absl::string_view scope, absl::string_view after_id, int limit) const = 0;
};

// NOT_FOUND, OPERATION_NOT_FOUND, which tells nothing of other operations.
absl::Status OperationNotFoundError();

}  // namespace pulsetaker
