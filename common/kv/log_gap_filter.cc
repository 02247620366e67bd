#include "common/kv/log_gap_filter.h"

#include <algorithm>
#include <cstddef>
#include <memory>

#include "common/base/fault.h"
#include "common/base/log.h"

namespace pulsetaker::kv {
namespace {

// Of a record of the log: four bytes of checksum, two of length, the type.
constexpr std::size_t kLogHeaderBytes = 7;

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
    const std::string& log_file_name, const rocksdb::WriteBatch& batch,
    rocksdb::WriteBatch* /*new_batch*/, bool* /*batch_changed*/) {
  const std::uint64_t sequence = SequenceOf(batch);
  const bool is_gap =
      (end_.has_value() && sequence > *end_) ||
      (log_number != log_number_ && BeginsWithZeros(log_file_name));
  log_number_ = log_number;
  if (is_gap && !PT_PLANTED_BUG("log_gap_ignored")) {
    log::Warning("log_gap",
                 {{"log", static_cast<std::int64_t>(log_number)},
                  {"due", static_cast<std::int64_t>(end_.value_or(0))},
                  {"found", static_cast<std::int64_t>(sequence)}});
    return WalProcessingOption::kStopReplay;
  }
  end_ = std::max(end_.value_or(0), sequence + batch.Count());
  return WalProcessingOption::kContinueProcessing;
}

bool LogGapFilter::BeginsWithZeros(const std::string& log_file_name) const {
  std::unique_ptr<rocksdb::SequentialFile> file;
  char scratch[kLogHeaderBytes];
  rocksdb::Slice header;
  // A file that cannot be read is RocksDB's to complain of.
  return env_.NewSequentialFile(log_file_name, &file, {}).ok() &&
         file->Read(kLogHeaderBytes, &header, scratch).ok() &&
         std::all_of(header.data(), header.data() + header.size(),
                     [](char byte) { return byte == 0; });
}

}  // namespace pulsetaker::kv
