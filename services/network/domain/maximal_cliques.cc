#include "services/network/domain/maximal_cliques.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/base/status.h"
#include "services/network/domain/clique_search.h"
#include "services/network/domain/degeneracy_order.h"
#include "services/network/domain/isa.h"
#include "services/network/domain/ranked_graph.h"

namespace pulsetaker::network {
namespace {

template <typename Emit>
absl::StatusOr<Ending> Search(const Graph& graph, NodeId size_min, Emit emit,
                              IsCancelled is_cancelled) {
  Degeneracy degeneracy = DegeneracyOf(graph);
  if (degeneracy.value > kCliqueDegeneracyMax) {
    return MakeError(absl::StatusCode::kResourceExhausted, "GRAPH_TOO_DENSE",
                     absl::StrCat("graph of degeneracy ", degeneracy.value,
                                  ", want at most ", kCliqueDegeneracyMax));
  }
  const RankedGraph ranked(graph, std::move(degeneracy.order));
  CliqueSearch<Emit> search(ranked, size_min, std::move(emit), is_cancelled);
  const Ending ending = RunOn(BestIsa(), [&] { return search.Run(); });
  if (ending == Ending::kCancelled) {
    return absl::CancelledError("maximal cliques");
  }
  return ending;
}

}  // namespace

absl::Status VisitMaximalCliques(const Graph& graph, NodeId size_min,
                                 CliqueVisitor visit,
                                 IsCancelled is_cancelled) {
  std::vector<NodeId> members;
  const auto emit = [&](absl::Span<const NodeId> clique) {
    members.assign(clique.begin(), clique.end());
    std::sort(members.begin(), members.end());
    return visit(members);
  };
  return Search(graph, size_min, emit, is_cancelled).status();
}

absl::StatusOr<std::vector<std::uint64_t>> MaximalCliqueCounts(
    const Graph& graph, NodeId size_min, std::uint64_t cliques_max,
    IsCancelled is_cancelled) {
  std::vector<std::uint64_t> counts;
  std::uint64_t total = 0;
  const auto emit = [&](absl::Span<const NodeId> clique) {
    if (total == cliques_max) return false;
    ++total;
    if (clique.size() >= counts.size()) counts.resize(clique.size() + 1, 0);
    ++counts[clique.size()];
    return true;
  };
  PT_ASSIGN_OR_RETURN(const Ending ending,
                      Search(graph, size_min, emit, is_cancelled));
  if (ending == Ending::kStopped) {
    return MakeError(
        absl::StatusCode::kResourceExhausted, "TOO_MANY_CLIQUES",
        absl::StrCat("more than ", cliques_max, " maximal cliques"));
  }
  return counts;
}

}  // namespace pulsetaker::network
