#include "services/network/domain/network_findings.h"

#include <algorithm>
#include <cstddef>
#include <map>
#include <string>
#include <tuple>
#include <utility>

#include "absl/strings/str_cat.h"
#include "services/network/domain/statistics.h"

namespace pulsetaker::network {
namespace {

using Metric = Evidence::Metric;
using Comparison = Evidence::Comparison;
using Missing = NotMeasuredReason;
using Reason = WithheldRole::Reason;

void SetSectorResponses(const Wave& wave, const WaveNetwork& network,
                        NetworkFindings& findings) {
  std::map<std::string, SectorResponse> by_sector;
  for (NodeId node = 0; node < wave.node_count(); ++node) {
    SectorResponse& response = by_sector[wave.people[node].sector];
    ++response.invited_count;
    response.respondent_count += network.answered[node];
  }
  for (auto& [sector, response] : by_sector) {
    response.sector = sector;
    response.meets_floor = static_cast<double>(response.respondent_count) /
                               response.invited_count >=
                           kThresholds.group_response_rate;
    findings.sector_responses.push_back(response);
  }
}

// Arcs, or undirected ties, and how many there could be given who answered.
Measure DensityOf(const WaveNetwork& network) {
  const double people = network.graph.node_count();
  if (people < 2) return Measure::Missing(Missing::kTooFewNodes);
  const auto respondents = static_cast<double>(
      std::count(network.answered.begin(), network.answered.end(), char{1}));
  if (respondents == 0) {
    return Measure::Missing(Missing::kResponseGate, "nobody answered");
  }
  const auto arcs = static_cast<double>(network.graph.arc_count());
  if (network.definition.directed) {
    return Measure::Of(arcs / (respondents * (people - 1)));
  }
  const double silent = people - respondents;
  const double pairs = people * (people - 1) / 2 - silent * (silent - 1) / 2;
  return Measure::Of(arcs / 2 / pairs);
}

void SetReciprocity(const WaveNetwork& network, NetworkFindings& findings) {
  if (!network.definition.directed) {
    findings.arc_reciprocity = findings.dyad_reciprocity =
        Measure::Missing(Missing::kNoTies, "the ties have no direction");
    return;
  }
  int arcs = 0;
  int answered = 0;
  const NodeFlags& known = network.answered;
  for (NodeId from = 0; from < network.graph.node_count(); ++from) {
    for (const NodeId to : network.graph.out(from)) {
      if (known[from] == 0 || known[to] == 0) continue;
      ++arcs;
      answered += network.graph.has_arc(to, from);
    }
  }
  if (arcs == 0) {
    findings.arc_reciprocity = findings.dyad_reciprocity =
        Measure::Missing(Missing::kNoTies);
    return;
  }
  findings.arc_reciprocity = Measure::Of(static_cast<double>(answered) / arcs);
  // A mutual pair has two answered arcs.
  const double mutual = answered / 2.0;
  findings.dyad_reciprocity = Measure::Of(mutual / (arcs - mutual));
}

void SetShape(const Wave& wave, const WaveNetwork& network,
              const NetworkMeasures& measures, NetworkFindings& findings) {
  const Digraph& graph = network.graph;
  findings.node_count = static_cast<int>(wave.node_count());
  findings.arc_count = static_cast<int>(graph.arc_count());
  findings.density = DensityOf(network);
  SetReciprocity(network, findings);
  const std::vector<NodeId>& sizes = measures.components.size;
  findings.component_count = static_cast<int>(sizes.size());
  if (!sizes.empty()) {
    findings.largest_component_share =
        static_cast<double>(*std::max_element(sizes.begin(), sizes.end())) /
        static_cast<double>(wave.node_count());
  }
  for (NodeId node = 0; node < wave.node_count(); ++node) {
    if (!graph.out(node).empty() || !graph.in(node).empty()) continue;
    ++(network.answered[node] != 0 ? findings.isolate_count
                                   : findings.unknown_isolate_count);
  }
}

void SetIdentification(const WaveNetwork& network,
                       const NetworkMeasures& measures,
                       NetworkFindings& findings) {
  if (network.gate == Gate::kGroupOnly) {
    findings.closeness_degree_correlation =
        Measure::Missing(Missing::kResponseGate);
    return;
  }
  const std::vector<double> in_degree(measures.hubs.in_degree.begin(),
                                      measures.hubs.in_degree.end());
  const auto correlation =
      PearsonCorrelation(measures.pulsetakers.harmonic, in_degree);
  if (!correlation.has_value()) {
    findings.closeness_degree_correlation = Measure::Missing(
        Missing::kNoTies, "closeness or in-degree is the same for all");
    return;
  }
  findings.closeness_degree_correlation = Measure::Of(*correlation);
  findings.role_weakly_identified =
      *correlation > kThresholds.weak_identification_correlation;
}

// Names roles of one network.
class RoleNamer {
 public:
  RoleNamer(const Wave& wave, const WaveNetwork& network,
            const NetworkMeasures& measures,
            const AnalysisParameters& parameters, NetworkFindings& findings)
      : wave_(wave),
        network_(network),
        measures_(measures),
        parameters_(parameters),
        findings_(findings) {}

  void Name(const RoleCertainty& certainty) {
    findings_.role_stabilities = certainty.stabilities;
    if (const Reason problem = RoleProblem(network_);
        problem != Reason::kNone) {
      for (const Role role :
           {Role::kHub, Role::kGatekeeper, Role::kPulsetaker}) {
        findings_.withheld_roles.push_back({role, problem, std::nullopt});
      }
      return;
    }
    const RoleInclusions& inclusions = certainty.inclusions;
    const TreatedRoles& treated = certainty.treated;
    NameRole(Role::kHub, measures_.hubs.top, measures_.hubs.top.members,
             {inclusions.hubs, treated.hubs});
    NameRole(Role::kGatekeeper, measures_.gatekeepers.top,
             measures_.gatekeepers.members,
             {inclusions.gatekeepers, treated.gatekeepers});
    NameRole(Role::kPulsetaker, measures_.candidates,
             measures_.pulsetaker_members,
             {inclusions.pulsetakers, treated.pulsetakers});
  }

 private:
  // Parallel to the members of a role.
  struct Held {
    const std::vector<int>& inclusions;
    const std::vector<MissingRowsEffect>& missing_rows;
  };

  void NameRole(Role role, const TopShare& top,
                const std::vector<NodeId>& members, const Held& held) {
    if (!top.separated) {
      // For other roles than hub, more conditions follow: the count of those
      // who tie is not that of those who would have the role.
      Withhold(role, Reason::kNoClearSeparation,
               role == Role::kHub ? std::optional<int>(top.candidate_count)
                                  : std::nullopt);
      return;
    }
    if (role != Role::kHub && network_.gate != Gate::kAllRoles) {
      Withhold(role, Reason::kResponseGate, static_cast<int>(members.size()));
      return;
    }
    RoleStability& counts = StabilityOf(role);
    int tentative_withheld = 0;
    for (std::size_t i = 0; i < members.size(); ++i) {
      const double share = held.inclusions.empty()
                               ? 0.0
                               : static_cast<double>(held.inclusions[i]) /
                                     parameters_.replicate_count;
      counts.not_robust_count +=
          held.missing_rows[i].robustness == Robustness::kNotRobust;
      if (share < kThresholds.tentative_inclusion) {
        ++counts.suppressed_count;
        continue;
      }
      const Certainty certainty = CertaintyOf(counts, share);
      ++(certainty == Certainty::kFirm ? counts.firm_count
                                       : counts.tentative_count);
      if (role == Role::kPulsetaker && certainty != Certainty::kFirm) {
        ++tentative_withheld;
        continue;
      }
      RoleFinding finding = FindingOf(role, members[i]);
      finding.inclusion_probability = share;
      finding.certainty = certainty;
      finding.missing_rows = held.missing_rows[i];
      findings_.roles.push_back(std::move(finding));
    }
    if (counts.suppressed_count > 0) {
      Withhold(role, Reason::kUnstable, counts.suppressed_count);
    }
    if (tentative_withheld > 0) {
      Withhold(role, Reason::kTentative, tentative_withheld);
    }
  }

  RoleStability& StabilityOf(Role role) {
    return *std::find_if(
        findings_.role_stabilities.begin(), findings_.role_stabilities.end(),
        [&](const RoleStability& of) { return of.role == role; });
  }

  // Hubs are told by a count of their own, which no ranking of the others puts
  // in doubt. The other roles are as good as the ranking that they are cut
  // from.
  static Certainty CertaintyOf(const RoleStability& stability, double share) {
    const bool ranking_holds =
        stability.role == Role::kHub ||
        stability.band == RoleStability::Band::kAcceptable ||
        stability.band == RoleStability::Band::kPreferred;
    return share >= kThresholds.firm_inclusion && ranking_holds
               ? Certainty::kFirm
               : Certainty::kTentative;
  }

  void Withhold(Role role, Reason reason, std::optional<int> count) {
    findings_.withheld_roles.push_back({role, reason, count});
  }

  RoleFinding FindingOf(Role role, NodeId node) const {
    RoleFinding finding;
    finding.person = wave_.people[node].id;
    finding.sector = wave_.people[node].sector;
    finding.layer = wave_.people[node].layer;
    finding.role = role;
    switch (role) {
      case Role::kHub:
        ExplainHub(node, finding);
        break;
      case Role::kGatekeeper:
        ExplainGatekeeper(node, finding);
        break;
      case Role::kPulsetaker:
        ExplainPulsetaker(node, finding);
        break;
      case Role::kNone:
        break;
    }
    return finding;
  }

  void ExplainHub(NodeId node, RoleFinding& finding) const {
    const HubScores& hubs = measures_.hubs;
    finding.rule = RoleRule::kNamedByMost;
    finding.evidence = {
        {Metric::kInDegreeShare, hubs.named_share[node], Comparison::kAtLeast,
         hubs.top.cutoff},
        {Metric::kInDegree, static_cast<double>(hubs.in_degree[node]),
         Comparison::kAtLeast,
         static_cast<double>(kThresholds.hub_in_degree_min)}};
  }

  void ExplainGatekeeper(NodeId node, RoleFinding& finding) const {
    const GatekeeperScores& scores = measures_.gatekeepers;
    finding.rule = scores.rule;
    finding.evidence = {
        {scores.rule == RoleRule::kBetweenHubs ? Metric::kHubBetweenness
                                               : Metric::kBetweenness,
         scores.between[node], Comparison::kAtLeast, scores.top.cutoff}};
    if (scores.cut_off_count[node] > 0) {
      finding.evidence.push_back(
          {Metric::kCutOffCount,
           static_cast<double>(scores.cut_off_count[node]),
           Comparison::kAtLeast, static_cast<double>(scores.cut_off_min)});
      const Graph tied =
          Graph::Symmetrized(network_.graph, Symmetrization::kOr);
      for (const NodeId cut : CutOffWithout(tied, node, scores.cut_off_min)) {
        finding.cut_off_persons.push_back(wave_.people[cut].id);
      }
    }
    if (scores.fragmentation_top.contains(node)) {
      finding.evidence.push_back(
          {Metric::kFragmentationGain, scores.fragmentation_gain[node],
           Comparison::kAtLeast, scores.fragmentation_top.cutoff});
    }
    if (scores.sector_top.contains(node)) {
      finding.evidence.push_back(
          {Metric::kSectorGateCount, scores.sector_gate[node],
           Comparison::kAtLeast, scores.sector_top.cutoff});
    }
  }

  void ExplainPulsetaker(NodeId node, RoleFinding& finding) const {
    const PulsetakerScores& scores = measures_.pulsetakers;
    finding.rule = parameters_.pulsetaker_rule;
    if (finding.rule == RoleRule::kQuadrant) {
      ExplainQuadrant(node, finding);
      return;
    }
    const bool by_closeness = finding.rule == RoleRule::kCloseness;
    finding.evidence = {
        {Metric::kHarmonicInCloseness, scores.harmonic[node],
         Comparison::kAtLeast,
         by_closeness ? measures_.candidates.cutoff : scores.near.cutoff}};
    ExplainNoHub(node, finding);
    if (by_closeness) return;
    if (finding.rule == RoleRule::kResidualInformation) {
      finding.evidence.push_back({Metric::kInformationResidual,
                                  scores.residual[node], Comparison::kAtLeast,
                                  measures_.candidates.cutoff});
      return;
    }
    const auto& candidates = measures_.candidates.members;
    const auto place =
        std::lower_bound(candidates.begin(), candidates.end(), node) -
        candidates.begin();
    finding.evidence.push_back(
        {Metric::kConnectorCount,
         static_cast<double>(scores.connector_count[node]),
         Comparison::kAtLeast, static_cast<double>(kConnectorCountMin)});
    finding.evidence.push_back(
        {Metric::kConnectorP,
         measures_.connector_p[static_cast<std::size_t>(place)],
         Comparison::kBelow, kConnectorPMax});
    finding.evidence.push_back({Metric::kInformationResidual,
                                scores.residual[node], Comparison::kAbove,
                                0.0});
  }

  void ExplainQuadrant(NodeId node, RoleFinding& finding) const {
    const Quadrants& quadrants = measures_.pulsetakers.quadrants;
    finding.evidence = {{Metric::kEigenvector, quadrants.eigenvector[node],
                         Comparison::kAtLeast, measures_.candidates.cutoff},
                        {Metric::kEigenvector, quadrants.eigenvector[node],
                         Comparison::kAbove, quadrants.eigenvector_median},
                        {Metric::kBetweenness, quadrants.betweenness[node],
                         Comparison::kAtMost, quadrants.betweenness_median}};
    ExplainNoHub(node, finding);
  }

  void ExplainNoHub(NodeId node, RoleFinding& finding) const {
    const HubScores& hubs = measures_.hubs;
    if (hubs.top.members.empty()) return;
    finding.evidence.push_back({Metric::kInDegreeShare, hubs.named_share[node],
                                Comparison::kBelow, hubs.top.cutoff});
  }

  const Wave& wave_;
  const WaveNetwork& network_;
  const NetworkMeasures& measures_;
  const AnalysisParameters& parameters_;
  NetworkFindings& findings_;
};

}  // namespace

NetworkFindings FindingsOf(const Wave& wave, const WaveNetwork& network,
                           const NetworkMeasures& measures,
                           const RoleCertainty& certainty,
                           const AnalysisParameters& parameters) {
  NetworkFindings findings;
  findings.network_id = network.definition.id;
  findings.directed = network.definition.directed;
  findings.responses = network.responses;
  findings.response_rate = network.response_rate;
  findings.gate = network.gate;
  findings.left_out = network.left_out;
  findings.nomination_cap = network.definition.nomination_cap;
  findings.respondents_at_cap = network.respondents_at_cap;
  SetSectorResponses(wave, network, findings);
  SetShape(wave, network, measures, findings);
  SetIdentification(network, measures, findings);
  RoleNamer(wave, network, measures, parameters, findings).Name(certainty);
  return findings;
}

NetworkCore CoreOf(const Wave& wave, const CliqueObservation& observation,
                   std::size_t network) {
  NetworkCore result;
  const auto place = std::find(observation.networks.begin(),
                               observation.networks.end(), network);
  if (place == observation.networks.end()) {
    NotMeasured problem{Missing::kNoCore, "every split is as good"};
    switch (RoleProblem(wave.networks[network])) {
      case Reason::kTooFewNodes:
        problem = {Missing::kTooFewNodes, ""};
        break;
      case Reason::kTooFewArcs:
        problem = {Missing::kTooFewArcs, ""};
        break;
      case Reason::kResponseGate:
        problem = {Missing::kResponseGate, ""};
        break;
      default:
        break;
    }
    result.not_measured = problem;
    result.fit = result.density_ratio = result.external_internal =
        Measure::Missing(problem.reason, problem.detail);
    return result;
  }
  const auto index =
      static_cast<std::size_t>(place - observation.networks.begin());
  const Core& core = observation.cores[index];
  result.size = static_cast<int>(core.members.size());
  result.fit = Measure::Of(core.correlation);
  result.density_ratio = Measure::Of(core.core_density / core.overall_density);
  const WaveNetwork& of = wave.networks[network];
  const CoreView view{&of.graph, &observation.core_members[index],
                      of.definition.directed};
  const Listening listening = ListeningOf(absl::MakeConstSpan(&view, 1));
  result.external_internal =
      listening.external_internal
          ? Measure::Of(*listening.external_internal)
          : Measure::Missing(Missing::kNoTies, "the core names nobody");
  return result;
}

}  // namespace pulsetaker::network
