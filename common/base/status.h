// Errors, for every layer. An error is an absl::Status with a canonical code,
// a reason for programs, a message for people and metadata that repeats what
// is variable in the message. Only common/rpc turns it into a gRPC error.

#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace pulsetaker {

using ErrorMetadata = std::vector<std::pair<std::string, std::string>>;

// `reason` is the name of an ErrorReason value of the service's API, such as
// "POINT_UNRATED". Metadata keys are lower_snake_case.
absl::Status MakeError(absl::StatusCode code, absl::string_view reason,
                       absl::string_view message,
                       const ErrorMetadata& metadata = {});

// The reason given to MakeError, or "" for OK and for foreign statuses.
std::string ReasonOf(const absl::Status& status);

// The metadata given to MakeError, in the order of its keys.
ErrorMetadata MetadataOf(const absl::Status& status);

// The same error, for a caller who may come back after `delay`.
absl::Status WithRetryDelay(absl::Status error, absl::Duration delay);

// What was given to WithRetryDelay, to the microsecond and never less.
std::optional<absl::Duration> RetryDelayOf(const absl::Status& status);

// Ends the process, for what must not go on: a failed sync, a broken invariant.
// Whatever was acknowledged is on disk, so a restart loses nothing.
[[noreturn]] void FailStop(absl::string_view problem);

}  // namespace pulsetaker

// Returns from the enclosing function if `expr`, an absl::Status, is an error.
#define PT_RETURN_IF_ERROR(expr)                            \
  do {                                                      \
    if (absl::Status pt_status = (expr); !pt_status.ok()) { \
      return pt_status;                                     \
    }                                                       \
  } while (false)

// Assigns the value of `expr`, an absl::StatusOr<T>, to `lhs`, or returns its
// error. `lhs` may declare: PT_ASSIGN_OR_RETURN(const Graph graph, Load(path));
#define PT_ASSIGN_OR_RETURN(lhs, expr) \
  PT_ASSIGN_OR_RETURN_(PT_CONCAT_(pt_result_, __LINE__), lhs, expr)

// NOLINTBEGIN(bugprone-macro-parentheses): `lhs` may be a declaration.
#define PT_ASSIGN_OR_RETURN_(result, lhs, expr)        \
  auto result = (expr);                                \
  if (!result.ok()) return std::move(result).status(); \
  lhs = *std::move(result)
// NOLINTEND(bugprone-macro-parentheses)
#define PT_CONCAT_(a, b) PT_CONCAT_INNER_(a, b)
#define PT_CONCAT_INNER_(a, b) a##b
