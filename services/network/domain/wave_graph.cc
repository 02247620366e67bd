#include "services/network/domain/wave_graph.h"

#include <optional>
#include <string>

#include "absl/strings/str_cat.h"
#include "common/base/status.h"
#include "services/network/domain/told_roles.h"

namespace pulsetaker::network {
namespace {

AttributeValue TextValue(absl::string_view text) {
  if (text.empty()) return std::monostate();
  return text;
}

AttributeValue LayerValue(Layer layer) {
  switch (layer) {
    case Layer::kUnknown:
      return std::monostate();
    case Layer::kSystemic:
      return absl::string_view("systemic");
    case Layer::kSectoral:
      return absl::string_view("sectoral");
    case Layer::kFrontline:
      return absl::string_view("frontline");
    case Layer::kPublic:
      return absl::string_view("public");
  }
  return std::monostate();
}

AttributeValue FlagValue(const std::optional<bool>& flag) {
  if (!flag.has_value()) return std::monostate();
  return *flag;
}

}  // namespace

WaveGraph::WaveGraph(const AnalyzedSnapshot& analyzed,
                     const std::vector<std::size_t>& networks)
    : analyzed_(analyzed), networks_(networks) {
  for (const char* name : {"organisation", "sector", "layer"}) {
    schema_.node_attributes.push_back({name, AttributeType::kString});
  }
  for (const std::size_t number : networks_) {
    const std::string& id = analyzed_.wave.networks[number].definition.id;
    schema_.networks.push_back({id, ""});
    for (const char* name :
         {"answered", "hub", "gatekeeper", "pulsetaker", "core"}) {
      schema_.node_attributes.push_back(
          {absl::StrCat(id, ".", name), AttributeType::kBool});
    }
  }
}

absl::Status WaveGraph::VisitNodes(VisitNode visit) const {
  std::vector<AttributeValue> values;
  for (NodeId node = 0; node < node_count(); ++node) {
    const Participant& person = analyzed_.wave.people[node];
    values = {TextValue(person.organisation), TextValue(person.sector),
              LayerValue(person.layer)};
    for (const std::size_t number : networks_) {
      const ToldRoles told = RolesToldBy(analyzed_.result, number, node);
      values.emplace_back(analyzed_.wave.networks[number].answered[node] != 0);
      for (const std::optional<bool>& holds : told.holds) {
        values.push_back(FlagValue(holds));
      }
      values.push_back(FlagValue(told.in_core));
    }
    PT_RETURN_IF_ERROR(visit({.id = person.id, .attributes = values}));
  }
  return absl::OkStatus();
}

absl::Status WaveGraph::VisitArcs(std::size_t network, VisitArc visit) const {
  const Digraph& graph = analyzed_.wave.networks[networks_[network]].graph;
  for (NodeId from = 0; from < graph.node_count(); ++from) {
    for (const NodeId to : graph.out(from)) {
      PT_RETURN_IF_ERROR(visit({.from = from, .to = to}));
    }
  }
  return absl::OkStatus();
}

std::int64_t WaveGraph::arc_count() const {
  std::size_t count = 0;
  for (const std::size_t number : networks_) {
    count += analyzed_.wave.networks[number].graph.arc_count();
  }
  return static_cast<std::int64_t>(count);
}

}  // namespace pulsetaker::network
