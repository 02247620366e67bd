// What an operator does with a store that no server has open: restores a backup
// of it, looks whether all of it is whole.

#pragma once

#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "common/crypto/root_key.h"
#include "common/kv/backup_seal.h"
#include "rocksdb/env.h"
#include "services/survey/store/store_audit.h"

namespace pulsetaker::survey {

struct StoreRestore {
  std::string backup_dir;
  std::string backup;           // Its id, or kv::kLatestBackup.
  std::string data_dir;         // Holds nothing; made if it is not there.
  rocksdb::Env* env = nullptr;  // Not owned. nullptr is the real file system.
  // As in SurveyDatabaseOptions.
  std::shared_ptr<const crypto::RootKey> root_key = nullptr;
  // Replays the erasure ledger: the copies in the folder of backups and in
  // these folders. Else the first opening does.
  bool replays_erasures = true;
  std::vector<std::string> erasure_ledger_dirs = {};
};

struct RestoredStore {
  kv::BackupSeal seal;  // Of the backup.
  StoreAudit audit;
};

// Restores as kv::RestoreBackup does, with AuditStore as the check, then erases
// again who was erased since. The errors of both and of OpenSurveyDatabase.
absl::StatusOr<RestoredStore> RestoreStore(const StoreRestore& restore);

// Compares all files in the folder with their checksums, then audits the rows.
// Changes nothing. The errors of kv::OpenRocks, of Rocks::VerifyFiles and of
// AuditStore. FAILED_PRECONDITION: a server has it open, or it holds no store.
absl::StatusOr<StoreAudit> VerifyStore(
    const std::string& data_dir, rocksdb::Env* env = nullptr,
    std::shared_ptr<const crypto::RootKey> root_key = nullptr);

}  // namespace pulsetaker::survey
