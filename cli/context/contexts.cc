#include "cli/context/contexts.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "common/base/resource_id.h"
#include "common/base/status.h"
#include "nlohmann/json.hpp"

namespace pulsetaker::cli {
namespace {

using Json = nlohmann::ordered_json;

constexpr char kCurrentField[] = "current";
constexpr char kContextsField[] = "contexts";

absl::Status Malformed(absl::string_view field, absl::string_view problem) {
  return MakeError(absl::StatusCode::kInvalidArgument, "CONTEXTS_MALFORMED",
                   absl::StrCat(field, field.empty() ? "" : ": ", problem),
                   {{"field", std::string(field)}});
}

absl::StatusOr<std::string> ToText(const Json& json, const std::string& field) {
  if (!json.is_string()) return Malformed(field, "not a text");
  return json.get<std::string>();
}

absl::StatusOr<Context> ToContext(const Json& json, const std::string& where) {
  if (!json.is_object()) return Malformed(where, "not an object");
  Context context;
  for (const auto& [key, value] : json.items()) {
    const std::string field = absl::StrCat(where, ".", key);
    const auto known = std::find_if(
        ContextFields().begin(), ContextFields().end(),
        [&key = key](const ContextField& each) { return each.name == key; });
    if (known == ContextFields().end()) {
      return Malformed(field, "there is no such field");
    }
    PT_ASSIGN_OR_RETURN(context.*(known->value), ToText(value, field));
  }
  return context;
}

absl::Status TakeContexts(const Json& json, Contexts& contexts) {
  if (!json.is_object()) return Malformed(kContextsField, "not an object");
  if (json.size() > kContextsMax) {
    return Malformed(kContextsField,
                     absl::StrCat("more than ", kContextsMax, " of them"));
  }
  for (const auto& [name, value] : json.items()) {
    const std::string where = absl::StrCat(kContextsField, ".", name);
    if (const absl::Status checked = CheckContextName(name); !checked.ok()) {
      return Malformed(where, checked.message());
    }
    PT_ASSIGN_OR_RETURN(contexts.by_name[name], ToContext(value, where));
  }
  return absl::OkStatus();
}

}  // namespace

const std::vector<ContextField>& ContextFields() {
  static const auto& fields = *new std::vector<ContextField>{
      {"survey_address", &Context::survey_address},
      {"network_address", &Context::network_address},
      {"assessment_address", &Context::assessment_address},
      {"tenant", &Context::tenant},
      {"ca_file", &Context::ca_file},
      {"token_file", &Context::token_file},
      {"client_certificate", &Context::client_certificate},
      {"client_key", &Context::client_key},
  };
  return fields;
}

absl::Status CheckContextName(absl::string_view name) {
  if (IsResourceId(name) && name != kNoContext) return absl::OkStatus();
  return MakeError(absl::StatusCode::kInvalidArgument, "CONTEXT_NAME_MALFORMED",
                   absl::StrCat("\"", name,
                                "\" is no name of a context: want 1 to 63 of "
                                "[a-z0-9_-], the first a letter or digit, and "
                                "not \"",
                                kNoContext, "\""),
                   {{"field", "name"}});
}

absl::StatusOr<Context> FindContext(const Contexts& contexts,
                                    const std::string& name) {
  const auto found = contexts.by_name.find(name);
  if (found != contexts.by_name.end()) return found->second;
  std::string known;
  for (const auto& [each, context] : contexts.by_name) {
    absl::StrAppend(&known, known.empty() ? "; there are: " : ", ", each);
  }
  return MakeError(
      absl::StatusCode::kNotFound, "CONTEXT_NOT_FOUND",
      absl::StrCat("there is no context \"", name, "\"",
                   known.empty() ? "; pulsetaker login makes one" : known),
      {{"field", "context"}});
}

absl::StatusOr<Contexts> ParseContexts(absl::string_view json) {
  const Json parsed = Json::parse(json, nullptr, /*allow_exceptions=*/false);
  if (!parsed.is_object()) return Malformed("", "not an object of JSON");
  Contexts contexts;
  for (const auto& [key, value] : parsed.items()) {
    if (key == kCurrentField) {
      PT_ASSIGN_OR_RETURN(contexts.current, ToText(value, key));
    } else if (key == kContextsField) {
      PT_RETURN_IF_ERROR(TakeContexts(value, contexts));
    } else {
      return Malformed(key, "there is no such field");
    }
  }
  if (!contexts.current.empty() &&
      !contexts.by_name.contains(contexts.current)) {
    return Malformed(kCurrentField, absl::StrCat("there is no context \"",
                                                 contexts.current, "\""));
  }
  return contexts;
}

std::string FormatContexts(const Contexts& contexts) {
  Json by_name = Json::object();
  for (const auto& [name, context] : contexts.by_name) {
    Json fields = Json::object();
    for (const ContextField& field : ContextFields()) {
      const std::string& value = context.*(field.value);
      if (!value.empty()) fields[field.name] = value;
    }
    by_name[name] = std::move(fields);
  }
  const Json json = {{kCurrentField, contexts.current},
                     {kContextsField, std::move(by_name)}};
  // A path need not be UTF-8, and is better marked than the cause of a crash.
  return json.dump(2, ' ', /*ensure_ascii=*/false,
                   Json::error_handler_t::replace) +
         "\n";
}

}  // namespace pulsetaker::cli
