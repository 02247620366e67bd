// ParseMeta of planner.h.

#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "cli/import/planner.h"
#include "nlohmann/json.hpp"

namespace pulsetaker::cli {
namespace {

using nlohmann::json;

absl::Status WrongType(absl::string_view path, absl::string_view want) {
  return absl::InvalidArgumentError(
      absl::StrCat(path, " is of another type; want ", want));
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

}  // namespace pulsetaker::cli
