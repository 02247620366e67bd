// How many waves the open streams of a server may hold.

#pragma once

#include <cstddef>
#include <memory>

#include "absl/base/thread_annotations.h"
#include "common/base/mutex.h"

namespace pulsetaker::network {

// ExportGraph and GetSociogram keep the wave in memory that they send, for as
// long as their caller takes to read it. So there is a limit to how many do so
// at once. Safe for use by any number of threads at once.
class OpenGraphs {
 public:
  explicit OpenGraphs(int count_max) : count_max_(count_max) {}

  // Lets one more in until what it returns is gone; null if there is no room.
  // This must outlive it.
  [[nodiscard]] std::shared_ptr<void> TryOpen();

 private:
  const int count_max_;
  Mutex mutex_;
  int count_ ABSL_GUARDED_BY(mutex_) = 0;
};

}  // namespace pulsetaker::network
