// The proof that a backup comes back: it is restored to a scratch folder and
// verified there, and only then marked (common/kv/backup_proof.h).

#pragma once

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "common/crypto/root_key.h"
#include "rocksdb/env.h"
#include "services/survey/store/store_restore.h"

namespace pulsetaker::survey {

struct ProofOrder {
  std::string backup_dir;
  std::string backup;  // Its id, or kv::kLatestBackup.
  // Where there is room for the whole store; made if it is not there. What is
  // restored goes into a folder `pulsetaker-proof` of it, which is removed
  // afterwards, as is what a proof left there that was killed.
  std::string scratch_dir;
  absl::Time proven_time;       // Whole microseconds.
  rocksdb::Env* env = nullptr;  // Not owned. nullptr is the real file system.
  // As in SurveyDatabaseOptions.
  std::shared_ptr<const crypto::RootKey> root_key = nullptr;
};

// Proves the backup, and returns what was restored. An error or a crash leaves
// no mark, unless all was done.
//
// The errors of RestoreStore and VerifyStore. FAILED_PRECONDITION: another
// proof is at work in the scratch folder. NOT_FOUND, BACKUP_NOT_FOUND also for
// a backup that was deleted meanwhile.
absl::StatusOr<RestoredStore> ProveBackup(const ProofOrder& order);

}  // namespace pulsetaker::survey
