// The port of policies of retention on RocksDB.

#pragma once

#include <memory>

#include "services/survey/domain/retention_store.h"
#include "services/survey/store/committer.h"
#include "services/survey/store/stored_reader.h"

namespace pulsetaker::survey {

// Both must outlive what is returned.
std::unique_ptr<RetentionStore> MakeRocksRetentionStore(const Tables& tables,
                                                        Committer& committer);

}  // namespace pulsetaker::survey
