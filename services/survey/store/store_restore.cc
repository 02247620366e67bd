#include "services/survey/store/store_restore.h"

#include <memory>
#include <utility>

#include "common/base/status.h"
#include "common/kv/restore.h"
#include "common/kv/rocks.h"
#include "services/survey/store/keys.h"
#include "services/survey/store/survey_database.h"

namespace pulsetaker::survey {
namespace {

kv::RocksOptions OptionsOf(const std::string& data_dir, rocksdb::Env* env) {
  kv::RocksOptions options;
  options.path = data_dir;
  options.families = keys::Families();
  options.env = env;
  return options;
}

}  // namespace

absl::StatusOr<RestoredStore> RestoreStore(const StoreRestore& restore) {
  RestoredStore restored;
  const auto audit = [&](kv::Rocks& rocks) -> absl::Status {
    PT_ASSIGN_OR_RETURN(restored.audit, AuditStore(rocks, restore.root_key));
    return absl::OkStatus();
  };
  PT_ASSIGN_OR_RETURN(
      restored.seal,
      kv::RestoreBackup(
          {.folder = {.path = restore.backup_dir, .env = restore.env},
           .backup = restore.backup,
           .target = OptionsOf(restore.data_dir, restore.env)},
          audit));
  if (!restore.replays_erasures) return restored;
  // Opening replays.
  PT_RETURN_IF_ERROR(
      OpenSurveyDatabase({.path = restore.data_dir,
                          .env = restore.env,
                          .backup_dir = restore.backup_dir,
                          .root_key = restore.root_key,
                          .erasure_ledger_dirs = restore.erasure_ledger_dirs})
          .status());
  return restored;
}

absl::StatusOr<StoreAudit> VerifyStore(
    const std::string& data_dir, rocksdb::Env* env,
    std::shared_ptr<const crypto::RootKey> root_key) {
  kv::RocksOptions options = OptionsOf(data_dir, env);
  options.read_only = true;
  PT_ASSIGN_OR_RETURN(const std::unique_ptr<kv::Rocks> rocks,
                      kv::OpenRocks(options));
  PT_RETURN_IF_ERROR(rocks->VerifyFiles());
  return AuditStore(*rocks, std::move(root_key));
}

}  // namespace pulsetaker::survey
