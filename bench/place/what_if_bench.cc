// How long a question "what if" takes, for one drawn place of seven networks:
// departures of people named, of the pooled core and of the worst, and
// introductions. Milliseconds of the wall, one thread; wanted: less than 100
// for 500 people.
//
//   what_if_bench [--people=500] [--response_percent=90] [--rounds=5]
//
// Deterministic but for the times.

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdio>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "absl/flags/flag.h"
#include "absl/flags/parse.h"
#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "bench/place/drawn_place.h"
#include "services/network/domain/added_ties.h"
#include "services/network/domain/analyze.h"
#include "services/network/domain/departures.h"
#include "services/network/domain/wave.h"

ABSL_FLAG(int, people, 500, "People on the roster.");
ABSL_FLAG(int, response_percent, 90, "People who answer, of a hundred.");
ABSL_FLAG(int, rounds, 5, "Times that each question is asked.");

namespace pulsetaker::network {
namespace {

using Clock = std::chrono::steady_clock;

class Silent final : public AnalysisObserver {
 public:
  void OnProgress(AnalysisPhase, std::int64_t, std::int64_t) override {}
  bool cancelled() override { return false; }
};

struct Question {
  std::string what;
  std::function<absl::Status()> ask;
};

bool Never() { return false; }

std::vector<Question> QuestionsOf(const Wave& wave,
                                  const AnalysisResult& result) {
  std::vector<Question> questions;
  const auto departures = [&](std::string what, Leavers leavers) {
    questions.push_back(
        {std::move(what), [&wave, &result, leavers] {
           return SimulateDepartures(wave, result, leavers, Never).status();
         }});
  };
  for (const std::size_t count : {1, 20}) {
    NamedPeople people;
    for (std::size_t i = 0; i < count; ++i) {
      people.persons.push_back(wave.people[7 * i].id);
    }
    departures(absl::StrCat(count, " named people leave"), people);
  }
  departures("the pooled core leaves", PooledCorePeople{});
  for (const int count : {1, 5, kWorstPeopleMax}) {
    departures(absl::StrCat("the worst ", count, " leave"),
               WorstPeople{wave.networks[0].definition.id, count});
  }
  for (const std::size_t count : {1, 50}) {
    std::vector<AddedTie> ties;
    for (std::size_t i = 0; i < count; ++i) {
      ties.push_back({wave.people[2 * i].id, wave.people[2 * i + 1].id,
                      wave.networks[i % kDrawnNetworks].definition.id});
    }
    questions.push_back(
        {absl::StrCat(count, " introductions"), [&wave, &result, ties] {
           return SimulateTies(wave, result, ties, Never).status();
         }});
  }
  return questions;
}

int Run() {
  const WaveSnapshot snapshot = DrawnPlace(
      absl::GetFlag(FLAGS_people), absl::GetFlag(FLAGS_response_percent));
  AnalysisParameters parameters;
  Silent silent;
  const auto wave = BuildWave(snapshot);
  const auto result = AnalyzeWave(snapshot, parameters, silent, 2);
  if (!wave.ok() || !result.ok()) {
    absl::PrintF("%s %s\n", wave.status().ToString(),
                 result.status().ToString());
    return 1;
  }
  for (const Question& question : QuestionsOf(*wave, *result)) {
    std::vector<double> milliseconds;
    absl::Status status;
    for (int round = 0; round < absl::GetFlag(FLAGS_rounds); ++round) {
      const Clock::time_point begin = Clock::now();
      status = question.ask();
      milliseconds.push_back(
          std::chrono::duration<double, std::milli>(Clock::now() - begin)
              .count());
    }
    std::sort(milliseconds.begin(), milliseconds.end());
    absl::PrintF("%-26s median %6.1f ms, at most %6.1f ms%s\n", question.what,
                 milliseconds[milliseconds.size() / 2], milliseconds.back(),
                 status.ok() ? "" : absl::StrCat("  ", status.ToString()));
  }
  return 0;
}

}  // namespace
}  // namespace pulsetaker::network

int main(int argc, char** argv) {
  absl::ParseCommandLine(argc, argv);
  return pulsetaker::network::Run();
}
