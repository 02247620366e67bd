#include "services/network/domain/clique_sampler.h"

#include <algorithm>
#include <utility>

#include "common/base/status.h"

namespace pulsetaker::network {
namespace {

using Basis = CliqueRisk::ExclusivityBasis;

bool MayCount(const WaveNetwork& network) {
  return network.gate != Gate::kGroupOnly &&
         network.graph.node_count() >=
             static_cast<NodeId>(kThresholds.role_node_count_min) &&
         network.graph.arc_count() >=
             static_cast<std::size_t>(kThresholds.role_arc_count_min);
}

std::vector<std::vector<NodeId>> MembersOf(const std::vector<Core>& cores) {
  std::vector<std::vector<NodeId>> members;
  for (const Core& core : cores) members.push_back(core.members);
  return members;
}

void SetRecurrence(const Recurrence& recurrence, CliqueSample& sample) {
  sample.recurrence_raw = recurrence.raw_score();
  sample.recurrent_share = recurrence.recurrent_share;
  sample.all_share = recurrence.all_share;
  sample.jaccard = recurrence.mean_jaccard;
  sample.concentration = recurrence.concentration;
}

void SetFit(const std::vector<Core>& cores, CliqueSample& sample) {
  double fit = 0.0;
  double ratio = 0.0;
  for (const Core& core : cores) {
    fit += core.correlation;
    ratio += core.core_density / core.overall_density;
  }
  sample.fit = fit / static_cast<double>(cores.size());
  sample.density_ratio = ratio / static_cast<double>(cores.size());
}

// The cores of a counterpart, or fewer where one has none.
absl::StatusOr<std::vector<Core>> CoresOf(const std::vector<Digraph>& graphs,
                                          const std::vector<Core>& observed,
                                          IsCancelled is_cancelled) {
  std::vector<Core> cores;
  for (std::size_t i = 0; i < graphs.size(); ++i) {
    std::optional<Core> core;
    if (graphs[i].node_count() > kCoresSearchedNodesMax) {
      core = MeasureCore(graphs[i], observed[i].members);
    } else {
      PT_ASSIGN_OR_RETURN(
          core, FindCore(graphs[i], is_cancelled, CoreOrder::kByNumber));
    }
    if (core.has_value()) cores.push_back(*std::move(core));
  }
  return cores;
}

}  // namespace

NodeFlags FlagsOf(absl::Span<const NodeId> members, NodeId node_count) {
  NodeFlags flags(node_count);
  for (const NodeId member : members) flags[member] = 1;
  return flags;
}

absl::StatusOr<CliqueSampler> CliqueSampler::Create(const Wave& wave,
                                                    IsCancelled is_cancelled) {
  CliqueSampler sampler(wave);
  CliqueObservation& observation = sampler.observation_;
  std::vector<Digraph> graphs;
  for (std::size_t i = 0; i < wave.networks.size(); ++i) {
    const WaveNetwork& network = wave.networks[i];
    if (!MayCount(network)) continue;
    PT_ASSIGN_OR_RETURN(std::optional<Core> core,
                        FindCore(network.graph, is_cancelled));
    if (!core.has_value()) continue;
    observation.networks.push_back(i);
    observation.core_members.push_back(
        FlagsOf(core->members, wave.node_count()));
    observation.cores.push_back(*std::move(core));
    graphs.push_back(network.graph);
  }
  if (!graphs.empty()) {
    PT_RETURN_IF_ERROR(sampler.Observe(graphs, is_cancelled));
  }
  return sampler;
}

absl::Status CliqueSampler::Observe(const std::vector<Digraph>& graphs,
                                    IsCancelled is_cancelled) {
  CliqueObservation& seen = observation_;
  const NodeId node_count = wave_->node_count();
  seen.threshold = RecurrenceThreshold(static_cast<int>(seen.cores.size()));
  seen.recurrence =
      RecurrenceOf(MembersOf(seen.cores), node_count, seen.threshold);
  for (NodeId node = 0; node < node_count; ++node) {
    if (seen.recurrence.core_counts[node] >= seen.threshold) {
      seen.pooled.push_back(node);
    }
  }
  seen.pooled_members = FlagsOf(seen.pooled, node_count);
  seen.basis = seen.pooled.size() >= kPooledCoreMin ? Basis::kPooledCore
                                                    : Basis::kOwnCores;
  SetRecurrence(seen.recurrence, seen.sample);
  SetFit(seen.cores, seen.sample);
  seen.groups = GroupsOf(graphs, seen.pooled, seen.cores);
  return Measure(graphs, seen.groups, Extent::kAll, seen.sample, is_cancelled);
}

std::vector<NodeFlags> CliqueSampler::GroupsOf(
    const std::vector<Digraph>& graphs, absl::Span<const NodeId> pooled,
    const std::vector<Core>& cores) const {
  std::vector<NodeFlags> groups;
  for (std::size_t i = 0; i < graphs.size(); ++i) {
    groups.push_back(
        observation_.basis == Basis::kPooledCore
            ? FlagsOf(pooled, wave_->node_count())
            : FlagsOf(MostNamedPeople(graphs[i], cores[i].members.size()),
                      wave_->node_count()));
  }
  return groups;
}

std::vector<CoreView> CliqueSampler::ViewsOf(
    const std::vector<Digraph>& graphs,
    const std::vector<NodeFlags>& groups) const {
  std::vector<CoreView> views;
  for (std::size_t i = 0; i < graphs.size(); ++i) {
    const WaveNetwork& network = wave_->networks[observation_.networks[i]];
    views.push_back({&graphs[i], &groups[i], network.definition.directed});
  }
  return views;
}

absl::Status CliqueSampler::Measure(const std::vector<Digraph>& graphs,
                                    const std::vector<NodeFlags>& groups,
                                    Extent extent, CliqueSample& sample,
                                    IsCancelled is_cancelled) const {
  const std::vector<CoreView> views = ViewsOf(graphs, groups);
  const Listening listening = ListeningOf(views);
  sample.external_internal = listening.external_internal;
  sample.asymmetry = listening.asymmetry;
  sample.inwardness = listening.inwardness;
  sample.core_share_of_periphery = listening.core_share_of_periphery;
  sample.periphery_share_of_core = listening.periphery_share_of_core;
  if (extent != Extent::kDegreesKept &&
      observation_.basis == Basis::kPooledCore) {
    sample.blau = Blau(groups.front(), wave_->sector);
  }
  if (extent == Extent::kVerdict) return absl::OkStatus();
  PT_ASSIGN_OR_RETURN(const Loss loss, LossOf(views, is_cancelled));
  sample.reach_loss = loss.reach;
  sample.fragmentation_gain = loss.fragmentation;
  if (extent == Extent::kDegreesKept) return absl::OkStatus();

  std::vector<Graph> tied;
  for (const Digraph& graph : graphs) {
    tied.push_back(Graph::Symmetrized(graph, Symmetrization::kOr));
  }
  sample.cross_share = CrossSectorShare(tied, wave_->sector);
  sample.sector_reach =
      SectorReach(tied, wave_->sector, static_cast<int>(wave_->sectors.size()));
  return absl::OkStatus();
}

absl::StatusOr<CliqueSample> CliqueSampler::Sample(
    const std::vector<Digraph>& graphs, Extent extent,
    IsCancelled is_cancelled) const {
  CliqueSample sample;
  PT_ASSIGN_OR_RETURN(const std::vector<Core> cores,
                      CoresOf(graphs, observation_.cores, is_cancelled));
  // A network without a core leaves the others incomparable.
  if (cores.size() != graphs.size()) return sample;
  const NodeId node_count = wave_->node_count();
  const Recurrence recurrence =
      RecurrenceOf(MembersOf(cores), node_count, observation_.threshold);
  SetRecurrence(recurrence, sample);
  SetFit(cores, sample);
  if (extent == Extent::kRecurrence) return sample;

  // Random networks have nobody in the cores of many; other answers of the same
  // people have more or fewer.
  const bool counterpart = extent == Extent::kDegreesKept;
  const int pooled_size =
      counterpart ? static_cast<int>(observation_.pooled.size())
                  : std::max(kPooledCoreMin, recurrence.recurrent_count);
  const std::vector<NodeId> pooled =
      MostOftenInCore(recurrence.core_counts, graphs, pooled_size);
  PT_RETURN_IF_ERROR(Measure(
      graphs,
      GroupsOf(graphs, pooled, counterpart ? observation_.cores : cores),
      extent, sample, is_cancelled));
  return sample;
}

}  // namespace pulsetaker::network
