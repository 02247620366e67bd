#include "services/network/domain/added_ties.h"

#include <cstddef>
#include <optional>
#include <set>
#include <tuple>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/base/status.h"
#include "services/network/domain/person_index.h"
#include "services/network/domain/told_cores.h"
#include "services/network/domain/united_network.h"

namespace pulsetaker::network {
namespace {

// A tie by numbers.
struct Placed {
  std::size_t network = 0;
  NodeId from = 0;
  NodeId to = 0;

  friend bool operator<(const Placed& a, const Placed& b) {
    return std::tie(a.network, a.from, a.to) <
           std::tie(b.network, b.from, b.to);
  }
};

absl::StatusOr<Placed> Place(const Wave& wave, const AddedTie& tie) {
  Placed placed;
  PT_ASSIGN_OR_RETURN(placed.network, FindNetwork(wave, tie.network_id));
  PT_ASSIGN_OR_RETURN(placed.from, FindPerson(wave, tie.from));
  PT_ASSIGN_OR_RETURN(placed.to, FindPerson(wave, tie.to));
  if (placed.from == placed.to) {
    return MakeError(absl::StatusCode::kInvalidArgument, "SELF_TIE",
                     absl::StrCat(tie.from, " cannot be tied to itself"),
                     {{"person", tie.from}});
  }
  if (!wave.networks[placed.network].definition.directed &&
      placed.from > placed.to) {
    std::swap(placed.from, placed.to);
  }
  return placed;
}

absl::Status WithIndex(const absl::Status& error, std::size_t index) {
  ErrorMetadata metadata = MetadataOf(error);
  metadata.emplace_back("index", absl::StrCat(index));
  return MakeError(error.code(), ReasonOf(error),
                   absl::StrCat("tie ", index, ": ", error.message()),
                   metadata);
}

absl::StatusOr<std::vector<Placed>> PlaceAll(const Wave& wave,
                                             absl::Span<const AddedTie> ties) {
  if (ties.empty()) {
    return MakeError(absl::StatusCode::kInvalidArgument, "NO_TIES",
                     "no tie is given");
  }
  if (ties.size() > kAddedTiesMax) {
    return MakeError(absl::StatusCode::kInvalidArgument, "TOO_MANY_TIES",
                     absl::StrCat("there are ", ties.size(),
                                  " ties, want at most ", kAddedTiesMax));
  }
  std::vector<Placed> all;
  for (std::size_t i = 0; i < ties.size(); ++i) {
    auto placed = Place(wave, ties[i]);
    if (!placed.ok()) return WithIndex(placed.status(), i);
    all.push_back(*placed);
  }
  return all;
}

std::vector<TieOutcome> OutcomesOf(const Wave& wave,
                                   const std::vector<Placed>& ties) {
  std::set<Placed> seen;
  std::vector<TieOutcome> outcomes;
  for (const Placed& tie : ties) {
    const WaveNetwork& network = wave.networks[tie.network];
    if (network.gate == Gate::kGroupOnly) {
      outcomes.push_back(TieOutcome::kWithheld);
    } else if (network.graph.has_arc(tie.from, tie.to)) {
      outcomes.push_back(TieOutcome::kAlreadyThere);
    } else {
      outcomes.push_back(seen.insert(tie).second ? TieOutcome::kAdded
                                                 : TieOutcome::kRepeated);
    }
  }
  return outcomes;
}

// What is looked at: one network, or all united.
struct Scene {
  const Digraph& graph;
  const NodeFlags& answered;
  Gate gate = Gate::kNone;
  NodeFlags core;         // Empty without one.
  std::vector<Arc> arcs;  // Added.
  std::set<std::pair<NodeId, NodeId>> added;
};

std::optional<NotMeasured> ProblemOf(const Scene& scene) {
  const bool is_told = scene.gate == Gate::kAllRoles ||
                       (scene.gate == Gate::kHubsOnly && scene.added.empty());
  if (is_told) return std::nullopt;
  return NotMeasured{NotMeasuredReason::kResponseGate,
                     "too few people answered to say what these ties add"};
}

absl::StatusOr<TieEffect> EffectOn(const Wave& wave, const Scene& scene,
                                   IsCancelled is_cancelled) {
  TargetPeople people = LayerTargets(wave, scene.answered, {});
  people.core = scene.core;
  TieEffect effect;
  if (scene.gate != Gate::kGroupOnly) {
    effect.added_count = static_cast<int>(scene.added.size());
  }
  PT_ASSIGN_OR_RETURN(const Reach before,
                      ReachOf(scene.graph, {}, people, is_cancelled));
  effect.before = before.figures;
  effect.not_measured = ProblemOf(scene);
  if (effect.not_measured.has_value()) return effect;
  std::vector<Arc> arcs = scene.graph.Arcs();
  arcs.insert(arcs.end(), scene.arcs.begin(), scene.arcs.end());
  PT_ASSIGN_OR_RETURN(
      const Digraph graph,
      Digraph::FromArcs(wave.node_count(), arcs, Repeats::kCollapse));
  PT_ASSIGN_OR_RETURN(const Reach after,
                      ReachOf(graph, {}, people, is_cancelled));
  effect.after = after.figures;
  effect.gained_paths = PathChanges(wave, after, before,
                                    {TargetsLeft(people, wave.node_count(), {}),
                                     scene.answered,
                                     {},
                                     scene.gate == Gate::kAllRoles});
  return effect;
}

// The arcs of a tie that was added.
void AppendArcs(const Wave& wave, const Placed& tie, std::vector<Arc>& arcs) {
  arcs.push_back({tie.from, tie.to});
  if (!wave.networks[tie.network].definition.directed) {
    arcs.push_back({tie.to, tie.from});
  }
}

// The ties that are added to networks above their gate; those that change
// nothing, as these networks have all their arcs, do not count as added.
void AddToUnited(const Wave& wave, const std::vector<Placed>& ties,
                 const std::vector<TieOutcome>& outcomes, Scene& united) {
  for (std::size_t i = 0; i < ties.size(); ++i) {
    const Placed& tie = ties[i];
    if (outcomes[i] != TieOutcome::kAdded) continue;
    AppendArcs(wave, tie, united.arcs);
    const bool is_there = united.graph.has_arc(tie.from, tie.to) &&
                          (wave.networks[tie.network].definition.directed ||
                           united.graph.has_arc(tie.to, tie.from));
    if (!is_there) united.added.emplace(tie.from, tie.to);
  }
}

}  // namespace

absl::StatusOr<TieSimulation> SimulateTies(const Wave& wave,
                                           const AnalysisResult& result,
                                           absl::Span<const AddedTie> ties,
                                           IsCancelled is_cancelled) {
  PT_ASSIGN_OR_RETURN(const ToldCores cores, CoresToldBy(result, wave));
  PT_ASSIGN_OR_RETURN(const std::vector<Placed> placed, PlaceAll(wave, ties));

  TieSimulation simulation;
  simulation.outcomes = OutcomesOf(wave, placed);
  for (std::size_t n = 0; n < wave.networks.size(); ++n) {
    const WaveNetwork& network = wave.networks[n];
    Scene scene{network.graph,
                network.answered,
                network.gate,
                cores.networks[n],
                {},
                {}};
    for (std::size_t i = 0; i < placed.size(); ++i) {
      if (placed[i].network != n) continue;
      if (simulation.outcomes[i] != TieOutcome::kAdded) continue;
      AppendArcs(wave, placed[i], scene.arcs);
      scene.added.emplace(placed[i].from, placed[i].to);
    }
    NetworkTieEffect tied{network.definition.id, network.gate, {}};
    PT_ASSIGN_OR_RETURN(tied.effect, EffectOn(wave, scene, is_cancelled));
    simulation.networks.push_back(std::move(tied));
  }
  PT_ASSIGN_OR_RETURN(const UnitedNetwork united, UniteNetworks(wave));
  if (united.network_count > 0) {
    const NodeFlags answered = AnsweredForUnited(wave);
    Scene scene{united.graph, answered, united.gate, cores.pooled, {}, {}};
    AddToUnited(wave, placed, simulation.outcomes, scene);
    PT_ASSIGN_OR_RETURN(simulation.united, EffectOn(wave, scene, is_cancelled));
  }
  return simulation;
}

}  // namespace pulsetaker::network
