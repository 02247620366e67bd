// What layer_links.cc is made of: shares in layers, counts of ties between
// them, and who carries those of one cell.

#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <vector>

#include "absl/types/span.h"
#include "services/network/domain/layer_links.h"

namespace pulsetaker::network {

// A person's share in each layer, the first being SYSTEMIC. Sums to 1, or to 0
// if the layer is unknown.
using LayerShares = std::array<double, kLayerCount>;
using LayerMatrix = std::array<std::array<double, kLayerCount>, kLayerCount>;

// Equal shares in all layers that the person names, each once.
LayerShares SharesOf(const Participant& person);

// Arcs from l to m, each arc of shares s and t counting s_l * t_m. Only arcs
// from people who answered.
LayerMatrix CountTies(const LayerNetwork& network,
                      absl::Span<const LayerShares> shares);

// The same for all arcs that could be there.
LayerMatrix CountPossible(const LayerNetwork& network,
                          absl::Span<const LayerShares> shares);

// The people of two layers, or of one if they are equal, and the ties that
// join them, direction ignored.
class CellTies {
 public:
  CellTies(const Graph& tied, absl::Span<const LayerShares> shares,
           std::size_t upper, std::size_t lower);

  double upper_coverage() const { return Coverage(upper_, {}); }
  double lower_coverage() const { return Coverage(lower_, {}); }
  double coverage() const;

  // Between layers the smaller of the two sides' counts of people with a tie.
  int redundancy() const;

  // nullopt without ties.
  std::optional<double> resilience() const;

  double largest_component_share() const;

 private:
  struct Side {
    std::vector<double> share;  // Of each node.
    double total = 0.0;
    std::vector<std::vector<NodeId>> partners;  // Of each node of this side.
  };

  Side MakeSide(const Graph& tied, absl::Span<const LayerShares> shares,
                std::size_t own, std::size_t other) const;
  // The share of the side's people with a partner, `gone` left out.
  double Coverage(const Side& side, const NodeFlags& gone) const;
  double CoveredShares(const NodeFlags& gone) const;
  std::vector<NodeId> Carriers() const;
  std::size_t TieCount(NodeId node) const;

  NodeId node_count_;
  bool horizontal_;
  Side upper_;
  Side lower_;
};

// The share of the people of `lower`, those also of `upper` left out, who are
// within 3 steps of someone of `upper`, from there along the arcs of `graph`.
// nullopt if nobody is left.
std::optional<double> ReachedFromUpper(const Digraph& graph,
                                       absl::Span<const LayerShares> shares,
                                       std::size_t upper, std::size_t lower);

}  // namespace pulsetaker::network
