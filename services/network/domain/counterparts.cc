#include "services/network/domain/counterparts.h"

#include <algorithm>
#include <cstddef>
#include <optional>
#include <utility>

#include "absl/types/span.h"
#include "common/base/status.h"
#include "services/network/domain/parallel.h"
#include "services/network/domain/rewire.h"
#include "services/network/domain/top_share.h"

namespace pulsetaker::network {
namespace {

// The cores of the observation with people given at random, each network's
// independently.
CliqueSample RelabelledSample(const CliqueObservation& observation,
                              NodeId node_count, Random& random) {
  std::vector<std::vector<NodeId>> cores;
  for (const Core& core : observation.cores) {
    const std::vector<NodeId> names = RandomPermutation(node_count, random);
    std::vector<NodeId> members(
        names.begin(),
        names.begin() + static_cast<std::ptrdiff_t>(core.members.size()));
    std::sort(members.begin(), members.end());
    cores.push_back(std::move(members));
  }
  const Recurrence recurrence =
      RecurrenceOf(cores, node_count, observation.threshold);
  CliqueSample sample;
  sample.recurrence_raw = recurrence.raw_score();
  sample.recurrent_share = recurrence.recurrent_share;
  sample.jaccard = recurrence.mean_jaccard;
  return sample;
}

// Draws of N3 and N2 one after the other: see kDrawsPerChain.
class NullChain {
 public:
  NullChain(const CounterpartBasis& basis, const Random& random)
      : basis_(basis), labels_(random.Fork(basis.wave.networks.size())) {
    const std::vector<WaveNetwork>& networks = basis.wave.networks;
    rewirers_.resize(networks.size());
    for (std::size_t i = 0; i < networks.size(); ++i) {
      streams_.push_back(random.Fork(i));
      if (networks[i].definition.directed && IsDrawn(i)) {
        rewirers_[i].emplace(networks[i].graph);
      }
    }
  }

  // Written to place `draw` of `draws`.
  absl::Status Draw(std::size_t draw, NullDraws& draws) {
    const CliqueObservation& observation = basis_.sampler.observation();
    std::vector<Digraph> counting;
    for (std::size_t i = 0; i < rewirers_.size(); ++i) {
      if (!IsDrawn(i)) continue;
      PT_ASSIGN_OR_RETURN(Digraph graph, Next(i));
      const NetworkMeasures& measures = basis_.measures[i];
      const std::vector<NodeId>& candidates = measures.candidates.members;
      if (!candidates.empty()) {
        draws.connector_counts[i][draw] = ConnectorCounts(
            graph.Arcs(), measures.pulsetakers.connectors, candidates);
      }
      if (Counts(observation, i)) counting.push_back(std::move(graph));
    }
    is_first_ = false;
    if (observation.networks.empty()) return absl::OkStatus();
    PT_ASSIGN_OR_RETURN(
        draws.degrees_kept[draw],
        basis_.sampler.Sample(counting, CliqueSampler::Extent::kDegreesKept,
                              [this] { return basis_.observer.cancelled(); }));
    draws.relabelled[draw] =
        RelabelledSample(observation, basis_.wave.node_count(), labels_);
    return absl::OkStatus();
  }

 private:
  bool IsDrawn(std::size_t network) const {
    return Counts(basis_.sampler.observation(), network) ||
           !basis_.measures[network].candidates.members.empty();
  }

  absl::StatusOr<Digraph> Next(std::size_t network) {
    const auto is_cancelled = [this] { return basis_.observer.cancelled(); };
    std::optional<Rewirer>& rewirer = rewirers_[network];
    // The directions of undirected ties are to be as random as the rest.
    if (!rewirer.has_value()) {
      return Rewired(basis_.wave.networks[network], streams_[network],
                     is_cancelled);
    }
    PT_RETURN_IF_ERROR(rewirer->Shuffle(
        streams_[network], is_cancelled,
        is_first_ ? Rewirer::kAttemptsPerArc : kChainAttemptsPerArc));
    return rewirer->graph();
  }

  const CounterpartBasis& basis_;
  std::vector<Random> streams_;  // One for each network.
  Random labels_;
  // Of the directed networks that are drawn.
  std::vector<std::optional<Rewirer>> rewirers_;
  bool is_first_ = true;
};

NodeFlags DropSome(std::vector<NodeId> respondents, int count, const Wave& wave,
                   Random& random) {
  random.Shuffle(absl::MakeSpan(respondents));
  respondents.resize(static_cast<std::size_t>(count));
  return FlagsOf(respondents, wave.node_count());
}

// What one replicate gives.
struct Replicate {
  CliqueSample clique;
  std::vector<RoleHolders> roles;
};

absl::StatusOr<Replicate> ReplicateOf(const CounterpartBasis& basis,
                                      const NodeFlags& dropped,
                                      const RoleSettings& settings) {
  const auto is_cancelled = [&] { return basis.observer.cancelled(); };
  const Wave& wave = basis.wave;
  const CliqueObservation& observation = basis.sampler.observation();
  Replicate replicate;
  std::vector<Digraph> counting;
  for (std::size_t i = 0; i < wave.networks.size(); ++i) {
    const WaveNetwork& network = wave.networks[i];
    PT_ASSIGN_OR_RETURN(Digraph graph,
                        GraphOf(network, wave.node_count(), dropped));
    replicate.roles.emplace_back();
    if (RoleProblem(network) == WithheldRole::Reason::kNone) {
      NodeFlags answered = network.answered;
      for (NodeId node = 0; node < wave.node_count(); ++node) {
        if (dropped[node] != 0) answered[node] = 0;
      }
      PT_ASSIGN_OR_RETURN(
          replicate.roles.back(),
          FindAgain({graph, answered, wave.sector},
                    {network.gate, settings, basis.measures[i]}, is_cancelled));
    }
    if (Counts(observation, i)) counting.push_back(std::move(graph));
  }
  if (!observation.networks.empty()) {
    PT_ASSIGN_OR_RETURN(
        replicate.clique,
        basis.sampler.Sample(counting, CliqueSampler::Extent::kAll,
                             is_cancelled));
  }
  return replicate;
}

void CountHolders(const std::vector<NodeId>& members,
                  const std::vector<NodeId>& holders,
                  std::vector<int>& counts) {
  counts.resize(members.size(), 0);
  for (std::size_t i = 0; i < members.size(); ++i) {
    counts[i] += std::binary_search(holders.begin(), holders.end(), members[i]);
  }
}

void Gather(const CounterpartBasis& basis, const std::vector<Replicate>& all,
            Replicates& replicates) {
  for (const Replicate& replicate : all) {
    if (!basis.sampler.observation().networks.empty()) {
      replicates.cliques.push_back(replicate.clique);
    }
    for (std::size_t i = 0; i < basis.measures.size(); ++i) {
      const NetworkMeasures& whole = basis.measures[i];
      RoleInclusions& inclusions = replicates.roles[i];
      CountHolders(whole.hubs.top.members, replicate.roles[i].hubs,
                   inclusions.hubs);
      CountHolders(whole.gatekeepers.members, replicate.roles[i].gatekeepers,
                   inclusions.gatekeepers);
      CountHolders(whole.pulsetaker_members, replicate.roles[i].pulsetakers,
                   inclusions.pulsetakers);
    }
  }
}

}  // namespace

StepCounter::StepCounter(AnalysisObserver& observer, AnalysisPhase phase,
                         std::int64_t total)
    : observer_(observer), phase_(phase), total_(total) {
  observer_.OnProgress(phase_, 0, total_);
}

void StepCounter::Step() {
  const MutexLock lock(mutex_);
  observer_.OnProgress(phase_, ++done_, total_);
}

bool Counts(const CliqueObservation& observation, std::size_t network) {
  return std::binary_search(observation.networks.begin(),
                            observation.networks.end(), network);
}

absl::StatusOr<Digraph> Rewired(const WaveNetwork& network, Random& random,
                                IsCancelled is_cancelled) {
  if (network.definition.directed) {
    Rewirer rewirer(network.graph);
    PT_RETURN_IF_ERROR(rewirer.Shuffle(random, is_cancelled));
    return rewirer.graph();
  }
  const NodeId node_count = network.graph.node_count();
  std::vector<Arc> ties;
  for (const Arc& arc : network.graph.Arcs()) {
    if (arc.from > arc.to) continue;  // Each tie is there both ways.
    ties.push_back(random.Uniform(2) == 0 ? arc : Arc{arc.to, arc.from});
  }
  PT_ASSIGN_OR_RETURN(const Digraph turned,
                      Digraph::FromArcs(node_count, ties));
  Rewirer rewirer(turned);
  PT_RETURN_IF_ERROR(rewirer.Shuffle(random, is_cancelled));
  ties.assign(rewirer.arcs().begin(), rewirer.arcs().end());
  PT_ASSIGN_OR_RETURN(const Graph graph,
                      Graph::FromEdges(node_count, ties, Repeats::kCollapse));
  return graph.ToDigraph();
}

absl::StatusOr<NullDraws> DrawNullModels(const CounterpartBasis& basis,
                                         const Random& random) {
  const auto draw_count =
      static_cast<std::size_t>(basis.parameters.null_draw_count);
  NullDraws draws;
  if (!basis.sampler.observation().networks.empty()) {
    draws.degrees_kept.resize(draw_count);
    draws.relabelled.resize(draw_count);
  }
  for (const NetworkMeasures& measures : basis.measures) {
    draws.connector_counts.emplace_back(
        draw_count, std::vector<int>(measures.candidates.members.size(), 0));
  }
  StepCounter counter(basis.observer, AnalysisPhase::kNullModels,
                      basis.parameters.null_draw_count);
  const auto draw_chain = [&](std::size_t index) -> absl::Status {
    NullChain chain(basis, random.Fork(index));
    const std::size_t first = index * kDrawsPerChain;
    const std::size_t end = std::min(draw_count, first + kDrawsPerChain);
    for (std::size_t draw = first; draw < end; ++draw) {
      PT_RETURN_IF_ERROR(chain.Draw(draw, draws));
      counter.Step();
    }
    return absl::OkStatus();
  };
  PT_RETURN_IF_ERROR(
      ParallelFor((draw_count + kDrawsPerChain - 1) / kDrawsPerChain,
                  basis.thread_count, draw_chain));
  return draws;
}

absl::StatusOr<Replicates> DrawReplicates(const CounterpartBasis& basis,
                                          const Random& random) {
  const Wave& wave = basis.wave;
  Replicates replicates;
  replicates.roles.resize(wave.networks.size());
  std::vector<NodeId> respondents;
  for (NodeId node = 0; node < wave.node_count(); ++node) {
    if (wave.answered_any[node] != 0) respondents.push_back(node);
  }
  if (respondents.size() < 2) return replicates;
  const int dropped_count =
      TargetCount(kThresholds.replicate_drop_share,
                  static_cast<NodeId>(respondents.size()));
  replicates.jackknife = JackknifeOf(
      wave.counts.invited, static_cast<int>(respondents.size()), dropped_count);

  const RoleSettings settings{basis.parameters.role_share,
                              basis.parameters.pulsetaker_rule};
  const auto count = static_cast<std::size_t>(basis.parameters.replicate_count);
  std::vector<Replicate> all(count);
  StepCounter counter(basis.observer, AnalysisPhase::kReplicates,
                      basis.parameters.replicate_count);
  const auto make_one = [&](std::size_t index) -> absl::Status {
    Random own = random.Fork(index);
    PT_ASSIGN_OR_RETURN(
        all[index],
        ReplicateOf(basis, DropSome(respondents, dropped_count, wave, own),
                    settings));
    counter.Step();
    return absl::OkStatus();
  };
  PT_RETURN_IF_ERROR(ParallelFor(count, basis.thread_count, make_one));
  Gather(basis, all, replicates);
  return replicates;
}

}  // namespace pulsetaker::network
