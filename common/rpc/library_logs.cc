#include "common/rpc/library_logs.h"

#include <cstdint>
#include <string>

#include "absl/base/thread_annotations.h"
#include "absl/strings/string_view.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "common/base/log.h"
#include "common/base/mutex.h"
#include "google/protobuf/stubs/logging.h"
#include "grpc/support/log.h"

namespace pulsetaker::rpc {
namespace {

constexpr int kLinesPerSecondMax = 10;

// Lets through a number of lines in each second, and counts the others.
class LineLimit {
 public:
  // Whether a line may be written; `suppressed` is how many were not before it.
  bool Admit(std::uint64_t& suppressed) {
    MutexLock lock(mutex_);
    const std::int64_t second = absl::ToUnixSeconds(absl::Now());
    if (second != second_) {
      second_ = second;
      lines_ = 0;
    }
    if (lines_ >= kLinesPerSecondMax) {
      ++suppressed_;
      return false;
    }
    ++lines_;
    suppressed = suppressed_;
    suppressed_ = 0;
    return true;
  }

 private:
  Mutex mutex_;
  std::int64_t second_ ABSL_GUARDED_BY(mutex_) = 0;
  int lines_ ABSL_GUARDED_BY(mutex_) = 0;
  std::uint64_t suppressed_ ABSL_GUARDED_BY(mutex_) = 0;
};

void WriteLimited(absl::string_view library, bool is_error,
                  absl::string_view message) {
  static LineLimit* const limit = new LineLimit;  // Outlives every thread.
  std::uint64_t suppressed = 0;
  if (!limit->Admit(suppressed)) return;
  const log::Field fields[] = {{"library", library},
                               {"message", message},
                               {"suppressed_lines", suppressed}};
  if (is_error) {
    log::Error("library", fields);
  } else {
    log::Info("library", fields);
  }
}

void WriteGrpc(gpr_log_func_args* line) {
  WriteLimited("grpc", line->severity == GPR_LOG_SEVERITY_ERROR, line->message);
}

void WriteProtobuf(google::protobuf::LogLevel level, const char* /*file*/,
                   int /*line*/, const std::string& message) {
  WriteLimited("protobuf", level >= google::protobuf::LOGLEVEL_ERROR, message);
}

}  // namespace

void RedirectLibraryLogs() {
  gpr_set_log_function(WriteGrpc);
  google::protobuf::SetLogHandler(WriteProtobuf);
}

}  // namespace pulsetaker::rpc
