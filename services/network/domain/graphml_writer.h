#pragma once

#include "absl/status/status.h"
#include "services/network/domain/graph_source.h"
#include "services/network/domain/piece_buffer.h"

namespace pulsetaker::network {

// GraphML 1.0 with typed keys (U. Brandes et al., "GraphML progress report",
// 2002; http://graphml.graphdrawing.org). One directed graph; its name, where
// it has one, is the graph's datum `name`. Nodes have the datum `label`, where
// they have a label, and those of the schema; edges `weight`, `network` (the
// id) and those of the schema. What has no value has no datum. Ids of edges are
// e0, e1 and so on. A schema validator wants node ids without blanks; readers
// do not.
//
// `graph` holds to what graph_source.h asks. An error is that of the source or
// the sink. O(nodes + arcs) time, O(1) memory.
absl::Status WriteGraphMl(const GraphSource& graph, PieceBuffer& out);

}  // namespace pulsetaker::network
