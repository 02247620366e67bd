#include "services/network/domain/eigenvector.h"

#include <algorithm>
#include <cstddef>

#include "common/base/status.h"
#include "services/network/domain/dominant_parts.h"
#include "services/network/domain/strong_components.h"

namespace pulsetaker::network {
namespace {

// Whether each part is a dominant one from which no other one is reached. From
// the last part to the first, as arcs point to later ones.
std::vector<bool> LastDominant(const Rows& in_rows,
                               const StrongComponents& parts,
                               const DominantParts& dominant) {
  std::vector<bool> is_last(parts.part_count(), false);
  for (const DominantPart& part : dominant.parts) is_last[part.part] = true;
  std::vector<bool> reaches_one(parts.part_count(), false);
  for (NodeId part = parts.part_count(); part-- > 0;) {
    const bool leads_to_one = reaches_one[part] || is_last[part];
    if (reaches_one[part]) is_last[part] = false;
    if (!leads_to_one) continue;
    for (const NodeId u : parts.part(part)) {
      for (const NodeId v : in_rows.row(u)) {
        if (parts.id[v] != part) reaches_one[parts.id[v]] = true;
      }
    }
  }
  return is_last;
}

// The multiple of the vector that is nearest to 1 everywhere.
void PlaceNearestToOne(absl::Span<const NodeId> members,
                       const std::vector<double>& vector,
                       std::vector<double>& value) {
  double sum = 0;
  for (const double part : vector) sum += part;
  // Its length is 1, so no division.
  for (std::size_t i = 0; i < members.size(); ++i) {
    value[members[i]] = vector[i] * sum;
  }
}

absl::StatusOr<Eigenvector> FromInRows(const Rows& in_rows,
                                       const IterationLimits& limits,
                                       IsCancelled is_cancelled) {
  Eigenvector result{.value = std::vector<double>(in_rows.node_count(), 0.0)};
  const StrongComponents parts = StrongComponentsOf(in_rows);
  PT_ASSIGN_OR_RETURN(const DominantParts dominant,
                      DominantPartsOf(in_rows, parts, limits, is_cancelled));
  if (dominant.parts.empty()) return result;

  result.eigenvalue = dominant.eigenvalue;
  const std::vector<bool> is_last = LastDominant(in_rows, parts, dominant);
  result.is_unique = std::count(is_last.begin(), is_last.end(), true) == 1;
  for (const DominantPart& part : dominant.parts) {
    if (!is_last[part.part]) continue;
    PlaceNearestToOne(parts.part(part.part), part.vector, result.value);
  }
  const LinearSystem reached{.rows = in_rows,
                             .parts = parts,
                             .divisor = dominant.eigenvalue,
                             .constant = 0.0};
  PT_RETURN_IF_ERROR(
      SolveInOrder(reached, is_last, limits, is_cancelled, result.value));
  const double largest =
      *std::max_element(result.value.begin(), result.value.end());
  for (double& value : result.value) value /= largest;
  return result;
}

}  // namespace

absl::StatusOr<Eigenvector> EigenvectorCentrality(
    const Graph& graph, IsCancelled is_cancelled,
    const IterationLimits& limits) {
  return FromInRows(graph.rows(), limits, is_cancelled);
}

absl::StatusOr<Eigenvector> EigenvectorCentrality(
    const Digraph& graph, IsCancelled is_cancelled,
    const IterationLimits& limits) {
  return FromInRows(graph.in_rows(), limits, is_cancelled);
}

}  // namespace pulsetaker::network
