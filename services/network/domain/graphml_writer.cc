#include "services/network/domain/graphml_writer.h"

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
<graphml xmlns="http://graphml.graphdrawing.org/xmlns" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:schemaLocation="http://graphml.graphdrawing.org/xmlns http://graphml.graphdrawing.org/xmlns/1.0/graphml.xsd">
<key id="name" for="graph" attr.name="name" attr.type="string"/>
<key id="label" for="node" attr.name="label" attr.type="string"/>
<key id="weight" for="edge" attr.name="weight" attr.type="double"/>
<key id="network" for="edge" attr.name="network" attr.type="string"/>
)";

// Keys of the schema are n0, n1, ... of nodes and e0, e1, ... of edges: ids of
// keys may not have every character that names have.
struct Keys {
  absl::string_view prefix;
  absl::string_view owner;
  absl::Span<const AttributeColumn> columns;
};

void AppendKey(absl::string_view prefix, std::size_t i, PieceBuffer& out) {
  out.Append(prefix);
  out.AppendNumber(static_cast<std::int64_t>(i));
}

void AppendKeys(const Keys& keys, PieceBuffer& out) {
  for (std::size_t i = 0; i < keys.columns.size(); ++i) {
    out.Append("<key id=\"");
    AppendKey(keys.prefix, i, out);
    out.Append("\" for=\"");
    out.Append(keys.owner);
    out.Append("\" attr.name=\"");
    AppendXml(keys.columns[i].name, out);
    out.Append("\" attr.type=\"");
    out.Append(XmlTypeName(keys.columns[i].type));
    out.Append("\"/>\n");
  }
}

void AppendText(absl::string_view key, absl::string_view text,
                PieceBuffer& out) {
  out.Append("<data key=\"");
  out.Append(key);
  out.Append("\">");
  AppendXml(text, out);
  out.Append("</data>");
}

void AppendValues(absl::string_view prefix,
                  absl::Span<const AttributeValue> values, PieceBuffer& out) {
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (std::holds_alternative<std::monostate>(values[i])) continue;
    out.Append("<data key=\"");
    AppendKey(prefix, i, out);
    out.Append("\">");
    AppendXmlValue(values[i], out);
    out.Append("</data>");
  }
}

void AppendNode(const ExportedNode& node, PieceBuffer& out) {
  out.Append("<node id=\"");
  AppendXml(node.id, out);
  out.Append("\">");
  if (!node.label.empty()) AppendText("label", node.label, out);
  AppendValues("n", node.attributes, out);
  out.Append("</node>\n");
}

}  // namespace

absl::Status WriteGraphMl(const GraphSource& graph, PieceBuffer& out) {
  const GraphSchema& schema = graph.schema();
  out.Append(kHead);
  AppendKeys({"n", "node", schema.node_attributes}, out);
  AppendKeys({"e", "edge", schema.arc_attributes}, out);
  out.Append("<graph edgedefault=\"directed\">\n");
  if (!schema.name.empty()) {
    AppendText("name", schema.name, out);
    out.Append("\n");
  }
  PT_RETURN_IF_ERROR(graph.VisitNodes([&](const ExportedNode& node) {
    AppendNode(node, out);
    return out.status();
  }));
  std::size_t arc_count = 0;
  for (std::size_t k = 0; k < schema.networks.size(); ++k) {
    PT_RETURN_IF_ERROR(graph.VisitArcs(k, [&](const ExportedArc& arc) {
      out.Append("<edge id=\"");
      AppendKey("e", arc_count++, out);
      out.Append("\" source=\"");
      AppendXml(graph.node_id(arc.from), out);
      out.Append("\" target=\"");
      AppendXml(graph.node_id(arc.to), out);
      out.Append("\"><data key=\"weight\">");
      out.AppendNumber(arc.weight);
      out.Append("</data>");
      AppendText("network", schema.networks[k].id, out);
      AppendValues("e", arc.attributes, out);
      out.Append("</edge>\n");
      return out.status();
    }));
  }
  out.Append("</graph>\n</graphml>\n");
  return out.status();
}

}  // namespace pulsetaker::network
