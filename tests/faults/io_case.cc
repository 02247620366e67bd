#include "tests/faults/io_case.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <fstream>
#include <memory>
#include <new>
#include <sstream>
#include <thread>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "common/base/status.h"
#include "tests/faults/script_runner.h"

namespace pulsetaker::testing {
namespace {

constexpr std::size_t kWriteBufferBytes = std::size_t{64} << 10;
constexpr int kTries = 4;
// Room that is back is noticed within two seconds.
constexpr absl::Duration kHangLimit = absl::Seconds(30);
// What no longer gets anywhere on a full disk waits for room.
constexpr absl::Duration kWaitLimit = absl::Milliseconds(150);

// Of RocksDB 7.8, when the first write to a log file meets a full disk.
constexpr char kKnownAssertion[] = "AssertFalseAndGetStatusForPrevError";

std::string LogPath(const std::string& folder) { return folder + "/log"; }

[[noreturn]] void End(CaseEnd end) { _exit(static_cast<int>(end)); }

void SetProblem(CaseRecord& record, const std::string& problem) {
  std::snprintf(record.problem, sizeof(record.problem), "%s", problem.c_str());
}

absl::StatusOr<std::unique_ptr<survey::SurveyDatabase>> Open(
    const std::string& folder, rocksdb::Env* env) {
  return survey::OpenSurveyDatabase({.path = folder + "/a/store",
                                     .env = env,
                                     .write_buffer_bytes = kWriteBufferBytes,
                                     .disk_reserve_bytes = 0});
}

// One process, from the first opening to the last closing.
class CaseRun {
 public:
  CaseRun(const ScriptOutcome& outcome, const std::string& folder,
          CaseRecord& record)
      : outcome_(outcome),
        folder_(folder),
        record_(record),
        env_(NewFailingEnv(record.plan)) {}

  [[noreturn]] void Run() {
    std::thread([this] { Watch(); }).detach();
    const std::size_t half = outcome_.size() / 2;
    std::size_t begin = 0;
    for (const std::size_t end : {half, outcome_.size()}) {
      const auto database = OpenPatiently();
      for (std::size_t i = begin; i < end; ++i) RunStep(*database, i);
      begin = end;
      ++progress_;
    }
    End(CaseEnd::kFinished);
  }

 private:
  bool full_for_good() const {
    return record_.plan.no_space && record_.plan.from_then_on;
  }

  // Ends the process when it gets nowhere.
  [[noreturn]] void Watch() {
    std::int64_t seen = -1;
    absl::Time since = absl::Now();
    for (;;) {
      absl::SleepFor(absl::Milliseconds(10));
      if (const std::int64_t now = progress_; now != seen) {
        seen = now;
        since = absl::Now();
      }
      const bool met =
          record_.plan.first > 0 && record_.plan.calls >= record_.plan.first;
      const absl::Duration still = absl::Now() - since;
      if (full_for_good() && met && still > kWaitLimit) End(CaseEnd::kWaited);
      if (still > kHangLimit) End(CaseEnd::kHung);
    }
  }

  // Ends the process unless `error` is one that the disk may cause.
  void CheckError(const absl::Status& error, const std::string& what) {
    ++record_.errors;
    ++progress_;
    const bool excused =
        record_.plan.no_space
            ? error.code() == absl::StatusCode::kResourceExhausted
            : error.code() == absl::StatusCode::kUnavailable ||
                  error.code() == absl::StatusCode::kFailedPrecondition;
    if (excused) return;
    SetProblem(record_, absl::StrCat(what, ": ", error.ToString()));
    End(CaseEnd::kWrong);
  }

  std::unique_ptr<survey::SurveyDatabase> OpenPatiently() {
    for (int i = 0; i < kTries; ++i) {
      auto opened = Open(folder_, env_.get());
      ++progress_;
      if (opened.ok()) return *std::move(opened);
      CheckError(opened.status(), "opening");
    }
    End(CaseEnd::kGaveUp);
  }

  void RunStep(survey::SurveyDatabase& database, std::size_t i) {
    // Room that is back is noticed within some time.
    const absl::Time give_up = absl::Now() + kHangLimit;
    for (int tries = 0; tries < kTries || CanComeBack(give_up); ++tries) {
      if (tries > kTries) absl::SleepFor(absl::Milliseconds(5));
      absl::Status error;
      ScriptRunner runner(
          database, [&](const ScriptStep&) { record_.under_way = true; },
          [&](const ScriptStep&, const absl::Status& status,
              const std::string& answer) {
            // An error without a reason is the disk's; so is a full one.
            if (!status.ok() && (answer.empty() || answer == "DISK_FULL" ||
                                 answer == "STORED_DATA_UNREADABLE")) {
              // It may have been written all the same.
              error = status;
              return;
            }
            CheckAnswer(i, answer, /*repeated=*/tries > 0);
            record_.acknowledged = i + 1;
            record_.under_way = false;
          });
      runner.Run(outcome_.script, i, i + 1, /*window=*/1);
      ++progress_;
      if (error.ok()) return;
      CheckError(error, absl::StrCat("step ", i));
    }
    End(CaseEnd::kGaveUp);
  }

  bool CanComeBack(absl::Time give_up) const {
    return record_.plan.no_space && !record_.plan.from_then_on &&
           absl::Now() < give_up;
  }

  void CheckAnswer(std::size_t i, const std::string& answer, bool repeated) {
    if (answer == outcome_.answers[i]) return;
    StoreContent content = outcome_.contents[i + 1];
    if (repeated && answer == outcome_.Repeat(i, content)) return;
    SetProblem(record_, absl::StrCat("step ", i, " is answered ", answer,
                                     ", want ", outcome_.answers[i]));
    End(CaseEnd::kWrong);
  }

  const ScriptOutcome& outcome_;
  const std::string& folder_;
  CaseRecord& record_;
  const std::unique_ptr<rocksdb::Env> env_;
  std::atomic<std::int64_t> progress_ = 0;
};

std::string ReadLog(const std::string& folder) {
  std::ifstream file(LogPath(folder));
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

// Forks, runs `work` with its errors in a file, and returns the exit status as
// waitpid gives it.
template <typename Work>
int RunForked(const std::string& folder, const Work& work) {
  const pid_t pid = fork();
  if (pid < 0) FailStop("cannot fork");
  if (pid == 0) {
    const int log =
        open(LogPath(folder).c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
    dup2(log, STDERR_FILENO);
    work();
    _exit(0);
  }
  int status = 0;
  waitpid(pid, &status, 0);
  return status;
}

}  // namespace

CaseRecord& NewSharedRecord() {
  void* const memory = mmap(nullptr, sizeof(CaseRecord), PROT_READ | PROT_WRITE,
                            MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) FailStop("cannot share memory");
  return *new (memory) CaseRecord;
}

CaseEnd RunCase(const ScriptOutcome& outcome, const std::string& folder,
                CaseRecord& record) {
  const int status =
      RunForked(folder, [&] { CaseRun(outcome, folder, record).Run(); });
  if (WIFEXITED(status)) return static_cast<CaseEnd>(WEXITSTATUS(status));
  const std::string log = ReadLog(folder);
  if (WTERMSIG(status) == SIGABRT && absl::StrContains(log, "\"fatal\"")) {
    return CaseEnd::kStopped;
  }
  if (record.plan.no_space && absl::StrContains(log, kKnownAssertion)) {
    return CaseEnd::kAsserted;
  }
  SetProblem(record, absl::StrCat("signal ", WTERMSIG(status), ": ",
                                  log.substr(0, 600)));
  return CaseEnd::kDied;
}

std::string CheckCase(const ScriptOutcome& outcome, const std::string& folder,
                      CaseRecord& record) {
  record.plan.first = 0;
  record.problem[0] = '\0';
  const int status = RunForked(folder, [&] {
    alarm(60);
    const auto env = NewFailingEnv(record.plan);
    const auto opened = Open(folder, env.get());
    if (!opened.ok()) {
      return SetProblem(record, opened.status().ToString());
    }
    const auto content = ReadContent(**opened);
    if (!content.ok()) {
      return SetProblem(record, content.status().ToString());
    }
    const std::size_t low = record.acknowledged;
    const std::size_t high = low + (record.under_way ? 1 : 0);
    if (outcome.StepsOf(*content, low, high).has_value()) return;
    SetProblem(record,
               absl::StrCat(NameOf(outcome.HarmOf(*content, low, high)), ": ",
                            Difference(outcome.contents[low], *content)));
  });
  if (status != 0 && record.problem[0] == '\0') {
    return absl::StrCat("the reopening ends with ", status, ": ",
                        ReadLog(folder).substr(0, 600));
  }
  return record.problem;
}

}  // namespace pulsetaker::testing
