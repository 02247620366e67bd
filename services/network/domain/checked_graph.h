#pragma once

#include <cstddef>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "services/network/domain/graph_source.h"

namespace pulsetaker::network {

// A source that shows its visitors only what graph_source.h allows; but that
// ids of nodes are distinct, it takes on trust, as it holds none of them.
//
// INVALID_ARGUMENT, with `field` in the metadata: INVALID_TEXT (not UTF-8; with
// the `byte` where it goes wrong, from 0), INVALID_NAME, INVALID_ATTRIBUTE
// (another type or number of values than the schema has, or a double that is
// not finite), INVALID_WEIGHT, NODE_OUT_OF_RANGE (also for more or fewer nodes
// than node_count()).
class CheckedGraph final : public GraphSource {
 public:
  // `source` must outlive this.
  explicit CheckedGraph(const GraphSource& source) : source_(source) {}

  // For once before everything else.
  absl::Status CheckSchema() const;

  const GraphSchema& schema() const override { return source_.schema(); }
  NodeId node_count() const override { return source_.node_count(); }
  // As it is; VisitNodes checks it.
  absl::string_view node_id(NodeId node) const override {
    return source_.node_id(node);
  }
  absl::Status VisitNodes(VisitNode visit) const override;
  absl::Status VisitArcs(std::size_t network, VisitArc visit) const override;

 private:
  const GraphSource& source_;
};

}  // namespace pulsetaker::network
