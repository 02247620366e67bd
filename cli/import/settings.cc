// What a sender may say about the files: meta.json, mapping.json and the flags
// of the same meaning. Declared in planner.h.

#include <algorithm>
#include <functional>
#include <iterator>
#include <optional>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "cli/import/planner.h"
#include "nlohmann/json.hpp"

namespace pulsetaker::cli {
namespace {

using nlohmann::json;

absl::Status WrongType(absl::string_view path, absl::string_view want) {
  return absl::InvalidArgumentError(
      absl::StrCat(path, " is of another type; want ", want));
}

absl::StatusOr<json> ParseObject(absl::string_view text) {
  json value = json::parse(text.begin(), text.end(), nullptr,
                           /*allow_exceptions=*/false);
  if (value.is_discarded()) {
    return absl::InvalidArgumentError("is not valid JSON; want an object");
  }
  if (!value.is_object()) {
    return absl::InvalidArgumentError("is not a JSON object; want an object");
  }
  return value;
}

// Calls `add` with each name and text of the object `key` of `value`.
absl::Status ForEachText(
    const json& value, const std::string& key,
    const std::function<absl::Status(const std::string&, const std::string&)>&
        add) {
  const auto object = value.find(key);
  if (object == value.end()) return absl::OkStatus();
  if (!object->is_object()) return WrongType(key, "an object");
  for (const auto& [name, text] : object->items()) {
    if (!text.is_string()) {
      return WrongType(absl::StrCat(key, ".", name), "text");
    }
    const absl::Status added = add(name, text.get<std::string>());
    if (!added.ok()) return added;
  }
  return absl::OkStatus();
}

absl::StatusOr<MetaNetwork> ParseNetwork(const std::string& id,
                                         const json& value) {
  const std::string path = absl::StrCat("networks.", id);
  if (!value.is_object()) return WrongType(path, "an object");
  MetaNetwork network;
  if (const auto directed = value.find("directed"); directed != value.end()) {
    if (!directed->is_boolean()) {
      return WrongType(absl::StrCat(path, ".directed"), "true or false");
    }
    network.is_directed = directed->get<bool>();
  }
  if (const auto question = value.find("question"); question != value.end()) {
    if (!question->is_string()) {
      return WrongType(absl::StrCat(path, ".question"), "text");
    }
    network.question = question->get<std::string>();
  }
  return network;
}

}  // namespace

absl::StatusOr<Meta> ParseMeta(absl::string_view text) {
  const json value = json::parse(text.begin(), text.end(), nullptr,
                                 /*allow_exceptions=*/false);
  if (value.is_discarded()) {
    return absl::InvalidArgumentError("is not valid JSON; want an object");
  }
  if (!value.is_object()) {
    return absl::InvalidArgumentError("is not a JSON object; want an object");
  }
  Meta meta;
  if (const auto title = value.find("title"); title != value.end()) {
    if (!title->is_string()) return WrongType("title", "text");
    meta.title = title->get<std::string>();
  }
  const auto networks = value.find("networks");
  if (networks == value.end()) return meta;
  if (!networks->is_object()) return WrongType("networks", "an object");
  for (const auto& [id, entry] : networks->items()) {
    absl::StatusOr<MetaNetwork> network = ParseNetwork(id, entry);
    if (!network.ok()) return network.status();
    meta.networks.emplace(id, *std::move(network));
  }
  return meta;
}

absl::Status AddColumnMapping(absl::string_view field, absl::string_view column,
                              PlanOptions& options) {
  constexpr absl::string_view kFields[] = {
      kNameField,       kOrganisationField, kSectorField, kLayerField,
      kRespondentField, kAnsweredField,     kOptoutField, kWaveField};
  if (std::find(std::begin(kFields), std::end(kFields), field) ==
      std::end(kFields)) {
    return absl::InvalidArgumentError(
        absl::StrCat("\"", field, "\" is no field of a person; want one of ",
                     absl::StrJoin(kFields, ", ")));
  }
  if (column.empty()) {
    return absl::InvalidArgumentError(
        absl::StrCat("the column for \"", field, "\" is empty"));
  }
  options.columns.emplace(field, column);
  return absl::OkStatus();
}

absl::Status AddLayerMapping(absl::string_view value, absl::string_view layer,
                             PlanOptions& options) {
  const std::optional<Layer> parsed = ParseLayer(layer);
  if (!parsed.has_value()) {
    return absl::InvalidArgumentError(
        absl::StrCat("\"", layer,
                     "\" is no layer; want one of systemic, sectoral, "
                     "frontline, public"));
  }
  options.layers.emplace(absl::AsciiStrToLower(value), *parsed);
  return absl::OkStatus();
}

absl::Status ParseMapping(absl::string_view text, PlanOptions& options) {
  const absl::StatusOr<json> value = ParseObject(text);
  if (!value.ok()) return value.status();
  for (const auto& [key, unused] : value->items()) {
    if (key == "columns" || key == "layers") continue;
    return absl::InvalidArgumentError(
        absl::StrCat("\"", key, "\" is unknown; want columns or layers"));
  }
  const absl::Status columns =
      ForEachText(*value, "columns",
                  [&](const std::string& field, const std::string& column) {
                    return AddColumnMapping(field, column, options);
                  });
  if (!columns.ok()) return columns;
  return ForEachText(*value, "layers",
                     [&](const std::string& name, const std::string& layer) {
                       return AddLayerMapping(name, layer, options);
                     });
}

}  // namespace pulsetaker::cli
