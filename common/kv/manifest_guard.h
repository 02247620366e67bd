// RocksDB's MANIFEST, the list of its files, held against the ledger.
//
// RocksDB takes the end of the MANIFEST for the end of what was written there.
// A MANIFEST that lost its end names table files of before, whose rows are in
// no log any more. So the ledger says how much of it is on disk before RocksDB
// hears of it, and removes what is no longer needed. Only rocks.cc and
// rocks_open.cc include this.

#pragma once

#include <functional>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "common/kv/ledger.h"
#include "rocksdb/env.h"

namespace pulsetaker::kv {

// `env`, but each sync of a MANIFEST returns when `ledger` knows of it, and
// what could be written of a log by half is cut off. Before RocksDB hears that
// a log could not be written for want of room, `log_refused` is called. `env`
// and `ledger` must outlive what is returned.
std::unique_ptr<rocksdb::Env> NewManifestGuard(
    rocksdb::Env& env, Ledger& ledger, std::function<void()> log_refused);

// Compares the MANIFEST that the database in the folder `path` uses with what
// `ledger` knows of it. DATA_LOSS, STORED_DATA_UNREADABLE: less of it is there,
// or it is not the same. Tells `ledger` which one is in use.
absl::Status CheckManifest(rocksdb::Env& env, const std::string& path,
                           Ledger& ledger);

// Cuts off what follows the part of the MANIFEST that `ledger` knows: a loss of
// power tore it, and nothing relies on it. False if nothing follows, or if
// `ledger` itself may be behind. After CheckManifest.
absl::StatusOr<bool> CutTornManifest(rocksdb::Env& env, const std::string& path,
                                     Ledger& ledger);

}  // namespace pulsetaker::kv
