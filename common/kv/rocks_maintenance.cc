// What an operator may ask of an open database.

#include <memory>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/base/big_endian.h"
#include "common/base/status.h"
#include "common/kv/disk_watch.h"
#include "common/kv/file_content.h"
#include "common/kv/files.h"
#include "common/kv/rocks.h"
#include "rocksdb/metadata.h"
#include "rocksdb/sst_file_reader.h"
#include "rocksdb/table.h"

namespace pulsetaker::kv {
namespace {

absl::Status Stopping() { return absl::CancelledError("the server stops"); }

// Keeps table files that are replaced meanwhile from being removed.
class KeptFiles {
 public:
  explicit KeptFiles(rocksdb::DB& db) : db_(db) {
    // What only reads replaces none, and says that it cannot.
    kept_ = db_.DisableFileDeletions().ok();
  }
  ~KeptFiles() {
    if (kept_) db_.EnableFileDeletions(/*force=*/false).PermitUncheckedError();
  }
  KeptFiles(const KeptFiles&) = delete;
  KeptFiles& operator=(const KeptFiles&) = delete;

 private:
  rocksdb::DB& db_;
  bool kept_ = false;
};

absl::Status VerifyContent(rocksdb::Env& env,
                           const rocksdb::LiveFileMetaData& file,
                           const std::string& path,
                           const std::atomic<bool>& stop) {
  PT_ASSIGN_OR_RETURN(const FileContent content,
                      ReadContent(env, path, path, [&stop] {
                        return stop ? Stopping() : absl::OkStatus();
                      }));
  if (content.size_bytes != static_cast<std::int64_t>(file.size)) {
    return UnreadableError(absl::StrCat(path, ": has ", content.size_bytes,
                                        " bytes, and was written with ",
                                        file.size));
  }
  absl::string_view bytes(file.file_checksum.data(), file.file_checksum.size());
  std::uint32_t written = 0;
  if (!ConsumeBigEndian32(bytes, written) || !bytes.empty() ||
      content.crc32c != written) {
    return UnreadableError(absl::StrCat(
        path, ": its checksum is not the one it was written with"));
  }
  return absl::OkStatus();
}

// A file can be as it was written, and written wrong.
absl::Status VerifyBlocks(rocksdb::Env& env, const std::string& path) {
  rocksdb::BlockBasedTableOptions table;
  table.no_block_cache = true;
  rocksdb::Options options;
  options.env = &env;
  options.table_factory.reset(rocksdb::NewBlockBasedTableFactory(table));
  rocksdb::SstFileReader reader(options);
  rocksdb::Status verified = reader.Open(path);
  if (verified.ok()) verified = reader.VerifyChecksum();
  return verified.ok() ? absl::OkStatus() : FileError(path, verified);
}

}  // namespace

absl::StatusOr<StoreFacts> Rocks::Facts() const {
  StoreFacts facts;
  rocksdb::Env& env = *db_->GetEnv();
  for (const std::string& folder : {options_.path, options_.path + "/db"}) {
    PT_ASSIGN_OR_RETURN(const std::vector<std::string> names,
                        ListFolder(env, folder));
    for (const std::string& name : names) {
      std::uint64_t bytes = 0;
      const std::string path = absl::StrCat(folder, "/", name);
      bool is_folder = false;
      // One that is gone since, as RocksDB replaces them, has none.
      if (env.IsDirectory(path, &is_folder).ok() && is_folder) continue;
      if (!env.GetFileSize(path, &bytes).ok()) continue;
      facts.disk_bytes += static_cast<std::int64_t>(bytes);
      if (absl::EndsWith(name, ".log")) {
        facts.wal_bytes += static_cast<std::int64_t>(bytes);
      }
    }
  }
  std::uint64_t bytes = 0;
  if (env.GetFreeSpace(options_.path, &bytes).ok()) {
    facts.free_bytes = static_cast<std::int64_t>(bytes);
  }
  facts.live_sst_bytes = LiveTableBytes();
  facts.background_error = disk_watch_->problem();
  return facts;
}

std::int64_t Rocks::LiveTableBytes() const {
  std::uint64_t bytes = 0;
  db_->GetAggregatedIntProperty(rocksdb::DB::Properties::kLiveSstFilesSize,
                                &bytes);
  return static_cast<std::int64_t>(bytes);
}

absl::StatusOr<StoreCompaction> Rocks::Compact(std::atomic<bool>& stop) {
  if (disk_watch_->stopped()) {
    return MakeError(absl::StatusCode::kResourceExhausted, "DISK_FULL",
                     disk_watch_->problem());
  }
  PT_RETURN_IF_ERROR(CheckRoom());
  // So that what comes from memory tables does not look as if it had grown.
  PT_RETURN_IF_ERROR(Flush());
  StoreCompaction compaction;
  compaction.bytes_before = LiveTableBytes();
  PT_RETURN_IF_ERROR(
      CheckRoom(static_cast<std::uint64_t>(compaction.bytes_before)));
  rocksdb::CompactRangeOptions options;
  // Else what lies deepest, which is most of it, would stay as it is.
  options.bottommost_level_compaction =
      rocksdb::BottommostLevelCompaction::kForceOptimized;
  options.canceled = &stop;
  for (const auto& [name, family] : families_) {
    const rocksdb::Status compacted =
        db_->CompactRange(options, family, nullptr, nullptr);
    if (stop) return Stopping();
    if (!compacted.ok()) return FileError(name, compacted);
  }
  compaction.bytes_after = LiveTableBytes();
  return compaction;
}

absl::StatusOr<VerifiedFiles> Rocks::VerifyFiles(
    const std::atomic<bool>& stop) const {
  const KeptFiles kept(*db_);
  std::vector<rocksdb::LiveFileMetaData> files;
  db_->GetLiveFilesMetaData(&files);
  VerifiedFiles verified;
  for (const rocksdb::LiveFileMetaData& file : files) {
    const std::string path =
        absl::StrCat(file.directory, "/", file.relative_filename);
    PT_RETURN_IF_ERROR(VerifyContent(*db_->GetEnv(), file, path, stop));
    PT_RETURN_IF_ERROR(VerifyBlocks(*db_->GetEnv(), path));
    ++verified.file_count;
    verified.bytes += static_cast<std::int64_t>(file.size);
  }
  return verified;
}

absl::Status Rocks::VerifyFiles() const {
  const std::atomic<bool> never = false;
  return VerifyFiles(never).status();
}

}  // namespace pulsetaker::kv
