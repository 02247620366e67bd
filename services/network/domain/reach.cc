#include "services/network/domain/reach.h"

#include <algorithm>
#include <cstddef>
#include <map>
#include <numeric>
#include <set>
#include <utility>

#include "common/base/status.h"
#include "services/network/domain/components.h"
#include "services/network/domain/layer_cell.h"
#include "services/network/domain/layer_floor.h"

namespace pulsetaker::network {
namespace {

using Reason = NotMeasuredReason;

constexpr auto kGroupMin =
    static_cast<std::size_t>(kThresholds.group_person_count_min);

bool IsIn(const NodeFlags& flags, NodeId node) {
  return !flags.empty() && flags[node] != 0;
}

PathTarget TargetOfLayer(std::size_t layer) {
  return static_cast<PathTarget>(
      static_cast<std::size_t>(PathTarget::kSystemic) + layer);
}

// The people who are there, renumbered without gaps.
struct Stayers {
  std::vector<NodeId> nodes;  // Ascending.
  Digraph graph;              // Of their places in `nodes`.
};

absl::StatusOr<Stayers> StayersOf(const Digraph& graph, const NodeFlags& gone) {
  Stayers stayers;
  std::vector<NodeId> place(graph.node_count(), 0);
  for (NodeId node = 0; node < graph.node_count(); ++node) {
    if (IsIn(gone, node)) continue;
    place[node] = static_cast<NodeId>(stayers.nodes.size());
    stayers.nodes.push_back(node);
  }
  if (stayers.nodes.size() == graph.node_count()) {
    stayers.graph = graph;
    return stayers;
  }
  std::vector<Arc> arcs;
  for (const NodeId from : stayers.nodes) {
    for (const NodeId to : graph.out(from)) {
      if (!IsIn(gone, to)) arcs.push_back({place[from], place[to], 1.0});
    }
  }
  PT_ASSIGN_OR_RETURN(
      stayers.graph,
      Digraph::FromArcs(static_cast<NodeId>(stayers.nodes.size()), arcs));
  return stayers;
}

std::vector<NodeId> PlacesOf(const NodeFlags& people, const Stayers& stayers) {
  std::vector<NodeId> places;
  for (NodeId place = 0; place < stayers.nodes.size(); ++place) {
    if (IsIn(people, stayers.nodes[place])) places.push_back(place);
  }
  return places;
}

// Sets the bit of `target` for those in a component with one of `places` other
// than themselves.
void MarkComponents(const Components& components, absl::Span<const NodeId> own,
                    PathTarget target, std::vector<PathTargets>& paths) {
  std::vector<NodeId> counts(components.size.size(), 0);
  NodeFlags is_own(paths.size());
  for (const NodeId place : own) {
    is_own[place] = 1;
    ++counts[components.id[place]];
  }
  for (std::size_t place = 0; place < paths.size(); ++place) {
    const NodeId others =
        counts[components.id[place]] - (is_own[place] != 0 ? 1 : 0);
    if (others > 0) paths[place] |= BitOf(target);
  }
}

void MarkMainPart(const Components& components,
                  std::vector<PathTargets>& paths) {
  if (paths.empty()) return;
  const auto largest =
      std::max_element(components.size.begin(), components.size.end());
  const auto part = static_cast<NodeId>(largest - components.size.begin());
  for (std::size_t place = 0; place < paths.size(); ++place) {
    if (components.id[place] == part) {
      paths[place] |= BitOf(PathTarget::kMainPart);
    }
  }
}

// Marks kSystemicNearby too.
Measure SystemicReach(const Digraph& graph, absl::Span<const NodeId> systemic,
                      std::vector<PathTargets>& paths) {
  if (systemic.empty()) return Measure::Missing(Reason::kLayerAbsent);
  const std::vector<NodeId> distances = DistancesFrom(graph, systemic);
  std::size_t near = 0;
  for (std::size_t place = 0; place < paths.size(); ++place) {
    if (distances[place] == 0 || distances[place] > kNearbyStepsMax) continue;
    paths[place] |= BitOf(PathTarget::kSystemicNearby);
    ++near;
  }
  const std::size_t others = paths.size() - systemic.size();
  if (others < kGroupMin) return Measure::Missing(Reason::kTooFewPeople);
  return Measure::Of(static_cast<double>(near) / static_cast<double>(others));
}

absl::Status SetDirected(const Digraph& graph, ReachFigures& figures,
                         IsCancelled is_cancelled) {
  const double people = graph.node_count();
  if (people < 2) return absl::OkStatus();
  PT_ASSIGN_OR_RETURN(const InDistances distances,
                      DistancesIn(graph, is_cancelled));
  double reached = 0.0;
  double harmonic = 0.0;
  for (NodeId node = 0; node < graph.node_count(); ++node) {
    reached += distances.reached[node];
    harmonic += distances.harmonic[node];
  }
  figures.mean_harmonic_closeness = harmonic / people;
  figures.directed_fragmentation = {
      .by_component = 1 - reached / (people * (people - 1)),
      .by_distance = 1 - figures.mean_harmonic_closeness};
  return absl::OkStatus();
}

struct SectorSize {
  std::size_t person_count = 0;
  std::size_t answered_count = 0;
};

// The sectors that PathChangeScope tells of.
std::set<std::string> ToldSectors(const Wave& wave,
                                  const PathChangeScope& scope) {
  std::map<std::string, SectorSize> sizes;
  for (NodeId node = 0; node < wave.node_count(); ++node) {
    if (IsIn(scope.gone, node)) continue;
    SectorSize& size = sizes[wave.people[node].sector];
    ++size.person_count;
    if (IsIn(scope.answered, node)) ++size.answered_count;
  }
  std::set<std::string> told;
  for (const auto& [sector, size] : sizes) {
    const double rate = static_cast<double>(size.answered_count) /
                        static_cast<double>(size.person_count);
    if (rate < kThresholds.group_response_rate) continue;
    if (scope.names_persons || size.person_count >= kGroupMin) {
      told.insert(sector);
    }
  }
  if (scope.names_persons || told.size() == sizes.size()) return told;
  const auto smallest = std::min_element(
      told.begin(), told.end(), [&](const auto& a, const auto& b) {
        return sizes.at(a).person_count < sizes.at(b).person_count;
      });
  if (smallest != told.end()) told.erase(smallest);
  return told;
}

// One target's changes, put together person by person.
class ChangeCounter {
 public:
  ChangeCounter(const Wave& wave, const PathChangeScope& scope)
      : wave_(wave), scope_(scope), told_(ToldSectors(wave, scope)) {}

  PathChange Count(PathTarget target, const Reach& more, const Reach& less) {
    PathChange change;
    change.target = target;
    std::map<std::string, SectorPathChange> sectors;
    for (NodeId node = 0; node < wave_.node_count(); ++node) {
      if (IsIn(scope_.gone, node)) continue;
      SectorPathChange& sector = sectors[wave_.people[node].sector];
      ++sector.person_count;
      if ((more.paths[node] & BitOf(target)) == 0) continue;
      ++sector.with_path_count;
      if ((less.paths[node] & BitOf(target)) != 0) continue;
      ++sector.changed_count;
      ++change.person_count;
      if (scope_.names_persons) {
        change.persons.push_back(wave_.people[node].id);
      }
    }
    for (auto& [name, sector] : sectors) {
      if (sector.changed_count == 0 || !told_.contains(name)) continue;
      sector.sector = name;
      change.sectors.push_back(std::move(sector));
    }
    return change;
  }

 private:
  const Wave& wave_;
  const PathChangeScope& scope_;
  const std::set<std::string> told_;
};

}  // namespace

TargetPeople LayerTargets(const Wave& wave, const NodeFlags& answered,
                          const NodeFlags& gone) {
  std::vector<LayerShares> shares(wave.node_count());
  for (NodeId node = 0; node < wave.node_count(); ++node) {
    if (!IsIn(gone, node)) shares[node] = SharesOf(wave.people[node]);
  }
  TargetPeople people;
  people.systemic_problem = LayerProblem(shares, answered, 0);
  for (std::size_t layer = 0; layer < kLayerCount; ++layer) {
    if (LayerProblem(shares, answered, layer).has_value()) continue;
    people.layers[layer].assign(wave.node_count(), 0);
    for (NodeId node = 0; node < wave.node_count(); ++node) {
      if (shares[node][layer] > 0) people.layers[layer][node] = 1;
    }
  }
  return people;
}

NodeFlags AnsweredForUnited(const Wave& wave) {
  NodeFlags answered(wave.node_count());
  for (const WaveNetwork& network : wave.networks) {
    if (network.gate == Gate::kGroupOnly) continue;
    for (NodeId node = 0; node < wave.node_count(); ++node) {
      if (network.answered[node] != 0) answered[node] = 1;
    }
  }
  return answered;
}

PathTargets TargetsLeft(const TargetPeople& people, NodeId node_count,
                        const NodeFlags& gone) {
  const auto is_left = [&](const NodeFlags& flags) {
    for (NodeId node = 0; node < node_count; ++node) {
      if (IsIn(flags, node) && !IsIn(gone, node)) return true;
    }
    return false;
  };
  PathTargets left = BitOf(PathTarget::kAnybody) | BitOf(PathTarget::kMainPart);
  if (is_left(people.core)) left |= BitOf(PathTarget::kCore);
  for (std::size_t layer = 0; layer < kLayerCount; ++layer) {
    if (is_left(people.layers[layer])) left |= BitOf(TargetOfLayer(layer));
  }
  if ((left & BitOf(PathTarget::kSystemic)) != 0) {
    left |= BitOf(PathTarget::kSystemicNearby);
  }
  return left;
}

absl::StatusOr<Reach> ReachOf(const Digraph& graph, const NodeFlags& gone,
                              const TargetPeople& people,
                              IsCancelled is_cancelled) {
  PT_ASSIGN_OR_RETURN(const Stayers stayers, StayersOf(graph, gone));
  const Graph tied = Graph::Symmetrized(stayers.graph, Symmetrization::kOr);
  const Components components = ConnectedComponents(tied);

  Reach reach;
  ReachFigures& figures = reach.figures;
  figures.person_count = static_cast<int>(stayers.nodes.size());
  PT_ASSIGN_OR_RETURN(figures.fragmentation,
                      FragmentationWithout(tied, {}, is_cancelled));
  PT_RETURN_IF_ERROR(SetDirected(stayers.graph, figures, is_cancelled));
  if (!components.size.empty()) {
    const NodeId largest =
        *std::max_element(components.size.begin(), components.size.end());
    figures.largest_component_share =
        static_cast<double>(largest) / figures.person_count;
  }

  std::vector<PathTargets> paths(stayers.nodes.size(), 0);
  std::vector<NodeId> everybody(stayers.nodes.size());
  std::iota(everybody.begin(), everybody.end(), NodeId{0});
  MarkComponents(components, everybody, PathTarget::kAnybody, paths);
  MarkMainPart(components, paths);
  MarkComponents(components, PlacesOf(people.core, stayers), PathTarget::kCore,
                 paths);
  for (std::size_t layer = 0; layer < kLayerCount; ++layer) {
    MarkComponents(components, PlacesOf(people.layers[layer], stayers),
                   TargetOfLayer(layer), paths);
  }
  if (const auto& problem = people.systemic_problem) {
    figures.systemic_reach = Measure::Missing(problem->reason, problem->detail);
  } else {
    figures.systemic_reach = SystemicReach(
        stayers.graph, PlacesOf(people.layers[0], stayers), paths);
  }

  reach.paths.assign(graph.node_count(), 0);
  for (std::size_t place = 0; place < paths.size(); ++place) {
    reach.paths[stayers.nodes[place]] = paths[place];
  }
  return reach;
}

std::vector<PathChange> PathChanges(const Wave& wave, const Reach& more,
                                    const Reach& less,
                                    const PathChangeScope& scope) {
  std::vector<PathChange> changes;
  ChangeCounter counter(wave, scope);
  for (int number = 1; number <= kPathTargetCount; ++number) {
    const auto target = static_cast<PathTarget>(number);
    if ((scope.targets & BitOf(target)) == 0) continue;
    PathChange change = counter.Count(target, more, less);
    if (change.person_count > 0) changes.push_back(std::move(change));
  }
  return changes;
}

}  // namespace pulsetaker::network
