// Ends the recovery of a log at its first gap. Only rocks_open.cc includes
// this.

#pragma once

#include <cstdint>
#include <string>

#include "rocksdb/wal_filter.h"
#include "rocksdb/write_batch.h"

namespace pulsetaker::kv {

// A loss of power can take some writes out of the log and leave later ones: the
// end of a log file that another file follows, or a piece that is all zeros
// then. RocksDB 7.8 sees no damage in either and goes on behind the gap. The
// sequence numbers show it.
//
// One filter serves one opening of one database.
class LogGapFilter final : public rocksdb::WalFilter {
 public:
  // What is before the first record of the log is in table files. The log may
  // begin anywhere up to behind the `mark` of the ledger, which is raised
  // before a log file is begun: if it begins later, its first records are gone.
  explicit LogGapFilter(std::uint64_t mark) : next_sequence_(mark + 1) {}

  const char* Name() const override { return "LogGapFilter"; }

  // Ends the replay at a record that begins behind the sequence number that is
  // due. Whether anything acknowledged is lost with the rest, the ledger knows.
  WalProcessingOption LogRecordFound(unsigned long long log_number,  // NOLINT
                                     const std::string& log_file_name,
                                     const rocksdb::WriteBatch& batch,
                                     rocksdb::WriteBatch* new_batch,
                                     bool* batch_changed) override;

 private:
  bool has_begun_ = false;
  std::uint64_t next_sequence_;
};

}  // namespace pulsetaker::kv
