#include "services/network/domain/dominant_parts.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/types/span.h"
#include "common/base/status.h"

namespace pulsetaker::network {
namespace {

// Errors of a part grow where other parts build on it.
constexpr double kErrorShare = 0.1;

struct Candidate {
  NodeId part = 0;
  double bound = 0.0;  // No eigenvalue of the part is above its largest sum.
};

// The weights of a row that stay in the part of its node.
double SumWithinPart(const Rows& rows, const StrongComponents& parts,
                     NodeId node) {
  double sum = 0;
  for (std::size_t i = 0; i < rows.row_size(node); ++i) {
    if (parts.id[rows.row(node)[i]] == parts.id[node]) {
      sum += rows.weights(node)[i];
    }
  }
  return sum;
}

// Those that can have an eigenvalue above 0, the most promising first.
absl::StatusOr<std::vector<Candidate>> Candidates(
    const Rows& rows, const StrongComponents& parts) {
  std::vector<Candidate> candidates;
  for (NodeId part = 0; part < parts.part_count(); ++part) {
    if (parts.part(part).size() < 2) continue;
    double bound = 0;
    for (const NodeId u : parts.part(part)) {
      bound = std::max(bound, SumWithinPart(rows, parts, u));
      if (std::isinf(bound)) {
        return MakeError(
            absl::StatusCode::kOutOfRange, "WEIGHTS_TOO_LARGE",
            absl::StrCat("weights at node ", u, " sum to infinity"));
      }
    }
    candidates.push_back({part, bound});
  }
  std::stable_sort(
      candidates.begin(), candidates.end(),
      [](const Candidate& a, const Candidate& b) { return a.bound > b.bound; });
  return candidates;
}

// The rows of the members among themselves, numbered by `position`, weights
// divided by the bound.
Rows Extracted(const Rows& rows, const StrongComponents& parts,
               const Candidate& candidate,
               const std::vector<NodeId>& position) {
  std::vector<std::size_t> begins{0};
  std::vector<NodeId> targets;
  std::vector<double> weights;
  for (const NodeId u : parts.part(candidate.part)) {
    for (std::size_t i = 0; i < rows.row_size(u); ++i) {
      const NodeId v = rows.row(u)[i];
      if (parts.id[v] != candidate.part) continue;
      targets.push_back(position[v]);
      weights.push_back(rows.weights(u)[i] / candidate.bound);
    }
    begins.push_back(targets.size());
  }
  return Rows(std::move(begins), std::move(targets), std::move(weights));
}

std::vector<NodeId> PositionsInParts(const StrongComponents& parts) {
  std::vector<NodeId> position(parts.id.size());
  for (NodeId part = 0; part < parts.part_count(); ++part) {
    NodeId next = 0;
    for (const NodeId u : parts.part(part)) position[u] = next++;
  }
  return position;
}

// One sweep; by how much it changed any value, as a share of the largest.
double Sweep(const LinearSystem& system, absl::Span<const NodeId> members,
             std::vector<double>& x) {
  double change = 0;
  double largest = 0;
  for (const NodeId u : members) {
    const absl::Span<const NodeId> row = system.rows.row(u);
    const absl::Span<const double> weights = system.rows.weights(u);
    double sum = system.constant;
    for (std::size_t i = 0; i < row.size(); ++i) sum += weights[i] * x[row[i]];
    const double value = sum / system.divisor;
    change = std::max(change, std::abs(value - x[u]));
    largest = std::max(largest, value);
    x[u] = value;
  }
  return largest == 0 ? 0 : change / largest;
}

}  // namespace

absl::StatusOr<DominantParts> DominantPartsOf(const Rows& rows,
                                              const StrongComponents& parts,
                                              const IterationLimits& limits,
                                              IsCancelled is_cancelled) {
  PT_ASSIGN_OR_RETURN(const std::vector<Candidate> candidates,
                      Candidates(rows, parts));
  const std::vector<NodeId> position = PositionsInParts(parts);
  DominantParts dominant;
  for (const Candidate& candidate : candidates) {
    if (candidate.bound < dominant.eigenvalue * (1 - kEigenvalueTolerance)) {
      break;
    }
    PT_ASSIGN_OR_RETURN(
        PerronPair pair,
        PerronPairOf(Extracted(rows, parts, candidate, position), limits,
                     is_cancelled));
    const double eigenvalue = candidate.bound * pair.root;
    dominant.eigenvalue = std::max(dominant.eigenvalue, eigenvalue);
    dominant.parts.push_back(
        {candidate.part, eigenvalue, std::move(pair.vector)});
  }
  std::vector<DominantPart>& found = dominant.parts;
  const double least = dominant.eigenvalue * (1 - kEigenvalueTolerance);
  found.erase(std::remove_if(found.begin(), found.end(),
                             [least](const DominantPart& part) {
                               return part.eigenvalue < least;
                             }),
              found.end());
  std::sort(found.begin(), found.end(),
            [](const DominantPart& a, const DominantPart& b) {
              return a.part < b.part;
            });
  return dominant;
}

absl::Status SolveInOrder(const LinearSystem& system,
                          const std::vector<bool>& is_kept,
                          const IterationLimits& limits,
                          IsCancelled is_cancelled, std::vector<double>& x) {
  for (NodeId part = 0; part < system.parts.part_count(); ++part) {
    if (is_kept[part]) continue;
    const absl::Span<const NodeId> members = system.parts.part(part);
    if (members.size() == 1) {
      Sweep(system, members, x);
      continue;
    }
    ConvergenceTest test(kErrorShare * limits.tolerance);
    bool arrived = false;
    for (int sweep = 0; !arrived; ++sweep) {
      if (sweep == limits.products_max) return NotConverged(limits);
      if (is_cancelled()) return absl::CancelledError("linear system");
      arrived = test.HasArrived(Sweep(system, members, x));
    }
  }
  const bool finite = std::all_of(x.begin(), x.end(),
                                  [](double v) { return std::isfinite(v); });
  if (finite) return absl::OkStatus();
  return MakeError(absl::StatusCode::kOutOfRange, "WEIGHTS_TOO_LARGE",
                   "values grow to infinity along the arcs");
}

}  // namespace pulsetaker::network
