#include "services/survey/rpc/participation_stream.h"

#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "common/base/status.h"
#include "common/rpc/access.h"
#include "common/rpc/field_checks.h"
#include "common/rpc/resource_name.h"
#include "common/rpc/unary.h"
#include "grpcpp/alarm.h"
#include "services/survey/domain/participation.h"
#include "services/survey/rpc/convert.h"
#include "services/survey/rpc/fieldwork_messages.h"

namespace pulsetaker::survey {
namespace {

constexpr absl::Duration kIntervalDefault = absl::Seconds(2);
constexpr absl::Duration kIntervalMin = absl::Milliseconds(100);
constexpr absl::Duration kIntervalMax = absl::Hours(1);

absl::Status Stopping() {
  return absl::UnavailableError("the server is stopping; watch again");
}

absl::StatusOr<absl::Duration> ReadInterval(
    const v1::WatchParticipationRequest& request) {
  if (!request.has_min_interval()) return kIntervalDefault;
  const auto& message = request.min_interval();
  const absl::Duration interval =
      absl::Seconds(message.seconds()) + absl::Nanoseconds(message.nanos());
  if (interval < kIntervalMin || interval > kIntervalMax) {
    return rpc::InvalidField("NUMBER_OUT_OF_RANGE", "min_interval",
                             "is not 0.1 s to 1 h");
  }
  return interval;
}

// What changes whenever the counts of a wave may have.
struct Version {
  std::int64_t revision = 0;
  std::int64_t change_count = 0;
  std::int64_t participant_count = 0;

  explicit Version(const Wave& wave)
      : revision(wave.revision),
        change_count(wave.change_count),
        participant_count(wave.participant_count) {}

  friend bool operator==(const Version&, const Version&) = default;
};

}  // namespace

absl::Status ReadParticipation(const SurveyStore& store, const WaveKey& wave,
                               v1::Participation& message) {
  PT_ASSIGN_OR_RETURN(const std::unique_ptr<WaveSnapshot> snapshot,
                      store.ReadSnapshot(wave));
  PT_ASSIGN_OR_RETURN(
      const Instrument instrument,
      store.GetInstrument(snapshot->wave().instrument_revision_key()));
  PT_ASSIGN_OR_RETURN(const std::vector<NetworkParticipation> networks,
                      CountParticipation(*snapshot, instrument));
  ToProto(snapshot->wave(), networks, message);
  return absl::OkStatus();
}

// One call. In turn it waits for its timer, looks at the wave in a task of the
// executor, and writes if there is something to say. Timer, tasks and hooks of
// gRPC call from any thread; all state is under mutex_.
class ParticipationStream final
    : public grpc::ServerWriteReactor<v1::Participation>,
      public std::enable_shared_from_this<ParticipationStream> {
 public:
  ParticipationStream(ParticipationStreams& streams,
                      const v1::WatchParticipationRequest& request)
      : streams_(streams), request_(request) {}

  // To be called once. Keeps this alive until OnDone. An error ends the call at
  // once.
  void Start(const absl::Status& admitted) {
    MutexLock lock(mutex_);
    self_ = shared_from_this();
    if (admitted.ok()) {
      Schedule();
    } else {
      EndLocked(admitted);
    }
  }

  void End(const absl::Status& status) {
    MutexLock lock(mutex_);
    EndLocked(status);
  }

  void OnWriteDone(bool ok) override {
    MutexLock lock(mutex_);
    busy_ = false;
    if (!ok) EndLocked(absl::CancelledError("the caller left"));
    if (ok && last_) EndLocked(absl::OkStatus());
    GoOn();
  }

  void OnCancel() override { End(absl::CancelledError("the caller left")); }

  void OnDone() override {
    std::shared_ptr<ParticipationStream> self;
    {
      MutexLock lock(mutex_);
      self = std::move(self_);
    }
    streams_.Remove(this);
  }

 private:
  void EndLocked(const absl::Status& status)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    if (end_.has_value()) return;
    end_ = status;
    alarm_.Cancel();
    if (!busy_) GoOn();
  }

  // Finishes if the call is to end, else waits for the next look. Nothing of
  // this call is in gRPC's hands or in the executor's.
  void GoOn() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    if (finished_) return;
    if (end_.has_value()) {
      if (waiting_) return;  // The timer comes back here.
      finished_ = true;
      Finish(rpc::ToGrpcStatus(*end_, kErrorDomain));
      return;
    }
    waiting_ = true;
    alarm_.Set(absl::ToChronoTime(absl::Now() + interval_),
               [self = shared_from_this()](bool) { self->OnTimer(); });
  }

  void OnTimer() {
    MutexLock lock(mutex_);
    waiting_ = false;
    if (end_.has_value()) {
      GoOn();
    } else {
      Schedule();
    }
  }

  void Schedule() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    busy_ = true;
    if (streams_.executor_.TrySchedule(
            [self = shared_from_this()] { self->Look(); })) {
      return;
    }
    busy_ = false;
    EndLocked(rpc::OverloadedError());
  }

  // The task.
  void Look() {
    bool write = false;
    const absl::Status looked = rpc::CatchExceptions([&]() -> absl::Status {
      PT_ASSIGN_OR_RETURN(write, FillIfChanged());
      return absl::OkStatus();
    });
    MutexLock lock(mutex_);
    if (looked.ok() && write && !end_.has_value()) {
      StartWrite(&message_);
      return;
    }
    busy_ = false;
    if (!looked.ok()) EndLocked(looked);
    GoOn();
  }

  // Only the task uses wave_, seen_ and, until it is written, message_.
  absl::StatusOr<bool> FillIfChanged() {
    if (!wave_.has_value()) {
      PT_ASSIGN_OR_RETURN(const rpc::WaveName name,
                          rpc::ParseWaveName(request_.name(), "name"));
      PT_ASSIGN_OR_RETURN(const absl::Duration interval,
                          ReadInterval(request_));
      wave_ = ToKey(name);
      MutexLock lock(mutex_);
      interval_ = interval;
    }
    PT_ASSIGN_OR_RETURN(const Wave wave, streams_.store_.GetWave(*wave_));
    const Version version(wave);
    if (seen_ == version) return false;
    message_.Clear();
    PT_RETURN_IF_ERROR(ReadParticipation(streams_.store_, *wave_, message_));
    seen_ = version;
    MutexLock lock(mutex_);
    last_ = message_.wave_state() == v1::Wave::STATE_CLOSED;
    return true;
  }

  ParticipationStreams& streams_;
  const v1::WatchParticipationRequest& request_;  // Lives as long as the call.
  std::optional<WaveKey> wave_;
  std::optional<Version> seen_;
  v1::Participation message_;

  Mutex mutex_;
  std::shared_ptr<ParticipationStream> self_ ABSL_GUARDED_BY(mutex_);
  grpc::Alarm alarm_ ABSL_GUARDED_BY(mutex_);
  absl::Duration interval_ ABSL_GUARDED_BY(mutex_) = kIntervalDefault;
  bool busy_ ABSL_GUARDED_BY(mutex_) = false;  // In the executor, or writing.
  bool waiting_ ABSL_GUARDED_BY(mutex_) = false;
  bool last_ ABSL_GUARDED_BY(mutex_) = false;
  bool finished_ ABSL_GUARDED_BY(mutex_) = false;
  std::optional<absl::Status> end_ ABSL_GUARDED_BY(mutex_);
};

grpc::ServerWriteReactor<v1::Participation>* ParticipationStreams::NewStream(
    const grpc::CallbackServerContext& context,
    const v1::WatchParticipationRequest& request) {
  const auto stream = std::make_shared<ParticipationStream>(*this, request);
  absl::Status refused = rpc::AdmissionOf(context);
  {
    MutexLock lock(mutex_);
    if (refused.ok() && stopping_) refused = Stopping();
    if (refused.ok() && streams_.size() >= kWatchCountMax) {
      refused = rpc::OverloadedError();
    }
    streams_.emplace(stream.get(), stream);
  }
  stream->Start(refused);
  return stream.get();
}

void ParticipationStreams::BeginStop() {
  std::vector<std::shared_ptr<ParticipationStream>> running;
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

void ParticipationStreams::Remove(const ParticipationStream* stream) {
  MutexLock lock(mutex_);
  streams_.erase(stream);
}

}  // namespace pulsetaker::survey
