#include "services/network/domain/parallel.h"

#include <algorithm>
#include <atomic>
#include <thread>
#include <vector>

namespace pulsetaker::network {

absl::Status ParallelFor(std::size_t count, int thread_count,
                         const std::function<absl::Status(std::size_t)>& task) {
  std::vector<absl::Status> statuses(count);
  std::atomic<std::size_t> next{0};
  std::atomic<bool> failed{false};
  const auto work = [&] {
    while (!failed.load()) {
      const std::size_t index = next.fetch_add(1);
      if (index >= count) return;
      statuses[index] = task(index);
      if (!statuses[index].ok()) failed.store(true);
    }
  };

  const std::size_t helper_count =
      std::min(count, static_cast<std::size_t>(std::max(thread_count, 1)));
  std::vector<std::thread> helpers;
  for (std::size_t i = 1; i < helper_count; ++i) helpers.emplace_back(work);
  work();
  for (std::thread& helper : helpers) helper.join();

  for (const absl::Status& status : statuses) {
    if (!status.ok()) return status;
  }
  return absl::OkStatus();
}

}  // namespace pulsetaker::network
