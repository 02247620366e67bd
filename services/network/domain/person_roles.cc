#include <algorithm>
#include <cstddef>
#include <utility>

#include "services/network/domain/network_findings.h"
#include "services/network/domain/statistics.h"

namespace pulsetaker::network {
namespace {

// Percentiles of one network's scores.
struct Percentiles {
  std::vector<double> named_share;
  std::vector<double> betweenness;
  std::vector<double> harmonic;
  std::vector<double> information;
};

Percentiles PercentilesOf(const NetworkMeasures& measures) {
  return {MidRankPercentiles(measures.hubs.named_share),
          MidRankPercentiles(measures.betweenness),
          MidRankPercentiles(measures.pulsetakers.harmonic),
          MidRankPercentiles(measures.pulsetakers.information)};
}

// How many each person reports: in an undirected network fewer than the ties.
std::vector<int> ReportedCounts(const WaveNetwork& network) {
  std::vector<int> counts(network.graph.node_count(), 0);
  for (const Arc& arc : network.reported) ++counts[arc.from];
  return counts;
}

// Writes the measures of one network for any person.
class PersonMeasurer {
 public:
  PersonMeasurer(const WaveNetwork& network, const NetworkMeasures& measures,
                 const NetworkFindings& findings, const NodeFlags* core)
      : network_(network),
        measures_(measures),
        findings_(findings),
        core_(core),
        percentiles_(PercentilesOf(measures)),
        reported_(ReportedCounts(network)) {}

  PersonNetworkMeasures Of(NodeId node, absl::string_view person) const {
    PersonNetworkMeasures result;
    result.network_id = network_.definition.id;
    result.gate = network_.gate;
    if (network_.gate == Gate::kGroupOnly) return result;
    result.in_degree = static_cast<int>(measures_.hubs.in_degree[node]);
    if (network_.answered[node] != 0) result.out_degree = reported_[node];
    result.in_degree_share = measures_.hubs.named_share[node];
    result.in_degree_share_percentile = percentiles_.named_share[node];
    result.component_id = static_cast<int>(measures_.components.id[node]);
    for (const RoleFinding& finding : findings_.roles) {
      if (finding.person == person) result.roles.push_back(finding.role);
    }
    if (network_.gate == Gate::kAllRoles) SetPositions(node, result);
    return result;
  }

 private:
  void SetPositions(NodeId node, PersonNetworkMeasures& result) const {
    const PulsetakerScores& scores = measures_.pulsetakers;
    result.betweenness = measures_.betweenness[node];
    result.betweenness_percentile = percentiles_.betweenness[node];
    result.harmonic_in_closeness = scores.harmonic[node];
    result.harmonic_in_closeness_percentile = percentiles_.harmonic[node];
    result.information = scores.information[node];
    result.information_percentile = percentiles_.information[node];
    result.constraint = measures_.holes.constraint[node];
    result.effective_size = measures_.holes.effective_size[node];
    result.core_number = static_cast<int>(measures_.core_numbers[node]);
    if (core_ != nullptr) result.in_core = (*core_)[node] != 0;
  }

  const WaveNetwork& network_;
  const NetworkMeasures& measures_;
  const NetworkFindings& findings_;
  const NodeFlags* core_;  // Null where the network does not count.
  const Percentiles percentiles_;
  const std::vector<int> reported_;
};

const NodeFlags* CoreFlags(const CliqueObservation& observation,
                           std::size_t network) {
  for (std::size_t i = 0; i < observation.networks.size(); ++i) {
    if (observation.networks[i] == network) return &observation.core_members[i];
  }
  return nullptr;
}

}  // namespace

std::vector<PersonRoles> PersonsOf(
    const Wave& wave, const CliqueObservation& observation,
    const std::vector<NetworkMeasures>& measures,
    const std::vector<NetworkFindings>& findings) {
  std::vector<PersonMeasurer> measurers;
  for (std::size_t i = 0; i < wave.networks.size(); ++i) {
    measurers.emplace_back(wave.networks[i], measures[i], findings[i],
                           CoreFlags(observation, i));
  }
  const bool cores_are_told =
      !observation.networks.empty() &&
      std::all_of(observation.networks.begin(), observation.networks.end(),
                  [&](std::size_t network) {
                    return wave.networks[network].gate == Gate::kAllRoles;
                  });
  std::vector<PersonRoles> persons;
  for (NodeId node = 0; node < wave.node_count(); ++node) {
    const Participant& participant = wave.people[node];
    PersonRoles person;
    person.person = participant.id;
    person.sector = participant.sector;
    person.layer = participant.layer;
    for (const PersonMeasurer& measurer : measurers) {
      person.networks.push_back(measurer.Of(node, participant.id));
    }
    if (cores_are_told) {
      person.core_network_count = observation.recurrence.core_counts[node];
    }
    persons.push_back(std::move(person));
  }
  return persons;
}

}  // namespace pulsetaker::network
