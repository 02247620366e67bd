#include "services/network/domain/graph_source.h"

#include "absl/container/flat_hash_set.h"
#include "absl/strings/str_cat.h"
#include "common/base/status.h"

namespace pulsetaker::network {

absl::StatusOr<GraphSpans> GraphSpans::Create(
    GraphSchema schema, absl::Span<const ExportedNode> nodes,
    std::vector<absl::Span<const ExportedArc>> arcs) {
  if (arcs.size() != schema.networks.size()) {
    return MakeError(absl::StatusCode::kInvalidArgument, "INVALID_ATTRIBUTE",
                     absl::StrCat("there are arcs of ", arcs.size(),
                                  " networks, want ", schema.networks.size()));
  }
  absl::flat_hash_set<absl::string_view> ids;
  ids.reserve(nodes.size());
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    if (!ids.insert(nodes[i].id).second) {
      return MakeError(
          absl::StatusCode::kInvalidArgument, "INVALID_NAME",
          absl::StrCat("the id of node ", i, " is that of another node"),
          {{"field", absl::StrCat("nodes[", i, "].id")}});
    }
  }
  return GraphSpans(std::move(schema), nodes, std::move(arcs));
}

absl::Status GraphSpans::VisitNodes(VisitNode visit) const {
  for (const ExportedNode& node : nodes_) PT_RETURN_IF_ERROR(visit(node));
  return absl::OkStatus();
}

absl::Status GraphSpans::VisitArcs(std::size_t network, VisitArc visit) const {
  for (const ExportedArc& arc : arcs_[network]) PT_RETURN_IF_ERROR(visit(arc));
  return absl::OkStatus();
}

}  // namespace pulsetaker::network
