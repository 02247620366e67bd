// A server that is asked for ten times what it can do, does what it can.
//
// First the number of callers is looked for with which the server answers most
// submissions, each written and synced. A server that lets in as many at once
// then gets them, and ten times as many, in turns, from callers who come back
// when they are told to. Each keeps an account of its own person: what was
// answered is there in the end, and what was turned away had no effect.
//
// The callers share the processors with the server. That is why they come back
// as they are told: what is measured is how the server sheds, not how fast a
// machine can throw calls away.
//
// PULSETAKER_OVERLOAD_SECONDS sets the time under overload, 60 if it is not
// set.

#include <algorithm>
#include <array>
#include <atomic>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/time/clock.h"
#include "common/base/mutex.h"
#include "common/base/status.h"
#include "common/rpc/client_call.h"
#include "grpcpp/alarm.h"
#include "gtest/gtest.h"
#include "tests/support/made_up_rows.h"
#include "tests/support/sizes.h"
#include "tests/support/survey_process.h"
#include "tests/support/upload_checks.h"

namespace pulsetaker::testing {
namespace {

using survey::v1::SurveyService;

constexpr char kBinary[] = PULSETAKER_SURVEY_BINARY;
constexpr int kPeakCandidates[] = {32, 64, 128};
constexpr int kPeakRounds = 3;
constexpr int kOverload = 10;
constexpr std::size_t kConnections = 4;
constexpr absl::Duration kDeadline = absl::Seconds(20);
constexpr absl::Duration kSettle = absl::Milliseconds(300);
constexpr absl::Duration kPeakSlice = absl::Seconds(1);
constexpr absl::Duration kOverloadSlice = absl::Seconds(3);
constexpr double kShareMin = 0.9;
constexpr double kMebibyte = 1 << 20;
constexpr double kResidentMebibytesMax = 512;
constexpr absl::Duration kRefusalTimeMax = absl::Milliseconds(500);

// What all callers have met with.
struct Tally {
  std::atomic<std::int64_t> accepted = 0;
  std::atomic<std::int64_t> refused = 0;
  std::atomic<std::int64_t> wrong = 0;  // Anything else.
  // Refusals by their time in milliseconds.
  std::array<std::atomic<std::int64_t>, 5'000> refusal_millis = {};
};

// One who submits a response after the other, all of one person. At work while
// it is wanted.
class Caller {
 public:
  Caller(Tally& tally, SurveyService::Stub& stub, int number)
      : tally_(tally),
        stub_(stub),
        number_(number),
        random_(static_cast<unsigned>(number)) {}

  static std::string PersonId(int number) { return absl::StrCat("c", number); }
  std::string ResponseName() const {
    return absl::StrCat(kWave, "/responses/", PersonId(number_));
  }

  void SetWanted(bool wanted) {
    MutexLock lock(mutex_);
    wanted_ = wanted;
    if (!wanted && waiting_) alarm_->Cancel();
    if (!wanted || at_work_) return;
    at_work_ = true;
    Call();
  }

  bool at_work() {
    MutexLock lock(mutex_);
    return at_work_;
  }

  // How many of its submissions were accepted. While it is not at work.
  std::int64_t accepted() {
    MutexLock lock(mutex_);
    return accepted_;
  }

  std::string problem() {
    MutexLock lock(mutex_);
    return problem_;
  }

 private:
  // Submits the next response, or the one that was turned away again.
  void Call() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    context_.emplace();
    rpc::SetDeadline(*context_, absl::Now() + kDeadline);
    *request_.mutable_response() = ResponseOf(accepted_);
    request_.mutable_response()->set_name(ResponseName());
    request_.set_request_id(
        UuidOf((std::int64_t{number_} << 20) + accepted_ + 10'000));
    begin_ = absl::Now();
    stub_.async()->SubmitResponse(
        &*context_, &request_, &response_,
        [this](const grpc::Status& status) { End(status); });
  }

  void End(const grpc::Status& status) {
    const absl::Time now = absl::Now();
    MutexLock lock(mutex_);
    if (status.ok()) {
      ++accepted_;
      ++tally_.accepted;
      if (response_.revision() != accepted_) {
        Fail(absl::StrCat("revision ", response_.revision(), ", want ",
                          accepted_));
      }
    } else if (!TakeRefusal(rpc::FromGrpcStatus(status), now)) {
      return;
    }
    if (waiting_) return;
    GoOn();
  }

  // True if the server said in the right way that it has no room.
  bool TakeRefusal(const absl::Status& refused, absl::Time now)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    const auto delay = RetryDelayOf(refused);
    if (!absl::IsUnavailable(refused) || ReasonOf(refused) != "OVERLOADED" ||
        !delay.has_value()) {
      Fail(refused.ToString());
      return false;
    }
    ++tally_.refused;
    const auto millis = std::clamp<std::int64_t>(
        absl::ToInt64Milliseconds(now - begin_), 0,
        static_cast<std::int64_t>(tally_.refusal_millis.size()) - 1);
    ++tally_.refusal_millis[static_cast<std::size_t>(millis)];
    // As a client should: not before the time that it is told, and not at the
    // same moment as all others.
    const double share = std::uniform_real_distribution<>(1.0, 1.5)(random_);
    waiting_ = true;
    alarm_ = std::make_unique<grpc::Alarm>();
    alarm_->Set(absl::ToChronoTime(now + *delay * share), [this](bool) {
      MutexLock again(mutex_);
      waiting_ = false;
      GoOn();
    });
    return true;
  }

  void GoOn() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    if (wanted_) {
      Call();
    } else {
      at_work_ = false;
    }
  }

  void Fail(std::string problem) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    ++tally_.wrong;
    problem_ = std::move(problem);
    at_work_ = false;
    wanted_ = false;
  }

  Tally& tally_;
  SurveyService::Stub& stub_;
  const int number_;

  Mutex mutex_;
  std::mt19937 random_ ABSL_GUARDED_BY(mutex_);
  bool wanted_ ABSL_GUARDED_BY(mutex_) = false;
  bool at_work_ ABSL_GUARDED_BY(mutex_) = false;
  bool waiting_ ABSL_GUARDED_BY(mutex_) = false;  // For alarm_.
  std::int64_t accepted_ ABSL_GUARDED_BY(mutex_) = 0;
  std::string problem_ ABSL_GUARDED_BY(mutex_);
  std::unique_ptr<grpc::Alarm> alarm_ ABSL_GUARDED_BY(mutex_);
  std::optional<grpc::ClientContext> context_;
  survey::v1::SubmitResponseRequest request_;
  survey::v1::Response response_;
  absl::Time begin_;
};

// A server with an open wave, and callers before it.
class Scene {
 public:
  Scene(const std::string& data_dir, int callers,
        const std::vector<std::string>& flags)
      : server_(kBinary, data_dir, flags) {
    EXPECT_TRUE(server_.WaitUntilServing()) << server_.ReadLog();
    std::vector<std::string> people;
    for (int i = 0; i < callers; ++i) people.push_back(Caller::PersonId(i));
    for (std::size_t i = 0; i < kConnections; ++i) {
      stubs_.push_back(server_.NewStub());
    }
    EXPECT_TRUE(MakeSurvey(*stubs_[0]).ok());
    EXPECT_TRUE(MakeOpenWave(*stubs_[0], 1, people).ok());
    for (int i = 0; i < callers; ++i) {
      SurveyService::Stub& stub =
          *stubs_[static_cast<std::size_t>(i) % kConnections];
      callers_.push_back(std::make_unique<Caller>(tally_, stub, i));
    }
  }

  ~Scene() { SetCallers(0); }

  Tally& tally() { return tally_; }
  SurveyProcess& server() { return server_; }

  // Has the first `count` callers work. Those of the others that still wait for
  // an answer get it first.
  void SetCallers(std::size_t count) {
    for (std::size_t i = 0; i < callers_.size(); ++i) {
      callers_[i]->SetWanted(i < count);
    }
    for (std::size_t i = count; i < callers_.size(); ++i) {
      while (callers_[i]->at_work()) absl::SleepFor(absl::Milliseconds(1));
    }
  }

  // Submissions that are accepted in a second, with so many callers.
  double MeasureGoodput(std::size_t count, absl::Duration time) {
    SetCallers(count);
    absl::SleepFor(kSettle);
    const std::int64_t before = tally_.accepted;
    const absl::Time begin = absl::Now();
    absl::SleepFor(time);
    return static_cast<double>(tally_.accepted - before) /
           absl::ToDoubleSeconds(absl::Now() - begin);
  }

  // Compares what every caller was told with what is there.
  void CheckAccounts() {
    SetCallers(0);
    for (const auto& caller : callers_) {
      EXPECT_EQ(caller->problem(), "");
      const PersonCheck check =
          CheckResponse(*stubs_[0], caller->ResponseName(), caller->accepted(),
                        caller->accepted() - 1);
      EXPECT_EQ(check.lost, 0);
      EXPECT_EQ(check.twice, 0);
      EXPECT_EQ(check.problem, "");
    }
  }

 private:
  SurveyProcess server_;
  Tally tally_;
  std::vector<std::unique_ptr<SurveyService::Stub>> stubs_;
  std::vector<std::unique_ptr<Caller>> callers_;
};

double MedianOf(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

// The time that all but one in a hundred refusals came within.
absl::Duration RefusalTime(const Tally& tally) {
  std::int64_t left = tally.refused / 100;
  for (std::size_t i = tally.refusal_millis.size(); i-- > 0;) {
    left -= tally.refusal_millis[i];
    if (left < 0) return absl::Milliseconds(static_cast<double>(i + 1));
  }
  return absl::ZeroDuration();
}

// The number of callers with whom the goodput is best.
int FindPeak(const std::string& data_dir) {
  constexpr std::size_t kCount = std::size(kPeakCandidates);
  Scene scene(data_dir, kPeakCandidates[kCount - 1], {});
  std::array<double, kCount> sums = {};
  for (int round = 0; round < kPeakRounds; ++round) {
    for (std::size_t i = 0; i < kCount; ++i) {
      sums[i] += scene.MeasureGoodput(
          static_cast<std::size_t>(kPeakCandidates[i]), kPeakSlice);
    }
  }
  scene.CheckAccounts();
  return kPeakCandidates[std::max_element(sums.begin(), sums.end()) -
                         sums.begin()];
}

// How the goodput and the memory of a server went.
struct Course {
  std::vector<double> peaks;           // One more than the others.
  std::vector<double> loads;           // Goodput under overload, between two.
  std::vector<double> resident_bytes;  // At the end of each overload.

  // Of each time under overload, the share of the goodput of the peaks around
  // it: what else goes on on the machine then makes no difference.
  std::vector<double> shares() const {
    std::vector<double> shares;
    for (std::size_t i = 0; i < loads.size(); ++i) {
      shares.push_back(2 * loads[i] / (peaks[i] + peaks[i + 1]));
    }
    return shares;
  }
};

Course Measure(Scene& scene, std::size_t peak_callers, absl::Duration time) {
  Course course;
  course.peaks.push_back(scene.MeasureGoodput(peak_callers, kPeakSlice));
  for (; time > absl::ZeroDuration(); time -= kOverloadSlice) {
    course.loads.push_back(
        scene.MeasureGoodput(kOverload * peak_callers, kOverloadSlice));
    course.resident_bytes.push_back(
        static_cast<double>(scene.server().ResidentBytes()));
    course.peaks.push_back(scene.MeasureGoodput(peak_callers, kPeakSlice));
  }
  return course;
}

TEST(OverloadTest, KeepsItsGoodputAndItsMemory) {
  const absl::Duration overload_time =
      absl::Seconds(SizeFromEnvironment("PULSETAKER_OVERLOAD_SECONDS", 60));
  const TemporaryFolder folder;
  const int peak_callers = FindPeak(folder.path() + "/peak");
  Scene scene(folder.path() + "/data", kOverload * peak_callers,
              {absl::StrCat("--submissions_max=", peak_callers)});
  const Course course =
      Measure(scene, static_cast<std::size_t>(peak_callers), overload_time);
  scene.CheckAccounts();
  EXPECT_EQ(scene.server().Stop(), 0);

  const Tally& tally = scene.tally();
  const double share = MedianOf(course.shares());
  const double resident = *std::max_element(course.resident_bytes.begin(),
                                            course.resident_bytes.end());
  absl::PrintF(
      "%d callers for a server that lets in %d: %.0f submissions a second, "
      "%.0f %% of its peak; %d accepted, %d refused within %d ms, %d "
      "otherwise; "
      "%.0f MiB, at most %.0f\n",
      kOverload * peak_callers, peak_callers, MedianOf(course.loads),
      100 * share, tally.accepted.load(), tally.refused.load(),
      absl::ToInt64Milliseconds(RefusalTime(tally)), tally.wrong.load(),
      MedianOf(course.resident_bytes) / kMebibyte, resident / kMebibyte);
  EXPECT_GE(share, kShareMin);
  EXPECT_EQ(tally.wrong, 0);
  EXPECT_GE(tally.refused, tally.accepted / 50) << "this is no overload";
  EXPECT_LE(RefusalTime(tally), kRefusalTimeMax);
  EXPECT_LE(resident, kResidentMebibytesMax * kMebibyte);
}

}  // namespace
}  // namespace pulsetaker::testing
