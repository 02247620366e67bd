// One line on a terminal that says how far the work is. Nothing is written
// where the output is not a terminal, so logs stay readable.

#pragma once

#include <cstdint>
#include <cstdio>
#include <string>

#include "absl/base/thread_annotations.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "common/base/mutex.h"

namespace pulsetaker::cli {

// Safe for use by any number of threads at once.
class Progress {
 public:
  // `file` must outlive this.
  Progress(std::FILE* file, bool is_terminal);
  ~Progress();

  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  // Shows "label [####    ] done/total", at most ten times a second.
  void Show(absl::string_view label, std::int64_t done, std::int64_t total);

  // Takes the line away, so that something else can be written.
  void Clear();

 private:
  std::FILE* const file_;
  const bool is_terminal_;
  Mutex mutex_;
  absl::Time last_shown_ ABSL_GUARDED_BY(mutex_) = absl::InfinitePast();
  bool is_shown_ ABSL_GUARDED_BY(mutex_) = false;
};

// The line itself, at most 79 columns.
std::string ProgressLine(absl::string_view label, std::int64_t done,
                         std::int64_t total);

}  // namespace pulsetaker::cli
