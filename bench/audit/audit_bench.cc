// What an audit record costs, beside what the disk can do in the same run:
//
//   raw_sync      fdatasyncs of a preallocated file after a write of 512 bytes
//   append        threads that each wait for their record
//   append_async  one thread that has at most 4,096 records under way
//
// Files lie in $PULSETAKER_BENCH_DIR, or else where it is started: a file
// system in memory would make syncs free.

#include <fcntl.h>
#include <unistd.h>

#include <condition_variable>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "benchmark/benchmark.h"
#include "common/audit/audit_log.h"
#include "common/audit/record.h"
#include "common/base/mutex.h"
#include "common/base/status.h"
#include "common/base/uuid.h"

namespace pulsetaker::audit {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kRawWriteBytes = 512;
constexpr std::size_t kRawFileBytes = std::size_t{16} << 20;
constexpr int kUnderWayMax = 4096;

// A folder on the disk that is measured, gone at the end.
class Folder {
 public:
  Folder() {
    const char* base = std::getenv("PULSETAKER_BENCH_DIR");
    path_ = fs::path(base == nullptr ? "." : base) /
            absl::StrCat("audit-bench-", NewUuid());
    fs::create_directories(path_);
  }
  ~Folder() { fs::remove_all(path_); }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;

  std::string file(const std::string& name) const {
    return (path_ / name).string();
  }

 private:
  fs::path path_;
};

AuditRecord SomeRecord() {
  return {.subject = "user:6f1e2c4a",
          .tenant = "north",
          .method = "pulsetaker.survey.v1.SurveyService/GetParticipant",
          .resource =
              "tenants/north/localities/leeds/surveys/care/waves/1/"
              "participants/p0017",
          .trace_id = "0af7651916cd43dd8448eb211c80319c",
          .item_count = 1};
}

std::unique_ptr<AuditLog> OpenLog(const Folder& folder) {
  auto log = AuditLog::Open({.path = folder.file("audit"),
                             .service = "survey",
                             .clock = [] { return absl::Now(); }});
  if (!log.ok()) FailStop(log.status().message());
  return *std::move(log);
}

void RawSync(benchmark::State& state) {
  const Folder folder;
  const int file = open(folder.file("raw").c_str(), O_RDWR | O_CREAT, 0600);
  const std::string bytes(kRawWriteBytes, 'x');
  if (file < 0 || posix_fallocate(file, 0, kRawFileBytes) != 0 ||
      fsync(file) != 0) {
    FailStop("cannot make a file on the disk that is measured");
  }
  std::size_t offset = 0;
  for (auto _ : state) {
    if (pwrite(file, bytes.data(), bytes.size(), static_cast<off_t>(offset)) <
            0 ||
        fdatasync(file) != 0) {
      FailStop("cannot sync the disk that is measured");
    }
    offset = (offset + kRawWriteBytes) % kRawFileBytes;
  }
  close(file);
  state.SetItemsProcessed(state.iterations());
}

// An iteration is one record of each thread.
void Append(benchmark::State& state) {
  const Folder folder;
  const std::unique_ptr<AuditLog> log = OpenLog(folder);
  const auto thread_count = static_cast<int>(state.range(0));
  constexpr int kRounds = 50;
  const AuditRecord record = SomeRecord();
  for (auto _ : state) {
    std::vector<std::thread> threads;
    for (int t = 0; t < thread_count; ++t) {
      threads.emplace_back([&] {
        for (int i = 0; i < kRounds; ++i) {
          if (const absl::Status recorded = log->Record(record);
              !recorded.ok()) {
            FailStop(recorded.message());
          }
        }
      });
    }
    for (std::thread& thread : threads) thread.join();
  }
  state.SetItemsProcessed(state.iterations() * thread_count * kRounds);
  state.counters["records_per_sync"] =
      static_cast<double>(log->counts().records) /
      static_cast<double>(log->counts().syncs);
}

// Lets at most kUnderWayMax through at once.
class Gate {
 public:
  void Enter() {
    MutexLock lock(mutex_);
    while (under_way_ >= kUnderWayMax) lock.Wait(changed_);
    ++under_way_;
  }
  void Leave() {
    MutexLock lock(mutex_);
    --under_way_;
    changed_.notify_one();
  }
  void AwaitAll() {
    MutexLock lock(mutex_);
    while (under_way_ > 0) lock.Wait(changed_);
  }

 private:
  Mutex mutex_;
  std::condition_variable changed_;
  int under_way_ ABSL_GUARDED_BY(mutex_) = 0;
};

void AppendAsync(benchmark::State& state) {
  const Folder folder;
  const std::unique_ptr<AuditLog> log = OpenLog(folder);
  Gate gate;
  for (auto _ : state) {
    gate.Enter();
    log->RecordAll({SomeRecord()}, [&gate](const absl::Status& status) {
      if (!status.ok()) FailStop(status.message());
      gate.Leave();
    });
  }
  gate.AwaitAll();
  state.SetItemsProcessed(state.iterations());
  state.counters["records_per_sync"] =
      static_cast<double>(log->counts().records) /
      static_cast<double>(log->counts().syncs);
}

BENCHMARK(RawSync)->Name("raw_sync")->UseRealTime();
BENCHMARK(Append)
    ->Name("append")
    ->Arg(1)
    ->Arg(16)
    ->Arg(64)
    ->UseRealTime()
    ->Unit(benchmark::kMillisecond);
BENCHMARK(AppendAsync)->Name("append_async")->UseRealTime();

}  // namespace
}  // namespace pulsetaker::audit

BENCHMARK_MAIN();
