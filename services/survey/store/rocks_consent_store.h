// Consent texts on RocksDB.

#pragma once

#include <memory>

#include "services/survey/domain/consent_store.h"
#include "services/survey/store/committer.h"
#include "services/survey/store/stored_reader.h"

namespace pulsetaker::survey {

// Both must outlive what is returned.
std::unique_ptr<ConsentStore> MakeRocksConsentStore(const Tables& tables,
                                                    Committer& committer);

}  // namespace pulsetaker::survey
