// What the measures of the union of a nation's places cost.
//
//   union_bench [PEOPLE [TIES [PLACE [AWAY]]]] [--threads=N] [--shuffled]
//
// Makes a directed network of PEOPLE (1,000,000) with TIES (10,000,000) in
// places of about PLACE people (400). AWAY of a hundred ties (3) lead to anyone
// in the nation, the others to people of one's place, to some there much more
// often than to others. --shuffled numbers the people in random order; without,
// those of a place follow each other.
//
// Prints for each measure the CPU seconds, the wall's seconds and the peak of
// memory while it ran, the network included, and in the end the sums. --threads
// (1) is for the measures that have use for more than one.

#include <sys/resource.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <fstream>
#include <functional>
#include <numeric>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_format.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"
#include "absl/types/span.h"
#include "common/base/random.h"
#include "common/base/status.h"
#include "services/network/domain/clustering.h"
#include "services/network/domain/degree.h"
#include "services/network/domain/graph.h"
#include "services/network/domain/k_core.h"
#include "services/network/domain/leiden.h"
#include "services/network/domain/pagerank.h"
#include "services/network/domain/probed_information.h"
#include "services/network/domain/sampled_betweenness.h"
#include "services/network/domain/sampled_distances.h"
#include "services/network/domain/separated_ranks.h"

namespace pulsetaker::network {
namespace {

template <typename T>
T OrDie(absl::StatusOr<T> result) {
  if (!result.ok()) FailStop(result.status().ToString());
  return *std::move(result);
}

struct Options {
  NodeId people = 1'000'000;
  std::uint64_t ties = 10'000'000;
  NodeId place = 400;
  std::uint64_t away_percent = 3;
  int threads = 1;
  bool shuffled = false;
};

struct Cost {
  double cpu = 0;
  double wall = 0;
};

Cost Clocks() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) +
           static_cast<double>(time.tv_usec) * 1e-6;
  };
  return {.cpu = seconds(usage.ru_utime) + seconds(usage.ru_stime),
          .wall = std::chrono::duration<double>(
                      std::chrono::steady_clock::now().time_since_epoch())
                      .count()};
}

// Lets the peak begin anew; where it may not, later peaks are those of all
// before.
void ForgetPeak() { std::ofstream("/proc/self/clear_refs") << "5"; }

double PeakGibibytes() {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);) {
    absl::string_view text = line;
    if (!absl::ConsumePrefix(&text, "VmHWM:")) continue;
    double kibibytes = 0;
    text = absl::StripSuffix(text, "kB");
    if (absl::SimpleAtod(text, &kibibytes)) return kibibytes / (1 << 20);
  }
  FailStop("no VmHWM in /proc/self/status");
}

// Names of the people, who are made place by place.
std::vector<NodeId> NamesOf(const Options& options, Random& random) {
  std::vector<NodeId> names(options.people);
  std::iota(names.begin(), names.end(), NodeId{0});
  if (options.shuffled) random.Shuffle(absl::MakeSpan(names));
  return names;
}

Digraph MakeNation(const Options& options) {
  Random random(1);
  const std::vector<NodeId> names = NamesOf(options, random);
  std::vector<Arc> arcs;
  arcs.reserve(options.ties);
  while (arcs.size() < options.ties) {
    const auto from = static_cast<NodeId>(random.Uniform(options.people));
    NodeId to = 0;
    if (random.Uniform(100) < options.away_percent) {
      to = static_cast<NodeId>(random.Uniform(options.people));
    } else {
      const NodeId begin = from / options.place * options.place;
      const NodeId size = std::min(options.place, options.people - begin);
      // The square makes some popular: an eighth of a place has a third.
      const double at = random.UnitDouble();
      to = begin + static_cast<NodeId>(at * at * size);
    }
    if (from != to) arcs.push_back({names[from], names[to]});
  }
  return OrDie(Digraph::FromArcs(options.people, arcs, Repeats::kCollapse));
}

double Sum(const std::vector<double>& values) {
  return std::accumulate(values.begin(), values.end(), 0.0);
}

// The errors of the ten highest values, in those values.
double TopError(const std::vector<double>& values,
                const std::vector<double>& errors) {
  std::vector<std::size_t> order(values.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  const std::size_t top = std::min<std::size_t>(10, order.size());
  std::partial_sort(
      order.begin(), order.begin() + static_cast<std::ptrdiff_t>(top),
      order.end(),
      [&](std::size_t a, std::size_t b) { return values[a] > values[b]; });
  double sum = 0;
  for (std::size_t i = 0; i < top; ++i) {
    sum += errors[order[i]] / values[order[i]];
  }
  return sum / static_cast<double>(top);
}

std::string Estimate(const std::vector<double>& values,
                     const std::vector<double>& errors) {
  const std::vector<SeparatedRank> ranks =
      OrDie(SeparatedRanks(values, errors));
  std::size_t first = 0;
  for (const SeparatedRank& rank : ranks) first += rank.best == 1 ? 1 : 0;
  return absl::StrFormat(
      "mean %.4g, mean error %.2f %%, of the ten highest %.2f %%; %d may be "
      "first",
      Sum(values) / static_cast<double>(values.size()),
      100 * Sum(errors) / Sum(values), 100 * TopError(values, errors), first);
}

class Bench {
 public:
  // `measure` says what it found.
  void Run(absl::string_view name,
           const std::function<std::string()>& measure) {
    ForgetPeak();
    const Cost begin = Clocks();
    const std::string found = measure();
    const Cost end = Clocks();
    const double peak = PeakGibibytes();
    cpu_ += end.cpu - begin.cpu;
    wall_ += end.wall - begin.wall;
    peak_ = std::max(peak_, peak);
    Print(name, {end.cpu - begin.cpu, end.wall - begin.wall}, peak, found);
  }

  void PrintSum() const {
    Print("all but the making", {cpu_, wall_}, peak_,
          "floor 1200 s of CPU and 4 GiB, target 360 and 1.5");
  }

  static void Print(absl::string_view name, const Cost& cost, double peak,
                    absl::string_view found) {
    absl::PrintF("%-32s %8.2f s CPU %8.2f s wall %6.2f GiB  %s\n", name,
                 cost.cpu, cost.wall, peak, found);
    std::fflush(stdout);
  }

 private:
  double cpu_ = 0;
  double wall_ = 0;
  double peak_ = 0;
};

void MeasureLinear(const Digraph& digraph, const Graph& graph, Bench& bench) {
  bench.Run("in-degree", [&] {
    const std::vector<NodeId> degrees = InDegrees(digraph);
    return absl::StrFormat("highest %d",
                           *std::max_element(degrees.begin(), degrees.end()));
  });
  bench.Run("reciprocity", [&] {
    return absl::StrFormat("%.4f", ArcReciprocity(digraph).value_or(0));
  });
  bench.Run("k-core", [&] {
    const std::vector<NodeId> cores = CoreNumbers(graph);
    return absl::StrFormat("highest %d",
                           *std::max_element(cores.begin(), cores.end()));
  });
  bench.Run("clustering", [&] {
    return absl::StrFormat("mean %.4f",
                           OrDie(ClusteringOf(graph, kNeverCancelled)).mean);
  });
  bench.Run("PageRank", [&] {
    const std::vector<double> ranks = OrDie(PageRank(digraph, kNeverCancelled));
    return absl::StrFormat("highest %.3g",
                           *std::max_element(ranks.begin(), ranks.end()));
  });
  bench.Run("Leiden, one start", [&] {
    const Communities found = OrDie(LeidenCommunities(
        graph, {.starts = 1, .iterations_max = 2}, kNeverCancelled));
    return absl::StrFormat("modularity %.4f, %d communities",
                           found.modularity.value_or(0), found.size.size());
  });
}

void MeasureSampled(const Digraph& digraph, const Graph& graph, int threads,
                    Bench& bench) {
  bench.Run("harmonic, 512 sources", [&] {
    const SampledDistances found = OrDie(SampledDistancesIn(
        digraph, {.source_count = 512, .thread_count = threads}, Random(1),
        kNeverCancelled));
    return Estimate(found.harmonic, found.harmonic_error);
  });
  bench.Run("information, 64 probes", [&] {
    const ProbedInformation found = OrDie(
        ProbeInformation(graph, {.probe_count = 64, .thread_count = threads},
                         Random(1), kNeverCancelled));
    return Estimate(found.value, found.error);
  });
  bench.Run("betweenness, 1,000,000 paths", [&] {
    const SampledBetweenness found = OrDie(SampleBetweenness(
        digraph, {.sample_count = 1'000'000, .thread_count = threads},
        Random(1), kNeverCancelled));
    return Estimate(found.value, found.error);
  });
}

std::optional<Options> ReadOptions(int argc, char** argv) {
  Options options;
  int position = 0;
  for (int i = 1; i < argc; ++i) {
    absl::string_view argument = argv[i];
    bool ok = true;
    if (argument == "--shuffled") {
      options.shuffled = true;
    } else if (absl::ConsumePrefix(&argument, "--threads=")) {
      ok = absl::SimpleAtoi(argument, &options.threads) && options.threads > 0;
    } else {
      switch (position++) {
        case 0:
          ok = absl::SimpleAtoi(argument, &options.people) &&
               options.people > 1 && options.people <= kNodesMax;
          break;
        case 1:
          ok = absl::SimpleAtoi(argument, &options.ties) && options.ties > 0 &&
               options.ties <= kArcsMax;
          break;
        case 2:
          ok = absl::SimpleAtoi(argument, &options.place) && options.place > 1;
          break;
        case 3:
          ok = absl::SimpleAtoi(argument, &options.away_percent) &&
               options.away_percent <= 100;
          break;
        default:
          ok = false;
      }
    }
    if (!ok) return std::nullopt;
  }
  return options;
}

int Run(int argc, char** argv) {
  const std::optional<Options> options = ReadOptions(argc, argv);
  if (!options.has_value()) {
    std::fputs(
        "usage: union_bench [PEOPLE [TIES [PLACE [AWAY]]]] [--threads=N] "
        "[--shuffled]\n",
        stderr);
    return 2;
  }
  Bench making;
  Digraph digraph;
  Graph graph;
  making.Run("(making the network)", [&] {
    digraph = MakeNation(*options);
    return absl::StrFormat("%d people, %d ties", digraph.node_count(),
                           digraph.arc_count());
  });
  Bench bench;
  bench.Run("symmetrized, mean", [&] {
    graph = Graph::Symmetrized(digraph, Symmetrization::kMean);
    return absl::StrFormat("%d edges", graph.edge_count());
  });
  MeasureLinear(digraph, graph, bench);
  MeasureSampled(digraph, graph, options->threads, bench);
  bench.PrintSum();
  return 0;
}

}  // namespace
}  // namespace pulsetaker::network

int main(int argc, char** argv) { return pulsetaker::network::Run(argc, argv); }
