// The networks of an analysed wave as what exports read.

#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "services/network/domain/analysis_reader.h"
#include "services/network/domain/graph_source.h"
#include "services/network/domain/told_networks.h"

namespace pulsetaker::network {

// Nodes are the invited people by id, without a label. Attributes of nodes, in
// this order: `organisation`, `sector` and `layer`, with no value where they
// are unknown; then for each network `<id>.answered`, `<id>.hub`,
// `<id>.gatekeeper`,
// `<id>.pulsetaker` and `<id>.core`, with the values of RolesToldBy. Arcs have
// weight 1; an undirected tie is two of them.
class WaveGraph final : public GraphSource {
 public:
  // `analyzed` must outlive this; `networks` are `told` of NetworksTold.
  WaveGraph(const AnalyzedSnapshot& analyzed,
            const std::vector<std::size_t>& networks);

  const GraphSchema& schema() const override { return schema_; }
  NodeId node_count() const override { return analyzed_.wave.node_count(); }
  absl::string_view node_id(NodeId node) const override {
    return analyzed_.wave.people[node].id;
  }
  absl::Status VisitNodes(VisitNode visit) const override;
  absl::Status VisitArcs(std::size_t network, VisitArc visit) const override;

  // Of all its networks.
  std::int64_t arc_count() const;

 private:
  const AnalyzedSnapshot& analyzed_;
  const std::vector<std::size_t> networks_;
  GraphSchema schema_;
};

}  // namespace pulsetaker::network
