// InstrumentStore on RocksDB.

#pragma once

#include <memory>

#include "services/survey/domain/instrument_store.h"
#include "services/survey/store/committer.h"
#include "services/survey/store/stored_reader.h"

namespace pulsetaker::survey {

// Both must outlive what is made.
std::unique_ptr<InstrumentStore> MakeRocksInstrumentStore(const Tables& tables,
                                                          Committer& committer);

}  // namespace pulsetaker::survey
