#include "services/network/domain/graph_export.h"

#include "common/base/status.h"
#include "services/network/domain/checked_graph.h"
#include "services/network/domain/gexf_writer.h"
#include "services/network/domain/graph_csv_writer.h"
#include "services/network/domain/graphml_writer.h"
#include "services/network/domain/pajek_writer.h"

namespace pulsetaker::network {
namespace {

absl::Status WriteAll(const GraphSource& graph, GraphFormat format,
                      PieceBuffer& out) {
  switch (format) {
    case GraphFormat::kGraphMl:
      return WriteGraphMl(graph, out);
    case GraphFormat::kGexf:
      return WriteGexf(graph, out);
    case GraphFormat::kPajek:
      return WritePajek(graph, PajekText::kLabel, out);
    case GraphFormat::kPajekWithIds:
      return WritePajek(graph, PajekText::kId, out);
    case GraphFormat::kNodeCsv:
      return WriteNodeCsv(graph, out);
    case GraphFormat::kEdgeCsv:
      return WriteEdgeCsv(graph, out);
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status WriteGraph(const GraphSource& graph, GraphFormat format,
                        ExportSink sink) {
  const CheckedGraph checked(graph);
  PT_RETURN_IF_ERROR(checked.CheckSchema());
  PieceBuffer out(sink);
  PT_RETURN_IF_ERROR(WriteAll(checked, format, out));
  return out.Finish();
}

}  // namespace pulsetaker::network
