#include "services/survey/domain/upload.h"

namespace pulsetaker::survey {

void Upload::Count(RowVerdict verdict) {
  ++committed_offset;
  switch (verdict) {
    case RowVerdict::kStored:
      ++stored_count;
      break;
    case RowVerdict::kUnchanged:
      ++unchanged_count;
      break;
    case RowVerdict::kSuperseded:
      ++superseded_count;
      break;
    case RowVerdict::kConflict:
      ++conflict_count;
      break;
    case RowVerdict::kRejected:
      ++rejected_count;
      break;
  }
}

RowVerdict VerdictOn(const Response* current, const Answers& answers,
                     std::optional<std::int64_t> expected_revision) {
  if (expected_revision.has_value() &&
      (current == nullptr || current->revision != *expected_revision)) {
    return RowVerdict::kConflict;
  }
  if (current == nullptr) return RowVerdict::kStored;
  return current->answers == answers ? RowVerdict::kUnchanged
                                     : RowVerdict::kSuperseded;
}

}  // namespace pulsetaker::survey
