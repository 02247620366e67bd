// Pages of lists, which are the same for resources of every kind.

#pragma once

#include <algorithm>
#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "common/base/status.h"
#include "common/rpc/page_token.h"
#include "google/protobuf/repeated_field.h"

namespace pulsetaker::survey {

inline constexpr std::size_t kPageBytesMax = std::size_t{1} << 20;

// Which page of which list.
struct Page {
  std::string scope;  // The method and the parent.
  std::string after;  // The last key of the page before; empty for the first.
  std::size_t size = 0;

  // How many resources to read. One more than fit tells whether there are more.
  std::size_t read_limit() const { return size + 1; }
};

// What a List request asks of `parent`; `size_max` is for resources so large
// that many pages' worth must not be read at once. PAGE_SIZE_NEGATIVE, then
// PAGE_TOKEN_MALFORMED.
template <typename Request>
absl::StatusOr<Page> ReadPageOf(absl::string_view parent,
                                const Request& request,
                                absl::string_view method,
                                int size_max = rpc::kPageSizeMax) {
  Page page;
  PT_ASSIGN_OR_RETURN(const int size, rpc::PageSizeOf(request.page_size()));
  page.size = static_cast<std::size_t>(std::min(size, size_max));
  page.scope = absl::StrCat(method, " ", parent);
  PT_ASSIGN_OR_RETURN(page.after,
                      rpc::ReadPageToken(request.page_token(), page.scope));
  return page;
}

// The same, where the request has its parent in a field of that name.
template <typename Request>
absl::StatusOr<Page> ReadPage(const Request& request, absl::string_view method,
                              int size_max = rpc::kPageSizeMax) {
  return ReadPageOf(request.parent(), request, method, size_max);
}

// Fills `messages` with what was read, by to_message(resource, message), and
// returns the token for the next page, made of key_of(resource). A page that
// would be above kPageBytesMax ends early, but not before its first resource.
template <typename Resource, typename Message, typename ToMessage,
          typename KeyOf>
std::string FillPage(const Page& page, const std::vector<Resource>& read,
                     google::protobuf::RepeatedPtrField<Message>& messages,
                     const ToMessage& to_message, const KeyOf& key_of) {
  std::size_t bytes = 0;
  for (std::size_t i = 0; i < read.size(); ++i) {
    Message message;
    if (i < page.size) {
      to_message(read[i], message);
      bytes += message.ByteSizeLong();
    }
    if (i == page.size || (i > 0 && bytes > kPageBytesMax)) {
      return rpc::MakePageToken(page.scope, key_of(read[i - 1]));
    }
    messages.Add(std::move(message));
  }
  return std::string();
}

}  // namespace pulsetaker::survey
