// A graph as a file for other programs, made piece by piece.

#pragma once

#include <cstdint>

#include "absl/status/status.h"
#include "services/network/domain/graph_source.h"
#include "services/network/domain/piece_buffer.h"

namespace pulsetaker::network {

enum class GraphFormat : std::uint8_t {
  kGraphMl,       // graphml_writer.h
  kGexf,          // gexf_writer.h
  kPajek,         // pajek_writer.h, with labels
  kPajekWithIds,  // pajek_writer.h, with ids
  kNodeCsv,       // graph_csv_writer.h
  kEdgeCsv,       // graph_csv_writer.h
};

// Writes all of `graph` to `sink`. Nodes are in their order, arcs in that of
// their networks and within one in theirs; nodes without arcs and parallel arcs
// are kept. Same graph, same bytes. Every piece but the last has kPieceBytes
// bytes.
//
// INVALID_ARGUMENT as CheckedGraph says, after some pieces or none; errors of
// the source and of `sink` as they come. What was written by then is no whole
// file. O(nodes + arcs) time, kPieceBytes of memory.
absl::Status WriteGraph(const GraphSource& graph, GraphFormat format,
                        ExportSink sink);

}  // namespace pulsetaker::network
