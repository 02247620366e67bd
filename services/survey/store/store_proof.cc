#include "services/survey/store/store_proof.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "common/base/log.h"
#include "common/base/status.h"
#include "common/kv/backup.h"
#include "common/kv/files.h"

namespace pulsetaker::survey {
namespace {

// The folder that is restored to, for this proof alone.
class Scratch {
 public:
  Scratch(rocksdb::Env& env, std::string path)
      : env_(env),
        path_(std::move(path)),
        lock_path_(path_ + "/pulsetaker-proof.lock") {}

  ~Scratch() {
    if (lock_ == nullptr) return;
    // The next proof would do it as well.
    if (const auto removed = kv::RemoveFolder(env_, store()); !removed.ok()) {
      log::Warning("scratch_not_removed", {{"problem", removed.ToString()}});
    }
    env_.DeleteFile(lock_path_).PermitUncheckedError();
    env_.UnlockFile(lock_).PermitUncheckedError();
  }

  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;

  std::string store() const { return path_ + "/pulsetaker-proof"; }

  absl::Status Prepare() {
    rocksdb::Status status = kv::MakeFolders(env_, path_);
    if (!status.ok()) return kv::FileError(path_, status);
    status = env_.LockFile(lock_path_, &lock_);
    if (!status.ok()) {
      lock_ = nullptr;
      if (!kv::IsHeldByOther(status)) return kv::FileError(lock_path_, status);
      return absl::FailedPreconditionError(
          absl::StrCat(path_, ": another proof is at work there"));
    }
    status = kv::RemoveFolder(env_, store());
    return status.ok() ? absl::OkStatus() : kv::FileError(store(), status);
  }

 private:
  rocksdb::Env& env_;
  const std::string path_;
  const std::string lock_path_;
  rocksdb::FileLock* lock_ = nullptr;
};

}  // namespace

absl::StatusOr<RestoredStore> ProveBackup(const ProofOrder& order) {
  rocksdb::Env* const env =
      order.env == nullptr ? rocksdb::Env::Default() : order.env;
  Scratch scratch(*env, order.scratch_dir);
  PT_RETURN_IF_ERROR(scratch.Prepare());
  PT_ASSIGN_OR_RETURN(RestoredStore restored,
                      RestoreStore({.backup_dir = order.backup_dir,
                                    .backup = order.backup,
                                    .data_dir = scratch.store(),
                                    .env = env,
                                    .root_key = order.root_key,
                                    .replays_erasures = false}));
  PT_ASSIGN_OR_RETURN(const StoreAudit audit,
                      VerifyStore(scratch.store(), env, order.root_key));
  if (audit != restored.audit) {
    return kv::UnreadableError(absl::StrCat(
        restored.seal.id, ": has other rows when it is opened again"));
  }
  kv::BackupFolder folder({.path = order.backup_dir, .env = env});
  PT_RETURN_IF_ERROR(folder.MarkProven(restored.seal, order.proven_time));
  return restored;
}

}  // namespace pulsetaker::survey
