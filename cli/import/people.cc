#include "cli/import/people.h"

#include <algorithm>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "cli/import/text.h"
#include "common/base/resource_id.h"

namespace pulsetaker::cli {
namespace {

constexpr std::size_t kNameBytesMax = 200;
constexpr std::size_t kAttributeBytesMax = 500;
constexpr std::size_t kAttributeCountMax = 64;
constexpr absl::string_view kPersonIdColumn = "person_id";
constexpr absl::string_view kLocalityColumn = "locality";

using Column = std::optional<std::size_t>;

// Where each field of a person is in a row.
struct PeopleColumns {
  Column person_id, locality, name, organisation, sector, layer, respondent,
      answered, optout, wave;
  // Every other column, with the id that its values are kept under.
  std::vector<std::pair<std::string, std::size_t>> attributes;
};

}  // namespace

const std::vector<std::size_t>* People::FindRows(absl::string_view name) const {
  const auto found = rows_by_name_.find(name);
  return found == rows_by_name_.end() ? nullptr : &found->second;
}

std::optional<std::size_t> People::FindRow(absl::string_view name,
                                           std::int32_t wave) const {
  const std::vector<std::size_t>* rows = FindRows(name);
  if (rows == nullptr) return std::nullopt;
  for (const std::size_t row : *rows) {
    if (rows_[row].IsIn(wave)) return row;
  }
  return std::nullopt;
}

std::optional<std::size_t> People::FindLocality(absl::string_view name) const {
  const auto found = localities_by_name_.find(name);
  if (found == localities_by_name_.end()) return std::nullopt;
  return found->second;
}

const std::string* People::FindNameOfId(absl::string_view id) const {
  const auto found = names_by_id_.find(id);
  return found == names_by_id_.end() ? nullptr : &found->second;
}

class PeopleReading {
 public:
  PeopleReading(const InputFile& file, const PlanOptions& options,
                ProblemLog& problems)
      : file_(file), options_(options), problems_(problems) {}

  PeopleResult Run() {
    TableVisitor visitor;
    visitor.required_columns = {std::string(kPersonIdColumn),
                                std::string(kLocalityColumn)};
    visitor.row_wanted = "one row a person";
    visitor.on_header = [this](const TableHeader& header) {
      return OnHeader(header);
    };
    visitor.on_row = [this](const CsvRow& row) { OnRow(row); };
    result_.row_count = ReadTable(file_, visitor, problems_);
    return std::move(result_);
  }

 private:
  bool OnHeader(const TableHeader& header) {
    bool is_valid = true;
    std::vector<std::size_t> used;
    const auto find = [&](absl::string_view field) -> Column {
      const auto mapped = options_.columns.find(std::string(field));
      const bool is_mapped = mapped != options_.columns.end();
      const absl::string_view name =
          is_mapped ? absl::string_view(mapped->second) : field;
      const Column column = header.Find(name);
      if (column.has_value()) used.push_back(*column);
      if (is_mapped && !column.has_value()) {
        Add(ProblemKind::kColumnMissing, 1, {"column", name},
            absl::StrCat("is to be the ", field, " and is missing from the ",
                         "header line"),
            "a column of the header line");
        is_valid = false;
      }
      return column;
    };
    columns_.person_id = find(kPersonIdColumn);
    columns_.locality = find(kLocalityColumn);
    columns_.name = find(kNameField);
    columns_.organisation = find(kOrganisationField);
    columns_.sector = find(kSectorField);
    columns_.layer = find(kLayerField);
    columns_.respondent = find(kRespondentField);
    columns_.answered = find(kAnsweredField);
    columns_.optout = find(kOptoutField);
    columns_.wave = find(kWaveField);
    result_.people.has_wave_column_ = columns_.wave.has_value();
    if (!is_valid) return false;
    return !options_.keep_attributes || FindAttributes(header, used);
  }

  bool FindAttributes(const TableHeader& header,
                      const std::vector<std::size_t>& used) {
    for (std::size_t i = 0; i < header.columns().size(); ++i) {
      if (std::find(used.begin(), used.end(), i) != used.end()) continue;
      const std::string& column = header.columns()[i];
      const std::string id = Slug(column);
      if (id.empty()) continue;  // A column without a name means nothing.
      for (const auto& [other, index] : columns_.attributes) {
        if (other != id) continue;
        Add(ProblemKind::kIdCollision, 1, {"column", column},
            absl::StrCat("gives the attribute \"", id, "\" as the column \"",
                         header.columns()[index], "\" does"),
            "names that differ in letters or digits");
        return false;
      }
      columns_.attributes.emplace_back(id, i);
    }
    if (columns_.attributes.size() <= kAttributeCountMax) return true;
    Add(ProblemKind::kFileUnreadable, 1, {"", ""},
        absl::StrCat("the header line has ", columns_.attributes.size(),
                     " columns of attributes"),
        absl::StrCat("at most ", kAttributeCountMax, ", or --attributes=none"));
    return false;
  }

  void OnRow(const CsvRow& row) {
    line_ = row.line;
    PersonRow person;
    person.line = row.line;
    const absl::string_view name = Cell(row, columns_.person_id);
    const absl::string_view locality = Cell(row, columns_.locality);
    if (!CheckLength(kPersonIdColumn, name, /*is_required=*/true) ||
        !CheckLength(kLocalityColumn, locality, /*is_required=*/true) ||
        !TakeWave(row, person) || !TakeTexts(row, name, person) ||
        !TakeInvitation(row, person) || !TakeAttributes(row, person)) {
      return;
    }
    TakeLayer(row, person);
    if (!CheckNotRepeated(name, person)) return;
    person.person.id = Slug(name);
    if (!CheckIdIsFree(person.person.id, name)) return;
    const std::optional<std::size_t> place = AddLocality(locality);
    if (!place.has_value()) return;
    person.locality = *place;
    People& people = result_.people;
    people.rows_by_name_[name].push_back(people.rows_.size());
    people.rows_.push_back(std::move(person));
  }

  bool TakeWave(const CsvRow& row, PersonRow& person) {
    if (!columns_.wave.has_value()) return true;
    const absl::string_view text = Cell(row, columns_.wave);
    person.wave = ParseWaveId(text);
    if (person.wave.has_value()) return true;
    Add(ProblemKind::kValueInvalid, line_, {kWaveField, text},
        "is not a wave number", "a whole number from 1 to 2147483647");
    return false;
  }

  bool TakeTexts(const CsvRow& row, absl::string_view id, PersonRow& person) {
    const absl::string_view name = Cell(row, columns_.name);
    const absl::string_view organisation = Cell(row, columns_.organisation);
    const absl::string_view sector = Cell(row, columns_.sector);
    if (!CheckLength(kNameField, name, false) ||
        !CheckLength(kOrganisationField, organisation, false) ||
        !CheckLength(kSectorField, sector, false)) {
      return false;
    }
    person.person.display_name = std::string(name.empty() ? id : name);
    person.person.organisation = std::string(organisation);
    person.person.sector = std::string(sector);
    return true;
  }

  bool TakeInvitation(const CsvRow& row, PersonRow& person) {
    bool is_respondent = true;
    bool is_opted_out = false;
    if (!TakeFlag(kRespondentField, Cell(row, columns_.respondent),
                  is_respondent) ||
        !TakeFlag(kAnsweredField, Cell(row, columns_.answered),
                  person.has_answered) ||
        !TakeFlag(kOptoutField, Cell(row, columns_.optout), is_opted_out)) {
      return false;
    }
    if (is_opted_out) {
      person.person.invitation = Invitation::kOptedOut;
    } else if (!is_respondent) {
      person.person.invitation = Invitation::kNotInvited;
    }
    return true;
  }

  bool TakeFlag(absl::string_view field, absl::string_view text, bool& flag) {
    if (text.empty()) return true;
    if (text != "0" && text != "1") {
      Add(ProblemKind::kValueInvalid, line_, {field, text},
          "is neither yes nor no", "0, 1 or nothing");
      return false;
    }
    flag = text == "1";
    return true;
  }

  bool TakeAttributes(const CsvRow& row, PersonRow& person) {
    for (const auto& [id, column] : columns_.attributes) {
      const absl::string_view text = Cell(row, column);
      if (text.empty()) continue;
      if (text.size() > kAttributeBytesMax) {
        Add(ProblemKind::kValueTooLong, line_, {id, text},
            absl::StrCat("is ", text.size(), " bytes long"),
            absl::StrCat("at most ", kAttributeBytesMax));
        return false;
      }
      person.person.attributes.emplace(id, text);
    }
    return true;
  }

  void TakeLayer(const CsvRow& row, PersonRow& person) {
    const absl::string_view text = Cell(row, columns_.layer);
    if (text.empty()) return;
    const auto mapped = options_.layers.find(absl::AsciiStrToLower(text));
    const std::optional<Layer> layer =
        mapped != options_.layers.end() ? mapped->second : ParseLayer(text);
    if (layer.has_value()) {
      person.person.layer = *layer;
      return;
    }
    ++result_.unknown_layers[std::string(text)];
    if (!options_.keep_attributes) return;
    person.person.attributes.emplace(
        kLayerField, text.substr(0, std::min(text.size(), kAttributeBytesMax)));
  }

  bool CheckLength(absl::string_view field, absl::string_view text,
                   bool is_required) {
    if (is_required && text.empty()) {
      Add(ProblemKind::kValueMissing, line_, {field, text}, "is empty",
          "a value");
      return false;
    }
    if (text.size() <= kNameBytesMax) return true;
    Add(ProblemKind::kValueTooLong, line_, {field, text},
        absl::StrCat("is ", text.size(), " bytes long"),
        absl::StrCat("at most ", kNameBytesMax));
    return false;
  }

  bool CheckNotRepeated(absl::string_view name, const PersonRow& person) {
    const std::vector<std::size_t>* rows = result_.people.FindRows(name);
    if (rows == nullptr) return true;
    for (const std::size_t index : *rows) {
      const PersonRow& other = result_.people.rows_[index];
      if (other.wave != person.wave) continue;
      Add(ProblemKind::kPersonRepeated, line_, {kPersonIdColumn, name},
          absl::StrCat("is already on line ", other.line),
          person.wave.has_value() ? "each person once a wave"
                                  : "each person once");
      return false;
    }
    return true;
  }

  bool CheckIdIsFree(const std::string& id, absl::string_view name) {
    const auto [entry, is_new] =
        result_.people.names_by_id_.emplace(id, std::string(name));
    if (is_new || entry->second == name) return true;
    Add(ProblemKind::kIdCollision, line_, {kPersonIdColumn, name},
        absl::StrCat("gives the id \"", id, "\" as ", Quoted(entry->second),
                     " does"),
        "ids that differ in letters or digits");
    return false;
  }

  std::optional<std::size_t> AddLocality(absl::string_view name) {
    People& people = result_.people;
    if (const auto known = people.FindLocality(name)) return known;
    const std::string id = Slug(name);
    for (const LocalityRow& other : people.localities_) {
      if (other.id != id) continue;
      Add(ProblemKind::kIdCollision, line_, {kLocalityColumn, name},
          absl::StrCat("gives the id \"", id, "\" as ", Quoted(other.name),
                       " on line ", other.line, " does"),
          "one spelling of a place, or names that differ in letters or "
          "digits");
      return std::nullopt;
    }
    const std::size_t index = people.localities_.size();
    people.localities_.push_back({id, std::string(name), line_});
    people.localities_by_name_.emplace(name, index);
    return index;
  }

  struct FieldValue {
    absl::string_view field;
    absl::string_view value;
  };

  void Add(ProblemKind kind, std::int64_t line, FieldValue at,
           std::string found, std::string want) {
    problems_.Add({kind, file_.name, line, std::string(at.field),
                   std::string(at.value), std::move(found), std::move(want)});
  }

  const InputFile& file_;
  const PlanOptions& options_;
  ProblemLog& problems_;
  PeopleColumns columns_;
  PeopleResult result_;
  std::int64_t line_ = 0;
};

PeopleResult ReadPeople(const InputFile& file, const PlanOptions& options,
                        ProblemLog& problems) {
  return PeopleReading(file, options, problems).Run();
}

}  // namespace pulsetaker::cli
