#include "common/kv/rocks_open.h"

#include <algorithm>
#include <cstdint>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/base/fault.h"
#include "common/base/status.h"
#include "common/kv/files.h"
#include "common/kv/flush_gate.h"
#include "common/kv/log_gap_filter.h"
#include "common/kv/manifest_guard.h"
#include "rocksdb/cache.h"
#include "rocksdb/file_checksum.h"
#include "rocksdb/filter_policy.h"
#include "rocksdb/table.h"
#if defined(PULSETAKER_FAULTS)
#include "common/kv/fault_settings.h"
#endif

namespace pulsetaker::kv {
namespace {

constexpr double kBloomBitsPerKey = 10;

rocksdb::DBOptions MakeDbOptions(
    const RocksOptions& options, bool exists,
    const std::shared_ptr<rocksdb::Statistics>& statistics,
    const std::shared_ptr<DiskWatch>& disk_watch) {
  rocksdb::DBOptions db;
  db.create_if_missing = !exists;
  db.create_missing_column_families = true;
  // A loss of power leaves any part of what was not synced: the log ends where
  // its first damage is. Whether anything was acknowledged from there on, the
  // ledger knows. The stricter modes refuse what no one was told of, and go on
  // behind a gap that is all zeros.
  db.wal_recovery_mode = rocksdb::WALRecoveryMode::kPointInTimeRecovery;
  if (PT_PLANTED_BUG("torn_tail_refused")) {
    db.wal_recovery_mode = rocksdb::WALRecoveryMode::kAbsoluteConsistency;
  }
  db.track_and_verify_wals_in_manifest = true;
  db.paranoid_checks = true;
  db.flush_verify_memtable_count = true;
  db.verify_sst_unique_id_in_manifest = true;
  db.file_checksum_gen_factory = rocksdb::GetFileChecksumGenCrc32cFactory();
  // Each Write reaches the operating system before it returns: a full disk is
  // met by the write that caused it, not by the sync that must not fail.
  db.manual_wal_flush = false;
  db.recycle_log_file_num = 0;  // It would make every tail look damaged.
  db.max_background_jobs = options.background_jobs_max;
  // By default it starts 16 threads for each family that has a file, which
  // takes longer than to open the files.
  db.max_file_opening_threads = 2;
  db.max_total_wal_size = 4 * options.write_buffer_bytes;
  db.statistics = statistics;
  db.listeners = {disk_watch};
  // RocksDB's own log goes beside its files, and is bounded.
  db.info_log_level = rocksdb::InfoLogLevel::WARN_LEVEL;
  db.max_log_file_size = std::size_t{16} << 20;
  db.keep_log_file_num = 4;
  return db;
}

rocksdb::ColumnFamilyOptions MakeFamilyOptions(const RocksOptions& options) {
  rocksdb::BlockBasedTableOptions table;
  table.block_cache = rocksdb::NewLRUCache(options.block_cache_bytes);
  table.filter_policy.reset(rocksdb::NewBloomFilterPolicy(kBloomBitsPerKey));
  table.checksum = rocksdb::ChecksumType::kXXH3;
  table.format_version = 5;
  rocksdb::ColumnFamilyOptions family;
  family.table_factory.reset(rocksdb::NewBlockBasedTableFactory(table));
  family.compression = rocksdb::kLZ4Compression;
  family.write_buffer_size = options.write_buffer_bytes;
  family.level_compaction_dynamic_level_bytes = true;
  // Most keys that a writer looks for first are new: a filter says so for a
  // fraction of a search of the memory table. Ten bits a key, where a row takes
  // 300 bytes; each family sets them to zero when it is opened.
  family.memtable_whole_key_filtering = true;
  family.memtable_prefix_bloom_size_ratio = 0.004;
  family.memtable_protection_bytes_per_key = 8;
  return family;
}

absl::Status OpenError(const std::string& path, const rocksdb::Status& status) {
  const std::string problem = absl::StrCat(path, ": ", status.ToString());
  // A file that the manifest names and that is not there is lost, too.
  if (status.IsCorruption() || status.IsPathNotFound() || status.IsNotFound()) {
    return UnreadableError(problem);
  }
  if (status.IsNoSpace()) {
    return MakeError(absl::StatusCode::kResourceExhausted, "DISK_FULL",
                     problem);
  }
  return absl::FailedPreconditionError(problem);
}

// What cannot be told is an error: a database that is there is never made anew.
absl::StatusOr<bool> Exists(rocksdb::Env& env, const std::string& path) {
  const rocksdb::Status found = env.FileExists(path);
  if (found.ok()) return true;
  if (found.IsNotFound()) return false;
  return OpenError(path, found);
}

// Whether there is a database, which must then have a ledger, and the other way
// round. One without the other was lost or taken apart.
absl::StatusOr<bool> OpenLedger(const RocksOptions& options,
                                std::unique_ptr<Ledger>& ledger) {
  rocksdb::Env& env = *options.env;
  const std::string ledger_path = options.path + "/ledger";
  const std::string current_path = options.path + "/db/CURRENT";
  if (!PT_PLANTED_BUG("half_restored_opened") &&
      env.FileExists(RestoringPath(options.path)).ok()) {
    return absl::FailedPreconditionError(absl::StrCat(
        RestoringPath(options.path),
        " is there: a backup is being restored, or was not to the end"));
  }
  PT_ASSIGN_OR_RETURN(const bool db_exists, Exists(env, current_path));
  PT_ASSIGN_OR_RETURN(const bool ledger_exists, Exists(env, ledger_path));
  const bool expected = db_exists && !PT_PLANTED_BUG("lost_ledger_replaced");
  if (!expected && !ledger_exists) {
    if (options.read_only) {
      return absl::FailedPreconditionError(
          absl::StrCat(options.path, " holds no store"));
    }
    // The ledger comes first, so that a crash leaves no database without one.
    if (const auto made = MakeFolders(env, options.path); !made.ok()) {
      return OpenError(options.path, made);
    }
    PT_KILL_POINT("open.folders_made");
    PT_RETURN_IF_ERROR(Ledger::Create(env, ledger_path));
  }
  PT_ASSIGN_OR_RETURN(ledger, Ledger::Open(env, ledger_path));
  if (db_exists) return true;
  if (ledger->mark() > 0 && !PT_PLANTED_BUG("lost_database_replaced")) {
    return UnreadableError(absl::StrCat(current_path, " is missing, but ",
                                        ledger_path, " says that write ",
                                        ledger->mark(), " was acknowledged"));
  }
  // RocksDB would make its folder, and not sync its name.
  if (const auto made = MakeFolders(env, options.path + "/db"); !made.ok()) {
    return OpenError(options.path, made);
  }
  return false;
}

// Compares where the database ends with the mark. Reads only: what is refused
// stays as it is, for whoever repairs it. Opening for writing would move what
// is left of the log into table files.
absl::Status CheckMark(const RocksOptions& options, std::uint64_t mark,
                       rocksdb::DBOptions db_options) {
  const std::string path = options.path + "/db";
  LogGapFilter gap_filter(*options.env);
  db_options.wal_filter = &gap_filter;
  // With no program writing: else the log can change while it is read.
  rocksdb::FileLock* lock = nullptr;
  if (const auto locked = options.env->LockFile(path + "/LOCK", &lock);
      !locked.ok()) {
    return OpenError(path, locked);
  }
  // Rows of families that are not opened are counted, and not kept.
  std::vector<rocksdb::ColumnFamilyHandle*> families;
  rocksdb::DB* opened = nullptr;
  const rocksdb::Status status = rocksdb::DB::OpenForReadOnly(
      db_options, path, {{rocksdb::kDefaultColumnFamilyName, {}}}, &families,
      &opened);
  std::uint64_t sequence = 0;
  if (status.ok()) {
    const std::unique_ptr<rocksdb::DB> db(opened);
    sequence = db->GetLatestSequenceNumber();
    db->DestroyColumnFamilyHandle(families[0]).PermitUncheckedError();
  }
  options.env->UnlockFile(lock).PermitUncheckedError();
  if (!status.ok()) return OpenError(path, status);
  // Tables of one family may have what the log has lost of another.
  if (gap_filter.end().has_value()) {
    sequence = std::min(sequence, *gap_filter.end() - 1);
  }
  if (sequence < mark && !PT_PLANTED_BUG("ledger_not_checked")) {
    return UnreadableError(
        absl::StrCat(path, " ends at write ", sequence, ", but ", options.path,
                     "/ledger says that write ", mark, " was acknowledged"));
  }
  return absl::OkStatus();
}

// Opening for writing refuses families that no one asks for; this is the same
// for reading.
absl::Status CheckFamilies(
    const rocksdb::DBOptions& db_options, const std::string& path,
    const std::vector<rocksdb::ColumnFamilyDescriptor>& wanted) {
  std::vector<std::string> there;
  const rocksdb::Status listed =
      rocksdb::DB::ListColumnFamilies(db_options, path, &there);
  if (!listed.ok()) return OpenError(path, listed);
  for (const std::string& name : there) {
    const bool known =
        std::any_of(wanted.begin(), wanted.end(),
                    [&](const auto& family) { return family.name == name; });
    if (!known) {
      return absl::FailedPreconditionError(absl::StrCat(
          path, " has a family ", name, ", which this program does not know"));
    }
  }
  return absl::OkStatus();
}

// Proves that the database is whole, or says what is wrong.
absl::Status CheckFiles(const RocksOptions& options, Ledger& ledger,
                        const rocksdb::DBOptions& db_options) {
  const std::string path = options.path + "/db";
  if (!PT_PLANTED_BUG("manifest_not_checked")) {
    PT_RETURN_IF_ERROR(CheckManifest(*options.env, path, ledger));
  }
  const absl::Status checked = CheckMark(options, ledger.mark(), db_options);
  // What only reads repairs nothing.
  if (!absl::IsDataLoss(checked) || options.read_only) return checked;
  PT_ASSIGN_OR_RETURN(const bool cut,
                      CutTornManifest(*options.env, path, ledger));
  return cut ? CheckMark(options, ledger.mark(), db_options) : checked;
}

}  // namespace

absl::StatusOr<OpenedFiles> OpenFiles(
    const RocksOptions& options,
    const std::shared_ptr<rocksdb::Statistics>& statistics,
    const std::shared_ptr<DiskWatch>& disk_watch) {
  OpenedFiles files;
  PT_ASSIGN_OR_RETURN(const bool exists, OpenLedger(options, files.ledger));
  PT_KILL_POINT("open.ledger_opened");
  files.env = NewGatedEnv(
      NewManifestGuard(*options.env, *files.ledger,
                       [disk_watch] { disk_watch->StopBesideSyncs(); }),
      disk_watch->flush_gate());
  rocksdb::DBOptions db_options =
      MakeDbOptions(options, exists, statistics, disk_watch);
  db_options.env = files.env.get();
  rocksdb::ColumnFamilyOptions family_options = MakeFamilyOptions(options);
#if defined(PULSETAKER_FAULTS)
  AddFaultSettings(db_options, family_options);
#endif
  if (exists) {
    PT_RETURN_IF_ERROR(CheckFiles(options, *files.ledger, db_options));
  }
  PT_KILL_POINT("open.mark_checked");
  std::vector<rocksdb::ColumnFamilyDescriptor> families = {
      {rocksdb::kDefaultColumnFamilyName, family_options}};
  for (const std::string& family : options.families) {
    families.emplace_back(family, family_options);
  }
  const std::string path = options.path + "/db";
  if (options.read_only) {
    PT_RETURN_IF_ERROR(CheckFamilies(db_options, path, families));
  }
  LogGapFilter gap_filter(*options.env);
  db_options.wal_filter = &gap_filter;
  rocksdb::DB* db = nullptr;
  const rocksdb::Status opened =
      options.read_only
          ? rocksdb::DB::OpenForReadOnly(db_options, path, families,
                                         &files.families, &db)
          : rocksdb::DB::Open(db_options, path, families, &files.families, &db);
  if (!opened.ok()) return OpenError(path, opened);
  PT_KILL_POINT("open.database_opened");
  files.db.reset(db);
  return files;
}

}  // namespace pulsetaker::kv
