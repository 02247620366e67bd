#include "services/survey/rpc/snapshot_stream.h"

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "common/base/status.h"
#include "common/rpc/pulled_stream.h"
#include "common/rpc/resource_name.h"
#include "services/survey/rpc/convert.h"
#include "services/survey/rpc/fieldwork_messages.h"
#include "services/survey/rpc/instrument_messages.h"
#include "services/survey/rpc/response_messages.h"

namespace pulsetaker::survey {
namespace {

constexpr std::size_t kBatchBytesMax = std::size_t{1} << 20;
// What a message in a repeated field takes besides its own bytes, at most.
constexpr std::size_t kEntryBytes = 6;
// Few, because a response can be almost as large as a batch.
constexpr std::size_t kReadCount = 64;

// A list that is read a few at a time and taken from one by one.
template <typename Resource>
class Cursor {
 public:
  // The next one, or nullptr at the end. `read(after)` gives the few that come
  // after this person, none at the end.
  template <typename Read>
  absl::StatusOr<const Resource*> Peek(const Read& read) {
    if (next_ == few_.size() && !at_end_) {
      PT_ASSIGN_OR_RETURN(few_, read(after_));
      next_ = 0;
      at_end_ = few_.empty();
      if (!few_.empty()) after_ = few_.back().person;
    }
    return at_end_ ? nullptr : &few_[next_];
  }

  void Take() { ++next_; }

 private:
  std::vector<Resource> few_;
  std::size_t next_ = 0;
  std::string after_;
  bool at_end_ = false;
};

// Moves resources into `batch` while they fit; at least one, if there is any.
template <typename Resource, typename Message, typename Read>
absl::Status FillBatch(Cursor<Resource>& cursor, const Read& read,
                       google::protobuf::RepeatedPtrField<Message>& batch) {
  std::size_t bytes = 0;
  for (;;) {
    PT_ASSIGN_OR_RETURN(const Resource* const resource, cursor.Peek(read));
    if (resource == nullptr) return absl::OkStatus();
    Message message;
    ToProto(*resource, message);
    bytes += message.ByteSizeLong() + kEntryBytes;
    if (!batch.empty() && bytes > kBatchBytesMax) return absl::OkStatus();
    batch.Add(std::move(message));
    cursor.Take();
  }
}

// Reads a snapshot, a message at a time.
class SnapshotReader {
 public:
  SnapshotReader(const v1::StreamWaveSnapshotRequest& request,
                 const SurveyStore& store)
      : request_(request), store_(store) {}

  // False at the end.
  absl::StatusOr<bool> Read(v1::StreamWaveSnapshotResponse& message) {
    PT_RETURN_IF_ERROR(Fill(message));
    return message.payload_case() !=
           v1::StreamWaveSnapshotResponse::PAYLOAD_NOT_SET;
  }

 private:
  // Leaves the message without a payload at the end.
  absl::Status Fill(v1::StreamWaveSnapshotResponse& message) {
    if (snapshot_ == nullptr) return FillHeader(*message.mutable_header());
    PT_RETURN_IF_ERROR(FillBatch(
        participants_,
        [this](absl::string_view after) {
          return snapshot_->ReadParticipants(after, kReadCount);
        },
        *message.mutable_participants()->mutable_participants()));
    if (!message.participants().participants().empty()) {
      return absl::OkStatus();
    }
    PT_RETURN_IF_ERROR(FillBatch(
        responses_,
        [this](absl::string_view after) {
          return snapshot_->ReadResponses(after, kReadCount);
        },
        *message.mutable_responses()->mutable_responses()));
    if (message.responses().responses().empty()) message.clear_payload();
    return absl::OkStatus();
  }

  absl::Status FillHeader(v1::SnapshotHeader& header) {
    PT_ASSIGN_OR_RETURN(const rpc::WaveName name,
                        rpc::ParseWaveName(request_.name(), "name"));
    PT_ASSIGN_OR_RETURN(snapshot_, store_.ReadSnapshot(ToKey(name)));
    const Wave& wave = snapshot_->wave();
    PT_RETURN_IF_ERROR(CheckClosed(wave));
    PT_ASSIGN_OR_RETURN(const Instrument instrument,
                        store_.GetInstrument(wave.instrument_revision_key()));
    ToProto(wave, *header.mutable_wave());
    ToProto(instrument, *header.mutable_instrument());
    header.set_snapshot_digest(wave.snapshot_digest);
    header.set_participant_count(wave.participant_count);
    header.set_response_count(wave.response_count);
    return absl::OkStatus();
  }

  const v1::StreamWaveSnapshotRequest& request_;  // Lives as long as the call.
  const SurveyStore& store_;

  std::unique_ptr<WaveSnapshot> snapshot_;
  Cursor<Participant> participants_;
  Cursor<Response> responses_;
};

}  // namespace

grpc::ServerWriteReactor<v1::StreamWaveSnapshotResponse>* NewSnapshotStream(
    grpc::CallbackServerContext* context,
    const v1::StreamWaveSnapshotRequest& request, const SurveyStore& store,
    BoundedExecutor& executor) {
  const auto reader = std::make_shared<SnapshotReader>(request, store);
  return new rpc::PulledStream<v1::StreamWaveSnapshotResponse>(
      context, executor, kErrorDomain,
      [reader](v1::StreamWaveSnapshotResponse& message) {
        return reader->Read(message);
      });
}

}  // namespace pulsetaker::survey
