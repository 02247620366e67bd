#include "services/survey/rpc/response_stream.h"

#include <algorithm>
#include <deque>
#include <optional>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/clock.h"
#include "common/base/clock.h"
#include "common/base/fault.h"
#include "common/base/status.h"
#include "common/rpc/access.h"
#include "common/rpc/resource_name.h"
#include "common/rpc/unary.h"
#include "grpcpp/alarm.h"
#include "services/survey/rpc/convert.h"
#include "services/survey/rpc/frame_messages.h"

namespace pulsetaker::survey {
namespace {

using v1::StreamResponsesRequest;
using v1::StreamResponsesResponse;

// How long a connection stays open after its streams have ended.
constexpr absl::Duration kFarewell = absl::Milliseconds(250);

}  // namespace

// One call. Frames go from gRPC into frames_, from there one at a time through
// a task in the executor, which checks them, into the response log, and come
// back as acknowledgements_, in their order. Whatever happens, what the log has
// taken is acknowledged before the call ends.
//
// Hooks of gRPC, tasks and the log call from any thread; all state is under
// mutex_. gRPC never runs a hook within a call of StartRead, StartWrite or
// Finish, so these are made with the mutex held.
class ResponseStream final
    : public ResponseStreams::Reactor,
      public std::enable_shared_from_this<ResponseStream> {
 public:
  ResponseStream(ResponseStreams& streams,
                 const grpc::CallbackServerContext& context)
      : streams_(streams), context_(context) {}

  // To be called once. Keeps this alive until OnDone. An error ends the call at
  // once.
  void Start(const absl::Status& admitted) {
    MutexLock lock(mutex_);
    self_ = shared_from_this();
    if (!admitted.ok()) EndLocked(admitted);
    GoOn();
  }

  // Ends the call with `status` once what was taken in is acknowledged, unless
  // something else ends it first.
  void End(const absl::Status& status) {
    MutexLock lock(mutex_);
    EndLocked(status);
    GoOn();
  }

  void OnReadDone(bool ok) override {
    MutexLock lock(mutex_);
    reading_ = false;
    if (ok && !end_.has_value()) {
      PT_KILL_POINT("stream.frame_read");
      AddUnanswered(request_.ByteSizeLong());
      frames_.push_back(std::move(request_));
      request_.Clear();
      if (streams_.unanswered_bytes_ > streams_.limits_.unanswered_bytes_max) {
        EndLocked(rpc::OverloadedError());
      }
    } else {
      half_closed_ = true;
    }
    GoOn();
  }

  void OnWriteDone(bool ok) override {
    MutexLock lock(mutex_);
    writing_ = false;
    PT_KILL_POINT("stream.acknowledged");
    RemoveUnanswered(written_bytes_);
    if (!ok) {
      gone_ = true;
      EndLocked(absl::CancelledError("the caller left"));
    }
    GoOn();
  }

  void OnCancel() override {
    MutexLock lock(mutex_);
    gone_ = true;
    EndLocked(absl::CancelledError("the caller left"));
    GoOn();
  }

  void OnDone() override {
    std::string upload;
    std::shared_ptr<ResponseStream> self;
    {
      MutexLock lock(mutex_);
      upload = claimed_;
      self = std::move(self_);
    }
    streams_.Remove(this, upload);
  }

 private:
  struct Acknowledgement {
    StreamResponsesResponse message;
    std::size_t frame_bytes = 0;
  };

  void AddUnanswered(std::size_t bytes) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    unanswered_bytes_ += bytes;
    streams_.unanswered_bytes_ += bytes;
  }

  void RemoveUnanswered(std::size_t bytes)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    unanswered_bytes_ -= bytes;
    streams_.unanswered_bytes_ -= bytes;
  }

  void EndLocked(const absl::Status& status)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    if (!end_.has_value()) end_ = status;
    for (const StreamResponsesRequest& frame : frames_) {
      RemoveUnanswered(frame.ByteSizeLong());
    }
    frames_.clear();
    if (held_) alarm_->Cancel();
  }

  // Begins everything that can be begun.
  void GoOn() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    if (finished_) return;
    while (gone_ && !acknowledgements_.empty()) {
      RemoveUnanswered(acknowledgements_.front().frame_bytes);
      acknowledgements_.pop_front();
    }
    if (!writing_ && !acknowledgements_.empty()) WriteAcknowledgements();
    if (!checking_ && !frames_.empty()) {
      checking_ = true;
      if (!ScheduleCheck()) {
        checking_ = false;
        EndLocked(rpc::OverloadedError());
      }
    }
    if (!reading_ && !half_closed_ && !end_.has_value() && !held_ &&
        unanswered_bytes_ < kUnansweredBytesMax) {
      reading_ = true;
      StartRead(&request_);
    }
    const bool over = end_.has_value() || half_closed_;
    if (over && frames_.empty() && !checking_ && appending_ == 0 &&
        acknowledgements_.empty() && !writing_) {
      finished_ = true;
      Finish(rpc::ToGrpcStatus(end_.value_or(absl::OkStatus()), kErrorDomain));
    }
  }

  // As many as there are and fit, in one message.
  void WriteAcknowledgements() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    response_ = std::move(acknowledgements_.front().message);
    written_bytes_ = acknowledgements_.front().frame_bytes;
    acknowledgements_.pop_front();
    while (!acknowledgements_.empty() &&
           Merge(acknowledgements_.front().message, response_)) {
      written_bytes_ += acknowledgements_.front().frame_bytes;
      acknowledgements_.pop_front();
    }
    writing_ = true;
    PT_KILL_POINT("stream.before_acknowledgement");
    StartWrite(&response_);
  }

  [[nodiscard]] bool ScheduleCheck() {
    return streams_.executor_.TrySchedule(
        [self = shared_from_this()] { self->CheckFrames(); });
  }

  // The task. After each frame it gives others their turn, if the executor has
  // room for that.
  void CheckFrames() {
    for (;;) {
      StreamResponsesRequest request;
      {
        MutexLock lock(mutex_);
        if (frames_.empty()) {
          checking_ = false;
          return GoOn();
        }
        request = std::move(frames_.front());
        frames_.pop_front();
        ++appending_;
      }
      const std::size_t bytes = request.ByteSizeLong();
      const absl::Status checked =
          rpc::CatchExceptions([&] { return Append(request, bytes); });
      if (!checked.ok()) {
        if (HoldBack(request, checked)) return;
        Answer(bytes, checked);
      }
      MutexLock lock(mutex_);
      if (!frames_.empty() && ScheduleCheck()) return;
    }
  }

  // Where the quota of the tenant refused `request`, takes it back for a while
  // and reads nothing more, so that HTTP/2 holds the sender back. False if that
  // has lasted long enough, or something else has ended the call.
  [[nodiscard]] bool HoldBack(StreamResponsesRequest& request,
                              const absl::Status& refused) {
    if (ReasonOf(refused) != kQuotaExceeded) return false;
    const absl::Time now = MonotonicNow();
    if (!held_until_.has_value()) {
      held_until_ = now + streams_.limits_.quota_wait_max;
    }
    MutexLock lock(mutex_);
    if (end_.has_value() || now >= *held_until_) return false;
    const absl::Duration wait =
        std::min(*held_until_ - now, *RetryDelayOf(refused));
    --appending_;
    frames_.push_front(std::move(request));
    held_ = true;
    // Another one each time: the last one may still be at work.
    alarm_ = std::make_unique<grpc::Alarm>();
    alarm_->Set(absl::ToChronoTime(absl::Now() + wait),
                [self = shared_from_this()](bool) { self->TakeUpAgain(); });
    return true;
  }

  // Held back long enough, or there is no need to.
  void TakeUpAgain() {
    MutexLock lock(mutex_);
    held_ = false;
    alarm_.reset();  // It keeps this alive.
    if (!ScheduleCheck()) {
      checking_ = false;
      EndLocked(rpc::OverloadedError());
    }
    GoOn();
  }

  // Gives a frame to the log, which will answer it. On an error it will not.
  // Only the task uses upload_name_, upload_, rules_ and held_until_.
  absl::Status Append(const StreamResponsesRequest& request,
                      std::size_t bytes) {
    PT_RETURN_IF_ERROR(CheckUpload(request));
    PT_RETURN_IF_ERROR(
        streams_.quota_.Take(upload_.wave.tenant,
                             {.rows = request.rows_size(),
                              .bytes = static_cast<std::int64_t>(bytes)},
                             MonotonicNow()));
    held_until_.reset();
    Frame frame = ReadFrame(upload_, request);
    PT_RETURN_IF_ERROR(ResponseIntake::CheckFrame(frame));
    PT_KILL_POINT("stream.frame_checked");
    if (rules_ == nullptr) {
      PT_ASSIGN_OR_RETURN(rules_, streams_.intake_.ReadRules(upload_.wave));
      Claim();
    }
    streams_.intake_.Append(*rules_, std::move(frame),
                            [self = shared_from_this(),
                             bytes](const absl::StatusOr<FrameResult>& result) {
                              self->Answer(bytes, result);
                            });
    PT_KILL_POINT("stream.frame_appended");
    return absl::OkStatus();
  }

  // Of the first frame, which upload it is; of others, that it is the same.
  absl::Status CheckUpload(const StreamResponsesRequest& request) {
    if (upload_name_.empty()) {
      // The frame is emptied where its call cannot be written down.
      PT_RETURN_IF_ERROR(rpc::AdmissionOf(context_));
      PT_ASSIGN_OR_RETURN(
          const rpc::WaveChildName name,
          rpc::ParseWaveChildName(request.upload(), rpc::kUploads, "upload"));
      PT_RETURN_IF_ERROR(
          rpc::CheckTenant(rpc::CallerOf(context_), name.wave.tenant));
      upload_ = {ToKey(name.wave), name.id};
      upload_name_ = request.upload();
    } else if (!request.upload().empty() && request.upload() != upload_name_) {
      return MakeError(absl::StatusCode::kInvalidArgument, "UPLOAD_CHANGED",
                       "upload is not that of the first frame",
                       {{"field", "upload"}});
    }
    return absl::OkStatus();
  }

  void Claim() {
    {
      MutexLock lock(mutex_);
      claimed_ = upload_name_;
    }
    streams_.Claim(upload_name_, shared_from_this());
  }

  // A frame was answered.
  void Answer(std::size_t bytes, const absl::StatusOr<FrameResult>& result) {
    PT_KILL_POINT("stream.answered");
    MutexLock lock(mutex_);
    --appending_;
    if (refused_) {
      // What came after the frame that a full disk refused is for GetUpload to
      // tell: a watermark would pass over it.
      RemoveUnanswered(bytes);
    } else if (result.ok()) {
      if (end_.has_value() && PT_PLANTED_BUG("answers_lost_at_stop"))
        return GoOn();
      acknowledgements_.push_back({ToAcknowledgement(*result), bytes});
    } else {
      refused_ = refused_ || ReasonOf(result.status()) == "DISK_FULL";
      RemoveUnanswered(bytes);
      EndLocked(result.status());
    }
    GoOn();
  }

  ResponseStreams& streams_;
  const grpc::CallbackServerContext& context_;  // Lives as long as the call.

  std::string upload_name_;
  UploadKey upload_;
  std::shared_ptr<const WaveRules> rules_;
  // When the frame that is held back has waited long enough.
  std::optional<absl::Time> held_until_;

  Mutex mutex_;
  std::shared_ptr<ResponseStream> self_ ABSL_GUARDED_BY(mutex_);
  std::string claimed_ ABSL_GUARDED_BY(mutex_);
  // Frames that were read and not yet checked, in the log, and answered by it
  // but not yet written: all of these count as unanswered.
  std::deque<StreamResponsesRequest> frames_ ABSL_GUARDED_BY(mutex_);
  int appending_ ABSL_GUARDED_BY(mutex_) = 0;
  std::deque<Acknowledgement> acknowledgements_ ABSL_GUARDED_BY(mutex_);
  std::size_t unanswered_bytes_ ABSL_GUARDED_BY(mutex_) = 0;
  std::size_t written_bytes_ ABSL_GUARDED_BY(mutex_) = 0;  // Of response_.

  // While reading_, writing_ or checking_ is set, gRPC has request_, gRPC has
  // response_, or a task is in the executor.
  StreamResponsesRequest request_;
  StreamResponsesResponse response_;
  bool reading_ ABSL_GUARDED_BY(mutex_) = false;
  bool writing_ ABSL_GUARDED_BY(mutex_) = false;
  bool checking_ ABSL_GUARDED_BY(mutex_) = false;
  bool held_ ABSL_GUARDED_BY(mutex_) = false;  // alarm_ runs; checking_ is set.
  std::unique_ptr<grpc::Alarm> alarm_ ABSL_GUARDED_BY(mutex_);
  bool half_closed_ ABSL_GUARDED_BY(mutex_) = false;
  bool gone_ ABSL_GUARDED_BY(mutex_) = false;     // Nobody reads any more.
  bool refused_ ABSL_GUARDED_BY(mutex_) = false;  // Of want of room, a frame.
  bool finished_ ABSL_GUARDED_BY(mutex_) = false;
  std::optional<absl::Status> end_ ABSL_GUARDED_BY(mutex_);
};

namespace {

absl::Status Stopping() {
  return absl::UnavailableError(
      "the server is stopping; go on in another stream");
}

}  // namespace

ResponseStreams::Reactor* ResponseStreams::NewStream(
    const grpc::CallbackServerContext& context) {
  const auto stream = std::make_shared<ResponseStream>(*this, context);
  const absl::Status admitted = rpc::AdmissionOf(context);
  stream->Start(admitted.ok() ? Admit(stream) : admitted);
  return stream.get();
}

absl::Status ResponseStreams::Admit(
    const std::shared_ptr<ResponseStream>& stream) {
  MutexLock lock(mutex_);
  if (stopping_) return Stopping();
  if (streams_.size() >= limits_.open_count_max) return rpc::OverloadedError();
  streams_.emplace(stream.get(), stream);
  return absl::OkStatus();
}

void ResponseStreams::BeginStop() {
  std::vector<std::shared_ptr<ResponseStream>> running;
  {
    MutexLock lock(mutex_);
    stopping_ = true;
    for (const auto& [unused, stream] : streams_) {
      running.push_back(stream.lock());
    }
  }
  for (const auto& stream : running) {
    if (stream != nullptr) stream->End(Stopping());
  }
}

void ResponseStreams::WaitUntilEnded(absl::Duration limit) {
  const absl::Time give_up = MonotonicNow() + limit;
  {
    MutexLock lock(mutex_);
    if (streams_.empty()) return;
    while (!streams_.empty() && MonotonicNow() < give_up) {
      lock.WaitFor(ended_, give_up - MonotonicNow());
    }
  }
  absl::SleepFor(kFarewell);
}

void ResponseStreams::Claim(const std::string& upload,
                            const std::shared_ptr<ResponseStream>& stream) {
  std::shared_ptr<ResponseStream> former;
  {
    MutexLock lock(mutex_);
    std::weak_ptr<ResponseStream>& owner = owners_[upload];
    former = owner.lock();
    owner = stream;
  }
  if (former == nullptr) return;
  former->End(MakeError(absl::StatusCode::kAborted, "UPLOAD_TAKEN_OVER",
                        "another stream has named the same upload"));
}

void ResponseStreams::Remove(const ResponseStream* stream,
                             const std::string& upload) {
  MutexLock lock(mutex_);
  streams_.erase(stream);
  if (streams_.empty()) ended_.notify_all();
  if (upload.empty()) return;
  const auto owner = owners_.find(upload);
  if (owner != owners_.end() && owner->second.lock().get() == stream) {
    owners_.erase(owner);
  }
}

}  // namespace pulsetaker::survey
