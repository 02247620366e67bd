#include "cli/rpc/progress.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "cli/import/text.h"

namespace pulsetaker::cli {
namespace {

constexpr absl::Duration kInterval = absl::Milliseconds(100);
constexpr int kLabelColumns = 30;
constexpr int kBarColumns = 24;

}  // namespace

Progress::Progress(std::FILE* file, bool is_terminal)
    : file_(file), is_terminal_(is_terminal) {}

Progress::~Progress() { Clear(); }

void Progress::Show(absl::string_view label, std::int64_t done,
                    std::int64_t total) {
  if (!is_terminal_) return;
  const MutexLock lock(mutex_);
  const absl::Time now = absl::Now();
  if (now - last_shown_ < kInterval && done < total) return;
  last_shown_ = now;
  is_shown_ = true;
  std::fprintf(file_, "\r\033[K%s", ProgressLine(label, done, total).c_str());
  std::fflush(file_);
}

void Progress::Clear() {
  const MutexLock lock(mutex_);
  if (!is_shown_) return;
  is_shown_ = false;
  std::fputs("\r\033[K", file_);
  std::fflush(file_);
}

std::string ProgressLine(absl::string_view label, std::int64_t done,
                         std::int64_t total) {
  const std::string shown(label.substr(0, kLabelColumns));
  const std::string padding(
      static_cast<std::size_t>(kLabelColumns - ColumnCount(shown)), ' ');
  const std::int64_t filled =
      total > 0
          ? std::clamp<std::int64_t>(done * kBarColumns / total, 0, kBarColumns)
          : 0;
  const auto count = static_cast<std::size_t>(filled);
  return absl::StrCat(shown, padding, " [", std::string(count, '#'),
                      std::string(kBarColumns - count, ' '), "] ",
                      WithCommas(done), "/", WithCommas(total));
}

}  // namespace pulsetaker::cli
