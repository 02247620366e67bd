// From the files of a folder to what will be sent, or to everything that is
// wrong with them. Pure: reads only the chunks that it is given.

#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "cli/import/plan.h"
#include "cli/import/problem.h"
#include "cli/import/table_reader.h"

namespace pulsetaker::cli {

// The columns of people.csv that mean something; every other one is kept as an
// attribute.
inline constexpr absl::string_view kNameField = "name";
inline constexpr absl::string_view kOrganisationField = "organisation";
inline constexpr absl::string_view kSectorField = "sector";
inline constexpr absl::string_view kLayerField = "layer";
inline constexpr absl::string_view kRespondentField = "respondent";
inline constexpr absl::string_view kAnsweredField = "answered";
inline constexpr absl::string_view kOptoutField = "optout";
inline constexpr absl::string_view kWaveField = "wave";

enum class OnError { kStop, kSkip };

struct PlanOptions {
  // Field -> column of people.csv, where they differ.
  std::map<std::string, std::string> columns;
  // Value of the layer column, lower case -> layer, besides the four names.
  std::map<std::string, Layer> layers;
  OnError on_error = OnError::kStop;
  // A nominee who is in no row of people.csv: a problem, or outside the
  // boundary.
  bool keep_outsiders = false;
  // What no tie of a respondent means in a network that was asked: named
  // nobody, or left the question out.
  bool no_ties_is_skipped = false;
  bool keep_attributes = true;
  std::optional<InstrumentSpec> given_instrument;
  InstrumentSpec standard_instrument;
};

// What meta.json says of the networks of ties.csv.
struct MetaNetwork {
  bool is_directed = true;
  std::string question;
};
struct Meta {
  std::string title;
  std::map<std::string, MetaNetwork> networks;
};

// Unknown members are let be; a known one of another type is an error.
absl::StatusOr<Meta> ParseMeta(absl::string_view json);

// What mapping.json says: {"columns": {"sector": "agency"}, "layers": {"state":
// "systemic"}}, both optional. Adds to `options`; what is there already wins.
absl::Status ParseMapping(absl::string_view json, PlanOptions& options);

// Adds one "FIELD=COLUMN" or "VALUE=LAYER" to `options`, or says what is wrong.
absl::Status AddColumnMapping(absl::string_view field, absl::string_view column,
                              PlanOptions& options);
absl::Status AddLayerMapping(absl::string_view value, absl::string_view layer,
                             PlanOptions& options);

// "systemic" and its three sisters, in any case; nullopt for anything else.
std::optional<Layer> ParseLayer(absl::string_view text);

struct PlanFiles {
  InputFile people;
  InputFile ties;
  std::optional<InputFile> items;
  Meta meta;
};

struct PlanResult {
  // What is valid. Not to be sent if `is_blocked`.
  ImportPlan plan;
  ProblemLog problems;
  // A fatal problem, or any with OnError::kStop.
  bool is_blocked = false;
};

// Time O(rows log rows), memory O(valid rows). The same files and options give
// the same plan.
PlanResult PlanImport(const PlanFiles& files, const PlanOptions& options);

}  // namespace pulsetaker::cli
