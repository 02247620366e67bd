#include "services/network/domain/gexf_writer.h"

#include <cstddef>
#include <cstdint>
#include <variant>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "common/base/status.h"
#include "services/network/domain/xml_text.h"

namespace pulsetaker::network {
namespace {

constexpr absl::string_view kHead =
    R"(<?xml version="1.0" encoding="UTF-8"?>
<gexf xmlns="http://gexf.net/1.3" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:schemaLocation="http://gexf.net/1.3 http://gexf.net/1.3/gexf.xsd" version="1.3">
<meta><creator>pulsetaker</creator>)";

// Ids are numbers: some readers take any other id for the name. The first one
// of arcs is that of the network.
constexpr std::size_t kFirstNodeId = 0;
constexpr std::size_t kNetworkId = 0;
constexpr std::size_t kFirstArcId = 1;

void AppendQuoted(absl::string_view name, absl::string_view text,
                  PieceBuffer& out) {
  out.Append(" ");
  out.Append(name);
  out.Append("=\"");
  AppendXml(text, out);
  out.Append("\"");
}

void AppendQuoted(absl::string_view name, std::size_t number,
                  PieceBuffer& out) {
  out.Append(" ");
  out.Append(name);
  out.Append("=\"");
  out.AppendNumber(static_cast<std::int64_t>(number));
  out.Append("\"");
}

void AppendColumn(std::size_t id, const AttributeColumn& column,
                  PieceBuffer& out) {
  out.Append("<attribute");
  AppendQuoted("id", id, out);
  AppendQuoted("title", column.name, out);
  AppendQuoted("type", XmlTypeName(column.type), out);
  out.Append("/>\n");
}

void AppendColumns(std::size_t first_id,
                   absl::Span<const AttributeColumn> columns,
                   PieceBuffer& out) {
  for (std::size_t i = 0; i < columns.size(); ++i) {
    AppendColumn(first_id + i, columns[i], out);
  }
}

void AppendValue(std::size_t id, const AttributeValue& value,
                 PieceBuffer& out) {
  if (std::holds_alternative<std::monostate>(value)) return;
  out.Append("<attvalue");
  AppendQuoted("for", id, out);
  out.Append(" value=\"");
  AppendXmlValue(value, out);
  out.Append("\"/>");
}

void AppendValues(std::size_t first_id, absl::Span<const AttributeValue> values,
                  PieceBuffer& out) {
  for (std::size_t i = 0; i < values.size(); ++i) {
    AppendValue(first_id + i, values[i], out);
  }
}

void AppendHead(const GraphSchema& schema, PieceBuffer& out) {
  out.Append(kHead);
  if (!schema.name.empty()) {
    out.Append("<description>");
    AppendXml(schema.name, out);
    out.Append("</description>");
  }
  out.Append("</meta>\n<graph mode=\"static\" defaultedgetype=\"directed\">\n");
  if (!schema.node_attributes.empty()) {
    out.Append("<attributes class=\"node\">\n");
    AppendColumns(kFirstNodeId, schema.node_attributes, out);
    out.Append("</attributes>\n");
  }
  out.Append("<attributes class=\"edge\">\n");
  AppendColumn(kNetworkId, {"network", AttributeType::kString}, out);
  AppendColumns(kFirstArcId, schema.arc_attributes, out);
  out.Append("</attributes>\n");
}

void AppendNode(const ExportedNode& node, PieceBuffer& out) {
  out.Append("<node");
  AppendQuoted("id", node.id, out);
  if (!node.label.empty()) AppendQuoted("label", node.label, out);
  out.Append("><attvalues>");
  AppendValues(kFirstNodeId, node.attributes, out);
  out.Append("</attvalues></node>\n");
}

}  // namespace

absl::Status WriteGexf(const GraphSource& graph, PieceBuffer& out) {
  const GraphSchema& schema = graph.schema();
  AppendHead(schema, out);
  out.Append("<nodes>\n");
  PT_RETURN_IF_ERROR(graph.VisitNodes([&](const ExportedNode& node) {
    AppendNode(node, out);
    return out.status();
  }));
  out.Append("</nodes>\n<edges>\n");
  std::size_t arc_count = 0;
  for (std::size_t k = 0; k < schema.networks.size(); ++k) {
    const absl::string_view network = schema.networks[k].id;
    PT_RETURN_IF_ERROR(graph.VisitArcs(k, [&](const ExportedArc& arc) {
      out.Append("<edge");
      AppendQuoted("id", arc_count++, out);
      AppendQuoted("source", graph.node_id(arc.from), out);
      AppendQuoted("target", graph.node_id(arc.to), out);
      AppendQuoted("kind", network, out);
      out.Append(" weight=\"");
      out.AppendNumber(arc.weight);
      out.Append("\"><attvalues>");
      AppendValue(kNetworkId, network, out);
      AppendValues(kFirstArcId, arc.attributes, out);
      out.Append("</attvalues></edge>\n");
      return out.status();
    }));
  }
  out.Append("</edges>\n</graph>\n</gexf>\n");
  return out.status();
}

}  // namespace pulsetaker::network
