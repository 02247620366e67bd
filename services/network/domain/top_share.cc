#include "services/network/domain/top_share.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <functional>

#include "services/network/domain/statistics.h"

namespace pulsetaker::network {
namespace {

constexpr int kTargetExcessMax = 2;

}  // namespace

bool TopShare::contains(NodeId node) const {
  return std::binary_search(members.begin(), members.end(), node);
}

int TargetCount(double share, NodeId node_count) {
  // A product like 0.05 * 60 may come out a rounding above the whole number.
  constexpr double kRounding = 1e-9;
  return std::max(1,
                  static_cast<int>(std::ceil(share * node_count - kRounding)));
}

TopShare TopShareOf(absl::Span<const double> scores, const NodeFlags& eligible,
                    int target) {
  TopShare top;
  std::vector<double> ranked;
  for (std::size_t node = 0; node < scores.size(); ++node) {
    if (eligible[node] != 0) ranked.push_back(scores[node]);
  }
  if (ranked.empty()) return top;
  std::sort(ranked.begin(), ranked.end(), std::greater<>());
  const std::size_t rank =
      std::min(ranked.size(), static_cast<std::size_t>(target));
  top.cutoff = ranked[rank - 1];

  for (std::size_t node = 0; node < scores.size(); ++node) {
    if (eligible[node] == 0) continue;
    if (scores[node] > top.cutoff || IsTie(scores[node], top.cutoff)) {
      top.members.push_back(static_cast<NodeId>(node));
    }
  }
  top.candidate_count = static_cast<int>(top.members.size());
  if (top.candidate_count > kTargetExcessMax * target) {
    top.separated = false;
    top.members.clear();
  }
  return top;
}

}  // namespace pulsetaker::network
