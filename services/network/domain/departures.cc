#include "services/network/domain/departures.h"

#include <algorithm>
#include <cstddef>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/base/status.h"
#include "services/network/domain/clique_sampler.h"
#include "services/network/domain/person_index.h"
#include "services/network/domain/screened_key_players.h"
#include "services/network/domain/told_cores.h"
#include "services/network/domain/united_network.h"

namespace pulsetaker::network {
namespace {

constexpr NodeId kStayersMin = 2;

absl::Status ResponseTooLow(absl::string_view network) {
  return MakeError(absl::StatusCode::kFailedPrecondition, "RESPONSE_TOO_LOW",
                   absl::StrCat("too few people answered for ", network,
                                " to name those who matter most in it"),
                   {{"network", std::string(network)}});
}

// Numbers, ascending, of those who leave.
class LeaverFinder {
 public:
  LeaverFinder(const Wave& wave, const CliqueRisk& risk, const ToldCores& cores,
               IsCancelled is_cancelled)
      : wave_(wave), risk_(risk), cores_(cores), is_cancelled_(is_cancelled) {}

  absl::StatusOr<std::vector<NodeId>> operator()(const NamedPeople& named) {
    if (named.persons.empty()) {
      return MakeError(absl::StatusCode::kInvalidArgument, "NO_LEAVERS",
                       "nobody is named who leaves");
    }
    std::vector<std::string> ids = named.persons;
    std::sort(ids.begin(), ids.end());
    ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
    std::vector<NodeId> nodes;
    for (const std::string& id : ids) {
      PT_ASSIGN_OR_RETURN(const NodeId node, FindPerson(wave_, id));
      nodes.push_back(node);
    }
    return nodes;
  }

  absl::StatusOr<std::vector<NodeId>> operator()(const PooledCorePeople&) {
    for (const WaveNetwork& network : wave_.networks) {
      const std::string& id = network.definition.id;
      const auto& counting = risk_.network_ids;
      if (network.gate != Gate::kAllRoles &&
          std::find(counting.begin(), counting.end(), id) != counting.end()) {
        return ResponseTooLow(id);
      }
    }
    std::vector<NodeId> nodes;
    for (NodeId node = 0; node < cores_.pooled.size(); ++node) {
      if (cores_.pooled[node] != 0) nodes.push_back(node);
    }
    if (nodes.empty()) {
      return MakeError(absl::StatusCode::kFailedPrecondition, "NO_POOLED_CORE",
                       absl::StrCat("fewer than ", kPooledCoreMin,
                                    " people are in most of the cores"));
    }
    return nodes;
  }

  absl::StatusOr<std::vector<NodeId>> operator()(const WorstPeople& worst) {
    PT_ASSIGN_OR_RETURN(const std::size_t number,
                        FindNetwork(wave_, worst.network_id));
    if (worst.count < 1 || worst.count > kWorstPeopleMax) {
      return MakeError(absl::StatusCode::kInvalidArgument,
                       "PARAMETER_OUT_OF_RANGE",
                       absl::StrCat("count is ", worst.count, ", want 1 to ",
                                    kWorstPeopleMax),
                       {{"field", "count"}});
    }
    const WaveNetwork& network = wave_.networks[number];
    if (network.gate != Gate::kAllRoles) {
      return ResponseTooLow(network.definition.id);
    }
    const auto count =
        std::min(static_cast<NodeId>(worst.count), network.graph.node_count());
    PT_ASSIGN_OR_RETURN(
        KeyPlayers players,
        FindScreenedKeyPlayers(
            Graph::Symmetrized(network.graph, Symmetrization::kOr), count,
            is_cancelled_));
    return std::move(players.members);
  }

 private:
  const Wave& wave_;
  const CliqueRisk& risk_;
  const ToldCores& cores_;
  IsCancelled is_cancelled_;
};

// What is looked at: one network, or all united.
struct Scene {
  const Digraph& graph;
  const NodeFlags& answered;
  Gate gate = Gate::kNone;
  const NodeFlags& core;  // Empty without one.
};

class DepartureSimulator {
 public:
  // `are_core`: they are PooledCorePeople.
  DepartureSimulator(const Wave& wave, const std::vector<NodeId>& leavers,
                     bool are_core, IsCancelled is_cancelled)
      : wave_(wave),
        leavers_(leavers),
        are_core_(are_core),
        gone_(FlagsOf(leavers, wave.node_count())),
        is_cancelled_(is_cancelled) {}

  absl::StatusOr<DepartureEffect> EffectOn(const Scene& scene) {
    TargetPeople people = LayerTargets(wave_, scene.answered, {});
    people.core = scene.core;
    DepartureEffect effect;
    PT_ASSIGN_OR_RETURN(const Reach before,
                        ReachOf(scene.graph, {}, people, is_cancelled_));
    effect.before = before.figures;
    if (const auto problem = ProblemOf(scene.gate)) {
      effect.not_measured = *problem;
      return effect;
    }
    TargetPeople stayers = LayerTargets(wave_, scene.answered, gone_);
    stayers.core = scene.core;
    PT_ASSIGN_OR_RETURN(const Reach after,
                        ReachOf(scene.graph, gone_, stayers, is_cancelled_));
    effect.after = after.figures;
    if (!scene.core.empty()) SetCore(scene.core, effect);

    const NodeId node_count = wave_.node_count();
    const PathTargets were = TargetsLeft(people, node_count, {});
    const PathTargets left = TargetsLeft(stayers, node_count, gone_);
    for (int number = 1; number <= kPathTargetCount; ++number) {
      const auto target = static_cast<PathTarget>(number);
      if (((were & ~left) & BitOf(target)) != 0) {
        effect.targets_gone.push_back(target);
      }
    }
    const auto targets = static_cast<PathTargets>(were & left);
    effect.lost_paths = PathChanges(
        wave_, before, after,
        {targets, scene.answered, gone_, scene.gate == Gate::kAllRoles});
    return effect;
  }

  std::vector<LeavingRole> RolesIn(const NetworkFindings& findings) const {
    std::vector<LeavingRole> roles;
    for (const RoleFinding& finding : findings.roles) {
      if (roles.empty() || roles.back().role != finding.role) {
        roles.push_back({finding.role, 0, {}});
      }
      ++roles.back().holder_count;
      const auto node = FindPerson(wave_, finding.person);
      if (node.ok() && gone_[*node] != 0) {
        roles.back().leaving.push_back({finding.person, finding.certainty});
      }
    }
    return roles;
  }

 private:
  std::optional<NotMeasured> ProblemOf(Gate gate) const {
    if (gate == Gate::kAllRoles) return std::nullopt;
    if (gate == Gate::kHubsOnly && are_core_ &&
        leavers_.size() >=
            static_cast<std::size_t>(kThresholds.group_person_count_min)) {
      return std::nullopt;
    }
    return NotMeasured{NotMeasuredReason::kResponseGate,
                       "too few people answered to say what those who leave "
                       "mean to the network"};
  }

  void SetCore(const NodeFlags& core, DepartureEffect& effect) const {
    int count = 0;
    int leaving = 0;
    for (NodeId node = 0; node < wave_.node_count(); ++node) {
      if (core[node] == 0) continue;
      ++count;
      leaving += gone_[node];
    }
    effect.core_count = count;
    effect.core_leaving_count = leaving;
  }

  const Wave& wave_;
  const std::vector<NodeId>& leavers_;
  const bool are_core_;
  const NodeFlags gone_;
  IsCancelled is_cancelled_;
};

}  // namespace

absl::StatusOr<Departures> SimulateDepartures(const Wave& wave,
                                              const AnalysisResult& result,
                                              const Leavers& leavers,
                                              IsCancelled is_cancelled) {
  PT_ASSIGN_OR_RETURN(const ToldCores cores, CoresToldBy(result, wave));
  const Analysis& analysis = result.analysis;
  PT_ASSIGN_OR_RETURN(
      const std::vector<NodeId> nodes,
      std::visit(LeaverFinder(wave, analysis.clique_risk, cores, is_cancelled),
                 leavers));
  if (wave.node_count() - nodes.size() < kStayersMin) {
    return MakeError(
        absl::StatusCode::kInvalidArgument, "TOO_FEW_STAY",
        absl::StrCat("of ", wave.node_count(), " people ", nodes.size(),
                     " leave, want ", kStayersMin, " or more to stay"));
  }

  Departures departures;
  for (const NodeId node : nodes) {
    departures.persons.push_back(wave.people[node].id);
  }
  DepartureSimulator simulator(
      wave, nodes, std::holds_alternative<PooledCorePeople>(leavers),
      is_cancelled);
  for (std::size_t i = 0; i < wave.networks.size(); ++i) {
    const WaveNetwork& network = wave.networks[i];
    NetworkDeparture departure;
    departure.network_id = network.definition.id;
    departure.gate = network.gate;
    PT_ASSIGN_OR_RETURN(departure.effect,
                        simulator.EffectOn({network.graph, network.answered,
                                            network.gate, cores.networks[i]}));
    departure.roles = simulator.RolesIn(analysis.networks[i]);
    departures.networks.push_back(std::move(departure));
  }
  PT_ASSIGN_OR_RETURN(const UnitedNetwork united, UniteNetworks(wave));
  if (united.network_count > 0) {
    const NodeFlags answered = AnsweredForUnited(wave);
    PT_ASSIGN_OR_RETURN(departures.united,
                        simulator.EffectOn({united.graph, answered, united.gate,
                                            cores.pooled}));
  }
  return departures;
}

}  // namespace pulsetaker::network
