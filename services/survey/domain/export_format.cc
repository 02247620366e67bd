#include "services/survey/domain/export_format.h"

#include <initializer_list>
#include <map>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/time/time.h"
#include "nlohmann/json.hpp"

namespace pulsetaker::survey {
namespace {

using Json = nlohmann::ordered_json;

constexpr absl::string_view kLayerNames[] = {"", "systemic", "sectoral",
                                             "frontline", "public"};
constexpr absl::string_view kInvitationNames[] = {"", "invited", "not_invited",
                                                  "opted_out"};

absl::string_view NameOf(Layer layer) {
  return kLayerNames[static_cast<std::size_t>(layer)];
}

absl::string_view NameOf(Invitation invitation) {
  return kInvitationNames[static_cast<std::size_t>(invitation)];
}

absl::string_view NameOf(AnswerState state) {
  return state == AnswerState::kResponded ? "named" : "nobody";
}

absl::string_view NameOf(NonAnswer non_answer) {
  return non_answer == NonAnswer::kDontKnow ? "dont_know" : "not_applicable";
}

std::string Rfc3339(absl::Time time) {
  return absl::FormatTime("%Y-%m-%d%ET%H:%M:%E6SZ", time, absl::UTCTimeZone());
}

std::string CsvField(absl::string_view text) {
  if (text.find_first_of(",\"\n\r") == absl::string_view::npos) {
    return std::string(text);
  }
  std::string field = "\"";
  for (const char c : text) {
    if (c == '"') field.push_back('"');
    field.push_back(c);
  }
  field.push_back('"');
  return field;
}

std::string CsvLine(const std::vector<std::string>& fields) {
  return absl::StrCat(
      absl::StrJoin(fields, ",",
                    [](std::string* line, const std::string& field) {
                      absl::StrAppend(line, CsvField(field));
                    }),
      "\n");
}

// "p1;p2:3": a weight is shown where it is not 1.
std::string JoinNominations(const std::vector<Nomination>& nominations) {
  return absl::StrJoin(nominations, ";",
                       [](std::string* text, const Nomination& nomination) {
                         absl::StrAppend(text, nomination.person);
                         if (nomination.weight != 1) {
                           absl::StrAppend(text, ":", nomination.weight);
                         }
                       });
}

std::string JoinLayers(const std::vector<Layer>& layers) {
  return absl::StrJoin(layers, ";", [](std::string* text, Layer layer) {
    absl::StrAppend(text, NameOf(layer));
  });
}

std::string Line(const Json& json) {
  return absl::StrCat(json.dump(-1, ' ', /*ensure_ascii=*/false,
                                Json::error_handler_t::replace),
                      "\n");
}

Json Text(absl::string_view text) { return std::string(text); }

Json AttributesOf(const Participant& person) {
  Json attributes = Json::object();
  for (const auto& [key, value] : person.attributes) attributes[key] = value;
  return attributes;
}

Json AnswersOf(const Response& response) {
  Json networks = Json::object();
  for (const NetworkAnswer& answer : response.answers.networks) {
    Json named = Json::array();
    for (const Nomination& nomination : answer.nominations) {
      named.push_back(
          {{"person", nomination.person}, {"weight", nomination.weight}});
    }
    networks[answer.network_id] = std::move(named);
  }
  Json items = Json::object();
  for (const ItemAnswer& answer : response.answers.items) {
    items[answer.item_id] = answer.rating.has_value()
                                ? Json(*answer.rating)
                                : Text(NameOf(answer.non_answer));
  }
  return {{"networks", std::move(networks)}, {"items", std::move(items)}};
}

Json QuestionsOf(const Instrument& instrument) {
  Json networks = Json::array();
  for (const Network& network : instrument.networks) {
    networks.push_back(network.network_id);
  }
  Json items = Json::array();
  for (const Item& item : instrument.items) items.push_back(item.item_id);
  return {{"networks", std::move(networks)}, {"items", std::move(items)}};
}

std::vector<std::string> WideColumns(const Instrument& instrument) {
  std::vector<std::string> columns = {
      "person",     "organisation",     "sector",
      "layer",      "secondary_layers", "invitation",
      "attributes", "revision",         "submit_time"};
  for (const Network& network : instrument.networks) {
    columns.push_back(absl::StrCat("network.", network.network_id));
    columns.push_back(absl::StrCat("named.", network.network_id));
  }
  for (const Item& item : instrument.items) {
    columns.push_back(absl::StrCat("item.", item.item_id));
  }
  return columns;
}

// The columns of WideColumns from `revision` on.
void AppendWideAnswers(const Instrument& instrument, const Response* response,
                       std::vector<std::string>& fields) {
  absl::flat_hash_map<absl::string_view, const NetworkAnswer*> networks;
  absl::flat_hash_map<absl::string_view, const ItemAnswer*> items;
  if (response != nullptr) {
    fields.push_back(absl::StrCat(response->revision));
    fields.push_back(Rfc3339(response->submit_time));
    for (const NetworkAnswer& answer : response->answers.networks) {
      networks.emplace(answer.network_id, &answer);
    }
    for (const ItemAnswer& answer : response->answers.items) {
      items.emplace(answer.item_id, &answer);
    }
  } else {
    fields.resize(fields.size() + 2);
  }
  for (const Network& network : instrument.networks) {
    const auto answer = networks.find(network.network_id);
    if (answer == networks.end()) {
      fields.resize(fields.size() + 2);
      continue;
    }
    fields.emplace_back(NameOf(answer->second->state));
    fields.push_back(JoinNominations(answer->second->nominations));
  }
  for (const Item& item : instrument.items) {
    const auto answer = items.find(item.item_id);
    if (answer == items.end()) {
      fields.emplace_back();
    } else if (answer->second->rating.has_value()) {
      fields.push_back(absl::StrCat(*answer->second->rating));
    } else {
      fields.emplace_back(NameOf(answer->second->non_answer));
    }
  }
}

std::string LongLines(const Response& response) {
  std::string lines;
  for (const NetworkAnswer& answer : response.answers.networks) {
    const std::string state(NameOf(answer.state));
    if (answer.nominations.empty()) {
      absl::StrAppend(&lines, CsvLine({response.person, "network",
                                       answer.network_id, state, "", ""}));
    }
    for (const Nomination& nomination : answer.nominations) {
      absl::StrAppend(
          &lines,
          CsvLine({response.person, "network", answer.network_id, state,
                   nomination.person, absl::StrCat(nomination.weight)}));
    }
  }
  for (const ItemAnswer& answer : response.answers.items) {
    const std::string said = answer.rating.has_value()
                                 ? absl::StrCat(*answer.rating)
                                 : std::string(NameOf(answer.non_answer));
    absl::StrAppend(&lines, CsvLine({response.person, "item", answer.item_id,
                                     said, "", ""}));
  }
  return lines;
}

}  // namespace

std::string ExportWriter::Head(const Wave& wave) const {
  switch (format_) {
    case ExportFormat::kJsonLines:
      return Line({{"type", "wave"},
                   {"tenant", wave.key.tenant},
                   {"locality", wave.key.locality},
                   {"survey", wave.key.survey},
                   {"wave", wave.key.wave},
                   {"instrument", wave.instrument_id},
                   {"instrument_digest", instrument_.content_digest},
                   {"snapshot_digest", wave.snapshot_digest},
                   {"questions", QuestionsOf(instrument_)}});
    case ExportFormat::kCsvWide:
      return CsvLine(WideColumns(instrument_));
    case ExportFormat::kCsvLong:
      return CsvLine(
          {"person", "kind", "question", "answer", "named_person", "weight"});
    case ExportFormat::kUnknown:
      break;
  }
  return std::string();
}

std::string ExportWriter::PersonLine(const Participant& person,
                                     const Response* response) const {
  if (format_ == ExportFormat::kJsonLines) {
    Json layers = Json::array();
    for (const Layer layer : person.secondary_layers) {
      layers.push_back(Text(NameOf(layer)));
    }
    return Line({{"type", "participant"},
                 {"person", person.person},
                 {"organisation", person.organisation},
                 {"sector", person.sector},
                 {"layer", Text(NameOf(person.layer))},
                 {"secondary_layers", std::move(layers)},
                 {"invitation", Text(NameOf(person.invitation))},
                 {"attributes", AttributesOf(person)}});
  }
  if (format_ != ExportFormat::kCsvWide) return std::string();
  std::vector<std::string> fields = {
      person.person,
      person.organisation,
      person.sector,
      std::string(NameOf(person.layer)),
      JoinLayers(person.secondary_layers),
      std::string(NameOf(person.invitation)),
      person.attributes.empty() ? std::string() : AttributesOf(person).dump()};
  AppendWideAnswers(instrument_, response, fields);
  return CsvLine(fields);
}

std::string ExportWriter::ResponseLines(const Response& response) const {
  if (format_ == ExportFormat::kCsvLong) return LongLines(response);
  if (format_ != ExportFormat::kJsonLines) return std::string();
  return Line({{"type", "response"},
               {"person", response.person},
               {"revision", response.revision},
               {"submit_time", Rfc3339(response.submit_time)},
               {"answers", AnswersOf(response)}});
}

}  // namespace pulsetaker::survey
