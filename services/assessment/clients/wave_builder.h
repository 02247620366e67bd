#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "pulsetaker/survey/v1/survey_service.pb.h"
#include "services/assessment/domain/wave.h"

namespace pulsetaker::assessment {

// Puts the messages of one StreamWaveSnapshot together, as far as an assessment
// needs them, and holds them to the contract of the stream: header,
// participants, responses, each in ascending order and as many as the header
// says. Every error is DATA_LOSS, SNAPSHOT_INVALID. For one thread.
class WaveBuilder {
 public:
  // `wave`: the resource name that was asked for.
  explicit WaveBuilder(absl::string_view wave) : wave_(wave) {}

  // The next message of the stream.
  absl::Status Take(const survey::v1::StreamWaveSnapshotResponse& message);

  // The wave, after the last message. To be called once.
  absl::StatusOr<WaveData> Finish();

 private:
  // Where someone on the roster belongs.
  struct Place {
    Layer layer = Layer::kUnknown;
    std::string sector;
    bool invited = false;
  };

  absl::Status TakeHeader(const survey::v1::SnapshotHeader& header);
  absl::Status TakeParticipant(const survey::v1::SnapshotParticipant& from);
  absl::Status TakeResponse(const survey::v1::SnapshotResponse& from);

  const std::string wave_;
  bool has_header_ = false;
  std::int64_t participant_count_ = 0;  // As announced.
  std::int64_t response_count_ = 0;
  std::int64_t responses_taken_ = 0;  // Of anyone, invited or not.
  std::string last_participant_;
  std::string last_respondent_;
  absl::flat_hash_map<std::string, Place> places_;
  std::map<std::pair<Layer, std::string>, std::int32_t> invited_counts_;
  WaveData data_;
};

}  // namespace pulsetaker::assessment
