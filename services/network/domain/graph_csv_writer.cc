#include "services/network/domain/graph_csv_writer.h"

#include <cstddef>
#include <cstdint>
#include <variant>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "common/base/status.h"
#include "services/network/domain/xml_text.h"

namespace pulsetaker::network {
namespace {

constexpr absl::string_view kFormulaStarts[] = {
    "=",
    "+",
    "-",
    "@",
    "\t",
    "\n",
    "\r",
    "\xef\xbc\x9d",  // Full-width =, +, -, @.
    "\xef\xbc\x8b",
    "\xef\xbc\x8d",
    "\xef\xbc\xa0"};

bool NeedsApostrophe(absl::string_view text) {
  if (text.substr(0, 1) == "'") return true;
  for (const absl::string_view start : kFormulaStarts) {
    if (text.substr(0, start.size()) == start) return true;
  }
  return false;
}

void AppendText(absl::string_view text, PieceBuffer& out) {
  const bool quoted =
      text.empty() || text.find_first_of(",\"\n\r") != absl::string_view::npos;
  if (quoted) out.Append("\"");
  if (NeedsApostrophe(text)) out.Append("'");
  std::size_t plain_begin = 0;
  for (std::size_t i = 0; i < text.size();) {
    const std::size_t forbidden = ForbiddenLength(text.substr(i));
    if (forbidden == 0 && text[i] != '"') {
      ++i;
      continue;
    }
    out.Append(text.substr(plain_begin, i - plain_begin));
    out.Append(forbidden > 0 ? kReplacementCharacter : "\"\"");
    i += forbidden > 0 ? forbidden : 1;
    plain_begin = i;
  }
  out.Append(text.substr(plain_begin));
  if (quoted) out.Append("\"");
}

void AppendColumns(absl::Span<const AttributeColumn> columns,
                   PieceBuffer& out) {
  for (const AttributeColumn& column : columns) {
    out.Append(",");
    AppendText(column.name, out);
  }
  out.Append("\n");
}

void AppendValues(absl::Span<const AttributeValue> values, PieceBuffer& out) {
  for (const AttributeValue& value : values) {
    out.Append(",");
    if (const auto* text = std::get_if<absl::string_view>(&value)) {
      AppendText(*text, out);
    } else if (const auto* number = std::get_if<double>(&value)) {
      out.AppendNumber(*number);
    } else if (const auto* integer = std::get_if<std::int64_t>(&value)) {
      out.AppendNumber(*integer);
    } else if (const auto* truth = std::get_if<bool>(&value)) {
      out.Append(*truth ? "true" : "false");
    }
  }
  out.Append("\n");
}

}  // namespace

absl::Status WriteNodeCsv(const GraphSource& graph, PieceBuffer& out) {
  out.Append("id,label");
  AppendColumns(graph.schema().node_attributes, out);
  return graph.VisitNodes([&](const ExportedNode& node) {
    AppendText(node.id, out);
    out.Append(",");
    if (!node.label.empty()) AppendText(node.label, out);
    AppendValues(node.attributes, out);
    return out.status();
  });
}

absl::Status WriteEdgeCsv(const GraphSource& graph, PieceBuffer& out) {
  const GraphSchema& schema = graph.schema();
  out.Append("source,target,weight,network");
  AppendColumns(schema.arc_attributes, out);
  // Sources check their ids as they show them, and arcs have only numbers.
  PT_RETURN_IF_ERROR(
      graph.VisitNodes([](const ExportedNode&) { return absl::OkStatus(); }));
  for (std::size_t k = 0; k < schema.networks.size(); ++k) {
    PT_RETURN_IF_ERROR(graph.VisitArcs(k, [&](const ExportedArc& arc) {
      AppendText(graph.node_id(arc.from), out);
      out.Append(",");
      AppendText(graph.node_id(arc.to), out);
      out.Append(",");
      out.AppendNumber(arc.weight);
      out.Append(",");
      AppendText(schema.networks[k].id, out);
      AppendValues(arc.attributes, out);
      return out.status();
    }));
  }
  return absl::OkStatus();
}

}  // namespace pulsetaker::network
