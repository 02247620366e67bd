// StreamResponses: frames in, watermarks out.

#pragma once

#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <memory>
#include <string>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/time/time.h"
#include "common/base/bounded_executor.h"
#include "common/base/mutex.h"
#include "grpcpp/support/server_callback.h"
#include "pulsetaker/survey/v1/response.pb.h"
#include "services/survey/domain/response_intake.h"
#include "services/survey/domain/tenant_quota.h"

namespace pulsetaker::survey {

// Frames of one stream that wait for their answer; then no more are read, and
// HTTP/2 holds the sender back.
inline constexpr std::size_t kUnansweredBytesMax = std::size_t{8} << 20;

struct StreamLimits {
  // Streams that are open at once; the next is turned away.
  std::size_t open_count_max = 20'000;
  // Bytes of all streams that wait for their answer; the stream that goes
  // beyond is turned away.
  std::size_t unanswered_bytes_max = std::size_t{256} << 20;
  // How long a frame of a tenant over its quota is held back, and nothing more
  // read; then its stream ends.
  absl::Duration quota_wait_max = absl::Seconds(5);
};

class ResponseStream;

// The calls of StreamResponses that are going on. An upload belongs to the
// stream that named it last: the one before it, which may be what is left of a
// broken connection, is ended. Safe for use by any number of threads at once.
class ResponseStreams {
 public:
  using Reactor = grpc::ServerBidiReactor<v1::StreamResponsesRequest,
                                          v1::StreamResponsesResponse>;

  // All must outlive this. All calls must have ended when it is destroyed.
  ResponseStreams(const ResponseIntake& intake, TenantQuota& quota,
                  BoundedExecutor& executor, const StreamLimits& limits = {})
      : intake_(intake), quota_(quota), executor_(executor), limits_(limits) {}

  ResponseStreams(const ResponseStreams&) = delete;
  ResponseStreams& operator=(const ResponseStreams&) = delete;

  // Answers one call. Deletes itself when the call is done.
  Reactor* NewStream(const grpc::CallbackServerContext& context);

  // Has every call answer what it has taken in and then end, UNAVAILABLE, for
  // the client to go on elsewhere. So do calls that come later.
  void BeginStop();

  // Waits until all calls have ended, or for `limit`, and then for as long as
  // a client needs to read how. A connection that is closed while its client
  // still sends can lose what is on its way to it.
  void WaitUntilEnded(absl::Duration limit);

 private:
  friend class ResponseStream;

  // Counts `stream` among those that are open, or says why it cannot be.
  absl::Status Admit(const std::shared_ptr<ResponseStream>& stream);
  // Makes `stream` the one that the upload belongs to.
  void Claim(const std::string& upload,
             const std::shared_ptr<ResponseStream>& stream);
  // Forgets a stream, which had claimed `upload` if that is not empty.
  void Remove(const ResponseStream* stream, const std::string& upload);

  const ResponseIntake& intake_;
  TenantQuota& quota_;
  BoundedExecutor& executor_;
  const StreamLimits limits_;
  std::atomic<std::size_t> unanswered_bytes_ = 0;

  Mutex mutex_;
  std::condition_variable ended_;  // The last of streams_ has.
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  absl::flat_hash_map<const ResponseStream*, std::weak_ptr<ResponseStream>>
      streams_ ABSL_GUARDED_BY(mutex_);
  absl::flat_hash_map<std::string, std::weak_ptr<ResponseStream>> owners_
      ABSL_GUARDED_BY(mutex_);
};

}  // namespace pulsetaker::survey
