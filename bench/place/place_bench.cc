// What AnalyzeWave costs for one place, in this process: wall-clock seconds in
// all, and of each phase.
//
//   place_bench [--people=500] [--threads=2] [--null_draws=0] [--replicates=0]
//               [--response_percent=85] [--runs=3]
//
// 0 draws or replicates are as many as usual. The place is drawn from a fixed
// seed: seven networks of about six nominations a head, in which people who are
// prominent in one tend to be prominent in all, and name their own sector more
// often than others. Deterministic but for the times.

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "absl/flags/flag.h"
#include "absl/flags/parse.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "common/base/random.h"
#include "services/network/domain/analyze.h"

ABSL_FLAG(int, people, 500, "People on the roster.");
ABSL_FLAG(int, threads, 2, "Threads of the analysis.");
ABSL_FLAG(int, null_draws, 0, "Draws of each null model.");
ABSL_FLAG(int, replicates, 0, "Replicates without some respondents.");
ABSL_FLAG(int, response_percent, 85, "People who answer, of a hundred.");
ABSL_FLAG(int, runs, 3, "Analyses, one after the other.");

namespace pulsetaker::network {
namespace {

constexpr int kNetworks = 7;
constexpr int kSectors = 5;
constexpr double kNominations = 6.0;
constexpr double kSameSector = 3.0;  // Times as likely to be named.
constexpr double kReputation = 0.8;  // Correlation between networks.

using Clock = std::chrono::steady_clock;

double Normal(Random& random) {
  const double radius = std::sqrt(-2 * std::log(1 - random.UnitDouble()));
  return radius * std::cos(2 * std::acos(-1.0) * random.UnitDouble());
}

WaveSnapshot PlaceOf(int people, int response_percent) {
  Random random(1);
  WaveSnapshot snapshot;
  snapshot.digest = std::string(64, 'a');
  std::vector<int> sector;
  std::vector<double> reputation;
  for (int i = 0; i < people; ++i) {
    sector.push_back(static_cast<int>(random.Uniform(kSectors)));
    reputation.push_back(Normal(random));
    Participant participant;
    participant.id = absl::StrFormat("p%05d", i);
    participant.sector = absl::StrCat("s", sector.back());
    participant.layer = static_cast<Layer>(1 + random.Uniform(4));
    snapshot.participants.push_back(participant);
    if (random.Uniform(100) < static_cast<std::uint64_t>(response_percent)) {
      snapshot.responses.push_back({participant.id, {}});
    }
  }
  for (int network = 0; network < kNetworks; ++network) {
    const std::string id = absl::StrCat("n", network);
    snapshot.networks.push_back({id, true, 0});
    std::vector<double> prominence;
    double sum = 0.0;
    for (int i = 0; i < people; ++i) {
      const double z = std::sqrt(kReputation) * reputation[i] +
                       std::sqrt(1 - kReputation) * Normal(random);
      prominence.push_back(std::exp(z));
      sum += prominence.back();
    }
    for (Response& response : snapshot.responses) {
      const int from = std::stoi(response.person.substr(1));
      NetworkAnswer answer;
      answer.network_id = id;
      for (int to = 0; to < people; ++to) {
        const double same = sector[to] == sector[from] ? kSameSector : 1.0;
        const double chance = kNominations * same * prominence[to] / sum /
                              (1 + (kSameSector - 1) / kSectors);
        if (to == from || random.UnitDouble() >= chance) continue;
        answer.nominations.push_back({absl::StrFormat("p%05d", to), 1});
      }
      answer.state = answer.nominations.empty() ? AnswerState::kRespondedNobody
                                                : AnswerState::kResponded;
      response.answers.push_back(std::move(answer));
    }
  }
  return snapshot;
}

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

int Run() {
  const WaveSnapshot snapshot = PlaceOf(absl::GetFlag(FLAGS_people),
                                        absl::GetFlag(FLAGS_response_percent));
  AnalysisParameters parameters;
  parameters.null_draw_count = absl::GetFlag(FLAGS_null_draws);
  parameters.replicate_count = absl::GetFlag(FLAGS_replicates);
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
    const AnalysisParameters& used = result->analysis.parameters;
    absl::PrintF(
        "%d people, %d networks, %d threads, %d draws, %d replicates: "
        "%.2f s",
        absl::GetFlag(FLAGS_people), kNetworks, absl::GetFlag(FLAGS_threads),
        used.null_draw_count, used.replicate_count, Seconds(begin, end));
    const std::vector<PhaseTimes::Begin>& begins = times.begins();
    for (std::size_t i = 0; i < begins.size(); ++i) {
      const Clock::time_point until =
          i + 1 < begins.size() ? begins[i + 1].second : end;
      absl::PrintF(", %s %.2f", NameOf(begins[i].first),
                   Seconds(begins[i].second, until));
    }
    absl::PrintF("\n");
  }
  return 0;
}

}  // namespace
}  // namespace pulsetaker::network

int main(int argc, char** argv) {
  absl::ParseCommandLine(argc, argv);
  return pulsetaker::network::Run();
}
