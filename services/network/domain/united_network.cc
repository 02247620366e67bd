#include "services/network/domain/united_network.h"

#include <algorithm>
#include <vector>

#include "common/base/status.h"

namespace pulsetaker::network {

absl::StatusOr<UnitedNetwork> UniteNetworks(const Wave& wave) {
  UnitedNetwork united;
  std::vector<Arc> arcs;
  for (const WaveNetwork& network : wave.networks) {
    if (network.gate == Gate::kGroupOnly) continue;
    ++united.network_count;
    // Gates are numbered from the one that allows the most.
    united.gate = std::max(united.gate, network.gate);
    const std::vector<Arc> own = network.graph.Arcs();
    arcs.insert(arcs.end(), own.begin(), own.end());
  }
  PT_ASSIGN_OR_RETURN(united.graph, Digraph::FromArcs(wave.node_count(), arcs,
                                                      Repeats::kCollapse));
  return united;
}

}  // namespace pulsetaker::network
