// Backups of the survey store, by common/kv/backup.h.

#pragma once

#include <memory>

#include "common/kv/backup.h"
#include "common/kv/rocks.h"
#include "services/survey/domain/backup.h"

namespace pulsetaker::survey {

// `rocks` must outlive what is returned. Without a path in `options` every call
// fails with BACKUP_NOT_CONFIGURED.
std::unique_ptr<BackupStore> MakeRocksBackupStore(kv::Rocks& rocks,
                                                  kv::BackupOptions options);

}  // namespace pulsetaker::survey
