// Measures of the graphs on standard input, as one JSON object a line.
//
// The input is as in subject.h. Doubles are written so that reading them gives
// the same bits; what is undefined is null.
//
// With --benchmark, one JSON object alone: user CPU seconds of each measure,
// summed over the graphs, each graph REPEATS times.

#include <sys/resource.h>

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <exception>
#include <functional>
#include <iostream>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "common/base/status.h"
#include "nlohmann/json.hpp"
#include "services/network/domain/betweenness.h"
#include "services/network/domain/clustering.h"
#include "services/network/domain/components.h"
#include "services/network/domain/core_periphery.h"
#include "services/network/domain/degree.h"
#include "services/network/domain/distances.h"
#include "services/network/domain/eigenvector.h"
#include "services/network/domain/graph.h"
#include "services/network/domain/information.h"
#include "services/network/domain/k_core.h"
#include "services/network/domain/katz.h"
#include "services/network/domain/leiden.h"
#include "services/network/domain/maximal_cliques.h"
#include "services/network/domain/pagerank.h"
#include "services/network/domain/structural_holes.h"
#include "services/network/domain/valued_betweenness.h"
#include "tests/oracle/subject.h"

namespace pulsetaker::network {
namespace {

using nlohmann::json;

json OrNull(const std::optional<double>& value) {
  return value.has_value() ? json(*value) : json(nullptr);
}

json OrNull(const std::vector<std::optional<double>>& values) {
  json list = json::array();
  for (const auto& value : values) list.push_back(OrNull(value));
  return list;
}

std::vector<double> BetweennessOf(const Subject& subject) {
  return subject.is_directed
             ? OrDie(Betweenness(subject.digraph, kNeverCancelled))
             : OrDie(Betweenness(subject.either, kNeverCancelled));
}

// Null where ties have weights that are no values.
json ValuedBetweennessOf(const Subject& subject) {
  const auto found = subject.is_directed
                         ? ValuedBetweenness(subject.digraph, kNeverCancelled)
                         : ValuedBetweenness(subject.either, kNeverCancelled);
  if (absl::IsInvalidArgument(found.status())) return nullptr;
  return OrDie(found);
}

json CoreOf(const Subject& subject) {
  const auto core = OrDie(FindCore(subject.digraph, kNeverCancelled));
  if (!core.has_value()) return nullptr;
  return {{"members", core->members}, {"correlation", core->correlation}};
}

constexpr std::uint64_t kCliquesMax = 10'000'000;

// Measures of how central people are by whom they are named.
void AddSpectral(const Subject& subject, json& out) {
  const Eigenvector eigen =
      OrDie(EigenvectorCentrality(subject.digraph, kNeverCancelled));
  out["eigenvector"] = eigen.value;
  out["eigenvalue"] = eigen.eigenvalue;
  const Katz katz =
      OrDie(KatzCentrality(subject.digraph, std::nullopt, kNeverCancelled));
  out["katz"] = katz.value;
  out["katz_alpha"] = katz.alpha;
}

void AddClustering(const Subject& subject, json& out) {
  const Clustering clustering =
      OrDie(ClusteringOf(subject.either, kNeverCancelled));
  out["triangles"] = clustering.triangles;
  out["local_clustering"] = clustering.local;
  out["mean_clustering"] = clustering.mean;
  out["transitivity"] = OrNull(clustering.transitivity);
}

// What a comparison reads. Each entry fills in its part of the object.
using Measure = std::function<void(const Subject&, json&)>;

const std::vector<std::pair<std::string, Measure>>& Measures() {
  static const auto* const measures =
      new std::vector<std::pair<std::string, Measure>>{
          {"betweenness",
           [](const Subject& s, json& out) {
             out["betweenness"] = BetweennessOf(s);
           }},
          {"valued_betweenness",
           [](const Subject& s, json& out) {
             out["valued_betweenness"] = ValuedBetweennessOf(s);
           }},
          {"distances",
           [](const Subject& s, json& out) {
             const InDistances d =
                 OrDie(DistancesIn(s.digraph, kNeverCancelled));
             out["harmonic_in"] = d.harmonic;
             out["within_two"] = d.within_two;
             out["within_three"] = d.within_three;
             out["closeness"] = d.closeness;
           }},
          {"information",
           [](const Subject& s, json& out) {
             out["information"] =
                 OrDie(InformationCentrality(s.mean, kNeverCancelled)).value;
           }},
          {"structural_holes",
           [](const Subject& s, json& out) {
             const StructuralHoles holes = s.is_directed
                                               ? StructuralHolesOf(s.digraph)
                                               : StructuralHolesOf(s.mean);
             out["constraint"] = OrNull(holes.constraint);
             out["effective_size"] = OrNull(holes.effective_size);
           }},
          {"k_core",
           [](const Subject& s, json& out) {
             out["core_number"] = CoreNumbers(s.either);
           }},
          {"reciprocity",
           [](const Subject& s, json& out) {
             out["density"] = Density(s.digraph);
             out["arc_reciprocity"] = OrNull(ArcReciprocity(s.digraph));
             out["dyad_reciprocity"] = OrNull(DyadReciprocity(s.digraph));
           }},
          {"articulation_points",
           [](const Subject& s, json& out) {
             json points = json::array();
             for (const ArticulationPoint& p : ArticulationPoints(s.either)) {
               points.push_back(p.node);
             }
             out["articulation_points"] = points;
           }},
          {"fragmentation",
           [](const Subject& s, json& out) {
             const Fragmentation f =
                 OrDie(FragmentationWithout(s.either, {}, kNeverCancelled));
             out["fragmentation"] = f.by_component;
             out["distance_fragmentation"] = f.by_distance;
           }},
          {"pagerank",
           [](const Subject& s, json& out) {
             out["pagerank"] = OrDie(PageRank(s.digraph, kNeverCancelled));
           }},
          {"spectral", AddSpectral},
          {"clustering", AddClustering},
          {"maximal_cliques",
           [](const Subject& s, json& out) {
             out["clique_counts"] = OrDie(MaximalCliqueCounts(
                 s.either, 1, kCliquesMax, kNeverCancelled));
           }},
          {"leiden",
           [](const Subject& s, json& out) {
             const Communities communities =
                 OrDie(LeidenCommunities(s.mean, {}, kNeverCancelled));
             out["community"] = communities.id;
             out["modularity"] = OrNull(communities.modularity);
           }},
          {"core",
           [](const Subject& s, json& out) { out["core"] = CoreOf(s); }},
      };
  return *measures;
}

void Compare(const Subject& subject) {
  json out = {{"graph", subject.name}};
  for (const auto& [name, measure] : Measures()) measure(subject, out);
  std::cout << out.dump() << '\n';
}

double UserSeconds() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return static_cast<double>(usage.ru_utime.tv_sec) +
         static_cast<double>(usage.ru_utime.tv_usec) * 1e-6;
}

// The repeats are for clocks that tick in milliseconds.
json Benchmark(const std::vector<Subject>& subjects, int repeats) {
  json seconds = json::object();
  for (const auto& [name, measure] : Measures()) {
    const double begin = UserSeconds();
    for (int i = 0; i < repeats; ++i) {
      for (const Subject& subject : subjects) {
        json out;
        measure(subject, out);
      }
    }
    seconds[name] = (UserSeconds() - begin) / repeats;
  }
  return {{"graphs", subjects.size()}, {"user_seconds", seconds}};
}

int Run(int argc, char** argv) {
  std::ios::sync_with_stdio(false);
  if (argc == 1) {
    while (const auto subject = ReadSubject(std::cin)) Compare(*subject);
    return 0;
  }
  if (argc == 3 && std::string(argv[1]) == "--benchmark") {
    std::vector<Subject> subjects;
    while (auto subject = ReadSubject(std::cin)) {
      subjects.push_back(*std::move(subject));
    }
    std::cout << Benchmark(subjects, std::stoi(argv[2])).dump() << '\n';
    return 0;
  }
  std::cerr << "usage: graph_measures [--benchmark REPEATS] < GRAPHS\n";
  return 2;
}

}  // namespace
}  // namespace pulsetaker::network

int main(int argc, char** argv) {
  try {
    return pulsetaker::network::Run(argc, argv);
  } catch (const std::exception& problem) {  // Of the JSON library, or REPEATS.
    std::fputs(problem.what(), stderr);
    return 1;
  }
}
