// What RocksDB says about its disk. Only rocks.cc and rocks_open.cc include
// this.

#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>

#include "absl/base/thread_annotations.h"
#include "common/base/mutex.h"
#include "rocksdb/listener.h"

namespace pulsetaker::kv {

// Ends the process when background work can no longer be trusted, a failed sync
// above all. A full disk is another matter: RocksDB waits for room and goes on,
// and writers are told until then.
class DiskWatch final : public rocksdb::EventListener {
 public:
  // Waits while RocksDB recovers from a full disk. Its log cannot be synced
  // then, but recovery ends with all that was written in synced table files.
  void WaitForRecovery();
  bool recovering() const;

  void OnBackgroundError(rocksdb::BackgroundErrorReason reason,
                         rocksdb::Status* status) override;
  void OnErrorRecoveryEnd(
      const rocksdb::BackgroundErrorRecoveryInfo& info) override;

 private:
  std::atomic<std::int64_t> last_logged_second_ = 0;
  mutable Mutex mutex_;
  std::condition_variable recovered_;
  bool recovering_ ABSL_GUARDED_BY(mutex_) = false;
};

}  // namespace pulsetaker::kv
