#include "services/network/domain/clique_risk.h"

#include <algorithm>
#include <cstddef>
#include <map>
#include <set>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/base/status.h"
#include "services/network/domain/clique_facts.h"
#include "services/network/domain/components.h"

namespace pulsetaker::network {
namespace {

using Basis = CliqueRisk::ExclusivityBasis;
using Part = DialComponent::Part;
using Reason = NotMeasuredReason;
using Status = SectorStanding::Status;
using Verdict = CliqueRisk::Verdict;

constexpr std::size_t kLeaversMax = 5;
constexpr std::size_t kNetworksCountedMin = 2;

std::vector<NotMeasured> InsufficienciesOf(
    const Wave& wave, const CliqueObservation& observation) {
  std::vector<NotMeasured> problems;
  if (wave.counts.invited < kThresholds.verdict_node_count_min) {
    problems.push_back(
        {Reason::kTooFewNodes,
         absl::StrCat("there are ", wave.counts.invited, " people, want ",
                      kThresholds.verdict_node_count_min)});
  }
  const auto below_gate =
      std::count_if(wave.networks.begin(), wave.networks.end(),
                    [](const WaveNetwork& network) {
                      return network.gate == Gate::kGroupOnly;
                    });
  const std::size_t counted = observation.networks.size();
  const bool too_few =
      counted < kNetworksCountedMin || 2 * counted < wave.networks.size();
  if (too_few && below_gate > 0) {
    problems.push_back(
        {Reason::kResponseGate,
         absl::StrCat("in ", below_gate, " of ", wave.networks.size(),
                      " networks too few people answered")});
  }
  if (too_few) {
    problems.push_back(
        {Reason::kTooFewNetworks,
         absl::StrCat(counted, " of ", wave.networks.size(),
                      " networks count, want ", kNetworksCountedMin,
                      " and half of them")});
  }
  return problems;
}

void SetMissing(const NotMeasured& problem, CliqueRisk& risk) {
  for (Measure* measure :
       {&risk.recurrence, &risk.exclusivity, &risk.all_networks_share,
        &risk.recurrent_share, &risk.mean_jaccard, &risk.concentration,
        &risk.core_fit, &risk.core_density_ratio, &risk.external_internal,
        &risk.listening_asymmetry, &risk.core_share_of_periphery,
        &risk.periphery_share_of_core, &risk.core_blau, &risk.roster_blau,
        &risk.core_rao_stirling, &risk.fragility.reach_loss,
        &risk.fragility.fragmentation_gain, &risk.hybridity,
        &risk.sector_reach}) {
    *measure = Measure::Missing(problem.reason, problem.detail);
  }
}

void SetCounts(const Wave& wave, const CliqueObservation& observation,
               CliqueRisk& risk) {
  for (const std::size_t network : observation.networks) {
    risk.network_ids.push_back(wave.networks[network].definition.id);
  }
  const Recurrence& recurrence = observation.recurrence;
  risk.recurrence_threshold = observation.threshold;
  risk.any_core_count = recurrence.any_count;
  risk.all_networks_count = recurrence.all_count;
  risk.pooled_core_count = recurrence.recurrent_count;
  risk.core_count_histogram = recurrence.histogram;
}

// The members of each group with the most nominations over all networks that
// count, most first.
std::vector<NodeId> MostNamed(const Wave& wave,
                              const CliqueObservation& observation,
                              std::vector<NodeId> members) {
  const auto named = [&](NodeId node) {
    std::size_t count = 0;
    for (const std::size_t network : observation.networks) {
      count += wave.networks[network].graph.in(node).size();
    }
    return count;
  };
  std::stable_sort(members.begin(), members.end(),
                   [&](NodeId a, NodeId b) { return named(a) > named(b); });
  return members;
}

absl::Status SetLeavers(const Wave& wave, const CliqueObservation& observation,
                        Fragility& fragility, IsCancelled is_cancelled) {
  std::vector<std::vector<NodeId>> ranked;
  std::size_t leavers_max = kLeaversMax;
  for (const NodeFlags& group : observation.groups) {
    std::vector<NodeId> members;
    for (NodeId node = 0; node < wave.node_count(); ++node) {
      if (group[node] != 0) members.push_back(node);
    }
    ranked.push_back(MostNamed(wave, observation, std::move(members)));
    leavers_max = std::min(leavers_max, ranked.back().size());
  }
  for (std::size_t count = 1; count <= leavers_max; ++count) {
    std::vector<NodeFlags> leavers;
    for (const std::vector<NodeId>& members : ranked) {
      leavers.push_back(FlagsOf(absl::MakeConstSpan(members).first(count),
                                wave.node_count()));
    }
    std::vector<CoreView> views;
    for (std::size_t i = 0; i < ranked.size(); ++i) {
      const WaveNetwork& network = wave.networks[observation.networks[i]];
      views.push_back(
          {&network.graph, &leavers[i], network.definition.directed});
    }
    PT_ASSIGN_OR_RETURN(const Loss loss, LossOf(views, is_cancelled));
    fragility.reach_loss_by_count.push_back(loss.reach);
  }
  return absl::OkStatus();
}

// Sectors whose remaining people reach nobody of another sector, in all
// networks that count together, once the pooled core has left.
absl::StatusOr<std::vector<std::string>> IsolatedSectors(
    const Wave& wave, const CliqueObservation& observation) {
  std::vector<Arc> ties;
  const NodeFlags& core = observation.pooled_members;
  for (const std::size_t network : observation.networks) {
    for (const Arc& arc : wave.networks[network].graph.Arcs()) {
      if (core[arc.from] == 0 && core[arc.to] == 0) ties.push_back(arc);
    }
  }
  PT_ASSIGN_OR_RETURN(
      const Graph left,
      Graph::FromEdges(wave.node_count(), ties, Repeats::kCollapse));
  const Components components = ConnectedComponents(left);
  std::map<NodeId, std::set<GroupId>> sectors_of_part;
  std::set<GroupId> sectors;
  for (NodeId node = 0; node < wave.node_count(); ++node) {
    if (core[node] != 0 || wave.sector[node] == kNoGroup) continue;
    sectors_of_part[components.id[node]].insert(wave.sector[node]);
    sectors.insert(wave.sector[node]);
  }
  std::set<GroupId> isolated =
      sectors.size() < 2 ? std::set<GroupId>{} : sectors;
  for (const auto& [part, members] : sectors_of_part) {
    if (members.size() < 2) continue;
    for (const GroupId sector : members) isolated.erase(sector);
  }
  std::vector<std::string> names;
  for (const GroupId sector : isolated) names.push_back(wave.sectors[sector]);
  return names;
}

DialComponent ComponentOf(Part part, Measure value, bool counted = true) {
  DialComponent component{part, std::move(value), counted};
  component.counted = counted && component.value.measured();
  return component;
}

DialComponent PercentileComponent(Part part, std::optional<double> value,
                                  const Measure& source) {
  if (value.has_value()) return ComponentOf(part, Measure::Of(*value));
  if (source.measured()) {
    return ComponentOf(part, Measure::Missing(Reason::kTooFewDraws));
  }
  return ComponentOf(part, Measure::Missing(source.not_measured.reason,
                                            source.not_measured.detail));
}

Measure Clamped(const Measure& measure) {
  Measure clamped = measure;
  clamped.null_comparison.reset();
  if (clamped.value) clamped.value = std::clamp(*clamped.value, 0.0, 1.0);
  if (clamped.interval) {
    clamped.interval->low = std::clamp(clamped.interval->low, 0.0, 1.0);
    clamped.interval->high = std::clamp(clamped.interval->high, 0.0, 1.0);
  }
  return clamped;
}

Measure ExcludedShare(const std::vector<SectorStanding>& sectors) {
  int known = 0;
  int excluded = 0;
  for (const SectorStanding& standing : sectors) {
    known += standing.status != Status::kNotMeasured &&
             standing.status != Status::kNotSurveyed;
    excluded += standing.status == Status::kExcluded;
  }
  if (known == 0) {
    return Measure::Missing(Reason::kComponentNotMeasured,
                            "no sector's standing is known");
  }
  return Measure::Of(static_cast<double>(excluded) / known);
}

// Makes the dials out of a risk whose measures are set.
class DialMaker {
 public:
  DialMaker(const CliqueRisk& risk, const CliqueFacts& facts,
            const CliqueObservation& observation)
      : risk_(risk), facts_(facts), observation_(observation) {}

  std::vector<Dial> Make() const {
    return {Strength(), Exclusivity(), Fragile(), ConnectedDifference()};
  }

 private:
  static std::optional<double> Unit(std::optional<double> value) {
    if (!value.has_value()) return std::nullopt;
    return std::clamp(*value, 0.0, 1.0);
  }

  // A component's number of any sample.
  std::optional<double> PartOf(Part part, const CliqueSample& sample) const {
    switch (part) {
      case Part::kRecurrence:
        return facts_.RecurrenceOf(sample);
      case Part::kCoreFit:
        return Unit(sample.fit);
      case Part::kSectorReach:
        return sample.sector_reach;
      case Part::kReachLoss:
        return Unit(sample.reach_loss);
      case Part::kHybridity:
        return Unit(facts_.HybridityOf(sample));
      default:
        return std::nullopt;
    }
  }

  // The mean of what counts, with the interval of that mean.
  void SetMean(Dial& dial) const {
    std::vector<Part> parts;
    for (const DialComponent& component : dial.components) {
      if (component.counted) parts.push_back(component.part);
    }
    if (parts.empty()) {
      dial.value = Measure::Missing(Reason::kComponentNotMeasured,
                                    "none of its components is measured");
      return;
    }
    dial.value = facts_.Estimate(
        [&](const CliqueSample& sample) -> std::optional<double> {
          double sum = 0.0;
          for (const Part part : parts) {
            const std::optional<double> value = PartOf(part, sample);
            if (!value.has_value()) return std::nullopt;
            sum += *value;
          }
          return sum / static_cast<double>(parts.size());
        },
        {0.0, 1.0});
  }

  Dial Strength() const {
    Dial dial{.kind = Dial::Kind::kStrength, .value = {}, .components = {}};
    dial.components = {
        ComponentOf(Part::kRecurrence, risk_.recurrence),
        ComponentOf(Part::kCoreFit, Clamped(risk_.core_fit)),
        ComponentOf(Part::kSectorReach, Clamped(risk_.sector_reach))};
    SetMean(dial);
    return dial;
  }

  Measure Inwardness() const {
    const std::optional<double> value = observation_.sample.inwardness;
    return value.has_value()
               ? Measure::Of(*value)
               : Measure::Missing(
                     risk_.listening_asymmetry.measured()
                         ? Reason::kNoTies
                         : risk_.listening_asymmetry.not_measured.reason);
  }

  Dial Exclusivity() const {
    const ExclusivityParts parts = facts_.PartsOf(observation_.sample);
    Dial dial{.kind = Dial::Kind::kExclusivity, .value = {}, .components = {}};
    dial.components = {
        PercentileComponent(Part::kClosure, parts.closure,
                            risk_.external_internal),
        ComponentOf(Part::kListeningAsymmetry, Inwardness(), false),
        PercentileComponent(Part::kHomogeneity, parts.homogeneity,
                            risk_.core_blau),
        ComponentOf(Part::kFrozenness, risk_.turnover),
        ComponentOf(Part::kExcludedSectors, ExcludedShare(risk_.sectors),
                    false)};
    dial.value = risk_.exclusivity;
    return dial;
  }

  Dial Fragile() const {
    Dial dial{.kind = Dial::Kind::kFragility, .value = {}, .components = {}};
    dial.components = {
        ComponentOf(Part::kReachLoss, Clamped(risk_.fragility.reach_loss))};
    SetMean(dial);
    return dial;
  }

  Dial ConnectedDifference() const {
    Dial dial{.kind = Dial::Kind::kConnectedDifference,
              .value = {},
              .components = {}};
    dial.components = {
        ComponentOf(Part::kHybridity, Clamped(risk_.hybridity)),
        ComponentOf(Part::kSectorReach, Clamped(risk_.sector_reach)),
        ComponentOf(Part::kRenewal, risk_.renewal)};
    SetMean(dial);
    return dial;
  }

  const CliqueRisk& risk_;
  const CliqueFacts& facts_;
  const CliqueObservation& observation_;
};

// What is said only where there is a verdict.
void SetIndexAndRobustness(const CliqueFacts& facts, CliqueRisk& risk) {
  if (risk.verdict != Verdict::kInsufficientData) {
    risk.index = facts.Index();
    risk.verdict_robustness = facts.UnderTreatments();
    return;
  }
  const NotMeasured& problem = risk.insufficiencies.front();
  risk.index.value = Measure::Missing(problem.reason, problem.detail);
  risk.verdict_robustness.not_measured = problem;
}

void SetVerdict(CliqueRisk& risk) {
  for (const Measure* measure : {&risk.recurrence, &risk.exclusivity}) {
    if (risk.insufficiencies.empty() && !measure->measured()) {
      risk.insufficiencies.push_back(measure->not_measured);
    }
  }
  if (!risk.insufficiencies.empty()) {
    risk.verdict = Verdict::kInsufficientData;
    return;
  }
  risk.verdict =
      VerdictOf(BandOf(risk.recurrence, kThresholds.recurrence_band),
                BandOf(risk.exclusivity, kThresholds.exclusivity_band));
  const Measure& loss = risk.fragility.reach_loss;
  risk.fragile =
      loss.measured() && *loss.value > 0 && loss.null_comparison.has_value() &&
      loss.null_comparison->percentile > kThresholds.fragility_percentile;
}

}  // namespace

Band BandOf(const Measure& measure, double edge) {
  if (!measure.interval.has_value()) return Band::kUndetermined;
  if (measure.interval->low > edge) return Band::kHigh;
  if (measure.interval->high < edge) return Band::kLow;
  return Band::kUndetermined;
}

CliqueRisk::RecurrenceReading ReadingOf(const Measure& most_named_recurrence) {
  using Reading = CliqueRisk::RecurrenceReading;
  const auto& comparison = most_named_recurrence.null_comparison;
  if (!comparison.has_value()) return Reading::kNone;
  if (comparison->p_low < kReadingP) return Reading::kDistinctRoles;
  if (comparison->p_high < kReadingP) return Reading::kBeyondReputation;
  return Reading::kOneReputation;
}

CliqueRisk::Verdict VerdictOf(Band recurrence, Band exclusivity) {
  if (recurrence == Band::kUndetermined || exclusivity == Band::kUndetermined) {
    return Verdict::kIndeterminate;
  }
  const bool closed = exclusivity == Band::kHigh;
  if (recurrence == Band::kHigh) {
    return closed ? Verdict::kClosedCore : Verdict::kOpenSharedLeadership;
  }
  return closed ? Verdict::kParallelCliques : Verdict::kDiffuse;
}

absl::StatusOr<CliqueRisk> ComposeCliqueRisk(
    const Wave& wave, const CliqueObservation& observation,
    const CliqueDraws& draws, const AnalysisParameters& parameters,
    IsCancelled is_cancelled) {
  CliqueRisk risk;
  risk.insufficiencies = InsufficienciesOf(wave, observation);
  risk.turnover = risk.renewal = Measure::Missing(Reason::kNeedsPreviousWave);
  risk.sectors = draws.standings;
  risk.excluded_sector_count = static_cast<int>(
      std::count_if(risk.sectors.begin(), risk.sectors.end(),
                    [](const SectorStanding& standing) {
                      return standing.status == Status::kExcluded;
                    }));
  const CliqueFacts facts(wave, observation, draws);
  if (observation.networks.empty()) {
    SetMissing({Reason::kTooFewNetworks, "no network counts"}, risk);
  } else {
    SetCounts(wave, observation, risk);
    risk.exclusivity_basis = observation.basis;
    facts.SetMeasures(risk);
    facts.SetSectorMeasures(parameters, risk);
    risk.recurrence = facts.Recurrence();
    risk.exclusivity = facts.Exclusivity();
    PT_RETURN_IF_ERROR(
        SetLeavers(wave, observation, risk.fragility, is_cancelled));
    if (observation.basis == Basis::kPooledCore &&
        !SectorProblem(wave).has_value()) {
      PT_ASSIGN_OR_RETURN(risk.fragility.isolated_sectors,
                          IsolatedSectors(wave, observation));
    }
  }
  risk.dials = DialMaker(risk, facts, observation).Make();
  SetVerdict(risk);
  SetIndexAndRobustness(facts, risk);
  risk.most_named_recurrence = facts.MostNamedRecurrence();
  risk.recurrence_reading = ReadingOf(risk.most_named_recurrence);
  return risk;
}

}  // namespace pulsetaker::network
