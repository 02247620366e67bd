#pragma once

#include <cstdint>

#include "absl/status/status.h"
#include "services/network/domain/graph_source.h"
#include "services/network/domain/piece_buffer.h"

namespace pulsetaker::network {

// What stands beside a vertex: Pajek knows it by its number, and has one text
// for it.
enum class PajekText : std::uint8_t {
  kLabel,  // The label, or the id where there is none. Need not be distinct.
  kId,     // For readers that tell vertices apart by their text.
};

// A .net file of Pajek (V. Batagelj and A. Mrvar). UTF-8 with the byte order
// mark by which Pajek (2.00 and later) knows Unicode; then a comment with the
// name of the graph, the vertices, from 1 on in their order, and for each
// network, from 1 on, a relation `*Arcs :k "label"` (the id where there is no
// label) with a line `from to weight` an arc, also if it has no arcs.
//
// The format has no escape: in text, a double quote becomes a single one, a
// backslash, in which Pajek sees a line break and others an escape, a slash,
// and a control character or line separator a blank. It has no place for
// attributes, which are left out.
//
// `graph` holds to what graph_source.h asks. An error is that of the source or
// the sink. O(nodes + arcs) time, O(1) memory.
absl::Status WritePajek(const GraphSource& graph, PajekText text,
                        PieceBuffer& out);

}  // namespace pulsetaker::network
