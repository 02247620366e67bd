// The erasure ledger as a file, in as many folders as there are to keep it.
//
// A file `erasures` is a sequence of records, each synced before the next one:
//   length   4 bytes, most significant first
//   CRC-32   4 bytes, most significant first, of what follows
//   record   an ErasureRecord
// A record that a crash has cut short was told to no one, and is taken away.

#pragma once

#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "rocksdb/env.h"
#include "services/survey/domain/erasure_ledger.h"

namespace pulsetaker::survey {

inline constexpr char kErasureLedgerFile[] = "erasures";

// Reads the copies in all folders, and brings each of them up to what all of
// them have together. Folders are made with their first record. `env` must
// outlive what is returned.
//
// DATA_LOSS, STORED_DATA_UNREADABLE, which names the file: it is damaged, and
// what it said is to be had from another copy. RESOURCE_EXHAUSTED, DISK_FULL;
// UNAVAILABLE.
absl::StatusOr<std::unique_ptr<ErasureLedger>> OpenErasureLedger(
    rocksdb::Env& env, const std::vector<std::string>& folders);

}  // namespace pulsetaker::survey
