#include "services/network/domain/checked_graph.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <set>
#include <string>
#include <utility>
#include <variant>

#include "absl/functional/function_ref.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/types/span.h"
#include "common/base/resource_id.h"
#include "common/base/status.h"

namespace pulsetaker::network {
namespace {

constexpr absl::string_view kNodeColumns[] = {"id", "label"};
constexpr absl::string_view kArcColumns[] = {
    "id", "source", "target", "weight", "network", "label", "kind"};

// Made only for errors.
using FieldName = absl::FunctionRef<std::string()>;

absl::Status Invalid(absl::string_view reason, FieldName field,
                     absl::string_view problem, ErrorMetadata metadata = {}) {
  const std::string name = field();
  metadata.emplace_back("field", name);
  return MakeError(absl::StatusCode::kInvalidArgument, reason,
                   absl::StrCat(name, " ", problem), metadata);
}

// The first byte that is part of no character.
std::size_t InvalidByte(absl::string_view text) {
  std::size_t at = 0;
  while (at < text.size()) {
    std::size_t length = 1;
    while (length <= 4 && !IsValidUtf8(text.substr(at, length))) ++length;
    if (length > 4) break;
    at += length;
  }
  return at;
}

absl::Status CheckText(absl::string_view text, FieldName field) {
  if (IsValidUtf8(text)) return absl::OkStatus();
  const std::size_t at = InvalidByte(text);
  return Invalid("INVALID_TEXT", field,
                 absl::StrFormat("is not UTF-8: no character has byte 0x%02x "
                                 "at %d",
                                 static_cast<unsigned char>(text[at]), at),
                 {{"byte", absl::StrCat(at)}});
}

// Of valid UTF-8: controls C0, DEL and C1, U+2028, U+2029, U+FFFE, U+FFFF.
bool HasControl(absl::string_view text) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    if (byte < 0x20 || byte == 0x7f) return true;
    if (byte == 0xc2 && static_cast<unsigned char>(text[i + 1]) < 0xa0) {
      return true;
    }
    const absl::string_view three = text.substr(i, 3);
    if (three == "\xe2\x80\xa8" || three == "\xe2\x80\xa9" ||
        three == "\xef\xbf\xbe" || three == "\xef\xbf\xbf") {
      return true;
    }
  }
  return false;
}

absl::Status CheckName(absl::string_view name, FieldName field) {
  PT_RETURN_IF_ERROR(CheckText(name, field));
  if (name.empty()) return Invalid("INVALID_NAME", field, "is empty");
  if (name.front() == ' ' || name.back() == ' ') {
    return Invalid("INVALID_NAME", field, "begins or ends with a blank");
  }
  if (HasControl(name)) {
    return Invalid("INVALID_NAME", field, "has a control character");
  }
  return absl::OkStatus();
}

absl::Status CheckColumns(absl::Span<const AttributeColumn> columns,
                          absl::Span<const absl::string_view> reserved,
                          absl::string_view list) {
  std::set<absl::string_view> names(reserved.begin(), reserved.end());
  for (std::size_t i = 0; i < columns.size(); ++i) {
    const auto field = [&] { return absl::StrCat(list, "[", i, "].name"); };
    PT_RETURN_IF_ERROR(CheckName(columns[i].name, field));
    if (!names.insert(columns[i].name).second) {
      return Invalid("INVALID_NAME", field,
                     absl::StrCat("is taken: ", columns[i].name));
    }
  }
  return absl::OkStatus();
}

absl::Status CheckValues(absl::Span<const AttributeColumn> columns,
                         absl::Span<const AttributeValue> values,
                         FieldName owner) {
  if (values.size() != columns.size()) {
    return Invalid("INVALID_ATTRIBUTE", owner,
                   absl::StrCat("has ", values.size(), " attributes, want ",
                                columns.size()));
  }
  for (std::size_t i = 0; i < values.size(); ++i) {
    const auto field = [&] {
      return absl::StrCat(owner(), ".", columns[i].name);
    };
    // The alternatives of the variant are in the order of the types.
    const std::size_t type = values[i].index();
    if (type == 0) continue;
    if (type != static_cast<std::size_t>(columns[i].type) + 1) {
      return Invalid("INVALID_ATTRIBUTE", field,
                     "has another type than its column");
    }
    if (const auto* text = std::get_if<absl::string_view>(&values[i])) {
      PT_RETURN_IF_ERROR(CheckText(*text, field));
    }
    const auto* number = std::get_if<double>(&values[i]);
    if (number != nullptr && !std::isfinite(*number)) {
      return Invalid("INVALID_ATTRIBUTE", field, "is not finite");
    }
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status CheckedGraph::CheckSchema() const {
  const GraphSchema& schema = source_.schema();
  PT_RETURN_IF_ERROR(CheckText(schema.name, [] { return "name"; }));
  std::set<absl::string_view> ids;
  for (std::size_t i = 0; i < schema.networks.size(); ++i) {
    const ExportedNetwork& network = schema.networks[i];
    const auto field = [&] { return absl::StrCat("networks[", i, "].id"); };
    PT_RETURN_IF_ERROR(CheckName(network.id, field));
    if (!ids.insert(network.id).second) {
      return Invalid("INVALID_NAME", field,
                     absl::StrCat("is taken: ", network.id));
    }
    PT_RETURN_IF_ERROR(CheckText(network.label, [&] {
      return absl::StrCat("networks[", i, "].label");
    }));
  }
  PT_RETURN_IF_ERROR(
      CheckColumns(schema.node_attributes, kNodeColumns, "node_attributes"));
  return CheckColumns(schema.arc_attributes, kArcColumns, "arc_attributes");
}

absl::Status CheckedGraph::VisitNodes(VisitNode visit) const {
  NodeId count = 0;
  const auto wrong_count = [&](absl::string_view problem) {
    return MakeError(absl::StatusCode::kInvalidArgument, "NODE_OUT_OF_RANGE",
                     absl::StrCat("there are ", problem, " nodes than ",
                                  source_.node_count()),
                     {{"field", "nodes"}});
  };
  const auto checked = [&](const ExportedNode& node) -> absl::Status {
    if (count == source_.node_count()) return wrong_count("more");
    PT_RETURN_IF_ERROR(CheckName(
        node.id, [&] { return absl::StrCat("nodes[", count, "].id"); }));
    PT_RETURN_IF_ERROR(CheckText(
        node.label, [&] { return absl::StrCat("nodes[", count, "].label"); }));
    PT_RETURN_IF_ERROR(
        CheckValues(schema().node_attributes, node.attributes,
                    [&] { return absl::StrCat("nodes[", count, "]"); }));
    ++count;
    return visit(node);
  };
  PT_RETURN_IF_ERROR(source_.VisitNodes(checked));
  if (count < source_.node_count()) return wrong_count("fewer");
  return absl::OkStatus();
}

absl::Status CheckedGraph::VisitArcs(std::size_t network,
                                     VisitArc visit) const {
  std::size_t count = 0;
  const auto field = [&] {
    return absl::StrCat("networks[", network, "].arcs[", count, "]");
  };
  const auto checked = [&](const ExportedArc& arc) -> absl::Status {
    if (std::max(arc.from, arc.to) >= source_.node_count()) {
      return Invalid("NODE_OUT_OF_RANGE", field,
                     absl::StrCat("is from ", arc.from, " to ", arc.to,
                                  ", want less than ", source_.node_count()));
    }
    if (!std::isfinite(arc.weight)) {
      return Invalid("INVALID_WEIGHT", field,
                     "has a weight that is not finite");
    }
    PT_RETURN_IF_ERROR(
        CheckValues(schema().arc_attributes, arc.attributes, field));
    ++count;
    return visit(arc);
  };
  return source_.VisitArcs(network, checked);
}

}  // namespace pulsetaker::network
