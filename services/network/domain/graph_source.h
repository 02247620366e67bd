// A directed multigraph with names and typed attributes, as exports read it:
// node by node and arc by arc, so that nothing needs to be held but the graph
// that is there anyway.

#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "services/network/domain/graph.h"

namespace pulsetaker::network {

enum class AttributeType : std::uint8_t { kString, kDouble, kInt64, kBool };

struct AttributeColumn {
  std::string name;
  AttributeType type = AttributeType::kString;

  friend bool operator==(const AttributeColumn&,
                         const AttributeColumn&) = default;
};

// monostate where the node or arc has no value. An empty text is a value.
using AttributeValue =
    std::variant<std::monostate, absl::string_view, double, std::int64_t, bool>;

struct ExportedNetwork {
  std::string id;
  std::string label;  // Empty for none.

  friend bool operator==(const ExportedNetwork&,
                         const ExportedNetwork&) = default;
};

// What there is to know before the first node.
//
// Ids and names of attributes are names: UTF-8, not empty, without control
// characters and line separators, and without a blank at either end. They are
// distinct. Attributes of nodes are not called `id` or `label`; those of arcs
// not `id`, `source`, `target`, `weight`, `network`, `label` or `kind`, which
// the formats or their readers have for themselves.
struct GraphSchema {
  std::string name = {};  // Empty for none.
  std::vector<ExportedNetwork> networks = {};
  std::vector<AttributeColumn> node_attributes = {};
  std::vector<AttributeColumn> arc_attributes = {};

  friend bool operator==(const GraphSchema&, const GraphSchema&) = default;
};

// `id` is a name as above, and no other node's. `label` is any UTF-8, empty for
// none. `attributes` has a value a column, of its type or monostate; doubles
// are finite.
struct ExportedNode {
  absl::string_view id;
  absl::string_view label = {};
  absl::Span<const AttributeValue> attributes = {};
};

// `from` names `to`; the two may be the same. The weight is finite.
struct ExportedArc {
  NodeId from = 0;
  NodeId to = 0;
  double weight = 1.0;
  absl::Span<const AttributeValue> attributes = {};
};

using VisitNode = absl::FunctionRef<absl::Status(const ExportedNode&)>;
using VisitArc = absl::FunctionRef<absl::Status(const ExportedArc&)>;

// Says the same each time it is asked. What a visitor is shown need not outlive
// its call.
class GraphSource {
 public:
  virtual ~GraphSource() = default;

  virtual const GraphSchema& schema() const = 0;
  virtual NodeId node_count() const = 0;

  // `node` must be below node_count(). The text lives as long as this.
  virtual absl::string_view node_id(NodeId node) const = 0;

  // All nodes, from 0 on. An error of `visit` ends it and is returned.
  virtual absl::Status VisitNodes(VisitNode visit) const = 0;

  // The arcs of one network, as many between two nodes as there are. `network`
  // is an index of schema().networks. An error of `visit` ends it and is
  // returned.
  virtual absl::Status VisitArcs(std::size_t network, VisitArc visit) const = 0;
};

// A graph that lies in memory already.
class GraphSpans final : public GraphSource {
 public:
  // What the spans show must outlive this. `arcs` has a span a network.
  // INVALID_ARGUMENT: INVALID_NAME, if two nodes have one id;
  // INVALID_ATTRIBUTE, if there are more or fewer spans than networks.
  // O(nodes) time and memory.
  static absl::StatusOr<GraphSpans> Create(
      GraphSchema schema, absl::Span<const ExportedNode> nodes,
      std::vector<absl::Span<const ExportedArc>> arcs);

  const GraphSchema& schema() const override { return schema_; }
  NodeId node_count() const override {
    return static_cast<NodeId>(nodes_.size());
  }
  absl::string_view node_id(NodeId node) const override {
    return nodes_[node].id;
  }
  absl::Status VisitNodes(VisitNode visit) const override;
  absl::Status VisitArcs(std::size_t network, VisitArc visit) const override;

 private:
  GraphSpans(GraphSchema schema, absl::Span<const ExportedNode> nodes,
             std::vector<absl::Span<const ExportedArc>> arcs)
      : schema_(std::move(schema)), nodes_(nodes), arcs_(std::move(arcs)) {}

  GraphSchema schema_;
  absl::Span<const ExportedNode> nodes_;
  std::vector<absl::Span<const ExportedArc>> arcs_;
};

}  // namespace pulsetaker::network
