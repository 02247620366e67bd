// Uploads: resumable streams of responses, counted row by row.

#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "absl/time/time.h"
#include "services/survey/domain/response.h"
#include "services/survey/domain/wave.h"

namespace pulsetaker::survey {

// .../waves/{wave}/uploads/{upload}
struct UploadKey {
  WaveKey wave;
  std::string upload;

  friend bool operator==(const UploadKey&, const UploadKey&) = default;
};

// What became of a row. The numbers are those of the API.
enum class RowVerdict : std::uint8_t {
  kStored = 1,
  kUnchanged = 2,
  kSuperseded = 3,
  kConflict = 4,
  kRejected = 5,
};

// How far an upload has come. The five counts add up to committed_offset.
struct Upload {
  UploadKey key;
  std::int64_t committed_offset = 0;
  std::int64_t stored_count = 0;
  std::int64_t unchanged_count = 0;
  std::int64_t superseded_count = 0;
  std::int64_t conflict_count = 0;
  std::int64_t rejected_count = 0;
  absl::Time create_time;  // Times are whole microseconds.
  absl::Time update_time;

  // Counts one more row and moves committed_offset on.
  void Count(RowVerdict verdict);

  friend bool operator==(const Upload&, const Upload&) = default;
};

// What is to become of answers that are valid, given the response in place:
// nullptr if there is none. `expected_revision` is that of the response that
// the sender means to replace, if it says so. Never kRejected.
//
//   kConflict    another revision than expected is in place, or none
//   kStored      none is in place
//   kUnchanged   the same is in place; nothing is to be written
//   kSuperseded  another is in place
RowVerdict VerdictOn(const Response* current, const Answers& answers,
                     std::optional<std::int64_t> expected_revision);

}  // namespace pulsetaker::survey
