// Looks for people who are due, from time to time, on a thread of its own.

#pragma once

#include <condition_variable>
#include <thread>

#include "absl/base/thread_annotations.h"
#include "absl/time/time.h"
#include "common/base/metrics.h"
#include "common/base/mutex.h"
#include "services/survey/domain/retentions.h"

namespace pulsetaker::survey {

// The log says how many people a run erased, never who or where. Metrics:
//   pulsetaker_survey_retention_erased_total
//     people who were erased
//   pulsetaker_survey_retention_failures_total
//     localities, and what comes before them, of which a run failed
class RetentionJob {
 public:
  // `retentions` and `metrics` must outlive this.
  RetentionJob(Retentions& retentions, absl::Duration interval,
               Metrics& metrics);
  // Stops.
  ~RetentionJob();

  RetentionJob(const RetentionJob&) = delete;
  RetentionJob& operator=(const RetentionJob&) = delete;

  // Begins, with a run at once. At most once.
  void Start();

  // Ends a run between two of its steps. Returns at once.
  void BeginStop();

  // The same, and waits for the end.
  void Stop();

 private:
  void RunUntilStopped();
  void RunOnce();
  bool IsStopping();
  // Returns false to stop.
  bool WaitForNext();

  Retentions& retentions_;
  const absl::Duration interval_;
  Counter& erased_;
  Counter& failures_;
  Mutex mutex_;
  std::condition_variable stop_;
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  std::thread thread_;
};

}  // namespace pulsetaker::survey
