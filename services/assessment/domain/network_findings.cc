#include "services/assessment/domain/network_findings.h"

namespace pulsetaker::assessment {

const NetworkSummary* FindNetwork(const NetworkFindings& findings,
                                  absl::string_view network_id) {
  for (const NetworkSummary& network : findings.networks) {
    if (network.network_id == network_id) return &network;
  }
  return nullptr;
}

const LayerLink* FindLink(const NetworkFindings& findings, Layer a, Layer b) {
  for (const LayerLink& link : findings.layer_links) {
    const bool same = link.low == a && link.high == b;
    const bool reversed = link.low == b && link.high == a;
    if (same || reversed) return &link;
  }
  return nullptr;
}

}  // namespace pulsetaker::assessment
