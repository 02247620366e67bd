// Records into an audit log until it is killed, and says on standard output of
// which records it was told that they are kept: a line with their trace id.
//
//   audit_appender FOLDER FIRST_NUMBER

#include <unistd.h>

#include <atomic>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "common/audit/audit_log.h"
#include "common/audit/audit_testing.h"
#include "common/base/status.h"

namespace pulsetaker::audit {
namespace {

constexpr int kWaitingThreads = 4;
constexpr std::uint64_t kTogether = 5;

// One write, so that lines of several threads never mix.
void Tell(const std::vector<AuditRecord>& records) {
  std::string lines;
  for (const AuditRecord& record : records) {
    absl::StrAppend(&lines, record.trace_id, "\n");
  }
  if (write(STDOUT_FILENO, lines.data(), lines.size()) < 0) _exit(1);
}

[[noreturn]] void Run(const std::string& folder, std::uint64_t first) {
  const auto log =
      AuditLog::Open({.path = folder, .service = "survey", .clock = [] {
                        return absl::Now();
                      }});
  if (!log.ok()) FailStop(log.status().message());
  std::atomic<std::uint64_t> next = first;
  std::vector<std::thread> threads;
  for (int t = 0; t < kWaitingThreads; ++t) {
    threads.emplace_back([&] {
      for (;;) {
        const AuditRecord record = NumberedRecord(next++);
        const absl::Status recorded = (*log)->Record(record);
        if (!recorded.ok()) FailStop(recorded.message());
        Tell({record});
      }
    });
  }
  // Those that do not wait, some at a time.
  for (;;) {
    std::vector<AuditRecord> records;
    for (std::uint64_t i = 0; i < kTogether; ++i) {
      records.push_back(NumberedRecord(next++));
    }
    (*log)->RecordAll(records, [records](const absl::Status& recorded) {
      if (!recorded.ok()) FailStop(recorded.message());
      Tell(records);
    });
    absl::SleepFor(absl::Milliseconds(1));
  }
}

}  // namespace
}  // namespace pulsetaker::audit

int main(int argc, char** argv) {
  std::uint64_t first = 0;
  if (argc != 3 || !absl::SimpleAtoi(argv[2], &first)) return 1;
  pulsetaker::audit::Run(argv[1], first);
}
