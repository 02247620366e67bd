// people.csv, read.

#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/string_view.h"
#include "cli/import/plan.h"
#include "cli/import/planner.h"
#include "cli/import/problem.h"

namespace pulsetaker::cli {

// One row of people.csv: a person, in one wave or in all.
struct PersonRow {
  PlannedPerson person;
  std::size_t locality = 0;          // Of People::localities.
  std::optional<std::int32_t> wave;  // nullopt: every wave.
  bool has_answered = true;
  std::int64_t line = 0;

  bool IsIn(std::int32_t wave_number) const {
    return !wave.has_value() || *wave == wave_number;
  }
  bool MayAnswer() const {
    return person.invitation == Invitation::kInvited && has_answered;
  }
};

struct LocalityRow {
  std::string id;
  std::string name;  // As the file has it.
  std::int64_t line = 0;
};

class People {
 public:
  const std::vector<PersonRow>& rows() const { return rows_; }
  const std::vector<LocalityRow>& localities() const { return localities_; }
  bool has_wave_column() const { return has_wave_column_; }

  // Rows of the person that the files call `name`; none if unknown.
  const std::vector<std::size_t>* FindRows(absl::string_view name) const;
  // The row of that person in that wave.
  std::optional<std::size_t> FindRow(absl::string_view name,
                                     std::int32_t wave) const;
  std::optional<std::size_t> FindLocality(absl::string_view name) const;
  // How the file calls the person with this id; nullptr if nobody has it.
  const std::string* FindNameOfId(absl::string_view id) const;

 private:
  friend class PeopleReading;

  std::vector<PersonRow> rows_;
  std::vector<LocalityRow> localities_;
  bool has_wave_column_ = false;
  absl::flat_hash_map<std::string, std::vector<std::size_t>> rows_by_name_;
  absl::flat_hash_map<std::string, std::size_t> localities_by_name_;
  absl::flat_hash_map<std::string, std::string> names_by_id_;
};

struct PeopleResult {
  People people;
  std::int64_t row_count = 0;
  // Values of the layer column that are no layer, with how many people have
  // them.
  std::map<std::string, std::int64_t> unknown_layers;
};

PeopleResult ReadPeople(const InputFile& file, const PlanOptions& options,
                        ProblemLog& problems);

}  // namespace pulsetaker::cli
