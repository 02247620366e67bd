// The people store on RocksDB. Reads come from what is on disk, changes are
// work for the committer.

#pragma once

#include <memory>

#include "services/survey/domain/people_store.h"
#include "services/survey/store/bars.h"
#include "services/survey/store/committer.h"
#include "services/survey/store/stored_reader.h"

namespace pulsetaker::survey {

// All must outlive what is returned.
std::unique_ptr<PeopleStore> MakeRocksPeopleStore(const Tables& tables,
                                                  Committer& committer,
                                                  Bars& bars);

}  // namespace pulsetaker::survey
