// Ends the recovery of a log at its first gap. Only rocks_open.cc includes
// this.

#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "rocksdb/env.h"
#include "rocksdb/wal_filter.h"
#include "rocksdb/write_batch.h"

namespace pulsetaker::kv {

// A loss of power can take some writes out of a log file and leave later ones:
// a piece that is all zeros then. RocksDB 7.8 sees no damage in one between two
// writes, goes on where a block of the file begins with a write, and so skips
// what is missing. Between two files it would do the same; but a file is on
// disk before the next one is written to (disk_watch.h).
//
// One filter serves one opening of one database.
class LogGapFilter final : public rocksdb::WalFilter {
 public:
  explicit LogGapFilter(rocksdb::Env& env) : env_(env) {}

  const char* Name() const override { return "LogGapFilter"; }

  // Ends the replay at a record that does not begin where the one before it
  // ended, by its sequence number, and at a file that begins with zeros.
  WalProcessingOption LogRecordFound(unsigned long long log_number,  // NOLINT
                                     const std::string& log_file_name,
                                     const rocksdb::WriteBatch& batch,
                                     rocksdb::WriteBatch* new_batch,
                                     bool* batch_changed) override;

  // The sequence number after the last one that was replayed; nothing if there
  // was no record. What was acknowledged is below it, or lost.
  const std::optional<std::uint64_t>& end() const { return end_; }

 private:
  bool BeginsWithZeros(const std::string& log_file_name) const;

  rocksdb::Env& env_;
  std::uint64_t log_number_ = 0;  // Of the last record.
  std::optional<std::uint64_t> end_;
};

}  // namespace pulsetaker::kv
