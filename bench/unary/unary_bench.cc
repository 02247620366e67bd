// How many single responses a second the survey server acknowledges to 64
// callers, beside how many calls with the same payload gRPC echoes, and how
// long an acknowledgement takes when half as many come.
//
//   unary_bench [ROUNDS]
//
// Each round starts a fresh server of either kind in a process of its own. 64
// callers, on one connection, each send the next response as soon as the last
// one is answered; then responses come at half of that rate, at even distances,
// whether the last ones are answered or not, and each is timed from the moment
// when it was due. The rounds alternate; the medians count.

#include <atomic>
#include <condition_variable>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "bench/support/figures.h"
#include "bench/support/metrics_page.h"
#include "common/base/mutex.h"
#include "common/base/status.h"
#include "grpcpp/client_context.h"
#include "tests/support/made_up_rows.h"
#include "tests/support/survey_process.h"

namespace pulsetaker {
namespace {

using survey::v1::SurveyService;

constexpr char kBinary[] = PULSETAKER_SURVEY_BINARY;
constexpr char kEchoBinary[] = PULSETAKER_ECHO_BINARY;
constexpr int kCallers = 64;
constexpr std::int64_t kCalls = 60'000;
constexpr absl::Duration kPacedTime = absl::Seconds(2);
constexpr std::int64_t kPeople = 200'000;  // More than there are calls.

std::string PersonId(std::int64_t person) {
  return absl::StrFormat("p%06d", person);
}

// Calls of SubmitResponse, each by another person, and how long they took.
class Calls {
 public:
  explicit Calls(SurveyService::Stub& stub) : stub_(stub) {}

  // As many as kCalls, kCallers at a time. Returns calls a second.
  double RunClosed() {
    const absl::Time begin = absl::Now();
    for (int i = 0; i < kCallers; ++i) Begin(absl::Now(), /*again=*/true);
    WaitForAll();
    return static_cast<double>(kCalls) /
           absl::ToDoubleSeconds(absl::Now() - begin);
  }

  // `rate` a second for kPacedTime. Returns milliseconds from when each was due
  // to its answer.
  std::vector<double> RunPaced(double rate) {
    const absl::Time begin = absl::Now();
    const absl::Duration step = absl::Seconds(1) / rate;
    for (absl::Time due = begin; due < begin + kPacedTime; due += step) {
      const absl::Duration early = due - absl::Now();
      if (early > absl::Microseconds(50)) absl::SleepFor(early);
      Begin(due, /*again=*/false);
    }
    WaitForAll();
    MutexLock lock(mutex_);
    return std::move(millis_);
  }

 private:
  struct Call {
    explicit Call(absl::Time when) : due(when) {}

    grpc::ClientContext context;
    survey::v1::SubmitResponseRequest request;
    survey::v1::Response response;
    const absl::Time due;
  };

  // Makes a call; if it is to go on `again`, another one follows each.
  void Begin(absl::Time due, bool again) {
    const std::int64_t number = next_++;
    const std::shared_ptr<Call> call = NewCall(due);
    *call->request.mutable_response() = content_;
    call->request.mutable_response()->set_name(
        absl::StrCat(testing::kWave, "/responses/", PersonId(number)));
    call->request.set_request_id(testing::UuidOf(1'000'000 + number));
    Call& sent = *call;
    stub_.async()->SubmitResponse(
        &sent.context, &sent.request, &sent.response,
        [this, call, again](const grpc::Status& status) {
          if (!status.ok()) FailStop(status.error_message());
          End(*call, again);
        });
  }

  void End(const Call& call, bool again) {
    if (again) {
      if (next_ < kCalls) Begin(absl::Now(), again);
      return;
    }
    const double millis = absl::ToDoubleMilliseconds(absl::Now() - call.due);
    MutexLock lock(mutex_);
    millis_.push_back(millis);
  }

  // It runs until it is gone: gRPC lets go of it only after its answer, and
  // must have done so before the process ends.
  std::shared_ptr<Call> NewCall(absl::Time due) {
    {
      MutexLock lock(mutex_);
      ++running_;
    }
    return std::shared_ptr<Call>(new Call(due), [this](Call* call) {
      delete call;
      MutexLock lock(mutex_);
      --running_;
      ended_.notify_one();
    });
  }

  void WaitForAll() {
    MutexLock lock(mutex_);
    while (running_ > 0) lock.Wait(ended_);
  }

  SurveyService::Stub& stub_;
  const survey::v1::Response content_ = testing::ResponseOf(7);
  std::atomic<std::int64_t> next_ = 0;
  Mutex mutex_;
  std::condition_variable ended_;
  int running_ ABSL_GUARDED_BY(mutex_) = 0;
  std::vector<double> millis_ ABSL_GUARDED_BY(mutex_);
};

struct Figures {
  std::vector<double> rate, echo_rate, cpu, echo_cpu, rows_per_sync, p50, p99;
};

double MicrosEach(absl::Duration cpu) {
  return absl::ToDoubleMicroseconds(cpu) / static_cast<double>(kCalls);
}

void MeasureServer(const std::string& folder, Figures& figures) {
  testing::SurveyProcess server(kBinary, folder + "/survey",
                                {"--admin_listen=127.0.0.1:0"});
  if (!server.WaitUntilServing()) FailStop(server.ReadLog());
  const auto stub = server.NewStub();
  std::vector<std::string> people;
  for (std::int64_t i = 0; i < kPeople; ++i) people.push_back(PersonId(i));
  grpc::Status made = testing::MakeSurvey(*stub);
  if (made.ok()) made = testing::MakeOpenWave(*stub, 1, people);
  if (!made.ok()) FailStop(made.error_message());

  const auto count = [&](absl::string_view what) {
    return bench::ReadMetric(
        server.admin_port(),
        absl::StrCat("pulsetaker_survey_commit", what, "_total"));
  };
  const double works = count("s");
  const double syncs = count("_syncs");
  Calls calls(*stub);
  const absl::Duration cpu = server.CpuTime();
  figures.rate.push_back(calls.RunClosed());
  figures.cpu.push_back(MicrosEach(server.CpuTime() - cpu));
  figures.rows_per_sync.push_back((count("s") - works) /
                                  (count("_syncs") - syncs));
  const std::vector<double> millis = calls.RunPaced(figures.rate.back() / 2);
  figures.p50.push_back(bench::Percentile(millis, 0.5));
  figures.p99.push_back(bench::Percentile(millis, 0.99));
}

void MeasureEcho(const std::string& folder, Figures& figures) {
  testing::SurveyProcess server(kEchoBinary, folder + "/echo");
  if (!server.WaitUntilServing()) FailStop(server.ReadLog());
  const auto stub = server.NewStub();
  Calls calls(*stub);
  const absl::Duration cpu = server.CpuTime();
  figures.echo_rate.push_back(calls.RunClosed());
  figures.echo_cpu.push_back(MicrosEach(server.CpuTime() - cpu));
}

void Print(absl::string_view title, const Figures& figures) {
  using bench::Median;
  absl::PrintF(
      "%s: acknowledged %6.0f/s, echo %6.0f/s, ratio %.2f; %.0f responses a "
      "sync; at half load p50 %.2f ms, p99 %.2f ms; server CPU us a call %.1f, "
      "echo %.1f\n",
      title, Median(figures.rate), Median(figures.echo_rate),
      Median(figures.rate) / Median(figures.echo_rate),
      Median(figures.rows_per_sync), Median(figures.p50), Median(figures.p99),
      Median(figures.cpu), Median(figures.echo_cpu));
  std::fflush(stdout);
}

Figures LastOf(const Figures& all) {
  return {{all.rate.back()},     {all.echo_rate.back()},     {all.cpu.back()},
          {all.echo_cpu.back()}, {all.rows_per_sync.back()}, {all.p50.back()},
          {all.p99.back()}};
}

void Run(int rounds) {
  absl::PrintF("%d durable responses of %d bytes a round, %d callers\n", kCalls,
               testing::ResponseOf(7).ByteSizeLong(), kCallers);
  Figures figures;
  for (int round = 1; round <= rounds; ++round) {
    const testing::TemporaryFolder folder;
    MeasureServer(folder.path(), figures);
    MeasureEcho(folder.path(), figures);
    Print(absl::StrCat("round ", round), LastOf(figures));
  }
  Print("median ", figures);
}

}  // namespace
}  // namespace pulsetaker

int main(int argc, char** argv) {
  int rounds = 5;
  if (argc > 2 || (argc == 2 && (!absl::SimpleAtoi(argv[1], &rounds) ||
                                 rounds < 1 || rounds > 1'000))) {
    std::fprintf(stderr, "usage: unary_bench [ROUNDS], 1 to 1000\n");
    return EXIT_FAILURE;
  }
  pulsetaker::Run(rounds);
  return EXIT_SUCCESS;
}
