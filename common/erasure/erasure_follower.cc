#include "common/erasure/erasure_follower.h"

#include <utility>

#include "common/base/log.h"
#include "common/base/status.h"

namespace pulsetaker::erasure {

ErasureFollower::ErasureFollower(ErasureSource& source,
                                 Withdrawals& withdrawals,
                                 absl::Duration interval, Clock clock)
    : source_(source),
      withdrawals_(withdrawals),
      interval_(interval),
      clock_(std::move(clock)) {}

ErasureFollower::~ErasureFollower() { Stop(); }

void ErasureFollower::Start() {
  thread_ = std::thread([this] { Run(); });
}

void ErasureFollower::Stop() {
  {
    MutexLock lock(mutex_);
    stopping_ = true;
  }
  stopping_changed_.notify_all();
  if (thread_.joinable()) thread_.join();
}

void ErasureFollower::Run() {
  bool was_well = true;
  while (true) {
    const std::int64_t before = withdrawals_.withdrawn_count();
    const absl::Status status = Look();
    const std::int64_t withdrawn = withdrawals_.withdrawn_count() - before;
    if (withdrawn > 0) {
      log::Info("results_withdrawn", {{"count", withdrawn}});
    }
    if (absl::IsCancelled(status)) return;
    // The other service may be down for long: once is enough to say so.
    if (status.ok() != was_well) {
      was_well = status.ok();
      if (was_well) {
        log::Info("erasures_followed_again");
      } else {
        log::Warning("erasures_not_followed", {{"problem", status.ToString()}});
      }
    }
    MutexLock lock(mutex_);
    // To wake for no reason is to look sooner.
    if (!stopping_) lock.WaitFor(stopping_changed_, interval_);
    if (stopping_) return;
  }
}

absl::Status ErasureFollower::Look() {
  const absl::Time begin = clock_();
  const absl::Status read = ReadNew();
  if (!open_.empty()) {
    PT_ASSIGN_OR_RETURN(
        open_, withdrawals_.Withdraw(open_, [this] { return IsStopping(); }));
  }
  PT_RETURN_IF_ERROR(read);
  if (open_.empty()) {
    MutexLock lock(mutex_);
    followed_ = begin;
  }
  return absl::OkStatus();
}

bool ErasureFollower::IsStopping() const {
  MutexLock lock(mutex_);
  return stopping_;
}

absl::Status ErasureFollower::ReadNew() {
  while (true) {
    PT_ASSIGN_OR_RETURN(ErasurePage page, source_.Read(position_));
    position_ = std::move(page.next);
    if (page.localities.empty()) return absl::OkStatus();
    for (std::string& locality : page.localities) {
      open_.insert(std::move(locality));
    }
  }
}

std::vector<MetricSample> ErasureFollower::CollectMetrics() const {
  MutexLock lock(mutex_);
  return {{.name = "pulsetaker_results_withdrawn_total",
           .help = "Results that were withdrawn since the start, as somebody "
                   "of whom they were made was erased.",
           .kind = MetricKind::kCounter,
           .value = static_cast<double>(withdrawals_.withdrawn_count())},
          {.name = "pulsetaker_erasures_followed_timestamp_seconds",
           .help = "When results were last known to be of nobody who is "
                   "erased; 0 before the first time.",
           .kind = MetricKind::kGauge,
           .value = absl::ToDoubleSeconds(followed_ - absl::UnixEpoch())}};
}

}  // namespace pulsetaker::erasure
