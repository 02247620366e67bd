#include "cli/import/items.h"

#include <optional>
#include <string>
#include <tuple>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "cli/import/text.h"
#include "common/base/resource_id.h"

namespace pulsetaker::cli {
namespace {

constexpr absl::string_view kPersonId = "person_id";
constexpr absl::string_view kWave = "wave";
constexpr absl::string_view kItemId = "item_id";
constexpr absl::string_view kAnswer = "answer";

class ItemsReading {
 public:
  ItemsReading(const InputFile& file, const People& people,
               const std::vector<ItemSpec>& items, ProblemLog& problems)
      : file_(file), people_(people), specs_(items), problems_(problems) {
    for (std::size_t i = 0; i < items.size(); ++i) {
      items_by_id_.emplace(items[i].id, i);
    }
  }

  Items Run() {
    TableVisitor visitor;
    for (const absl::string_view column :
         {kPersonId, kWave, kItemId, kAnswer}) {
      visitor.required_columns.emplace_back(column);
    }
    visitor.row_wanted = "one row an answer";
    visitor.on_header = [this](const TableHeader& header) {
      person_ = header.Find(kPersonId);
      wave_ = header.Find(kWave);
      item_ = header.Find(kItemId);
      answer_ = header.Find(kAnswer);
      return true;
    };
    visitor.on_row = [this](const CsvRow& row) { OnRow(row); };
    items_.row_count = ReadTable(file_, visitor, problems_);
    return std::move(items_);
  }

 private:
  void OnRow(const CsvRow& row) {
    line_ = row.line;
    ItemRow item;
    if (!TakeWave(Cell(row, wave_), item) ||
        !TakePerson(Cell(row, person_), item) ||
        !TakeItem(Cell(row, item_), item) ||
        !TakeAnswer(Cell(row, answer_), item)) {
      return;
    }
    const auto [entry, is_new] = lines_.emplace(
        std::make_tuple(item.wave, item.person, item.item), line_);
    if (!is_new) {
      Add(ProblemKind::kItemRepeated, {kItemId, Cell(row, item_)},
          absl::StrCat("is already answered by ", Quoted(Cell(row, person_)),
                       " on line ", entry->second),
          "each item once a person and wave");
      return;
    }
    items_.first_lines.try_emplace(
        {people_.rows()[item.person].locality, item.wave}, line_);
    items_.rows.push_back(std::move(item));
  }

  bool TakeWave(absl::string_view text, ItemRow& item) {
    const auto wave = ParseWaveId(text);
    if (!wave.has_value()) {
      return Add(ProblemKind::kValueInvalid, {kWave, text},
                 "is not a wave number", "a whole number from 1 to 2147483647");
    }
    item.wave = *wave;
    return true;
  }

  bool TakePerson(absl::string_view text, ItemRow& item) {
    const auto person = people_.FindRow(text, item.wave);
    if (!person.has_value()) {
      const bool is_known = people_.FindRows(text) != nullptr;
      return Add(ProblemKind::kPersonUnknown, {kPersonId, text},
                 is_known ? absl::StrCat("is in people.csv, but not in wave ",
                                         item.wave)
                          : "is not in people.csv",
                 "a person_id of people.csv");
    }
    if (!people_.rows()[*person].MayAnswer()) {
      return Add(
          ProblemKind::kNotRespondent, {kPersonId, text},
          absl::StrCat("answers, but people.csv:", people_.rows()[*person].line,
                       " says that this person did not answer"),
          "a respondent");
    }
    item.person = *person;
    return true;
  }

  bool TakeItem(absl::string_view text, ItemRow& item) {
    const auto found = items_by_id_.find(text);
    if (found == items_by_id_.end()) {
      return Add(ProblemKind::kItemUnknown, {kItemId, text},
                 "is not an item of the instrument",
                 absl::StrCat("one of its ", specs_.size(), " items"));
    }
    item.item = found->second;
    return true;
  }

  bool TakeAnswer(absl::string_view text, ItemRow& item) {
    const ItemSpec& spec = specs_[item.item];
    item.answer.item = spec.id;
    if (absl::EqualsIgnoreCase(text, "dk")) {
      item.answer.kind = PlannedItemAnswer::Kind::kDontKnow;
      return true;
    }
    if (absl::EqualsIgnoreCase(text, "na")) {
      item.answer.kind = PlannedItemAnswer::Kind::kNotApplicable;
      return true;
    }
    const auto rating = ParseInteger(text);
    const std::string wanted =
        absl::StrCat("a whole number from ", spec.scale_min, " to ",
                     spec.scale_max, ", dk or na");
    if (!rating.has_value()) {
      return Add(ProblemKind::kValueInvalid, {kAnswer, text},
                 absl::StrCat("is no answer to item \"", spec.id, "\""),
                 wanted);
    }
    if (*rating < spec.scale_min || *rating > spec.scale_max) {
      return Add(ProblemKind::kOffScale, {kAnswer, text},
                 absl::StrCat("is off the scale of item \"", spec.id, "\""),
                 wanted);
    }
    item.answer.rating = static_cast<std::int32_t>(*rating);
    return true;
  }

  struct FieldValue {
    absl::string_view field;
    absl::string_view value;
  };

  // Returns false, so that a check can end with it.
  bool Add(ProblemKind kind, FieldValue at, std::string found,
           std::string want) {
    problems_.Add({kind, file_.name, line_, std::string(at.field),
                   std::string(at.value), std::move(found), std::move(want)});
    return false;
  }

  const InputFile& file_;
  const People& people_;
  const std::vector<ItemSpec>& specs_;
  ProblemLog& problems_;
  Items items_;
  std::optional<std::size_t> person_, wave_, item_, answer_;
  absl::flat_hash_map<std::string, std::size_t> items_by_id_;
  absl::flat_hash_map<std::tuple<std::int32_t, std::size_t, std::size_t>,
                      std::int64_t>
      lines_;
  std::int64_t line_ = 0;
};

}  // namespace

Items ReadItems(const InputFile& file, const People& people,
                const std::vector<ItemSpec>& items, ProblemLog& problems) {
  return ItemsReading(file, people, items, problems).Run();
}

}  // namespace pulsetaker::cli
