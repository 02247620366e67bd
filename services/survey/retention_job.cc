#include "services/survey/retention_job.h"

#include <cstdint>

#include "common/base/clock.h"
#include "common/base/log.h"
#include "common/base/status.h"

namespace pulsetaker::survey {

RetentionJob::RetentionJob(Retentions& retentions, absl::Duration interval,
                           Metrics& metrics)
    : retentions_(retentions),
      interval_(interval),
      erased_(metrics.GetCounter({"pulsetaker_survey_retention_erased_total",
                                  "People who were erased because their time "
                                  "was over."})),
      failures_(
          metrics.GetCounter({"pulsetaker_survey_retention_failures_total",
                              "Times that people could not be erased when "
                              "their time was over; they are tried again."})) {}

RetentionJob::~RetentionJob() { Stop(); }

void RetentionJob::Start() {
  thread_ = std::thread([this] { RunUntilStopped(); });
}

void RetentionJob::BeginStop() {
  MutexLock lock(mutex_);
  stopping_ = true;
  stop_.notify_all();
}

void RetentionJob::Stop() {
  BeginStop();
  if (thread_.joinable()) thread_.join();
}

void RetentionJob::RunUntilStopped() {
  do {
    RunOnce();
  } while (WaitForNext());
}

void RetentionJob::RunOnce() {
  const RetentionRun run =
      retentions_.EraseDue([this] { return IsStopping(); });
  erased_.Increment(static_cast<std::uint64_t>(run.erased_count));
  failures_.Increment(run.failures.size());
  if (run.erased_count > 0) {
    log::Info("retention_erased", {{"people", run.erased_count}});
  }
  for (const absl::Status& failure : run.failures) {
    log::Warning("retention_failed",
                 {{"code", absl::StatusCodeToString(failure.code())},
                  {"reason", ReasonOf(failure)}});
  }
}

bool RetentionJob::IsStopping() {
  MutexLock lock(mutex_);
  return stopping_;
}

bool RetentionJob::WaitForNext() {
  const absl::Time next = MonotonicNow() + interval_;
  MutexLock lock(mutex_);
  while (!stopping_) {
    const absl::Duration left = next - MonotonicNow();
    if (left <= absl::ZeroDuration()) return true;
    lock.WaitFor(stop_, left);
  }
  return false;
}

}  // namespace pulsetaker::survey
