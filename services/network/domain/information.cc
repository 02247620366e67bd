#include "services/network/domain/information.h"

#include <algorithm>
#include <cstddef>
#include <limits>
#include <optional>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "common/base/status.h"
#include "services/network/domain/cholesky.h"

namespace pulsetaker::network {
namespace {

absl::Status TooLarge(NodeId size) {
  return MakeError(
      absl::StatusCode::kResourceExhausted, "COMPONENT_TOO_LARGE",
      absl::StrCat("connected component of ", size, " nodes, want at most ",
                   kInformationComponentMax));
}

absl::Status TooUneven() {
  return MakeError(
      absl::StatusCode::kOutOfRange, "WEIGHTS_TOO_UNEVEN",
      absl::StrCat("tie weights of a connected component differ by more than a "
                   "factor of ",
                   kInformationWeightRatioMax));
}

// The diagonal of the pseudoinverse of the Laplacian of one component: that of
// (L + c J / n)^-1, less 1 / (c n). The shift c is the mean strength, so that
// it is neither lost beside large weights nor drowns small ones.
absl::StatusOr<std::vector<double>> PseudoinverseDiagonal(
    const Graph& graph, absl::Span<const NodeId> members,
    const std::vector<NodeId>& position, IsCancelled is_cancelled) {
  const double n = static_cast<double>(members.size());
  double strength = 0;
  double largest = 0;
  double smallest = std::numeric_limits<double>::infinity();
  for (const NodeId u : members) {
    for (const double weight : graph.weights(u)) {
      strength += weight;
      largest = std::max(largest, weight);
      smallest = std::min(smallest, weight);
    }
  }
  if (largest / smallest > kInformationWeightRatioMax) return TooUneven();
  const double shift = strength / n;
  SymmetricMatrix matrix(static_cast<NodeId>(members.size()), shift / n);
  for (const NodeId u : members) {
    double diagonal = shift / n;
    for (std::size_t i = 0; i < graph.neighbors(u).size(); ++i) {
      const NodeId v = graph.neighbors(u)[i];
      const double weight = graph.weights(u)[i];
      diagonal += weight;
      if (v < u) matrix.at(position[u], position[v]) = shift / n - weight;
    }
    matrix.at(position[u], position[u]) = diagonal;
  }
  PT_ASSIGN_OR_RETURN(std::optional<std::vector<double>> diagonal,
                      InverseDiagonal(std::move(matrix), is_cancelled));
  if (!diagonal.has_value()) return TooUneven();
  for (double& value : *diagonal) value -= 1 / (shift * n);
  return *std::move(diagonal);
}

}  // namespace

absl::StatusOr<Information> InformationCentrality(const Graph& graph,
                                                  IsCancelled is_cancelled) {
  const NodeId nodes = graph.node_count();
  Information information{.value = std::vector<double>(nodes, 0.0),
                          .components = ConnectedComponents(graph)};
  const Components& components = information.components;
  for (const NodeId size : components.size) {
    if (size > kInformationComponentMax) return TooLarge(size);
  }
  std::vector<std::vector<NodeId>> members(components.size.size());
  std::vector<NodeId> position(nodes);
  for (NodeId u = 0; u < nodes; ++u) {
    std::vector<NodeId>& component = members[components.id[u]];
    position[u] = static_cast<NodeId>(component.size());
    component.push_back(u);
  }
  for (const std::vector<NodeId>& component : members) {
    if (component.size() < 2) continue;
    PT_ASSIGN_OR_RETURN(
        const std::vector<double> diagonal,
        PseudoinverseDiagonal(graph, component, position, is_cancelled));
    const double n = static_cast<double>(component.size());
    double trace = 0;
    for (const double value : diagonal) trace += value;
    const double share = (n - 1) / (static_cast<double>(nodes) - 1);
    for (const NodeId u : component) {
      const double resistance = n * diagonal[position[u]] + trace;
      if (!(resistance > 0)) return TooUneven();
      information.value[u] = share * (n / resistance);
    }
  }
  return information;
}

}  // namespace pulsetaker::network
