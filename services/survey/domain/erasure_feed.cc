#include "services/survey/domain/erasure_feed.h"

#include <cstddef>

#include "common/base/fault.h"

namespace pulsetaker::survey {

ErasureFeed::Page ErasureFeed::Read(absl::string_view feed, std::int64_t offset,
                                    int limit) const {
  const bool is_known =
      (feed == name_ || PT_PLANTED_BUG("feed_of_another_run")) && offset >= 0;
  Page page;
  const auto begin = static_cast<std::size_t>(is_known ? offset : 0);
  page.erasures = ledger_.After(begin, static_cast<std::size_t>(limit));
  page.next_offset = static_cast<std::int64_t>(begin + page.erasures.size());
  return page;
}

}  // namespace pulsetaker::survey
