#include "services/network/domain/pajek_writer.h"

#include <cstddef>
#include <cstdint>

#include "absl/strings/string_view.h"
#include "common/base/status.h"

namespace pulsetaker::network {
namespace {

constexpr absl::string_view kByteOrderMark = "\xef\xbb\xbf";

Substitute SubstituteFor(absl::string_view text) {
  const auto byte = static_cast<unsigned char>(text[0]);
  if (byte == '"') return {"'", 1};
  if (byte == '\\') return {"/", 1};
  if (byte < 0x20 || byte == 0x7f) return {" ", 1};
  if (byte == 0xc2 && static_cast<unsigned char>(text[1]) < 0xa0) {
    return {" ", 2};
  }
  const absl::string_view three = text.substr(0, 3);
  if (three == "\xe2\x80\xa8" || three == "\xe2\x80\xa9") return {" ", 3};
  return {};
}

void AppendPlain(absl::string_view text, PieceBuffer& out) {
  AppendSubstituted(text, SubstituteFor, out);
}

}  // namespace

absl::Status WritePajek(const GraphSource& graph, PajekText text,
                        PieceBuffer& out) {
  const GraphSchema& schema = graph.schema();
  out.Append(kByteOrderMark);
  // Readers that do not know the mark lose the first line: it must be one that
  // does not matter.
  out.Append("% ");
  AppendPlain(schema.name, out);
  out.Append("\n*Vertices ");
  out.AppendNumber(std::int64_t{graph.node_count()});
  out.Append("\n");
  std::int64_t number = 0;
  PT_RETURN_IF_ERROR(graph.VisitNodes([&](const ExportedNode& node) {
    out.AppendNumber(++number);
    out.Append(" \"");
    const bool by_id = text == PajekText::kId || node.label.empty();
    AppendPlain(by_id ? node.id : node.label, out);
    out.Append("\"\n");
    return out.status();
  }));
  for (std::size_t k = 0; k < schema.networks.size(); ++k) {
    const ExportedNetwork& network = schema.networks[k];
    out.Append("*Arcs :");
    out.AppendNumber(static_cast<std::int64_t>(k) + 1);
    out.Append(" \"");
    AppendPlain(network.label.empty() ? network.id : network.label, out);
    out.Append("\"\n");
    PT_RETURN_IF_ERROR(graph.VisitArcs(k, [&](const ExportedArc& arc) {
      out.AppendNumber(std::int64_t{arc.from} + 1);
      out.Append(" ");
      out.AppendNumber(std::int64_t{arc.to} + 1);
      out.Append(" ");
      out.AppendNumber(arc.weight);
      out.Append("\n");
      return out.status();
    }));
  }
  return out.status();
}

}  // namespace pulsetaker::network
