#pragma once

#include "absl/status/status.h"
#include "services/network/domain/graph_source.h"
#include "services/network/domain/piece_buffer.h"

namespace pulsetaker::network {

// Two tables, in UTF-8, with a header. CSV is that of RFC 4180 with LF: fields
// with a comma, a quote or a line break are quoted. What has no value is an
// empty field; an empty text is "". Booleans are true and false.
//
// Spreadsheets run text that begins with =, +, -, @, a tab or a line break, or
// a full-width form of the first four, as a formula. Such text gets an
// apostrophe in front, and so does text that begins with one: taking off one
// apostrophe, where there is one, gives back every text. Numbers are left as
// they are. Control characters that XML forbids are U+FFFD here too.
//
// `graph` holds to what graph_source.h asks. An error is that of the source or
// the sink. O(nodes + arcs) time, O(1) memory.

// id, label, then the node attributes. A line a node.
absl::Status WriteNodeCsv(const GraphSource& graph, PieceBuffer& out);

// source, target, weight, network (ids), then the arc attributes. A line an
// arc, by network.
absl::Status WriteEdgeCsv(const GraphSource& graph, PieceBuffer& out);

}  // namespace pulsetaker::network
