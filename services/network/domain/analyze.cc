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
#include "services/network/domain/global_indices.h"
#include "services/network/domain/layer_links.h"
#include "services/network/domain/network_findings.h"
#include "services/network/domain/network_measures.h"
#include "services/network/domain/parallel.h"
#include "services/network/domain/reputation.h"
#include "services/network/domain/role_stability.h"
#include "services/network/domain/row_treatments.h"
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
  kMissingRowsStream = 6,
  kStabilityStream = 7,
  kReputationStream = 8,
  kUniformStream = 9,
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
    PT_ASSIGN_OR_RETURN(Reputation reputation,
                        CompareWithReputation(BasisWith(sampler),
                                              random_.Fork(kReputationStream)));
    PT_ASSIGN_OR_RETURN(
        RowTreatments treatments,
        TreatMissingRows(BasisWith(sampler), random_.Fork(kMissingRowsStream)));
    PT_ASSIGN_OR_RETURN(
        Replicates replicates,
        DrawReplicates(BasisWith(sampler), random_.Fork(kReplicateStream)));
    return Compose(sampler.observation(), std::move(null_draws),
                   std::move(reputation), std::move(treatments),
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
    stabilities_.resize(count);
    observer_.OnProgress(AnalysisPhase::kMeasuring, 0,
                         static_cast<std::int64_t>(count));
    const auto measure_one = [&](std::size_t i) -> absl::Status {
      const WaveNetwork& network = wave_.networks[i];
      PT_ASSIGN_OR_RETURN(measures_[i],
                          MeasureNetwork(wave_, network, settings_, [this] {
                            return observer_.cancelled();
                          }));
      PT_ASSIGN_OR_RETURN(
          stabilities_[i],
          StabilitiesOf(network, settings_,
                        random_.Fork(kStabilityStream).Fork(i),
                        [this] { return observer_.cancelled(); }));
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
                                         Reputation reputation,
                                         RowTreatments treatments,
                                         Replicates replicates) {
    AnalysisResult result;
    Analysis& analysis = result.analysis;
    analysis.parameters = parameters_;
    analysis.engine_version = kEngineVersion;
    analysis.participants = wave_.counts;
    analysis.thresholds = kThresholds;
    for (std::size_t i = 0; i < wave_.networks.size(); ++i) {
      NetworkFindings findings = FindingsOf(
          wave_, wave_.networks[i], measures_[i],
          {replicates.roles[i], treatments.roles[i], stabilities_[i]},
          parameters_);
      findings.core = CoreOf(wave_, observation, i);
      findings.layer_links = std::move(layer_links_[i]);
      analysis.networks.push_back(std::move(findings));
    }
    CliqueDraws draws;
    draws.relabelled = std::move(null_draws.relabelled);
    draws.degrees_kept = std::move(null_draws.degrees_kept);
    draws.replicates = std::move(replicates.cliques);
    draws.jackknife = replicates.jackknife;
    draws.most_named = reputation.observed;
    draws.reputation = std::move(reputation.draws);
    draws.random_rows = std::move(treatments.random);
    draws.reciprocated_rows = std::move(treatments.reciprocated);
    PT_RETURN_IF_ERROR(CompareTheRest(observation, draws, analysis));
    PT_ASSIGN_OR_RETURN(
        analysis.clique_risk,
        ComposeCliqueRisk(wave_, observation, draws, parameters_, Cancelled()));
    result.persons =
        PersonsOf(wave_, observation, measures_, analysis.networks);
    return result;
  }

  // What is compared with draws that cost little, all at once: N5 of each
  // network, and what is dealt anew among sectors and layers.
  absl::Status CompareTheRest(const CliqueObservation& observation,
                              CliqueDraws& draws, Analysis& analysis) {
    const std::size_t networks = wave_.networks.size();
    const int draw_count = parameters_.null_draw_count;
    const auto compare = [&](std::size_t task) -> absl::Status {
      if (task == 0) {
        PT_ASSIGN_OR_RETURN(analysis.layer_links, UnitedLayerLinks());
      } else if (task == 1) {
        draws.sectors = DrawSectors(wave_, observation, draw_count,
                                    random_.Fork(kSectorStream));
      } else if (task == 2) {
        draws.standings = StandingsOf(wave_, observation, draw_count,
                                      random_.Fork(kStandingStream));
      } else {
        const std::size_t i = task - 3;
        return CompareGlobalIndices(wave_.networks[i], draw_count,
                                    random_.Fork(kUniformStream).Fork(i),
                                    Cancelled(), analysis.networks[i]);
      }
      return absl::OkStatus();
    };
    return ParallelFor(3 + networks, thread_count_, compare);
  }

  const Wave& wave_;
  const AnalysisParameters& parameters_;
  AnalysisObserver& observer_;
  const int thread_count_;
  const RoleSettings settings_;
  const Random random_;
  std::vector<NetworkMeasures> measures_;
  std::vector<LayerLinks> layer_links_;
  std::vector<std::vector<RoleStability>> stabilities_;
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
