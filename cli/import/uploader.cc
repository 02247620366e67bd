#include "cli/import/uploader.h"

#include <algorithm>
#include <condition_variable>
#include <thread>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "cli/import/import_wire.h"
#include "cli/rpc/connection.h"
#include "cli/rpc/patient_call.h"
#include "common/base/crc32.h"
#include "common/base/mutex.h"
#include "common/rpc/client_call.h"

namespace pulsetaker::cli {
namespace {

namespace v1 = survey::v1;

constexpr std::size_t kProblemsKeptMax = 50;
// A stream that makes progress may go on for long; this only bounds it.
constexpr absl::Duration kStreamTimeMax = absl::Hours(6);

// One stream, from its first frame to its status.
class UploadStream {
 public:
  UploadStream(Uploader::Stub& stub, const UploadOptions& options,
               std::int64_t start, const Uploader::OnProgress& on_progress)
      : options_(options),
        on_progress_(on_progress),
        sent_(start),
        committed_(start),
        last_progress_(absl::Now()) {
    rpc::SetDeadline(context_, absl::Now() + kStreamTimeMax);
    stream_ = stub.StreamResponses(&context_);
  }

  // Sends everything from `sent_` on. OK once all is acknowledged.
  absl::Status Run(const std::string& name,
                   const std::vector<PlannedResponse>& responses,
                   std::vector<v1::RowProblem>& problems) {
    std::thread reader([this, &problems] { ReadAcknowledgements(problems); });
    WriteFrames(name, responses);
    stream_->WritesDone();
    AwaitEnd();
    reader.join();
    const absl::Status status = rpc::FromGrpcStatus(stream_->Finish());
    MutexLock lock(mutex_);
    if (is_stalled_) {
      return absl::DeadlineExceededError(absl::StrCat(
          "nothing was acknowledged for ",
          absl::FormatDuration(options_.patience), " after row ", committed_));
    }
    if (!status.ok()) return status;
    if (committed_ < static_cast<std::int64_t>(responses.size())) {
      return absl::UnavailableError(
          absl::StrCat("the stream ended after row ", committed_));
    }
    return absl::OkStatus();
  }

 private:
  void ReadAcknowledgements(std::vector<v1::RowProblem>& problems) {
    v1::StreamResponsesResponse response;
    while (stream_->Read(&response)) {
      for (const v1::RowProblem& problem : response.problems()) {
        if (problems.size() < kProblemsKeptMax) problems.push_back(problem);
      }
      std::int64_t committed = 0;
      {
        MutexLock lock(mutex_);
        if (response.committed_offset() > committed_) {
          committed_ = response.committed_offset();
          last_progress_ = absl::Now();
        }
        committed = committed_;
        changed_.notify_all();
      }
      on_progress_(committed);
    }
    MutexLock lock(mutex_);
    has_ended_ = true;
    changed_.notify_all();
  }

  void WriteFrames(const std::string& name,
                   const std::vector<PlannedResponse>& responses) {
    bool is_first = true;
    while (sent_ < static_cast<std::int64_t>(responses.size())) {
      v1::StreamResponsesRequest frame = NextFrame(responses);
      if (is_first) frame.set_upload(name);
      is_first = false;
      if (!AwaitRoom(frame.rows_size())) return;
      if (!stream_->Write(frame)) return;
      sent_ += frame.rows_size();
    }
  }

  v1::StreamResponsesRequest NextFrame(
      const std::vector<PlannedResponse>& responses) const {
    v1::StreamResponsesRequest frame;
    frame.set_offset(sent_);
    std::size_t bytes = 0;
    for (auto i = static_cast<std::size_t>(sent_);
         i < responses.size() && frame.rows_size() < options_.frame_rows_max;
         ++i) {
      std::string response = ToResponse(responses[i]).SerializeAsString();
      bytes += response.size();
      if (frame.rows_size() > 0 && bytes > options_.frame_bytes_max) break;
      v1::UploadRow& row = *frame.add_rows();
      row.set_person(responses[i].person);
      row.set_crc32(Crc32(response));
      row.set_response(std::move(response));
    }
    return frame;
  }

  // Waits until `row_count` more rows fit into the window. False if the stream
  // has ended or stands still.
  bool AwaitRoom(std::int64_t row_count) {
    MutexLock lock(mutex_);
    while (!has_ended_ && sent_ > committed_ &&
           sent_ + row_count - committed_ > options_.window_rows) {
      if (!WaitForProgress(lock)) return false;
    }
    return !has_ended_;
  }

  void AwaitEnd() {
    MutexLock lock(mutex_);
    while (!has_ended_) {
      if (!WaitForProgress(lock)) return;
    }
  }

  // False, with the call cancelled, if nothing came for too long.
  bool WaitForProgress(MutexLock& lock) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    const absl::Duration left =
        last_progress_ + options_.patience - absl::Now();
    if (left <= absl::ZeroDuration()) {
      is_stalled_ = true;
      context_.TryCancel();
      return false;
    }
    lock.WaitFor(changed_, left);
    return true;
  }

  const UploadOptions& options_;
  const Uploader::OnProgress& on_progress_;
  grpc::ClientContext context_;
  std::unique_ptr<grpc::ClientReaderWriterInterface<
      v1::StreamResponsesRequest, v1::StreamResponsesResponse>>
      stream_;
  std::int64_t sent_;  // Of the writing thread alone.
  Mutex mutex_;
  std::condition_variable changed_;
  std::int64_t committed_ ABSL_GUARDED_BY(mutex_);
  absl::Time last_progress_ ABSL_GUARDED_BY(mutex_);
  bool has_ended_ ABSL_GUARDED_BY(mutex_) = false;
  bool is_stalled_ ABSL_GUARDED_BY(mutex_) = false;
};

}  // namespace

absl::StatusOr<v1::Upload> Uploader::Get(const std::string& name) {
  v1::GetUploadRequest request;
  request.set_name(name);
  absl::StatusOr<v1::Upload> upload = CallPatiently(
      stub_, &Stub::GetUpload, request, absl::Now() + options_.patience);
  if (absl::IsNotFound(upload.status())) return v1::Upload();
  return upload;
}

absl::StatusOr<UploadResult> Uploader::Send(
    const std::string& name, const std::vector<PlannedResponse>& responses,
    const OnProgress& on_progress) {
  UploadResult result;
  Backoff backoff;
  absl::Time last_progress = absl::Now();
  std::int64_t furthest = -1;
  while (true) {
    absl::StatusOr<v1::Upload> upload = Get(name);
    absl::Status status = upload.status();
    if (upload.ok()) {
      const std::int64_t committed = upload->committed_offset();
      if (committed > furthest) {
        furthest = committed;
        last_progress = absl::Now();
        backoff.Reset();
      }
      on_progress(committed);
      if (committed >= static_cast<std::int64_t>(responses.size())) {
        result.upload = *std::move(upload);
        return result;
      }
      UploadStream stream(stub_, options_, committed, on_progress);
      status = stream.Run(name, responses, result.problems);
      if (status.ok()) continue;  // For the counts of the whole upload.
    }
    if (!IsTransient(status)) return status;
    if (absl::Now() - last_progress > options_.patience) return status;
    backoff.Wait(status);
  }
}

}  // namespace pulsetaker::cli
