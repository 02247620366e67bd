#include "services/network/domain/analyze.h"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <utility>
#include <vector>

#include "common/base/random.h"
#include "common/base/status.h"
#include "services/network/domain/clique_risk.h"
#include "services/network/domain/clique_sampler.h"
#include "services/network/domain/counterparts.h"
#include "services/network/domain/layer_links.h"
#include "services/network/domain/network_findings.h"
#include "services/network/domain/network_measures.h"
#include "services/network/domain/parallel.h"
#include "services/network/domain/sector_standing.h"
#include "services/network/domain/wave.h"

namespace pulsetaker::network {
namespace {

// Streams of the seed, one for each kind of draw.
enum Stream : std::uint8_t {
  kNullModelStream = 1,
  kReplicateStream = 2,
  kSectorStream = 3,
  kStandingStream = 4,
  kLayerStream = 5,
};

// One analysis under way.
class Analyst {
 public:
  Analyst(const Wave& wave, const AnalysisParameters& parameters,
          AnalysisObserver& observer, int thread_count)
      : wave_(wave),
        parameters_(parameters),
        observer_(observer),
        thread_count_(thread_count),
        settings_{parameters.role_share, parameters.pulsetaker_rule},
        random_(static_cast<std::uint64_t>(parameters.seed)) {}

  absl::StatusOr<AnalysisResult> Analyze() {
    PT_RETURN_IF_ERROR(Measure());
    PT_ASSIGN_OR_RETURN(const CliqueSampler sampler,
                        CliqueSampler::Create(wave_, Cancelled()));
    PT_ASSIGN_OR_RETURN(
        NullDraws null_draws,
        DrawNullModels(BasisWith(sampler), random_.Fork(kNullModelStream)));
    for (std::size_t i = 0; i < measures_.size(); ++i) {
      DecidePulsetakers(null_draws.connector_counts[i], settings_,
                        measures_[i]);
    }
    PT_ASSIGN_OR_RETURN(
        Replicates replicates,
        DrawReplicates(BasisWith(sampler), random_.Fork(kReplicateStream)));
    return Compose(sampler.observation(), std::move(null_draws),
                   std::move(replicates));
  }

 private:
  std::function<bool()> Cancelled() {
    return [this] { return observer_.cancelled(); };
  }

  CounterpartBasis BasisWith(const CliqueSampler& sampler) {
    return {wave_, sampler, measures_, parameters_, observer_, thread_count_};
  }

  // Each network as it is, and the links between layers in it.
  absl::Status Measure() {
    const std::size_t count = wave_.networks.size();
    measures_.resize(count);
    layer_links_.resize(count);
    observer_.OnProgress(AnalysisPhase::kMeasuring, 0,
                         static_cast<std::int64_t>(count));
    const auto measure_one = [&](std::size_t i) -> absl::Status {
      const WaveNetwork& network = wave_.networks[i];
      PT_ASSIGN_OR_RETURN(measures_[i],
                          MeasureNetwork(wave_, network, settings_, [this] {
                            return observer_.cancelled();
                          }));
      layer_links_[i] = MeasureLayerLinks(
          wave_, {network.graph, network.answered, network.definition.directed},
          parameters_.null_draw_count, random_.Fork(kLayerStream).Fork(i));
      return absl::OkStatus();
    };
    PT_RETURN_IF_ERROR(ParallelFor(count, thread_count_, measure_one));
    observer_.OnProgress(AnalysisPhase::kMeasuring,
                         static_cast<std::int64_t>(count),
                         static_cast<std::int64_t>(count));
    return absl::OkStatus();
  }

  // Over the ties of all networks that passed their gates.
  absl::StatusOr<LayerLinks> UnitedLayerLinks() {
    std::vector<Arc> arcs;
    NodeFlags answered(wave_.node_count());
    bool directed = false;
    int united = 0;
    for (const WaveNetwork& network : wave_.networks) {
      if (network.gate == Gate::kGroupOnly) continue;
      ++united;
      directed = directed || network.definition.directed;
      const std::vector<Arc> own = network.graph.Arcs();
      arcs.insert(arcs.end(), own.begin(), own.end());
      for (NodeId node = 0; node < wave_.node_count(); ++node) {
        if (network.answered[node] != 0) answered[node] = 1;
      }
    }
    PT_ASSIGN_OR_RETURN(
        const Digraph graph,
        Digraph::FromArcs(wave_.node_count(), arcs, Repeats::kCollapse));
    LayerLinks links = MeasureLayerLinks(
        wave_, {graph, answered, directed}, parameters_.null_draw_count,
        random_.Fork(kLayerStream).Fork(wave_.networks.size()));
    if (united == 0) {
      Withhold({NotMeasuredReason::kResponseGate,
                "too few people answered for any network"},
               links);
    }
    return links;
  }

  absl::StatusOr<AnalysisResult> Compose(const CliqueObservation& observation,
                                         NullDraws null_draws,
                                         Replicates replicates) {
    AnalysisResult result;
    Analysis& analysis = result.analysis;
    analysis.parameters = parameters_;
    analysis.engine_version = kEngineVersion;
    analysis.participants = wave_.counts;
    analysis.thresholds = kThresholds;
    for (std::size_t i = 0; i < wave_.networks.size(); ++i) {
      NetworkFindings findings =
          FindingsOf(wave_, wave_.networks[i], measures_[i],
                     replicates.roles[i], parameters_);
      findings.core = CoreOf(wave_, observation, i);
      findings.layer_links = std::move(layer_links_[i]);
      analysis.networks.push_back(std::move(findings));
    }
    CliqueDraws draws;
    draws.relabelled = std::move(null_draws.relabelled);
    draws.degrees_kept = std::move(null_draws.degrees_kept);
    draws.replicates = std::move(replicates.cliques);
    draws.jackknife_factor = replicates.jackknife_factor;
    draws.sectors = DrawSectors(wave_, observation, parameters_.null_draw_count,
                                random_.Fork(kSectorStream));
    draws.standings =
        StandingsOf(wave_, observation, parameters_.null_draw_count,
                    random_.Fork(kStandingStream));
    PT_ASSIGN_OR_RETURN(
        analysis.clique_risk,
        ComposeCliqueRisk(wave_, observation, draws, parameters_, Cancelled()));
    PT_ASSIGN_OR_RETURN(analysis.layer_links, UnitedLayerLinks());
    result.persons =
        PersonsOf(wave_, observation, measures_, analysis.networks);
    return result;
  }

  const Wave& wave_;
  const AnalysisParameters& parameters_;
  AnalysisObserver& observer_;
  const int thread_count_;
  const RoleSettings settings_;
  const Random random_;
  std::vector<NetworkMeasures> measures_;
  std::vector<LayerLinks> layer_links_;
};

}  // namespace

absl::StatusOr<AnalysisResult> AnalyzeWave(const WaveSnapshot& snapshot,
                                           const AnalysisParameters& parameters,
                                           AnalysisObserver& observer,
                                           int thread_count) {
  PT_ASSIGN_OR_RETURN(const AnalysisParameters canonical,
                      Canonical(parameters));
  PT_RETURN_IF_ERROR(CheckSnapshot(snapshot));
  PT_ASSIGN_OR_RETURN(const Wave wave, BuildWave(snapshot));
  Analyst analyst(wave, canonical, observer, thread_count);
  PT_ASSIGN_OR_RETURN(AnalysisResult result, analyst.Analyze());
  result.analysis.snapshot_digest = snapshot.digest;
  return result;
}

}  // namespace pulsetaker::network
