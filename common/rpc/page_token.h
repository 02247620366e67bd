// Pages of lists. A token says where a page ends and which list it is of; it is
// opaque to callers and checked when it comes back.

#pragma once

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace pulsetaker::rpc {

inline constexpr std::int32_t kPageSizeDefault = 50;
inline constexpr std::int32_t kPageSizeMax = 1000;

// 0 is the default, more than the maximum is the maximum.
// INVALID_ARGUMENT, PAGE_SIZE_NEGATIVE: less than 0.
absl::StatusOr<int> PageSizeOf(std::int32_t requested);

// The token for the page after `last_key`. `scope` is all of the request that
// selects the list: method, parent and filter, but not the page size, which may
// change from page to page.
std::string MakePageToken(absl::string_view scope, absl::string_view last_key);

// The last key of the page before, or "" for the token "", the first page.
// INVALID_ARGUMENT, PAGE_TOKEN_MALFORMED: not a token of this scope.
absl::StatusOr<std::string> ReadPageToken(absl::string_view token,
                                          absl::string_view scope);

}  // namespace pulsetaker::rpc
