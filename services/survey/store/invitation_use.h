// What a response does to the invitation that it comes with.

#pragma once

#include "absl/status/status.h"
#include "rocksdb/write_batch.h"
#include "services/survey/domain/response_log.h"
#include "services/survey/store/stored_reader.h"

namespace pulsetaker::survey {

// Puts into `batch` that the token of the submission is used, so that it is
// exactly if the response is kept. Nothing, if it comes without one. The errors
// of CheckToken.
absl::Status StageTokenUse(const Tables& tables, const StoredReader& now,
                           const Submission& submission,
                           rocksdb::WriteBatch& batch);

}  // namespace pulsetaker::survey
