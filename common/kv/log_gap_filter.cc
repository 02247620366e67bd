#include "common/kv/log_gap_filter.h"

#include <algorithm>
#include <cstddef>

#include "common/base/fault.h"
#include "common/base/log.h"

namespace pulsetaker::kv {
namespace {

// The number of the first row of a batch: its first eight bytes, the least
// significant one first, by RocksDB's format.
std::uint64_t SequenceOf(const rocksdb::WriteBatch& batch) {
  std::uint64_t sequence = 0;
  for (std::size_t i = 0; i < sizeof(sequence); ++i) {
    const auto byte = static_cast<unsigned char>(batch.Data()[i]);
    sequence |= std::uint64_t{byte} << (8 * i);
  }
  return sequence;
}

}  // namespace

LogGapFilter::WalProcessingOption LogGapFilter::LogRecordFound(
    unsigned long long log_number,  // NOLINT: RocksDB's type.
    const std::string& /*log_file_name*/, const rocksdb::WriteBatch& batch,
    rocksdb::WriteBatch* /*new_batch*/, bool* /*batch_changed*/) {
  const std::uint64_t sequence = SequenceOf(batch);
  if (sequence > next_sequence_ && !PT_PLANTED_BUG("log_gap_ignored")) {
    log::Warning("log_gap", {{"log", static_cast<std::int64_t>(log_number)},
                             {"due", static_cast<std::int64_t>(next_sequence_)},
                             {"found", static_cast<std::int64_t>(sequence)}});
    return WalProcessingOption::kStopReplay;
  }
  const std::uint64_t end = sequence + batch.Count();
  next_sequence_ = has_begun_ ? std::max(next_sequence_, end) : end;
  has_begun_ = true;
  return WalProcessingOption::kContinueProcessing;
}

}  // namespace pulsetaker::kv
