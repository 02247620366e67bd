// What the committer does to erase someone.

#pragma once

#include <vector>

#include "absl/status/statusor.h"
#include "rocksdb/write_batch.h"
#include "services/survey/domain/erasure.h"
#include "services/survey/store/stored_reader.h"

namespace pulsetaker::survey {

// Carries out erasures of one locality in `batch`, after which nothing in its
// rows names one of the ids but the rows that keep them out: deletes of what is
// theirs, their keys included, and answers of others without them. Returns them
// with their receipts: those that they have, or new ones. A nomination between
// two of them counts with the response that goes, and a merge counts for each
// of the two whom it was of.
//
// Time O(rows of responses and requests of the locality): for each row, a
// search for the ids in its bytes or, if they are many, a look at all of it.
absl::StatusOr<std::vector<Erasure>> StageErasures(
    const Tables& tables, std::vector<Erasure> erasures,
    rocksdb::WriteBatch& batch);

// Takes what was deleted in the locality out of the files of the store.
absl::Status PurgeErasedRows(const Tables& tables, const LocalityKey& locality);

}  // namespace pulsetaker::survey
