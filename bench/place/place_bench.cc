// What AnalyzeWave costs for one place, in this process: wall-clock seconds in
// all, and of each phase.
//
//   place_bench [--people=500] [--threads=2] [--null_draws=0] [--replicates=0]
//               [--response_percent=85] [--runs=3] [--cancels=0]
//
// With --cancels, so many analyses are cancelled at moments spread over the
// time of one, and how long each goes on after that is printed. 0 draws or
// replicates are as many as usual. Deterministic but for the times.

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <mutex>
#include <utility>
#include <vector>

#include "absl/flags/flag.h"
#include "absl/flags/parse.h"
#include "absl/strings/str_format.h"
#include "bench/place/drawn_place.h"
#include "services/network/domain/analyze.h"

ABSL_FLAG(int, people, 500, "People on the roster.");
ABSL_FLAG(int, threads, 2, "Threads of the analysis.");
ABSL_FLAG(int, null_draws, 0, "Draws of each null model.");
ABSL_FLAG(int, replicates, 0, "Replicates without some respondents.");
ABSL_FLAG(int, response_percent, 85, "People who answer, of a hundred.");
ABSL_FLAG(int, runs, 3, "Analyses, one after the other.");
ABSL_FLAG(int, cancels, 0, "Analyses that are cancelled.");

namespace pulsetaker::network {
namespace {

using Clock = std::chrono::steady_clock;

// The phases in the order in which they were first heard of, and when.
class PhaseTimes final : public AnalysisObserver {
 public:
  using Begin = std::pair<AnalysisPhase, Clock::time_point>;

  void OnProgress(AnalysisPhase phase, std::int64_t, std::int64_t) override {
    const std::lock_guard lock(mutex_);
    for (const Begin& begin : begins_) {
      if (begin.first == phase) return;
    }
    begins_.emplace_back(phase, Clock::now());
  }
  bool cancelled() override { return false; }

  const std::vector<Begin>& begins() const { return begins_; }

 private:
  std::mutex mutex_;
  std::vector<Begin> begins_;
};

// Cancels at a moment.
class Canceller final : public AnalysisObserver {
 public:
  explicit Canceller(Clock::time_point at) : at_(at) {}

  void OnProgress(AnalysisPhase, std::int64_t, std::int64_t) override {}
  bool cancelled() override { return Clock::now() >= at_; }

 private:
  const Clock::time_point at_;
};

double Seconds(Clock::time_point from, Clock::time_point to) {
  return std::chrono::duration<double>(to - from).count();
}

const char* NameOf(AnalysisPhase phase) {
  switch (phase) {
    case AnalysisPhase::kMeasuring:
      return "measures";
    case AnalysisPhase::kNullModels:
      return "null models";
    case AnalysisPhase::kReplicates:
      return "replicates and the rest";
    case AnalysisPhase::kMissingRows:
      return "missing rows";
    default:
      return "other";
  }
}

// How long analyses that take `whole` seconds go on after they are cancelled.
void Cancel(const WaveSnapshot& snapshot, const AnalysisParameters& parameters,
            double whole) {
  const int cancels = absl::GetFlag(FLAGS_cancels);
  std::vector<double> milliseconds;
  for (int i = 0; i < cancels; ++i) {
    const std::chrono::duration<double> after(whole * (i + 0.5) / cancels);
    const Clock::time_point at =
        Clock::now() + std::chrono::duration_cast<Clock::duration>(after);
    Canceller canceller(at);
    const auto result = AnalyzeWave(snapshot, parameters, canceller,
                                    absl::GetFlag(FLAGS_threads));
    if (result.ok()) continue;  // Was done before.
    milliseconds.push_back(1'000 * Seconds(at, Clock::now()));
  }
  if (milliseconds.empty()) return;
  std::sort(milliseconds.begin(), milliseconds.end());
  absl::PrintF(
      "%d cancelled: median %.1f ms, 95th percentile %.1f, at most %.1f\n",
      milliseconds.size(), milliseconds[milliseconds.size() / 2],
      milliseconds[milliseconds.size() * 95 / 100], milliseconds.back());
}

int Run() {
  const WaveSnapshot snapshot = DrawnPlace(
      absl::GetFlag(FLAGS_people), absl::GetFlag(FLAGS_response_percent));
  AnalysisParameters parameters;
  parameters.null_draw_count = absl::GetFlag(FLAGS_null_draws);
  parameters.replicate_count = absl::GetFlag(FLAGS_replicates);
  double whole = 0;
  for (int run = 0; run < absl::GetFlag(FLAGS_runs); ++run) {
    PhaseTimes times;
    const Clock::time_point begin = Clock::now();
    const auto result =
        AnalyzeWave(snapshot, parameters, times, absl::GetFlag(FLAGS_threads));
    const Clock::time_point end = Clock::now();
    if (!result.ok()) {
      absl::PrintF("%s\n", result.status().ToString());
      return 1;
    }
    whole = Seconds(begin, end);
    const AnalysisParameters& used = result->analysis.parameters;
    absl::PrintF(
        "%d people, %d networks, %d threads, %d draws, %d replicates: "
        "%.2f s",
        absl::GetFlag(FLAGS_people), kDrawnNetworks,
        absl::GetFlag(FLAGS_threads), used.null_draw_count,
        used.replicate_count, Seconds(begin, end));
    const std::vector<PhaseTimes::Begin>& begins = times.begins();
    for (std::size_t i = 0; i < begins.size(); ++i) {
      const Clock::time_point until =
          i + 1 < begins.size() ? begins[i + 1].second : end;
      absl::PrintF(", %s %.2f", NameOf(begins[i].first),
                   Seconds(begins[i].second, until));
    }
    absl::PrintF("\n");
  }
  Cancel(snapshot, parameters, whole);
  return 0;
}

}  // namespace
}  // namespace pulsetaker::network

int main(int argc, char** argv) {
  absl::ParseCommandLine(argc, argv);
  return pulsetaker::network::Run();
}
