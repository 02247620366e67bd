// The port through which erasures are kept outside of what is backed up, so
// that no backup brings anyone back. The domain owns this header and store/
// implements it.

#pragma once

#include <cstddef>
#include <vector>

#include "absl/status/status.h"
#include "services/survey/domain/erasure.h"

namespace pulsetaker::survey {

// Safe for use by any number of threads at once.
class ErasureLedger {
 public:
  virtual ~ErasureLedger() = default;

  // Returns OK when the erasure is on disk in every copy. One that is there is
  // not added again. RESOURCE_EXHAUSTED, DISK_FULL; UNAVAILABLE.
  virtual absl::Status Keep(const Erasure& erasure) = 0;

  // All that were ever kept, in the order in which they came.
  virtual std::vector<Erasure> erasures() const = 0;

  // The first `limit` of them after the first `offset`. The order is that of
  // one run of the program: another run may have read another copy first.
  virtual std::vector<Erasure> After(std::size_t offset,
                                     std::size_t limit) const = 0;
};

}  // namespace pulsetaker::survey
