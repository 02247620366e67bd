#include "services/network/domain/told_roles.h"

#include <algorithm>

namespace pulsetaker::network {

ToldRoles RolesToldBy(const AnalysisResult& result, std::size_t network,
                      NodeId person) {
  const PersonNetworkMeasures& measures =
      result.persons[person].networks[network];
  const auto& withheld = result.analysis.networks[network].withheld_roles;
  ToldRoles told;
  for (std::size_t i = 0; i < told.holds.size(); ++i) {
    const auto role = static_cast<Role>(i + 1);
    if (std::find(measures.roles.begin(), measures.roles.end(), role) !=
        measures.roles.end()) {
      told.holds[i] = true;
    } else if (std::none_of(
                   withheld.begin(), withheld.end(),
                   [&](const WithheldRole& w) { return w.role == role; })) {
      told.holds[i] = false;
    }
  }
  told.in_core = measures.in_core;
  return told;
}

}  // namespace pulsetaker::network
