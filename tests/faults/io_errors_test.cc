// Every call to the disk fails: once, and from then on; for no reason, and for
// want of room. Whatever is answered then is true, and when the disk works
// again the database opens with all that was acknowledged and nothing by
// halves.
//
// Each case is a process, because a failed sync ends it. PULSETAKER_IO_ERRORS
// sets how many calls fail in each of the four ways, evenly spread, if not all
// of them.

#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "common/base/status.h"
#include "gtest/gtest.h"
#include "tests/faults/io_case.h"

namespace pulsetaker::testing {
namespace {

constexpr std::uint64_t kSeed = 1;
constexpr int kEndCount = 17;

// A folder in memory where there is one: syncs of a real disk prove no more.
std::string MakeFolder() {
  for (const std::string& root :
       {std::string("/dev/shm"),
        std::filesystem::temp_directory_path().string()}) {
    std::string folder = root + "/io_errors_test.XXXXXX";
    if (mkdtemp(folder.data()) != nullptr) return folder;
  }
  FailStop("cannot make a folder");
}

// One way in which calls fail.
struct Way {
  const char* name;
  bool from_then_on;
  bool no_space;
  // Cases at a time: what has no room mostly waits.
  int workers;
};

constexpr Way kWays[] = {
    {"once", false, false, 2},
    {"from then on", true, false, 2},
    {"no space once", false, true, 16},
    {"no space from then on", true, true, 16},
};

// What became of the cases of one way, in memory that processes share.
struct Tally {
  std::atomic<int> cases = 0;
  std::atomic<int> not_reached = 0;  // The run had fewer calls this time.
  std::atomic<int> errors = 0;
  std::atomic<int> ends[kEndCount] = {};
};

class IoErrorsTest : public ::testing::Test {
 protected:
  IoErrorsTest()
      : outcome_(MakeScript(kSeed, {.steps = 240, .people = 60})),
        folder_(MakeFolder()) {}
  ~IoErrorsTest() override { std::filesystem::remove_all(folder_); }

  // How many calls a run makes that nothing befalls.
  std::int64_t CountCalls(bool no_space) {
    CaseRecord& record = NewSharedRecord();
    record.plan.no_space = no_space;
    const std::string folder = folder_ + "/count";
    std::filesystem::create_directory(folder);
    EXPECT_EQ(RunCase(outcome_, folder, record), CaseEnd::kFinished)
        << record.problem;
    const std::int64_t calls = record.plan.calls;
    EXPECT_EQ(CheckCase(outcome_, folder, record), "");
    std::filesystem::remove_all(folder);
    return calls;
  }

  // One case. Returns what is wrong with it, or "".
  std::string RunOne(const Way& way, std::int64_t call, CaseRecord& record,
                     Tally& tally) {
    const std::string folder = absl::StrCat(folder_, "/", getpid(), "-", call);
    std::filesystem::create_directory(folder);
    record.plan.first = call;
    record.plan.from_then_on = way.from_then_on;
    record.plan.no_space = way.no_space;
    record.plan.calls = 0;
    record.acknowledged = 0;
    record.under_way = false;
    record.errors = 0;
    record.problem[0] = '\0';
    const CaseEnd end = RunCase(outcome_, folder, record);
    std::string problem = record.problem;
    ++tally.cases;
    ++tally.ends[static_cast<int>(end)];
    tally.errors += record.errors;
    if (record.plan.calls < call) ++tally.not_reached;
    if (problem.empty() && end == CaseEnd::kHung) problem = "it hangs";
    if (problem.empty() && end == CaseEnd::kFinished &&
        record.acknowledged != outcome_.size()) {
      problem = "it ended before its end";
    }
    if (problem.empty()) problem = CheckCase(outcome_, folder, record);
    std::filesystem::remove_all(folder);
    if (problem.empty()) return "";
    return absl::StrCat("call ", call, " fails ", way.name, ": ", problem);
  }

  // Has processes share the cases of a way. False if something is wrong.
  bool RunWay(const Way& way, std::int64_t calls, std::int64_t step,
              Tally& tally) {
    std::vector<pid_t> workers;
    for (int worker = 0; worker < way.workers; ++worker) {
      const pid_t pid = fork();
      if (pid == 0) {
        CaseRecord& record = NewSharedRecord();
        for (std::int64_t i = 1 + worker * step; i <= calls;
             i += way.workers * step) {
          const std::string problem = RunOne(way, i, record, tally);
          if (problem.empty()) continue;
          std::printf("%s\n", problem.c_str());
          std::fflush(stdout);
          _exit(1);
        }
        _exit(0);
      }
      workers.push_back(pid);
    }
    bool right = true;
    for (const pid_t worker : workers) {
      int status = 0;
      waitpid(worker, &status, 0);
      right = right && status == 0;
    }
    return right;
  }

  const ScriptOutcome outcome_;
  const std::string folder_;
};

void Print(const Way& way, const Tally& tally, std::int64_t calls,
           absl::Duration took) {
  const auto ends = [&](CaseEnd end) {
    return tally.ends[static_cast<int>(end)].load();
  };
  std::printf(
      "%s: %d cases of %lld calls, %d finished, %d ended by themselves, %d "
      "gave "
      "up, %d waited for room, %d errors answered, %d not reached, %.0f s\n",
      way.name, tally.cases.load(), static_cast<long long>(calls),
      ends(CaseEnd::kFinished), ends(CaseEnd::kStopped), ends(CaseEnd::kGaveUp),
      ends(CaseEnd::kWaited), tally.errors.load(), tally.not_reached.load(),
      absl::ToDoubleSeconds(took));
  std::fflush(stdout);
}

TEST_F(IoErrorsTest, AnswersTruly) {
  const char* const set = std::getenv("PULSETAKER_IO_ERRORS");
  const std::int64_t asked = set == nullptr ? 0 : std::atoll(set);
  std::int64_t calls_of[2] = {};
  for (const bool no_space : {false, true}) {
    calls_of[no_space ? 1 : 0] = CountCalls(no_space);
  }
  if (HasFailure()) return;
  EXPECT_GT(calls_of[0], 1'500) << "too few calls to prove much";
  int cases = 0;
  for (const Way& way : kWays) {
    const std::int64_t calls = calls_of[way.no_space ? 1 : 0];
    const std::int64_t step =
        asked == 0 ? 1 : std::max<std::int64_t>(1, calls / asked);
    // The record of a case has room enough for a tally beside it.
    CaseRecord& memory = NewSharedRecord();
    static_assert(sizeof(Tally) <= sizeof(memory.problem));
    Tally& tally = *new (memory.problem) Tally;
    const absl::Time begin = absl::Now();
    ASSERT_TRUE(RunWay(way, calls, step, tally))
        << "the case that is wrong is printed above";
    Print(way, tally, calls, absl::Now() - begin);
    // Room that is back is enough to go on.
    if (way.no_space && !way.from_then_on) {
      EXPECT_EQ(tally.ends[static_cast<int>(CaseEnd::kGaveUp)], 0);
    }
    EXPECT_LT(tally.not_reached, tally.cases / 20 + 1);
    cases += tally.cases;
  }
  std::printf(
      "%lld calls x 2 ways, %lld of them x 2 more for want of room: %d cases, "
      "0 wrong answers, 0 lost\n",
      static_cast<long long>(calls_of[0]), static_cast<long long>(calls_of[1]),
      cases);
}

}  // namespace
}  // namespace pulsetaker::testing
