#include "services/network/domain/participation.h"

#include <cstddef>
#include <utility>

#include "services/network/domain/degree.h"
#include "services/network/domain/graph.h"

namespace pulsetaker::network {
namespace {

using Band = Participation::Band;
using Reason = NotMeasuredReason;

// In integers, as the bands' edges must not depend on rounding: the band of
// P = (L / (L - 1)) * (o^2 - squares) / o^2.
Band BandOf(std::int64_t networks, std::int64_t overlapping,
            std::int64_t squares) {
  const std::int64_t whole = (networks - 1) * overlapping * overlapping;
  const std::int64_t part = networks * (overlapping * overlapping - squares);
  if (3 * part < whole) return Band::kFocused;
  return 3 * part > 2 * whole ? Band::kMultiplex : Band::kMixed;
}

void SetParticipation(std::int64_t networks, std::int64_t squares,
                      Participation& person) {
  if (networks < 2) {
    person.participation = Measure::Missing(Reason::kTooFewNetworks);
    return;
  }
  const std::int64_t overlapping = person.overlapping_degree;
  if (overlapping == 0) {
    person.participation = Measure::Missing(Reason::kNoTies);
    return;
  }
  const std::int64_t square = overlapping * overlapping;
  person.participation =
      Measure::Of(static_cast<double>(networks * (square - squares)) /
                  static_cast<double>((networks - 1) * square));
  person.band = BandOf(networks, overlapping, squares);
}

}  // namespace

std::vector<Participation> ParticipationOf(const Wave& wave) {
  std::vector<Participation> persons(wave.node_count());
  std::vector<std::int64_t> squares(wave.node_count(), 0);
  std::int64_t networks = 0;
  for (const WaveNetwork& network : wave.networks) {
    if (network.gate == Gate::kGroupOnly) continue;
    ++networks;
    const std::vector<NodeId> degrees =
        Degrees(Graph::Symmetrized(network.graph, Symmetrization::kOr));
    for (NodeId node = 0; node < wave.node_count(); ++node) {
      persons[node].overlapping_degree += static_cast<int>(degrees[node]);
      squares[node] += std::int64_t{degrees[node]} * degrees[node];
    }
  }
  for (NodeId node = 0; node < wave.node_count(); ++node) {
    persons[node].person = wave.people[node].id;
    SetParticipation(networks, squares[node], persons[node]);
  }
  return persons;
}

}  // namespace pulsetaker::network
