#include "services/network/domain/layer_cell.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "services/network/domain/distances.h"
#include "services/network/domain/top_share.h"

namespace pulsetaker::network {
namespace {

constexpr double kCarriersGoneShare = 0.10;
constexpr NodeId kFlowStepsMax = 3;

std::size_t IndexOf(Layer layer) { return static_cast<std::size_t>(layer) - 1; }

// Sets of nodes that are joined one by one.
class Parts {
 public:
  explicit Parts(NodeId node_count) : parent_(node_count) {
    std::iota(parent_.begin(), parent_.end(), NodeId{0});
  }

  NodeId Find(NodeId node) {
    while (parent_[node] != node) {
      parent_[node] = parent_[parent_[node]];
      node = parent_[node];
    }
    return node;
  }

  void Join(NodeId a, NodeId b) { parent_[Find(a)] = Find(b); }

 private:
  std::vector<NodeId> parent_;
};

}  // namespace

LayerShares SharesOf(const Participant& person) {
  LayerShares shares{};
  if (person.layer == Layer::kUnknown) return shares;
  shares[IndexOf(person.layer)] = 1.0;
  for (const Layer layer : person.secondary_layers) {
    if (layer != Layer::kUnknown) shares[IndexOf(layer)] = 1.0;
  }
  const double count = std::accumulate(shares.begin(), shares.end(), 0.0);
  for (double& share : shares) share /= count;
  return shares;
}

LayerMatrix CountTies(const LayerNetwork& network,
                      absl::Span<const LayerShares> shares) {
  LayerMatrix ties{};
  for (NodeId from = 0; from < network.graph.node_count(); ++from) {
    if (network.answered[from] == 0) continue;
    LayerShares named{};
    for (const NodeId to : network.graph.out(from)) {
      for (std::size_t m = 0; m < kLayerCount; ++m) named[m] += shares[to][m];
    }
    for (std::size_t l = 0; l < kLayerCount; ++l) {
      for (std::size_t m = 0; m < kLayerCount; ++m) {
        ties[l][m] += shares[from][l] * named[m];
      }
    }
  }
  return ties;
}

LayerMatrix CountPossible(const LayerNetwork& network,
                          absl::Span<const LayerShares> shares) {
  LayerShares people{};
  for (const LayerShares& person : shares) {
    for (std::size_t l = 0; l < kLayerCount; ++l) people[l] += person[l];
  }
  LayerMatrix possible{};
  for (std::size_t from = 0; from < shares.size(); ++from) {
    if (network.answered[from] == 0) continue;
    for (std::size_t l = 0; l < kLayerCount; ++l) {
      for (std::size_t m = 0; m < kLayerCount; ++m) {
        possible[l][m] += shares[from][l] * (people[m] - shares[from][m]);
      }
    }
  }
  return possible;
}

CellTies::CellTies(const Graph& tied, absl::Span<const LayerShares> shares,
                   std::size_t upper, std::size_t lower)
    : node_count_(tied.node_count()),
      horizontal_(upper == lower),
      upper_(MakeSide(tied, shares, upper, lower)),
      lower_(MakeSide(tied, shares, lower, upper)) {}

CellTies::Side CellTies::MakeSide(const Graph& tied,
                                  absl::Span<const LayerShares> shares,
                                  std::size_t own, std::size_t other) const {
  Side side;
  side.share.assign(node_count_, 0.0);
  side.partners.resize(node_count_);
  for (NodeId node = 0; node < node_count_; ++node) {
    side.share[node] = shares[node][own];
    side.total += side.share[node];
    if (side.share[node] == 0) continue;
    for (const NodeId partner : tied.neighbors(node)) {
      if (shares[partner][other] > 0) side.partners[node].push_back(partner);
    }
  }
  return side;
}

double CellTies::Coverage(const Side& side, const NodeFlags& gone) const {
  double covered = 0.0;
  for (NodeId node = 0; node < node_count_; ++node) {
    if (!gone.empty() && gone[node] != 0) continue;
    const auto& partners = side.partners[node];
    if (std::any_of(partners.begin(), partners.end(), [&](NodeId partner) {
          return gone.empty() || gone[partner] == 0;
        })) {
      covered += side.share[node];
    }
  }
  return side.total == 0 ? 0.0 : covered / side.total;
}

double CellTies::CoveredShares(const NodeFlags& gone) const {
  const double upper = Coverage(upper_, gone) * upper_.total;
  return horizontal_ ? upper : upper + Coverage(lower_, gone) * lower_.total;
}

double CellTies::coverage() const {
  const double total = horizontal_ ? upper_.total : upper_.total + lower_.total;
  return total == 0 ? 0.0 : CoveredShares({}) / total;
}

int CellTies::redundancy() const {
  const auto with_tie = [](const Side& side) {
    return static_cast<int>(
        std::count_if(side.partners.begin(), side.partners.end(),
                      [](const auto& partners) { return !partners.empty(); }));
  };
  return std::min(with_tie(upper_), with_tie(lower_));
}

std::size_t CellTies::TieCount(NodeId node) const {
  return upper_.partners[node].size() +
         (horizontal_ ? 0 : lower_.partners[node].size());
}

// By falling number of ties, equal ones by node.
std::vector<NodeId> CellTies::Carriers() const {
  std::vector<NodeId> carriers;
  for (NodeId node = 0; node < node_count_; ++node) {
    if (TieCount(node) > 0) carriers.push_back(node);
  }
  std::stable_sort(carriers.begin(), carriers.end(), [&](NodeId a, NodeId b) {
    return TieCount(a) > TieCount(b);
  });
  return carriers;
}

std::optional<double> CellTies::resilience() const {
  const std::vector<NodeId> carriers = Carriers();
  if (carriers.empty()) return std::nullopt;
  const auto gone_count = static_cast<std::size_t>(
      TargetCount(kCarriersGoneShare, static_cast<NodeId>(carriers.size())));
  NodeFlags gone(node_count_);
  for (std::size_t i = 0; i < gone_count; ++i) gone[carriers[i]] = 1;
  return CoveredShares(gone) / CoveredShares({});
}

double CellTies::largest_component_share() const {
  Parts parts(node_count_);
  for (NodeId node = 0; node < node_count_; ++node) {
    for (const NodeId partner : upper_.partners[node]) {
      parts.Join(node, partner);
    }
  }
  std::vector<int> sizes(node_count_, 0);
  int people = 0;
  for (NodeId node = 0; node < node_count_; ++node) {
    if (upper_.share[node] == 0 && lower_.share[node] == 0) continue;
    ++people;
    ++sizes[parts.Find(node)];
  }
  if (people == 0) return 0.0;
  return static_cast<double>(*std::max_element(sizes.begin(), sizes.end())) /
         people;
}

std::optional<double> ReachedFromUpper(const Digraph& graph,
                                       absl::Span<const LayerShares> shares,
                                       std::size_t upper, std::size_t lower) {
  std::vector<NodeId> sources;
  for (NodeId node = 0; node < graph.node_count(); ++node) {
    if (shares[node][upper] > 0) sources.push_back(node);
  }
  const std::vector<NodeId> distances = DistancesFrom(graph, sources);
  double total = 0.0;
  double reached = 0.0;
  for (NodeId node = 0; node < graph.node_count(); ++node) {
    if (shares[node][upper] > 0) continue;
    total += shares[node][lower];
    if (distances[node] <= kFlowStepsMax) reached += shares[node][lower];
  }
  if (total == 0) return std::nullopt;
  return reached / total;
}

}  // namespace pulsetaker::network
