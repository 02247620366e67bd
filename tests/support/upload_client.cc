#include "tests/support/upload_client.h"

#include <algorithm>
#include <condition_variable>
#include <thread>

#include "absl/time/clock.h"

namespace pulsetaker::testing {
namespace {

// What the thread that writes and the one that reads share.
struct Progress {
  Mutex mutex;
  std::condition_variable changed;
  std::int64_t acknowledged ABSL_GUARDED_BY(mutex) = 0;
  bool over ABSL_GUARDED_BY(mutex) = false;
};

}  // namespace

UploadOutcome SendRows(survey::v1::SurveyService::Stub& stub,
                       const UploadPlan& plan) {
  grpc::ClientContext context;
  if (plan.limit < absl::InfiniteDuration()) {
    context.set_deadline(absl::ToChronoTime(absl::Now() + plan.limit));
  }
  const auto stream = stub.StreamResponses(&context);
  Progress progress;
  {
    MutexLock lock(progress.mutex);
    progress.acknowledged = plan.begin;
  }
  std::thread reader([&] {
    survey::v1::StreamResponsesResponse response;
    while (stream->Read(&response)) {
      if (plan.acknowledged) plan.acknowledged(response);
      MutexLock lock(progress.mutex);
      progress.acknowledged =
          std::max(progress.acknowledged, response.committed_offset());
      progress.changed.notify_one();
    }
    MutexLock lock(progress.mutex);
    progress.over = true;
    progress.changed.notify_one();
  });

  UploadOutcome outcome;
  outcome.sent = plan.begin;
  while (outcome.sent < plan.end) {
    survey::v1::StreamResponsesRequest frame = plan.frame(outcome.sent);
    if (outcome.sent == plan.begin) frame.set_upload(plan.upload);
    frame.set_offset(outcome.sent);
    {
      MutexLock lock(progress.mutex);
      while (!progress.over &&
             outcome.sent - progress.acknowledged > plan.window) {
        lock.Wait(progress.changed);
      }
      if (progress.over) break;
    }
    outcome.sent += frame.rows_size();
    if (!stream->Write(frame)) break;
  }
  stream->WritesDone();
  reader.join();
  outcome.status = stream->Finish();
  MutexLock lock(progress.mutex);
  outcome.acknowledged = progress.acknowledged;
  return outcome;
}

}  // namespace pulsetaker::testing
