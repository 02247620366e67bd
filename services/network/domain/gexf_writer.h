#pragma once

#include "absl/status/status.h"
#include "services/network/domain/graph_source.h"
#include "services/network/domain/piece_buffer.h"

namespace pulsetaker::network {

// GEXF 1.3 (https://gexf.net), static and directed. The name of the graph is
// the description. Edges have the attribute `weight`, the `kind` by which
// Gephi tells parallel ones apart, and the attribute value `network`; both are
// the id of the network. Ids of edges are 0, 1 and so on.
//
// `graph` holds to what graph_source.h asks. An error is that of the source or
// the sink. O(nodes + arcs) time, O(1) memory.
absl::Status WriteGexf(const GraphSource& graph, PieceBuffer& out);

}  // namespace pulsetaker::network
