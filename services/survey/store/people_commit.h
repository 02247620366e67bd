// What the committer does with a change to the people of a locality.

#pragma once

#include <optional>

#include "absl/status/statusor.h"
#include "rocksdb/write_batch.h"
#include "services/survey/domain/people_store.h"
#include "services/survey/store/bars.h"
#include "services/survey/store/stored_reader.h"

namespace pulsetaker::survey {

// Carries it out in `batch`, as PeopleStore::Commit says. Clears `bars`.
absl::StatusOr<std::optional<PeopleResult>> StagePeopleCommit(
    const Tables& tables, const PeopleCommit& commit, Bars& bars,
    rocksdb::WriteBatch& batch);

// The key of the request in `request_ids`: with a wave, among those of it.
std::string PeopleRequestKey(const LocalityKey& locality,
                             const std::optional<WaveKey>& wave,
                             const Request& request);

}  // namespace pulsetaker::survey
