// The open files of a simulated disk. Only SimulatedDisk opens them.

#pragma once

#include <memory>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "common/base/mutex.h"
#include "rocksdb/file_system.h"
#include "tests/faults/disk_state.h"

namespace pulsetaker::testing {

// A disk, and all that was done to it.
struct RecordedDisk {
  // Carries out an operation that is possible.
  void Do(DiskOperation operation) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex);

  Mutex mutex;
  DiskState state ABSL_GUARDED_BY(mutex);
  std::vector<DiskOperation> operations ABSL_GUARDED_BY(mutex);
};

// `file` is the number of one that was made. The disk must outlive what is
// returned.
std::unique_ptr<rocksdb::FSSequentialFile> OpenToScan(RecordedDisk& disk,
                                                      int file);
std::unique_ptr<rocksdb::FSRandomAccessFile> OpenToRead(RecordedDisk& disk,
                                                        int file);
std::unique_ptr<rocksdb::FSWritableFile> OpenToAppend(RecordedDisk& disk,
                                                      int file);
std::unique_ptr<rocksdb::FSRandomRWFile> OpenToOverwrite(RecordedDisk& disk,
                                                         int file);
std::unique_ptr<rocksdb::FSDirectory> OpenFolder(RecordedDisk& disk,
                                                 const std::string& path);

}  // namespace pulsetaker::testing
