#include "common/kv/restore.h"

#include <memory>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/base/fault.h"
#include "common/base/log.h"
#include "common/base/status.h"
#include "common/kv/backup.h"
#include "common/kv/files.h"
#include "common/kv/ledger.h"
#include "rocksdb/utilities/backup_engine.h"

namespace pulsetaker::kv {
namespace {

constexpr char kLock[] = "restore.lock";
constexpr char kRestoring[] = "restoring";

absl::Status AlwaysWanted() { return absl::OkStatus(); }

absl::StatusOr<BackupSeal> FindSeal(const BackupOptions& options,
                                    const std::string& backup) {
  const BackupFolder folder(options);
  if (backup != kLatestBackup) {
    PT_ASSIGN_OR_RETURN(BackupEntry entry, folder.Find(backup));
    return entry.seal;
  }
  PT_ASSIGN_OR_RETURN(const std::vector<BackupEntry> entries, folder.List());
  if (entries.empty()) {
    return MakeError(absl::StatusCode::kNotFound, "BACKUP_NOT_FOUND",
                     absl::StrCat(options.path, " holds no backup"));
  }
  // Never silently an older one: it would lose what came since.
  const BackupEntry& latest = entries.back();
  if (!latest.seal.ok()) {
    return UnreadableError(
        absl::StrCat("the latest backup, ", latest.id,
                     ", is damaged: ", latest.seal.status().message()));
  }
  return latest.seal;
}

// The folder that is restored to.
class Target {
 public:
  Target(rocksdb::Env& env, std::string path)
      : env_(env), path_(std::move(path)) {}

  // Leaves nothing behind but what was put in place.
  ~Target() {
    if (lock_ == nullptr) return;
    env_.DeleteFile(PathOf(kLock)).PermitUncheckedError();
    env_.UnlockFile(lock_).PermitUncheckedError();
    if (is_made_) env_.DeleteDir(path_).PermitUncheckedError();
  }

  Target(const Target&) = delete;
  Target& operator=(const Target&) = delete;

  std::string staging() const { return RestoringPath(path_); }

  // Takes the folder for this restore, and removes what an earlier one left.
  absl::Status Prepare() {
    is_made_ = env_.FileExists(path_).IsNotFound();
    if (const auto made = MakeFolders(env_, path_); !made.ok()) {
      return FileError(path_, made);
    }
    if (const auto locked = env_.LockFile(PathOf(kLock), &lock_);
        !locked.ok()) {
      lock_ = nullptr;
      if (!IsHeldByOther(locked)) return FileError(PathOf(kLock), locked);
      return absl::FailedPreconditionError(
          absl::StrCat(path_, ": another restore is at work there"));
    }
    PT_RETURN_IF_ERROR(Empty());
    rocksdb::Status made = env_.CreateDir(staging());
    if (made.ok()) made = SyncFolder(env_, path_);
    return made.ok() ? absl::OkStatus() : FileError(staging(), made);
  }

  // Moves the restored store in place. The last step, by which it counts, is
  // that `restoring` goes.
  absl::Status Commit() {
    rocksdb::Status status = SyncFolder(env_, staging());
    for (const char* name : {"db", "ledger"}) {
      if (status.ok()) {
        status =
            env_.RenameFile(absl::StrCat(staging(), "/", name), PathOf(name));
      }
    }
    if (status.ok()) status = SyncFolder(env_, path_);
    if (status.ok()) status = RemoveFolder(env_, staging());
    if (status.ok()) status = SyncFolder(env_, path_);
    if (!status.ok()) return FileError(path_, status);
    is_made_ = false;
    return absl::OkStatus();
  }

  // Takes everything back.
  void Undo() {
    if (const absl::Status undone = Remove(); !undone.ok()) {
      log::Warning("restore_not_undone", {{"problem", undone.ToString()}});
    }
  }

 private:
  std::string PathOf(absl::string_view name) const {
    return absl::StrCat(path_, "/", name);
  }

  // What is beside `restoring` was put there by a restore that did not end.
  absl::Status Empty() {
    PT_ASSIGN_OR_RETURN(const std::vector<std::string> names,
                        ListFolder(env_, path_));
    bool is_interrupted = false;
    for (const std::string& name : names) is_interrupted |= name == kRestoring;
    for (const std::string& name : names) {
      const bool is_store = name == "db" || name == "ledger";
      if (name == kRestoring || name == kLock || name == "lost+found" ||
          (is_store && is_interrupted)) {
        continue;
      }
      return absl::FailedPreconditionError(absl::StrCat(
          path_, is_store ? " holds a store already" : " is not empty",
          ": there is ", name, "; want a folder with nothing in it"));
    }
    return is_interrupted ? Remove() : absl::OkStatus();
  }

  absl::Status Remove() {
    rocksdb::Status status = RemoveFolder(env_, PathOf("db"));
    if (status.ok() && env_.FileExists(PathOf("ledger")).ok()) {
      status = env_.DeleteFile(PathOf("ledger"));
    }
    // Last: until then a crash leaves a folder that is not opened.
    if (status.ok()) status = SyncFolder(env_, path_);
    if (status.ok()) status = RemoveFolder(env_, staging());
    if (status.ok()) status = SyncFolder(env_, path_);
    return status.ok() ? absl::OkStatus() : FileError(path_, status);
  }

  rocksdb::Env& env_;
  const std::string path_;
  bool is_made_ = false;
  rocksdb::FileLock* lock_ = nullptr;
};

// Copies the files, comparing each with its checksum once more.
absl::Status CopyFiles(const RestorePlan& plan, const BackupSeal& seal,
                       const std::string& to) {
  rocksdb::BackupEngineReadOnly* opened = nullptr;
  rocksdb::Status status = rocksdb::BackupEngineReadOnly::Open(
      EngineOptions(plan.folder), plan.target.env, &opened);
  const std::unique_ptr<rocksdb::BackupEngineReadOnly> engine(opened);
  if (status.ok()) {
    status = engine->RestoreDBFromBackup(seal.engine_id, to, to);
  }
  return status.ok() ? absl::OkStatus() : FileError(seal.id, status);
}

// Opens the copy as a server does, and looks at all of it.
absl::Status CheckCopy(const RestorePlan& plan, const std::string& staging,
                       const std::function<absl::Status(Rocks&)>& check) {
  RocksOptions options = plan.target;
  options.path = staging;
  PT_ASSIGN_OR_RETURN(const std::unique_ptr<Rocks> rocks, OpenRocks(options));
  PT_RETURN_IF_ERROR(rocks->VerifyFiles());
  return check(*rocks);
}

}  // namespace

absl::StatusOr<BackupSeal> RestoreBackup(
    const RestorePlan& given,
    const std::function<absl::Status(Rocks&)>& check) {
  RestorePlan plan = given;
  if (plan.folder.env == nullptr) plan.folder.env = rocksdb::Env::Default();
  if (plan.target.env == nullptr) plan.target.env = rocksdb::Env::Default();
  PT_ASSIGN_OR_RETURN(BackupSeal seal, FindSeal(plan.folder, plan.backup));
  PT_RETURN_IF_ERROR(VerifyBackupFiles(plan.folder, seal, AlwaysWanted));
  rocksdb::Env& env = *plan.target.env;
  Target target(env, plan.target.path);
  PT_RETURN_IF_ERROR(target.Prepare());
  const std::string staging = target.staging();
  absl::Status status = CopyFiles(plan, seal, staging + "/db");
  if (PT_PLANTED_BUG("restored_mark_forgotten")) seal.mark = 0;
  if (status.ok()) status = Ledger::Create(env, staging + "/ledger", seal.mark);
  if (status.ok()) status = CheckCopy(plan, staging, check);
  if (status.ok()) status = target.Commit();
  if (!status.ok()) {
    target.Undo();
    return status;
  }
  return seal;
}

}  // namespace pulsetaker::kv
