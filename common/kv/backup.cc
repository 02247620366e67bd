#include "common/kv/backup.h"

#include <algorithm>
#include <optional>
#include <set>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "common/base/fault.h"
#include "common/base/log.h"
#include "common/base/resource_id.h"
#include "common/base/status.h"
#include "common/base/uuid.h"
#include "common/kv/backup_files.h"
#include "common/kv/backup_proof.h"
#include "common/kv/files.h"
#include "rocksdb/utilities/backup_engine.h"

namespace pulsetaker::kv {
namespace {

constexpr absl::string_view kUnsealed = "unsealed-";
// Of requests to delete, so many are known again.
constexpr std::size_t kDeletedMax = 1'000;

absl::Status Busy() {
  return MakeError(absl::StatusCode::kAborted, "BACKUP_BUSY",
                   "a backup is being made or deleted in this folder");
}

absl::Status NotFound() {
  return MakeError(absl::StatusCode::kNotFound, "BACKUP_NOT_FOUND",
                   "there is no such backup");
}

absl::Status RequestIdReused() {
  return MakeError(absl::StatusCode::kAlreadyExists, "REQUEST_ID_REUSED",
                   "the request id came before with other content");
}

absl::StatusOr<std::unique_ptr<rocksdb::BackupEngine>> OpenEngine(
    const BackupOptions& options, rocksdb::Env* db_env) {
  rocksdb::BackupEngine* engine = nullptr;
  const rocksdb::Status opened =
      rocksdb::BackupEngine::Open(EngineOptions(options), db_env, &engine);
  if (!opened.ok()) return FileError(options.path, opened);
  return std::unique_ptr<rocksdb::BackupEngine>(engine);
}

// Whether an entry `<id>.<n>` of the folder of seals is one, and of what.
bool ParseSealName(absl::string_view name, BackupEntry& entry) {
  const std::pair<absl::string_view, absl::string_view> parts =
      absl::StrSplit(name, absl::MaxSplits('.', 1));
  entry.id = std::string(parts.first);
  return IsResourceId(parts.first) &&
         absl::SimpleAtoi(parts.second, &entry.engine_id) &&
         entry.engine_id > 0;
}

bool MadeBefore(const BackupEntry& a, const BackupEntry& b) {
  return a.engine_id < b.engine_id;
}

// The time, moved on by a microsecond until it is none of `taken`.
std::string NewId(absl::Time time, const std::set<std::string>& taken) {
  for (;; time += absl::Microseconds(1)) {
    std::string id =
        absl::FormatTime("%Y%m%d-%H%M%S-", time, absl::UTCTimeZone());
    const std::int64_t micros =
        absl::ToUnixMicros(time) - absl::ToUnixSeconds(time) * 1'000'000;
    absl::StrAppend(&id, absl::Dec(micros, absl::kZeroPad6));
    if (taken.count(id) == 0) return id;
  }
}

// Ends a backup that is no longer wanted, or that would fill the disk. Its
// progress is reported from RocksDB's own threads.
class Watch {
 public:
  Watch(const BackupOptions& options, const StillWanted& wanted)
      : options_(options), wanted_(wanted) {}

  absl::Status Check() {
    MutexLock lock(mutex_);
    if (problem_.ok()) problem_ = wanted_();
    if (problem_.ok()) problem_ = CheckRoom();
    return problem_;
  }

 private:
  absl::Status CheckRoom() const {
    std::uint64_t free_bytes = 0;
    const rocksdb::Status known =
        options_.env->GetFreeSpace(options_.path, &free_bytes);
    // A file system that cannot tell, as that of a test, is not asked.
    if (!known.ok() || free_bytes >= options_.disk_reserve_bytes) {
      return absl::OkStatus();
    }
    return MakeError(absl::StatusCode::kResourceExhausted, "DISK_FULL",
                     absl::StrCat("the disk of the backups has ", free_bytes,
                                  " bytes left and keeps ",
                                  options_.disk_reserve_bytes, " in reserve"));
  }

  const BackupOptions& options_;
  const StillWanted& wanted_;
  Mutex mutex_;
  absl::Status problem_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace

// The right to change the folder, of one at a time, in this process and in
// others. The system takes it back from a process that dies.
class BackupFolder::Claim {
 public:
  static absl::StatusOr<std::unique_ptr<Claim>> Take(BackupFolder& folder) {
    {
      MutexLock lock(folder.mutex_);
      if (folder.busy_) return Busy();
      folder.busy_ = true;
    }
    std::unique_ptr<Claim> claim(new Claim(folder));
    rocksdb::Env& env = *folder.options_.env;
    for (const char* name : {"sealed", "deleted"}) {
      const rocksdb::Status made = MakeFolders(env, folder.PathOf(name));
      if (!made.ok()) return FileError(name, made);
    }
    const rocksdb::Status locked =
        env.LockFile(folder.PathOf("LOCK"), &claim->lock_);
    if (IsHeldByOther(locked)) return Busy();
    if (!locked.ok()) return FileError("LOCK", locked);
    return claim;
  }

  ~Claim() {
    if (lock_ != nullptr) {
      folder_.options_.env->UnlockFile(lock_).PermitUncheckedError();
    }
    MutexLock lock(folder_.mutex_);
    folder_.busy_ = false;
  }

  Claim(const Claim&) = delete;
  Claim& operator=(const Claim&) = delete;

 private:
  explicit Claim(BackupFolder& folder) : folder_(folder) {}

  BackupFolder& folder_;
  rocksdb::FileLock* lock_ = nullptr;
};

BackupFolder::BackupFolder(BackupOptions options)
    : options_([&] {
        if (options.env == nullptr) options.env = rocksdb::Env::Default();
        return std::move(options);
      }()) {}

std::string BackupFolder::PathOf(absl::string_view path) const {
  return absl::StrCat(options_.path, "/", path);
}

absl::StatusOr<BackupSeal> BackupFolder::Create(Rocks& rocks,
                                                const NewBackup& backup,
                                                const StillWanted& wanted) {
  PT_ASSIGN_OR_RETURN(const auto claim, Claim::Take(*this));
  PT_ASSIGN_OR_RETURN(const std::vector<BackupEntry> entries, List());
  // Names of backups that were deleted are not given again.
  PT_ASSIGN_OR_RETURN(const std::vector<std::string> deleted,
                      ListFolder(*options_.env, PathOf("deleted")));
  std::set<std::string> taken(deleted.begin(), deleted.end());
  for (const BackupEntry& entry : entries) {
    taken.insert(entry.id);
    if (!entry.seal.ok() || entry.seal->request_id != backup.request_id) {
      continue;
    }
    if (entry.seal->keep_count != backup.keep_count) return RequestIdReused();
    return *entry.seal;
  }
  BackupSeal seal;
  seal.id = NewId(backup.create_time, taken);
  seal.create_time = backup.create_time;
  seal.request_id = backup.request_id;
  seal.keep_count = backup.keep_count;
  PT_ASSIGN_OR_RETURN(seal, CreateClaimed(rocks, std::move(seal), wanted));
  if (seal.keep_count > 0) {
    PT_RETURN_IF_ERROR(VerifyBackupFiles(options_, seal, wanted));
    PT_RETURN_IF_ERROR(PurgeClaimed(seal.keep_count).status());
  }
  return seal;
}

absl::StatusOr<BackupSeal> BackupFolder::CreateClaimed(
    Rocks& rocks, BackupSeal seal, const StillWanted& wanted) {
  Watch watch(options_, wanted);
  PT_RETURN_IF_ERROR(watch.Check());
  PT_ASSIGN_OR_RETURN(const std::vector<std::string> shared,
                      ListFolder(*options_.env, PathOf("shared_checksum")));
  PT_ASSIGN_OR_RETURN(const auto engine, OpenEngine(options_, &rocks.env()));
  // Read before anything is copied: all of it will be.
  seal.mark = rocks.acknowledged_mark();
  rocksdb::CreateBackupOptions create;
  // Else each backup would copy the log of all that is in memory tables.
  create.flush_before_backup = !PT_PLANTED_BUG("backup_without_log");
  create.progress_callback = [&] {
    if (!watch.Check().ok()) engine->StopBackup();
  };
  rocksdb::BackupID engine_id = 0;
  const rocksdb::Status made = engine->CreateNewBackupWithMetadata(
      create, &rocks.db(), seal.id, &engine_id);
  if (!made.ok()) {
    PT_RETURN_IF_ERROR(watch.Check());
    return FileError("a backup", made);
  }
  seal.engine_id = engine_id;
  absl::StatusOr<BackupSeal> sealed =
      SealBackup(options_, std::move(seal), {shared.begin(), shared.end()});
  if (!sealed.ok()) {
    const rocksdb::Status undone = engine->DeleteBackup(engine_id);
    if (!undone.ok()) {
      log::Warning("backup_not_undone", {{"problem", undone.ToString()}});
    }
  }
  return sealed;
}

absl::StatusOr<std::vector<BackupEntry>> BackupFolder::List() const {
  rocksdb::Env& env = *options_.env;
  PT_ASSIGN_OR_RETURN(const std::vector<std::string> seals,
                      ListFolder(env, PathOf("sealed")));
  PT_ASSIGN_OR_RETURN(const std::vector<std::string> metas,
                      ListFolder(env, PathOf("meta")));
  std::set<std::uint32_t> unsealed;
  for (const std::string& name : metas) {
    std::uint32_t engine_id = 0;
    if (absl::SimpleAtoi(name, &engine_id)) unsealed.insert(engine_id);
  }
  std::vector<BackupEntry> entries;
  for (const std::string& name : seals) {
    BackupEntry entry = {.id = "", .engine_id = 0, .seal = BackupSeal()};
    if (!ParseSealName(name, entry)) continue;
    const std::string path = SealPath(entry.id, entry.engine_id);
    entry.seal = ReadSeal(options_, path);
    unsealed.erase(entry.engine_id);
    // One that was deleted since the folder was read is none.
    if (env.FileExists(PathOf(path)).IsNotFound()) continue;
    if (entry.seal.ok() && (entry.seal->id != entry.id ||
                            entry.seal->engine_id != entry.engine_id)) {
      entry.seal =
          UnreadableError(absl::StrCat(path, ": the seal of another backup"));
    }
    entries.push_back(std::move(entry));
  }
  for (const std::uint32_t engine_id : unsealed) {
    entries.push_back({.id = absl::StrCat(kUnsealed, engine_id),
                       .engine_id = engine_id,
                       .seal = UnreadableError(absl::StrCat(
                           "meta/", engine_id, ": the backup has no seal"))});
  }
  std::sort(entries.begin(), entries.end(), MadeBefore);
  return entries;
}

absl::StatusOr<BackupEntry> BackupFolder::Find(absl::string_view id) const {
  PT_ASSIGN_OR_RETURN(std::vector<BackupEntry> entries, List());
  for (BackupEntry& entry : entries) {
    if (entry.id == id) return std::move(entry);
  }
  return NotFound();
}

absl::StatusOr<BackupSeal> BackupFolder::Verify(
    absl::string_view id, const StillWanted& wanted) const {
  PT_ASSIGN_OR_RETURN(const BackupEntry entry, Find(id));
  PT_ASSIGN_OR_RETURN(BackupSeal seal, entry.seal);
  const absl::Status verified = VerifyBackupFiles(options_, seal, wanted);
  if (verified.ok()) return seal;
  // It may have been deleted meanwhile, which is no damage.
  PT_RETURN_IF_ERROR(Find(id).status());
  return verified;
}

absl::StatusOr<std::optional<absl::Time>> BackupFolder::ProvenTime(
    const BackupSeal& seal) const {
  return kv::ProvenTime(options_, seal);
}

absl::Status BackupFolder::MarkProven(const BackupSeal& seal,
                                      absl::Time proven_time) {
  return kv::MarkProven(options_, seal, proven_time);
}

absl::StatusOr<NewestBackups> BackupFolder::Newest() const {
  PT_ASSIGN_OR_RETURN(const std::vector<std::string> names,
                      ListFolder(*options_.env, PathOf("sealed")));
  std::vector<BackupEntry> entries;
  for (const std::string& name : names) {
    BackupEntry entry = {.id = "", .engine_id = 0, .seal = BackupSeal()};
    if (ParseSealName(name, entry)) entries.push_back(std::move(entry));
  }
  std::sort(entries.begin(), entries.end(), MadeBefore);
  PT_ASSIGN_OR_RETURN(const std::vector<std::string> marks,
                      ListFolder(*options_.env, PathOf("proven")));
  NewestBackups newest;
  for (auto entry = entries.rbegin(); entry != entries.rend(); ++entry) {
    const std::string path = SealPath(entry->id, entry->engine_id);
    if (newest.made.has_value() && marks.empty()) break;
    const auto seal = ReadSeal(options_, path);
    if (absl::IsUnavailable(seal.status())) return seal.status();
    if (!seal.ok()) continue;
    if (!newest.made.has_value()) newest.made = seal->create_time;
    PT_ASSIGN_OR_RETURN(const auto proven, ProvenTime(*seal));
    if (!proven.has_value()) continue;
    newest.proven = seal->create_time;
    break;
  }
  return newest;
}

absl::Status BackupFolder::Delete(absl::string_view id,
                                  absl::string_view request_id) {
  PT_ASSIGN_OR_RETURN(const auto claim, Claim::Take(*this));
  PT_ASSIGN_OR_RETURN(const std::vector<std::string> deleted,
                      ListFolder(*options_.env, PathOf("deleted")));
  bool is_repeat = false;
  for (const std::string& name : deleted) {
    PT_ASSIGN_OR_RETURN(
        const std::string by,
        ReadFile(*options_.env, PathOf(absl::StrCat("deleted/", name))));
    if (by != request_id) continue;
    if (name != id) return RequestIdReused();
    is_repeat = true;
  }
  const auto entry = Find(id);
  if (absl::IsNotFound(entry.status()) && is_repeat) return absl::OkStatus();
  PT_RETURN_IF_ERROR(entry.status());
  return DeleteClaimed(*entry, request_id);
}

absl::Status BackupFolder::DeleteClaimed(const BackupEntry& entry,
                                         absl::string_view request_id) {
  rocksdb::Env& env = *options_.env;
  // First: what is half deleted is not proven.
  const std::string proof = ProofPath(entry.id, entry.engine_id);
  if (!env.FileExists(PathOf(proof)).IsNotFound()) {
    const rocksdb::Status removed = env.DeleteFile(PathOf(proof));
    if (!removed.ok()) return FileError(proof, removed);
  }
  {
    PT_ASSIGN_OR_RETURN(const auto engine, OpenEngine(options_, options_.env));
    const rocksdb::Status deleted = engine->DeleteBackup(entry.engine_id);
    // One that is gone already was interrupted here the last time.
    if (!deleted.ok() && !deleted.IsNotFound()) {
      return FileError("a backup", deleted);
    }
  }
  const std::string tombstone = absl::StrCat("deleted/", entry.id);
  rocksdb::Status status =
      ReplaceFile(env, PathOf(tombstone), std::string(request_id));
  const std::string seal = SealPath(entry.id, entry.engine_id);
  if (status.ok() && !env.FileExists(PathOf(seal)).IsNotFound()) {
    status = env.DeleteFile(PathOf(seal));
  }
  if (status.ok()) status = SyncFolder(env, PathOf("sealed"));
  if (!status.ok()) return FileError(tombstone, status);
  PT_ASSIGN_OR_RETURN(const std::vector<std::string> deleted,
                      ListFolder(env, PathOf("deleted")));
  for (std::size_t i = 0; i + kDeletedMax < deleted.size(); ++i) {
    env.DeleteFile(PathOf(absl::StrCat("deleted/", deleted[i])))
        .PermitUncheckedError();
  }
  return absl::OkStatus();
}

absl::StatusOr<std::vector<std::string>> BackupFolder::Purge(
    std::int32_t keep_count) {
  PT_ASSIGN_OR_RETURN(const auto claim, Claim::Take(*this));
  return PurgeClaimed(keep_count);
}

absl::StatusOr<std::vector<std::string>> BackupFolder::PurgeClaimed(
    std::int32_t keep_count) {
  PT_ASSIGN_OR_RETURN(const std::vector<BackupEntry> entries, List());
  std::vector<std::string> purged;
  for (const BackupEntry& entry : entries) {
    if (!entry.seal.ok()) return purged;
  }
  // The only one of which it is known that it comes back, however old it is.
  std::size_t newest_proven = entries.size();
  for (std::size_t i = entries.size(); i-- > 0;) {
    PT_ASSIGN_OR_RETURN(const auto proven, ProvenTime(*entries[i].seal));
    if (!proven.has_value()) continue;
    newest_proven = i;
    break;
  }
  const std::size_t keep =
      static_cast<std::size_t>(std::max(std::int32_t{1}, keep_count));
  for (std::size_t i = 0; i + keep < entries.size(); ++i) {
    if (i == newest_proven && !PT_PLANTED_BUG("proven_backup_purged")) continue;
    PT_RETURN_IF_ERROR(DeleteClaimed(entries[i], NewUuid()));
    purged.push_back(entries[i].id);
  }
  return purged;
}

}  // namespace pulsetaker::kv
