// What the committer does with an import of people.

#pragma once

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "rocksdb/write_batch.h"
#include "services/survey/domain/survey_store.h"
#include "services/survey/store/stored_reader.h"

namespace pulsetaker::survey {

struct RosterImport {
  const WaveKey& wave;
  const Request& request;
  absl::Span<const Participant> people;
};

// Carries it out in `batch`, as SurveyStore::ImportRoster says.
absl::StatusOr<RosterCounts> StageRosterImport(const Tables& tables,
                                               const RosterImport& import,
                                               rocksdb::WriteBatch& batch);

}  // namespace pulsetaker::survey
