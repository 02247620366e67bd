// What was acknowledged is there after a loss of power, once.
//
// Scripts run on a disk that knows what was synced. From the record of all that
// was done to it comes the disk that a loss of power leaves at any moment, with
// what was not synced kept, dropped, torn or out of order. Each is opened,
// compared with what must be there, and worked on.
//
// PULSETAKER_POWER_LOSSES sets the number of losses, 10,000 if it is not set;
// PULSETAKER_FAULT_SEED another seed than 1.

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "common/base/random.h"
#include "common/base/status.h"
#include "gtest/gtest.h"
#include "tests/faults/disk_state.h"
#include "tests/faults/script_outcome.h"
#include "tests/faults/script_runner.h"
#include "tests/faults/simulated_disk.h"

namespace pulsetaker::testing {
namespace {

constexpr std::int64_t kLossesDefault = 10'000;
constexpr std::int64_t kLossesOfARun = 500;
constexpr std::size_t kWriteBufferBytes = std::size_t{64} << 10;
constexpr int kWindow = 6;
constexpr char kPath[] = "/var/lib/store";

std::int64_t Setting(const char* name, std::int64_t otherwise) {
  const char* const set = std::getenv(name);
  return set == nullptr ? otherwise : std::atoll(set);
}

// A database on a disk, until this goes.
class OpenedStore {
 public:
  explicit OpenedStore(std::shared_ptr<SimulatedDisk> disk)
      : env_(SimulatedDisk::NewEnv(std::move(disk))) {
    auto opened =
        survey::OpenSurveyDatabase({.path = kPath,
                                    .env = env_.get(),
                                    .write_buffer_bytes = kWriteBufferBytes});
    status_ = opened.status();
    if (opened.ok()) database_ = *std::move(opened);
  }

  const absl::Status& status() const { return status_; }
  survey::SurveyDatabase& database() { return *database_; }

 private:
  const std::unique_ptr<rocksdb::Env> env_;
  absl::Status status_;
  std::unique_ptr<survey::SurveyDatabase> database_;
};

// One script from its beginning to its end, and the record of its disk.
struct RecordedRun {
  explicit RecordedRun(std::uint64_t seed)
      : outcome(MakeScript(seed, ScriptSize())) {}

  ScriptOutcome outcome;
  std::vector<DiskOperation> operations;
  std::int64_t acknowledged_rows = 0;
};

// Runs it, closing and opening the database twice in between.
void Record(RecordedRun& run, Random& random) {
  const auto disk = std::make_shared<SimulatedDisk>();
  const std::size_t size = run.outcome.size();
  std::vector<std::size_t> ends = {random.Uniform(size), random.Uniform(size),
                                   size};
  std::sort(ends.begin(), ends.end());
  std::size_t begin = 0;
  for (const std::size_t end : ends) {
    OpenedStore store(disk);
    ASSERT_TRUE(store.status().ok()) << store.status();
    ScriptRunner runner(
        store.database(),
        [&](const ScriptStep& step) {
          disk->Remark("submitted",
                       static_cast<std::uint64_t>(step.number) + 1);
        },
        [&](const ScriptStep& step, const absl::Status& /*status*/,
            const std::string& answer) {
          disk->Remark("acknowledged",
                       static_cast<std::uint64_t>(step.number) + 1);
          run.acknowledged_rows += RowCount(step);
          EXPECT_EQ(answer,
                    run.outcome.answers[static_cast<std::size_t>(step.number)])
              << "step " << step.number;
        });
    runner.Run(run.outcome.script, begin, end, kWindow);
    begin = end;
  }
  run.operations = disk->operations();
}

// A disk after a loss of power, and what was promised before it.
struct Loss {
  DiskState disk;
  std::size_t acknowledged = 0;  // Steps.
  std::size_t submitted = 0;
};

struct Verdict {
  Harm harm = Harm::kNone;
  std::string problem;
};

Verdict Broken(Harm harm, const std::string& problem) {
  return {harm, problem};
}

// Looks at what a loss left, and goes on with it.
class LossCheck {
 public:
  LossCheck(const ScriptOutcome& outcome, const Loss& loss, Random& random)
      : outcome_(outcome), loss_(loss), random_(random) {}

  // Losses of power during the recovery from one, so far.
  std::int64_t second_losses() const { return second_losses_; }

  Verdict Run() {
    const auto disk = std::make_shared<SimulatedDisk>(loss_.disk);
    Verdict verdict = OpenAndCompare(disk);
    if (verdict.harm != Harm::kNone || random_.Uniform(8) != 0) return verdict;
    return LosePowerAgain(disk->operations());
  }

 private:
  Verdict OpenAndCompare(const std::shared_ptr<SimulatedDisk>& disk) {
    StoreContent content;
    std::size_t steps = 0;
    {
      OpenedStore store(disk);
      Verdict verdict = Compare(store, content, steps);
      if (verdict.harm != Harm::kNone) return verdict;
      // What went on afterwards is no longer a state of the first script.
      if (random_.Uniform(4) != 0) return verdict;
      verdict = GoOn(store, content, steps);
      if (verdict.harm != Harm::kNone || random_.Uniform(4) != 0) {
        went_on_ = true;
        return verdict;
      }
    }
    went_on_ = true;
    OpenedStore again(disk);
    if (!again.status().ok()) {
      return Broken(Harm::kRefused, again.status().ToString());
    }
    return CompareWith(again, content);
  }

  Verdict Compare(OpenedStore& store, StoreContent& content,
                  std::size_t& steps) {
    if (!store.status().ok()) {
      return Broken(Harm::kRefused, store.status().ToString());
    }
    auto read = ReadContent(store.database());
    if (!read.ok()) return Broken(Harm::kRefused, read.status().ToString());
    content = *std::move(read);
    const auto found =
        outcome_.StepsOf(content, loss_.acknowledged, loss_.submitted);
    if (!found.has_value()) {
      return Broken(
          outcome_.HarmOf(content, loss_.acknowledged, loss_.submitted),
          DifferenceFromAll(content));
    }
    steps = *found;
    return {};
  }

  // In what it differs from each of the states that it may be in.
  std::string DifferenceFromAll(const StoreContent& content) const {
    std::string all;
    for (std::size_t steps = loss_.acknowledged; steps <= loss_.submitted;
         ++steps) {
      absl::StrAppend(&all, "\n  after ", steps, " steps: ",
                      Difference(outcome_.contents[steps], content));
    }
    return all;
  }

  Verdict CompareWith(OpenedStore& store, const StoreContent& want) {
    const auto got = ReadContent(store.database());
    if (!got.ok()) return Broken(Harm::kRefused, got.status().ToString());
    const std::string difference = Difference(want, *got);
    if (difference.empty()) return {};
    return Broken(Harm::kTwice, absl::StrCat("afterwards: ", difference));
  }

  // Repeats steps whose answer may have been lost, as a client does, and goes
  // on from there.
  Verdict GoOn(OpenedStore& store, StoreContent& content, std::size_t steps) {
    const std::size_t begin =
        loss_.acknowledged - std::min<std::size_t>(4, loss_.acknowledged);
    const std::size_t end = std::min(outcome_.size(), loss_.submitted + 10);
    std::vector<std::string> want;
    for (std::size_t i = begin; i < end; ++i) {
      want.push_back(i < steps ? outcome_.Repeat(i, content)
                               : ApplyStep(outcome_.script[i], content));
    }
    std::string problem;
    ScriptRunner runner(
        store.database(), [](const ScriptStep&) {},
        [&](const ScriptStep& step, const absl::Status& status,
            const std::string& answer) {
          const std::size_t i = static_cast<std::size_t>(step.number) - begin;
          if (problem.empty() && answer != want[i]) {
            problem =
                absl::StrCat("step ", step.number, " is answered ", answer, " ",
                             status.ToString(), ", want ", want[i]);
          }
        });
    runner.Run(outcome_.script, begin, end, kWindow);
    if (!problem.empty()) return Broken(Harm::kTwice, problem);
    return CompareWith(store, content);
  }

  // The power fails once more, while the database recovers.
  Verdict LosePowerAgain(const std::vector<DiskOperation>& operations) {
    if (went_on_) return {};
    ++second_losses_;
    DiskState disk = loss_.disk;
    const std::size_t end = random_.Uniform(operations.size() + 1);
    for (std::size_t i = 0; i < end; ++i) disk.Apply(operations[i]);
    OpenedStore store(
        std::make_shared<SimulatedDisk>(disk.AfterPowerLoss(random_)));
    StoreContent content;
    std::size_t steps = 0;
    Verdict verdict = Compare(store, content, steps);
    verdict.problem = absl::StrCat("lost twice: ", verdict.problem);
    return verdict;
  }

  const ScriptOutcome& outcome_;
  const Loss& loss_;
  Random& random_;
  bool went_on_ = false;
  std::int64_t second_losses_ = 0;
};

class PowerLossTest : public ::testing::Test {
 protected:
  // Lets the power fail `losses` times in one run.
  void LosePower(std::uint64_t seed, std::int64_t losses) {
    SCOPED_TRACE(absl::StrCat("PULSETAKER_FAULT_SEED=", seed));
    Random random(seed);
    RecordedRun run(seed);
    Record(run, random);
    if (HasFailure()) return;
    acknowledged_rows_ += run.acknowledged_rows;
    std::vector<std::size_t> moments;
    for (std::int64_t i = 0; i < losses; ++i) {
      moments.push_back(random.Uniform(run.operations.size() + 1));
    }
    std::sort(moments.begin(), moments.end());

    Loss loss;
    DiskState disk;
    std::size_t done = 0;
    for (std::size_t i = 0; i < moments.size(); ++i) {
      for (; done < moments[i]; ++done) {
        const DiskOperation& operation = run.operations[done];
        disk.Apply(operation);
        if (operation.path == "submitted") loss.submitted = operation.position;
        if (operation.path == "acknowledged") {
          loss.acknowledged = operation.position;
        }
      }
      Random chance = random.Fork(i);
      loss.disk = disk.AfterPowerLoss(chance);
      CheckLoss(run.outcome, loss, chance, done);
      if (HasFailure()) return;
    }
  }

  void CheckLoss(const ScriptOutcome& outcome, const Loss& loss, Random& chance,
                 std::size_t done) {
    LossCheck check(outcome, loss, chance);
    const Verdict verdict = check.Run();
    ++losses_;
    second_losses_ += check.second_losses();
    ++harms_[static_cast<std::size_t>(verdict.harm)];
    EXPECT_EQ(verdict.harm, Harm::kNone)
        << NameOf(verdict.harm) << " after operation " << done << ", with "
        << loss.acknowledged << " steps acknowledged and " << loss.submitted
        << " submitted: " << verdict.problem;
  }

  std::int64_t harms(Harm harm) const {
    return harms_[static_cast<std::size_t>(harm)];
  }

  std::int64_t losses_ = 0;
  std::int64_t second_losses_ = 0;
  std::int64_t acknowledged_rows_ = 0;
  std::int64_t harms_[5] = {};
};

TEST_F(PowerLossTest, KeepsWhatWasAcknowledged) {
  const std::int64_t losses =
      Setting("PULSETAKER_POWER_LOSSES", kLossesDefault);
  const auto seed =
      static_cast<std::uint64_t>(Setting("PULSETAKER_FAULT_SEED", 1));
  ASSERT_GT(losses, 0);
  const absl::Time begin = absl::Now();
  int runs = 0;
  while (losses_ < losses && !HasFailure()) {
    LosePower(seed + static_cast<std::uint64_t>(runs),
              std::min(kLossesOfARun, losses - losses_));
    ++runs;
  }
  std::printf(
      "%lld power losses in %d runs, %lld more during recovery, %lld rows "
      "acknowledged, %lld lost, %lld phantoms, %lld twice, %lld refused, "
      "%.0f s\n",
      static_cast<long long>(losses_), runs,
      static_cast<long long>(second_losses_),
      static_cast<long long>(acknowledged_rows_),
      static_cast<long long>(harms(Harm::kLost)),
      static_cast<long long>(harms(Harm::kPhantom)),
      static_cast<long long>(harms(Harm::kTwice)),
      static_cast<long long>(harms(Harm::kRefused)),
      absl::ToDoubleSeconds(absl::Now() - begin));
  EXPECT_GT(acknowledged_rows_, 0);
}

}  // namespace
}  // namespace pulsetaker::testing
