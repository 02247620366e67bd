// GetParticipation and WatchParticipation.

#pragma once

#include <cstddef>
#include <memory>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "common/base/bounded_executor.h"
#include "common/base/mutex.h"
#include "grpcpp/server_context.h"
#include "grpcpp/support/server_callback.h"
#include "pulsetaker/survey/v1/wave.pb.h"
#include "services/survey/domain/survey_store.h"

namespace pulsetaker::survey {

// The counts of a wave as it is. WAVE_NOT_FOUND, TOO_MANY_SECTORS.
absl::Status ReadParticipation(const SurveyStore& store, const WaveKey& wave,
                               v1::Participation& message);

// Calls of WatchParticipation at once; more are turned away.
inline constexpr std::size_t kWatchCountMax = 1'000;

class ParticipationStream;

// The calls of WatchParticipation that are under way. A call takes no thread
// while it waits: a timer of gRPC's wakes it, and the executor counts.
class ParticipationStreams {
 public:
  // Both must outlive this. All calls must have ended when it is destroyed.
  ParticipationStreams(const SurveyStore& store, BoundedExecutor& executor)
      : store_(store), executor_(executor) {}

  ParticipationStreams(const ParticipationStreams&) = delete;
  ParticipationStreams& operator=(const ParticipationStreams&) = delete;

  // Answers one call. Deletes itself when the call is done.
  grpc::ServerWriteReactor<v1::Participation>* NewStream(
      const grpc::CallbackServerContext& context,
      const v1::WatchParticipationRequest& request);

  // Ends every call, UNAVAILABLE, and those that come later.
  void BeginStop();

 private:
  friend class ParticipationStream;

  void Remove(const ParticipationStream* stream);

  const SurveyStore& store_;
  BoundedExecutor& executor_;

  Mutex mutex_;
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  absl::flat_hash_map<const ParticipationStream*,
                      std::weak_ptr<ParticipationStream>>
      streams_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace pulsetaker::survey
