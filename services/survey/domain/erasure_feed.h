// Tells other services where people were erased, so that they withdraw what
// they made of them.

#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"
#include "services/survey/domain/erasure.h"
#include "services/survey/domain/erasure_ledger.h"

namespace pulsetaker::survey {

// Safe for use by any number of threads at once.
class ErasureFeed {
 public:
  struct Page {
    std::vector<Erasure> erasures;
    std::int64_t next_offset = 0;
  };

  // `name` is that of no other run of the program, as the order of a ledger
  // holds for one. `ledger` must outlive this.
  ErasureFeed(const ErasureLedger& ledger, std::string name)
      : ledger_(ledger), name_(std::move(name)) {}

  const std::string& name() const { return name_; }

  // The first `limit` after the first `offset` of this feed; of another feed,
  // or where `offset` is negative, from the first on.
  Page Read(absl::string_view feed, std::int64_t offset, int limit) const;

 private:
  const ErasureLedger& ledger_;
  const std::string name_;
};

}  // namespace pulsetaker::survey
