// Checks of request fields that say which field is wrong. All errors are
// INVALID_ARGUMENT with the metadata `field`, from which BadRequest is made.
//
// Reasons that come from here and from its siblings, and which the ErrorReason
// of each service therefore has: NAME_MALFORMED, ID_MALFORMED,
// REQUEST_ID_MALFORMED, REQUEST_ID_REUSED, FIELD_REQUIRED, TEXT_TOO_LONG,
// TEXT_MALFORMED, PAGE_SIZE_NEGATIVE, PAGE_TOKEN_MALFORMED, FILTER_UNSUPPORTED,
// OPERATION_NOT_FOUND, OPERATION_CRASHED, OPERATION_CANCELLED, OVERLOADED,
// DISK_FULL, STORED_DATA_UNREADABLE.

#pragma once

#include <cstddef>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace pulsetaker::rpc {

// An error about `field`: its message is "<field> <problem>".
absl::Status InvalidField(absl::string_view reason, absl::string_view field,
                          absl::string_view problem);

// REQUEST_ID_MALFORMED: not a UUID in lower case, or empty.
absl::Status CheckRequestId(absl::string_view request_id);

// FIELD_REQUIRED: empty. ID_MALFORMED: not a resource id.
absl::Status CheckResourceId(absl::string_view field, absl::string_view id);

// TEXT_TOO_LONG: more than `length_max` bytes. TEXT_MALFORMED: not UTF-8, or a
// control character other than newline and tab. Empty is fine.
absl::Status CheckText(absl::string_view field, absl::string_view text,
                       std::size_t length_max);

// FIELD_REQUIRED: empty. Then as CheckText.
absl::Status CheckRequiredText(absl::string_view field, absl::string_view text,
                               std::size_t length_max);

// FIELD_REQUIRED: `present` is false.
absl::Status CheckPresent(absl::string_view field, bool present);

}  // namespace pulsetaker::rpc
