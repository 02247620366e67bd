#pragma once

#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "pulsetaker/survey/v1/survey_service.pb.h"
#include "services/network/domain/snapshot.h"

namespace pulsetaker::network {

// Puts the messages of one StreamWaveSnapshot together and holds them to the
// contract of the stream: header, participants, responses, each in ascending
// order and as many as the header says. Every error is DATA_LOSS,
// SNAPSHOT_INVALID. For one thread.
class SnapshotBuilder {
 public:
  // `wave`: the resource name that was asked for.
  explicit SnapshotBuilder(absl::string_view wave) : wave_(wave) {}

  // The next message of the stream.
  absl::Status Take(const survey::v1::StreamWaveSnapshotResponse& message);

  // The snapshot, after the last message. To be called once.
  absl::StatusOr<WaveSnapshot> Finish();

 private:
  absl::Status TakeHeader(const survey::v1::SnapshotHeader& header);
  absl::Status TakeParticipants(
      const survey::v1::SnapshotParticipants& participants);
  absl::Status TakeResponses(const survey::v1::SnapshotResponses& responses);

  const std::string wave_;
  bool has_header_ = false;
  std::int64_t participant_count_ = 0;  // As announced.
  std::int64_t response_count_ = 0;
  WaveSnapshot snapshot_;
};

}  // namespace pulsetaker::network
