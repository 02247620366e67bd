// What one measure of the graphs on standard input costs, as one JSON object.
//
//   kernel_bench MEASURE [--threads=N] [--no-avx512] < GRAPHS
//
// The input is as in tests/oracle/subject.h. All graphs are measured, and again
// until that takes a twentieth of a second; the seconds are those of one time.
// Reading and symmetrizing are not counted. "results" are sums over the graphs,
// for a peer's to be held against.
//
// --threads: the graphs are shared among N threads, as the service shares its
// work; the wall's seconds tell, then. --no-avx512: as on processors without;
// betweenness alone.

#include <sys/resource.h>

#include <chrono>
#include <cstddef>
#include <cstdio>
#include <exception>
#include <functional>
#include <iostream>
#include <map>
#include <numeric>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"
#include "common/base/status.h"
#include "nlohmann/json.hpp"
#include "services/network/domain/betweenness.h"
#include "services/network/domain/clustering.h"
#include "services/network/domain/degree.h"
#include "services/network/domain/distances.h"
#include "services/network/domain/information.h"
#include "services/network/domain/isa.h"
#include "services/network/domain/k_core.h"
#include "services/network/domain/leiden.h"
#include "services/network/domain/maximal_cliques.h"
#include "services/network/domain/pagerank.h"
#include "services/network/domain/parallel.h"
#include "services/network/domain/structural_holes.h"
#include "services/network/domain/valued_betweenness.h"
#include "tests/oracle/subject.h"

namespace pulsetaker::network {
namespace {

constexpr double kSecondsMin = 0.05;
constexpr std::size_t kRepeatsMax = 1'000'000;
constexpr std::uint64_t kCliquesMax = 100'000'000;

// As many iterations as igraph has by default, from one start.
constexpr LeidenOptions kOneStart{.starts = 1, .iterations_max = 2};

struct Options {
  std::string measure;
  int threads = 1;
  Isa isa = BestIsa();
};

template <typename T>
double Sum(const std::vector<T>& values) {
  return std::accumulate(values.begin(), values.end(), 0.0);
}

double Sum(const std::vector<std::optional<double>>& values) {
  double sum = 0;
  for (const auto& value : values) sum += value.value_or(0);
  return sum;
}

// The sums of what a measure finds in one graph.
using Results = std::vector<double>;
using Measure = Results (*)(const Subject&, const Options&);

Results MeasureBetweenness(const Subject& s, const Options& options) {
  return {Sum(OrDie(Betweenness(s.digraph, kNeverCancelled, options.isa)))};
}

Results MeasureDistances(const Subject& s, const Options& /*options*/) {
  const InDistances d = OrDie(DistancesIn(s.digraph, kNeverCancelled));
  return {Sum(d.harmonic), Sum(d.closeness), Sum(d.within_two),
          Sum(d.within_three)};
}

Results MeasureInformation(const Subject& s, const Options& /*options*/) {
  return {Sum(OrDie(InformationCentrality(s.mean, kNeverCancelled)).value)};
}

Results MeasureStructuralHoles(const Subject& s, const Options& /*options*/) {
  const StructuralHoles holes = StructuralHolesOf(s.digraph);
  return {Sum(holes.constraint), Sum(holes.effective_size)};
}

Results MeasureMaximalCliques(const Subject& s, const Options& /*options*/) {
  return {Sum(
      OrDie(MaximalCliqueCounts(s.either, 1, kCliquesMax, kNeverCancelled)))};
}

Results MeasureLeiden(const Subject& s, const Options& /*options*/) {
  return {OrDie(LeidenCommunities(s.mean, kOneStart, kNeverCancelled))
              .modularity.value_or(0)};
}

Results MeasureKCore(const Subject& s, const Options& /*options*/) {
  return {Sum(CoreNumbers(s.either))};
}

Results MeasureClustering(const Subject& s, const Options& /*options*/) {
  return {Sum(OrDie(ClusteringOf(s.either, kNeverCancelled)).local)};
}

Results MeasurePageRank(const Subject& s, const Options& /*options*/) {
  return {OrDie(PageRank(s.digraph, kNeverCancelled)).front()};
}

Results MeasureValuedBetweenness(const Subject& s, const Options& /*options*/) {
  return {Sum(OrDie(ValuedBetweenness(s.digraph, kNeverCancelled)))};
}

// Everything that is measured of each person, without draws.
Results MeasurePersons(const Subject& s, const Options& options) {
  Results all = {Sum(InDegrees(s.digraph)), Sum(OutDegrees(s.digraph))};
  for (const Measure measure :
       {&MeasureBetweenness, &MeasureDistances, &MeasureInformation,
        &MeasureStructuralHoles, &MeasureKCore, &MeasureClustering,
        &MeasurePageRank}) {
    const Results results = measure(s, options);
    all.insert(all.end(), results.begin(), results.end());
  }
  return all;
}

const std::map<std::string, Measure>& Measures() {
  static const auto* const measures = new std::map<std::string, Measure>{
      {"betweenness", &MeasureBetweenness},
      {"clustering", &MeasureClustering},
      {"distances", &MeasureDistances},
      {"information", &MeasureInformation},
      {"k_core", &MeasureKCore},
      {"leiden", &MeasureLeiden},
      {"maximal_cliques", &MeasureMaximalCliques},
      {"pagerank", &MeasurePageRank},
      {"persons", &MeasurePersons},
      {"structural_holes", &MeasureStructuralHoles},
      {"valued_betweenness", &MeasureValuedBetweenness}};
  return *measures;
}

struct Seconds {
  double user = 0;
  double wall = 0;
};

Seconds Clocks() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return {.user = static_cast<double>(usage.ru_utime.tv_sec) +
                  static_cast<double>(usage.ru_utime.tv_usec) * 1e-6,
          .wall = std::chrono::duration<double>(
                      std::chrono::steady_clock::now().time_since_epoch())
                      .count()};
}

// Of one graph after the other, or side by side.
std::vector<Results> MeasureAll(Measure measure,
                                const std::vector<Subject>& subjects,
                                const Options& options) {
  std::vector<Results> results(subjects.size());
  const absl::Status status =
      ParallelFor(subjects.size(), options.threads, [&](std::size_t i) {
        results[i] = measure(subjects[i], options);
        return absl::OkStatus();
      });
  if (!status.ok()) FailStop(status.ToString());
  return results;
}

nlohmann::json Bench(Measure measure, const std::vector<Subject>& subjects,
                     const Options& options) {
  for (std::size_t repeats = 1;; repeats *= 4) {
    const Seconds begin = Clocks();
    std::vector<Results> results;
    for (std::size_t i = 0; i < repeats; ++i) {
      results = MeasureAll(measure, subjects, options);
    }
    const Seconds end = Clocks();
    if (end.user - begin.user < kSecondsMin && repeats < kRepeatsMax) continue;
    Results sums(results.front().size(), 0.0);
    for (const Results& of_graph : results) {
      for (std::size_t i = 0; i < sums.size(); ++i) sums[i] += of_graph[i];
    }
    const double times = static_cast<double>(repeats);
    return {{"user_seconds", (end.user - begin.user) / times},
            {"wall_seconds", (end.wall - begin.wall) / times},
            {"results", sums}};
  }
}

std::optional<Options> ReadOptions(int argc, char** argv) {
  if (argc < 2) return std::nullopt;
  Options options{.measure = argv[1]};
  for (int i = 2; i < argc; ++i) {
    absl::string_view argument = argv[i];
    if (argument == "--no-avx512") {
      const absl::Span<const Isa> isas = RunnableIsas();
      options.isa =
          isas.back() == Isa::kAvx512 ? isas[isas.size() - 2] : isas.back();
    } else if (!absl::ConsumePrefix(&argument, "--threads=") ||
               !absl::SimpleAtoi(argument, &options.threads)) {
      return std::nullopt;
    }
  }
  return options;
}

int Run(int argc, char** argv) {
  const std::optional<Options> options = ReadOptions(argc, argv);
  const auto measure = options.has_value() ? Measures().find(options->measure)
                                           : Measures().end();
  if (measure == Measures().end()) {
    std::cerr << "usage: kernel_bench MEASURE [--threads=N] [--no-avx512] < "
                 "GRAPHS\n";
    return 2;
  }
  std::ios::sync_with_stdio(false);
  std::vector<Subject> subjects;
  while (auto subject = ReadSubject(std::cin)) {
    subjects.push_back(*std::move(subject));
  }
  if (subjects.empty()) FailStop("want a graph on standard input");
  std::cout << Bench(measure->second, subjects, *options).dump() << '\n';
  return 0;
}

}  // namespace
}  // namespace pulsetaker::network

int main(int argc, char** argv) {
  try {
    return pulsetaker::network::Run(argc, argv);
  } catch (const std::exception& problem) {  // Of the JSON library.
    std::fputs(problem.what(), stderr);
    return 1;
  }
}
