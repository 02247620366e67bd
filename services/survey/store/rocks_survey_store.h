// The survey store on RocksDB. Reads come from what is on disk, changes are
// work for the committer.

#pragma once

#include <cstddef>
#include <memory>

#include "services/survey/domain/survey_store.h"
#include "services/survey/store/committer.h"
#include "services/survey/store/stored_reader.h"

namespace pulsetaker::survey {

// Both must outlive what is returned. `cached_people_max` is for RosterCache.
std::unique_ptr<SurveyStore> MakeRocksSurveyStore(
    const Tables& tables, Committer& committer, std::size_t cached_people_max);

}  // namespace pulsetaker::survey
