#include "services/network/rpc/open_graphs.h"

namespace pulsetaker::network {

std::shared_ptr<void> OpenGraphs::TryOpen() {
  const MutexLock lock(mutex_);
  if (count_ >= count_max_) return nullptr;
  ++count_;
  return {this, [](OpenGraphs* graphs) {
            const MutexLock lock_again(graphs->mutex_);
            --graphs->count_;
          }};
}

}  // namespace pulsetaker::network
