// Settings of RocksDB for tests of crashes. Only rocks_open.cc includes this,
// and only in the faulty variant; see common/base/fault.h.

#pragma once

#include "rocksdb/options.h"

namespace pulsetaker::kv {

// Has RocksDB pass kill points: rocksdb.* around its background work, io.*
// after each call of the file system. Sets the bytes of a memory table to
// PULSETAKER_WRITE_BUFFER_BYTES, if the environment has it: small ones are
// flushed all the time.
void AddFaultSettings(rocksdb::DBOptions& db,
                      rocksdb::ColumnFamilyOptions& family);

}  // namespace pulsetaker::kv
