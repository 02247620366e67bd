// The functions are there in every build, and linked only where they are used.
#if !defined(PULSETAKER_FAULTS)
#define PULSETAKER_FAULTS
#endif
#include "common/base/fault.h"

#include <signal.h>
#include <unistd.h>

#include <atomic>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <utility>
#include <vector>

#include "absl/algorithm/container.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "common/base/status.h"

namespace pulsetaker::fault {
namespace {

std::string Variable(const char* name) {
  const char* const value = std::getenv(name);
  return value == nullptr ? "" : value;
}

struct KillAt {
  std::string point;
  std::int64_t passing = 0;
};

KillAt ReadKillAt() {
  const std::string text = Variable("PULSETAKER_KILL_AT");
  KillAt kill_at;
  if (text.empty()) return kill_at;
  const std::pair<std::string, std::string> parts =
      absl::StrSplit(text, absl::MaxSplits(':', 1));
  kill_at.point = parts.first;
  if (!absl::SimpleAtoi(parts.second, &kill_at.passing) ||
      kill_at.passing < 1) {
    FailStop(absl::StrCat("PULSETAKER_KILL_AT is ", text, ", want POINT:N"));
  }
  return kill_at;
}

}  // namespace

void PassKillPoint(absl::string_view name) {
  static const KillAt kKillAt = ReadKillAt();
  static std::atomic<std::int64_t> passings = 0;
  if (name != kKillAt.point || ++passings != kKillAt.passing) return;
  kill(getpid(), SIGKILL);
  // This thread goes no further, however late the signal is.
  for (;;) pause();
}

bool HasPlantedBug(absl::string_view name) {
  static const std::vector<std::string> kBugs =
      absl::StrSplit(Variable("PULSETAKER_PLANTED_BUG"), ',');
  return absl::c_linear_search(kBugs, name);
}

}  // namespace pulsetaker::fault
