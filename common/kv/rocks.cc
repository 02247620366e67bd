#include "common/kv/rocks.h"

#include <algorithm>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "common/base/fault.h"
#include "common/base/log.h"
#include "common/base/status.h"
#include "common/kv/disk_watch.h"
#include "common/kv/keys.h"
#include "common/kv/rocks_open.h"

namespace pulsetaker::kv {
namespace {

constexpr std::size_t kProtectionBytesPerKey = 8;
// Little beside the reserve, which it may be written into.
constexpr std::int64_t kCheckedBytes = std::int64_t{1} << 20;
constexpr absl::string_view kDiskIsFull = "the server's disk is full";
// How often what waits for room looks for it.
constexpr absl::Duration kLookForRoom = absl::Milliseconds(50);

// A counter of RocksDB, or a property of all families together.
struct TickerMetric {
  rocksdb::Tickers ticker;
  const char* name;
  const char* help;
};
struct PropertyMetric {
  const std::string& property;
  const char* name;
  const char* help;
};

constexpr TickerMetric kTickers[] = {
    {rocksdb::WAL_FILE_SYNCED, "pulsetaker_rocksdb_wal_syncs_total",
     "Syncs of the write-ahead log."},
    {rocksdb::WAL_FILE_BYTES, "pulsetaker_rocksdb_wal_written_bytes_total",
     "Bytes written to the write-ahead log."},
    {rocksdb::BYTES_WRITTEN, "pulsetaker_rocksdb_written_bytes_total",
     "Bytes of keys and values written."},
    {rocksdb::BYTES_READ, "pulsetaker_rocksdb_read_bytes_total",
     "Bytes of values read by key."},
    {rocksdb::BLOCK_CACHE_HIT, "pulsetaker_rocksdb_block_cache_hits_total",
     "Blocks found in the cache."},
    {rocksdb::BLOCK_CACHE_MISS, "pulsetaker_rocksdb_block_cache_misses_total",
     "Blocks read from files."},
    {rocksdb::FLUSH_WRITE_BYTES, "pulsetaker_rocksdb_flush_bytes_total",
     "Bytes written by flushes."},
    {rocksdb::COMPACT_WRITE_BYTES, "pulsetaker_rocksdb_compaction_bytes_total",
     "Bytes written by compactions."},
    {rocksdb::STALL_MICROS, "pulsetaker_rocksdb_stall_micros_total",
     "Microseconds that writes were held up by compactions."},
    {rocksdb::ERROR_HANDLER_BG_ERROR_COUNT,
     "pulsetaker_rocksdb_background_errors_total",
     "Errors of background work."},
};

const PropertyMetric kProperties[] = {
    {rocksdb::DB::Properties::kCurSizeAllMemTables,
     "pulsetaker_rocksdb_memory_table_bytes", "Bytes in memory tables."},
    {rocksdb::DB::Properties::kTotalSstFilesSize,
     "pulsetaker_rocksdb_table_file_bytes", "Bytes in table files."},
    {rocksdb::DB::Properties::kEstimatePendingCompactionBytes,
     "pulsetaker_rocksdb_pending_compaction_bytes",
     "Bytes that compactions have yet to rewrite."},
    {rocksdb::DB::Properties::kEstimateNumKeys,
     "pulsetaker_rocksdb_keys_estimate", "About how many keys there are."},
};

MetricSample Sample(const char* name, const char* help, MetricKind kind,
                    double value) {
  return {.name = name, .help = help, .kind = kind, .value = value};
}

absl::Status DiskFull(absl::string_view problem) {
  return MakeError(absl::StatusCode::kResourceExhausted, "DISK_FULL", problem);
}

// What a failed write means. Where no one can tell what is on disk, the process
// ends: after a restart the log knows.
absl::Status WriteError(const rocksdb::Status& status) {
  if (status.IsNoSpace() && PT_PLANTED_BUG("disk_full_ignored")) return {};
  if (status.IsNoSpace()) return DiskFull(kDiskIsFull);
  if (status.IsCorruption()) return ReadError(status);
  FailStop(absl::StrCat("a write failed: ", status.ToString()));
}

}  // namespace

absl::Status ReadError(const rocksdb::Status& status) {
  if (status.IsCorruption()) {
    return MakeError(absl::StatusCode::kDataLoss, "STORED_DATA_UNREADABLE",
                     status.ToString());
  }
  return absl::UnavailableError(status.ToString());
}

absl::Status UnreadableError(absl::string_view what) {
  return MakeError(absl::StatusCode::kDataLoss, "STORED_DATA_UNREADABLE", what);
}

std::string RestoringPath(absl::string_view path) {
  return absl::StrCat(path, "/restoring");
}

rocksdb::WriteBatch NewBatch(std::size_t reserved_bytes) {
  return rocksdb::WriteBatch(reserved_bytes, /*max_bytes=*/0,
                             kProtectionBytesPerKey, /*default_cf_ts_sz=*/0);
}

Rocks::Rocks() = default;

Rocks::~Rocks() {
  if (db_ == nullptr) return;
  PT_KILL_POINT("rocks.closing");
  disk_watch_->EndWatch();
  // No one waits for what is unsynced here; it is only tidy to keep it.
  if (!options_.read_only && !disk_watch_->stopped()) {
    db_->FlushWAL(/*sync=*/true).PermitUncheckedError();
  }
  for (const auto& [name, family] : families_) {
    db_->DestroyColumnFamilyHandle(family).PermitUncheckedError();
  }
  PT_KILL_POINT("rocks.close_synced");
  if (const rocksdb::Status closed = db_->Close(); !closed.ok()) {
    log::Warning("rocksdb_close", {{"problem", closed.ToString()}});
  }
  PT_KILL_POINT("rocks.closed");
}

Rocks::Family* Rocks::family(absl::string_view name) const {
  const auto found = families_.find(std::string(name));
  if (found == families_.end()) {
    FailStop(absl::StrCat("the family ", name, " was not opened"));
  }
  return found->second;
}

absl::StatusOr<std::optional<std::string>> Rocks::Get(
    Family* family, absl::string_view key) const {
  std::string value;
  const rocksdb::Status found =
      db_->Get(rocksdb::ReadOptions(), family, ToSlice(key), &value);
  if (found.ok()) return std::optional<std::string>(std::move(value));
  if (found.IsNotFound()) return std::optional<std::string>();
  return ReadError(found);
}

std::unique_ptr<Rocks::PrefixIterator> Rocks::NewPrefixIterator(
    Family* family, absl::string_view prefix,
    const rocksdb::Snapshot* snapshot) const {
  return std::make_unique<PrefixIterator>(*db_, family, prefix, snapshot);
}

Rocks::PrefixIterator::PrefixIterator(rocksdb::DB& db, Family* family,
                                      absl::string_view prefix,
                                      const rocksdb::Snapshot* snapshot)
    : end_(PrefixEnd(prefix)), end_slice_(end_) {
  rocksdb::ReadOptions options;
  options.snapshot = snapshot;
  options.verify_checksums = !PT_PLANTED_BUG("checksums_not_verified");
  if (!end_.empty()) options.iterate_upper_bound = &end_slice_;
  it_.reset(db.NewIterator(options, family));
  it_->Seek(ToSlice(prefix));
}

absl::Status Rocks::PrefixIterator::status() const {
  const rocksdb::Status status = it_->status();
  return status.ok() ? absl::OkStatus() : ReadError(status);
}

absl::Status Rocks::Commit(rocksdb::WriteBatch& batch) {
  PT_RETURN_IF_ERROR(WriteUnsynced(batch));
  // What was written is told of only once it is kept, though there be no room
  // for long: a repeat would find it, and take it for kept.
  for (;;) {
    const absl::Status synced = SyncWal();
    if (synced.ok()) return synced;
    absl::SleepFor(kLookForRoom);
  }
}

absl::Status Rocks::CheckRoom(std::uint64_t bytes) const {
  if (PT_PLANTED_BUG("disk_reserve_ignored")) return absl::OkStatus();
  std::uint64_t free_bytes = 0;
  const rocksdb::Status known =
      db_->GetEnv()->GetFreeSpace(options_.path, &free_bytes);
  // A file system that cannot tell, as that of a test, is not asked.
  if (!known.ok() || free_bytes >= options_.disk_reserve_bytes + bytes) {
    return absl::OkStatus();
  }
  return DiskFull(absl::StrCat(
      "the server's disk has ", free_bytes, " bytes left and keeps ",
      options_.disk_reserve_bytes, " in reserve",
      bytes == 0 ? "" : absl::StrCat("; this would take ", bytes)));
}

absl::Status Rocks::CheckRoomFor(std::size_t bytes) {
  const auto wanted = static_cast<std::int64_t>(bytes);
  if (checked_bytes_.fetch_sub(wanted) >= wanted) return absl::OkStatus();
  PT_RETURN_IF_ERROR(CheckRoom());
  checked_bytes_ = kCheckedBytes;
  return absl::OkStatus();
}

absl::Status Rocks::WriteUnsynced(rocksdb::WriteBatch& batch) {
  if (disk_watch_->stopped()) return DiskFull(kDiskIsFull);
  PT_RETURN_IF_ERROR(CheckRoomFor(batch.GetDataSize()));
  rocksdb::WriteOptions options;
  options.sync = false;  // SyncWal does it, for many batches at once.
  options.protection_bytes_per_key = kProtectionBytesPerKey;
  PT_KILL_POINT("rocks.before_write");
  const rocksdb::Status written = db_->Write(options, &batch);
  PT_KILL_POINT("rocks.written");
  if (written.IsNoSpace()) disk_watch_->Stop();
  return written.ok() ? absl::OkStatus() : WriteError(written);
}

absl::Status Rocks::SyncWal() {
  MutexLock lock(sync_mutex_);
  // A sync that is under way may have begun before this caller's write; the
  // next one covers it.
  const std::uint64_t ticket = ++sync_wanted_;
  while (sync_done_ < ticket) {
    if (syncing_) {
      lock.Wait(synced_);
      continue;
    }
    syncing_ = true;
    const std::uint64_t covered = sync_wanted_;
    lock.Unlock();
    absl::Status synced = SyncOnce();
    lock.Lock();
    syncing_ = false;
    sync_done_ = covered;
    last_sync_ = std::move(synced);
    synced_.notify_all();
  }
  // That of a later one is as good: it covers this caller's write, too.
  return last_sync_;
}

absl::Status Rocks::SyncOnce() {
  // Read before the sync, so that the mark never names a write that it may not
  // have covered.
  const std::uint64_t sequence = db_->GetLatestSequenceNumber();
  checked_bytes_ = 0;
  const std::uint64_t refusals = disk_watch_->manifest_refusals();
  PT_KILL_POINT("rocks.before_sync");
  const absl::Time begin = absl::Now();
  rocksdb::Status synced;
  // What met a full disk cannot be synced. Going on ends with all that was
  // written in synced table files.
  const bool going = disk_watch_->SyncWal(
      [&] { synced = db_->FlushWAL(/*sync=*/!PT_PLANTED_BUG("no_sync")); });
  if (!going) return DiskFull(kDiskIsFull);
  if (synced.IsNotSupported()) {
    // File systems in memory sync only together with a write.
    rocksdb::WriteOptions durable;
    durable.sync = true;
    rocksdb::WriteBatch nothing;
    synced = db_->Write(durable, &nothing);
  }
  if (synced.IsNoSpace() && disk_watch_->manifest_refusals() != refusals) {
    return DiskFull(kDiskIsFull);
  }
  if (!synced.ok() && !PT_PLANTED_BUG("sync_error_ignored")) {
    FailStop(absl::StrCat("a sync failed: ", synced.ToString()));
  }
  sync_seconds_.Observe(absl::Now() - begin);
  PT_KILL_POINT("rocks.synced");
  if (PT_PLANTED_BUG("ledger_not_advanced")) return absl::OkStatus();
  const absl::Status marked = ledger_->Advance(sequence);
  if (!marked.ok()) {
    FailStop(absl::StrCat("a sync failed: ", marked.message()));
  }
  return absl::OkStatus();
}

absl::Status Rocks::Flush() {
  std::vector<Family*> families;
  for (const auto& [name, family] : families_) families.push_back(family);
  const rocksdb::Status flushed = db_->Flush(rocksdb::FlushOptions(), families);
  return flushed.ok() ? absl::OkStatus() : WriteError(flushed);
}

std::vector<MetricSample> Rocks::CollectMetrics() const {
  std::vector<MetricSample> samples;
  for (const TickerMetric& metric : kTickers) {
    samples.push_back(Sample(
        metric.name, metric.help, MetricKind::kCounter,
        static_cast<double>(statistics_->getTickerCount(metric.ticker))));
  }
  for (const PropertyMetric& metric : kProperties) {
    std::uint64_t value = 0;
    if (!db_->GetAggregatedIntProperty(metric.property, &value)) continue;
    samples.push_back(Sample(metric.name, metric.help, MetricKind::kGauge,
                             static_cast<double>(value)));
  }
  samples.push_back(Sample("pulsetaker_ledger_mark",
                           "Sequence number below which all is acknowledged.",
                           MetricKind::kGauge,
                           static_cast<double>(ledger_->mark())));
  samples.push_back({.name = "pulsetaker_rocksdb_wal_sync_seconds",
                     .help = "How long syncs of the write-ahead log took.",
                     .kind = MetricKind::kHistogram});
  sync_seconds_.FillSample(samples.back());
  for (MetricSample& sample : DiskMetrics()) {
    samples.push_back(std::move(sample));
  }
  return samples;
}

std::vector<MetricSample> Rocks::DiskMetrics() const {
  std::vector<MetricSample> samples;
  const auto add = [&](const char* name, const char* help, double value) {
    samples.push_back(Sample(name, help, MetricKind::kGauge, value));
  };
  add("pulsetaker_disk_full",
      "1 while nothing is written because the disk is full, else 0.",
      disk_watch_->stopped() || !CheckRoom().ok() ? 1 : 0);
  add("pulsetaker_disk_reserve_bytes",
      "Bytes of the store's disk below which nothing is written.",
      static_cast<double>(options_.disk_reserve_bytes));
  std::uint64_t free_bytes = 0;
  if (db_->GetEnv()->GetFreeSpace(options_.path, &free_bytes).ok()) {
    add("pulsetaker_disk_free_bytes", "Bytes left on the store's disk.",
        static_cast<double>(free_bytes));
  }
  std::vector<rocksdb::Env::FileAttributes> files;
  if (db_->GetEnv()->GetChildrenFileAttributes(db_->GetName(), &files).ok()) {
    std::uint64_t bytes = 0;
    for (const auto& file : files) {
      if (absl::EndsWith(file.name, ".log")) bytes += file.size_bytes;
    }
    add("pulsetaker_rocksdb_wal_bytes",
        "Bytes of write-ahead log, which a start reads again.",
        static_cast<double>(bytes));
  }
  return samples;
}

absl::StatusOr<std::unique_ptr<Rocks>> OpenRocks(const RocksOptions& options) {
  std::unique_ptr<Rocks> rocks(new Rocks);
  rocks->options_ = options;
  if (options.env == nullptr) rocks->options_.env = rocksdb::Env::Default();
  rocks->statistics_ = rocksdb::CreateDBStatistics();
  // Counters only: each read and write would ask for the time, for histograms
  // that nobody looks at.
  rocks->statistics_->set_stats_level(
      rocksdb::StatsLevel::kExceptHistogramOrTimers);
  rocks->disk_watch_ = std::make_shared<DiskWatch>();
  PT_ASSIGN_OR_RETURN(
      OpenedFiles files,
      OpenFiles(rocks->options_, rocks->statistics_, rocks->disk_watch_));
  rocks->ledger_ = std::move(files.ledger);
  rocks->env_ = std::move(files.env);
  rocks->db_ = std::move(files.db);
  for (Rocks::Family* family : files.families) {
    rocks->families_.emplace(family->GetName(), family);
  }
  rocks->disk_watch_->Watch(
      *rocks->db_, [&rocks = *rocks] { return rocks.CheckRoom().ok(); });
  return rocks;
}

}  // namespace pulsetaker::kv
