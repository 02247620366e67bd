// Lets no flush begin while a full disk has stopped the database.
//
// RocksDB 7.8 forgets a flush that it had already handed to a thread when an
// error stopped it, if that thread begins before it is told to go on
// (DBImpl::BackgroundFlush returns without giving its turn back). Going on then
// waits for that flush for ever. Only disk_watch.cc and rocks_open.cc include
// this.

#pragma once

#include <condition_variable>
#include <memory>

#include "absl/base/thread_annotations.h"
#include "common/base/mutex.h"
#include "rocksdb/env.h"

namespace pulsetaker::kv {

class FlushGate {
 public:
  // By a thread that is about to run a flush. Returns once the gate is open.
  void Enter();

  // By the same thread, once RocksDB has looked whether it is stopped; or when
  // the flush is over. Does nothing on any other thread and a second time.
  void Pass();

  // From here on nothing enters.
  void Shut();

  // After Shut: returns when all that entered have passed, this thread's own
  // flush aside. Gives up after a second: it is called where RocksDB may wait
  // for its caller.
  void AwaitPassed();

  void Open();

  // Open from here on, whatever is met: the database is being closed.
  void Retire();

 private:
  Mutex mutex_;
  std::condition_variable changed_;
  bool open_ ABSL_GUARDED_BY(mutex_) = true;
  bool retired_ ABSL_GUARDED_BY(mutex_) = false;
  int entering_ ABSL_GUARDED_BY(mutex_) = 0;
};

// `env`, but its threads for flushes go through `gate`.
std::unique_ptr<rocksdb::Env> NewGatedEnv(std::unique_ptr<rocksdb::Env> env,
                                          std::shared_ptr<FlushGate> gate);

}  // namespace pulsetaker::kv
