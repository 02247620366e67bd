// The settings of RocksDB, and the files of a database. Only rocks.cc includes
// this.

#pragma once

#include <memory>
#include <vector>

#include "absl/status/statusor.h"
#include "common/kv/disk_watch.h"
#include "common/kv/ledger.h"
#include "common/kv/rocks.h"
#include "rocksdb/db.h"
#include "rocksdb/env.h"
#include "rocksdb/statistics.h"

namespace pulsetaker::kv {

struct OpenedFiles {
  std::unique_ptr<Ledger> ledger;
  std::unique_ptr<rocksdb::Env> env;  // Of `db`; it uses `ledger`.
  std::unique_ptr<rocksdb::DB> db;
  std::vector<rocksdb::ColumnFamilyHandle*> families;  // Of `db`.
};

// Opens or makes both, and compares the one with the other. Errors are those of
// OpenRocks.
absl::StatusOr<OpenedFiles> OpenFiles(
    const RocksOptions& options,
    const std::shared_ptr<rocksdb::Statistics>& statistics,
    const std::shared_ptr<DiskWatch>& disk_watch);

}  // namespace pulsetaker::kv
