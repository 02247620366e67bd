#include "cli/rpc/parallel.h"

#include <algorithm>
#include <atomic>
#include <thread>
#include <vector>

namespace pulsetaker::cli {

void ForEachInParallel(std::size_t count, int parallelism,
                       const std::function<void(std::size_t)>& work) {
  std::atomic<std::size_t> next = 0;
  const auto run = [&] {
    for (std::size_t i = next++; i < count; i = next++) work(i);
  };
  const std::size_t thread_count =
      std::min(count, static_cast<std::size_t>(std::max(parallelism, 1)));
  std::vector<std::thread> threads;
  for (std::size_t i = 1; i < thread_count; ++i) threads.emplace_back(run);
  run();
  for (std::thread& thread : threads) thread.join();
}

}  // namespace pulsetaker::cli
