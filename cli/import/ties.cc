#include "cli/import/ties.h"

#include <algorithm>
#include <limits>
#include <tuple>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "cli/import/text.h"
#include "common/base/resource_id.h"

namespace pulsetaker::cli {
namespace {

constexpr absl::string_view kLocality = "locality";
constexpr absl::string_view kWave = "wave";
constexpr absl::string_view kNetwork = "network";
constexpr absl::string_view kFrom = "from_person";
constexpr absl::string_view kTo = "to_person";
constexpr absl::string_view kWeight = "weight";
constexpr std::size_t kWordingBytesMax = 2'000;
// Of one person in one wave, over all networks: a limit of the survey API.
constexpr std::int32_t kNominationCountMax = 10'000;

// The cells of one row, and what they were found to mean.
struct TieCells {
  absl::string_view locality, wave, network, from, to, weight;
};

class TiesReading {
 public:
  TiesReading(const PlanFiles& files, const PlanOptions& options,
              const People& people, ProblemLog& problems)
      : files_(files), options_(options), people_(people), problems_(problems) {
    if (options.given_instrument.has_value()) {
      ties_.networks = options.given_instrument->networks;
      for (std::size_t i = 0; i < ties_.networks.size(); ++i) {
        networks_by_name_.emplace(ties_.networks[i].id, i);
      }
    }
  }

  Ties Run() {
    TableVisitor visitor;
    for (const absl::string_view column :
         {kLocality, kWave, kNetwork, kFrom, kTo}) {
      visitor.required_columns.emplace_back(column);
    }
    visitor.row_wanted = "one row a tie";
    // With an instrument, a wave of items alone makes sense.
    visitor.may_have_no_rows = options_.given_instrument.has_value();
    visitor.on_header = [this](const TableHeader& header) {
      locality_ = header.Find(kLocality);
      wave_ = header.Find(kWave);
      network_ = header.Find(kNetwork);
      from_ = header.Find(kFrom);
      to_ = header.Find(kTo);
      weight_ = header.Find(kWeight);
      return true;
    };
    visitor.on_row = [this](const CsvRow& row) { OnRow(row); };
    ties_.row_count = ReadTable(files_.ties, visitor, problems_);
    return std::move(ties_);
  }

 private:
  void OnRow(const CsvRow& row) {
    line_ = row.line;
    const TieCells cells = {Cell(row, locality_), Cell(row, wave_),
                            Cell(row, network_),  Cell(row, from_),
                            Cell(row, to_),       Cell(row, weight_)};
    if (!CheckPresent(cells)) return;
    TieRow tie;
    if (!TakeWave(cells, tie) || !TakeNetwork(cells, tie) ||
        !TakePeople(cells, tie) || !TakeWeight(cells, tie) ||
        !TakeNominee(cells, tie) || !CheckNotRepeated(cells, tie) ||
        !CheckCap(cells, tie)) {
      return;
    }
    Keep(tie);
  }

  bool CheckPresent(const TieCells& cells) {
    const std::pair<absl::string_view, absl::string_view> required[] = {
        {kLocality, cells.locality},
        {kWave, cells.wave},
        {kNetwork, cells.network},
        {kFrom, cells.from},
        {kTo, cells.to}};
    for (const auto& [field, value] : required) {
      if (!value.empty()) continue;
      return Add(ProblemKind::kValueMissing, {field, value}, "is empty",
                 "a value");
    }
    return true;
  }

  bool TakeWave(const TieCells& cells, TieRow& tie) {
    const auto wave = ParseWaveId(cells.wave);
    if (!wave.has_value()) {
      return Add(ProblemKind::kValueInvalid, {kWave, cells.wave},
                 "is not a wave number", "a whole number from 1 to 2147483647");
    }
    tie.wave = *wave;
    return true;
  }

  bool TakeNetwork(const TieCells& cells, TieRow& tie) {
    const auto known = networks_by_name_.find(cells.network);
    if (known != networks_by_name_.end()) {
      tie.network = known->second;
      return true;
    }
    if (options_.given_instrument.has_value()) {
      const std::string ids = absl::StrJoin(
          ties_.networks, ", ",
          [](std::string* out, const NetworkSpec& spec) { *out += spec.id; });
      return Add(ProblemKind::kNetworkUnknown, {kNetwork, cells.network},
                 "is not a network of the instrument",
                 absl::StrCat("one of ", ids));
    }
    return AddNetwork(cells, tie);
  }

  // The first row of a network that no instrument names.
  bool AddNetwork(const TieCells& cells, TieRow& tie) {
    NetworkSpec spec;
    spec.id = Slug(cells.network);
    for (const auto& [name, index] : networks_by_name_) {
      if (ties_.networks[index].id != spec.id) continue;
      return Add(ProblemKind::kIdCollision, {kNetwork, cells.network},
                 absl::StrCat("gives the id \"", spec.id, "\" as ",
                              Quoted(name), " does"),
                 "names that differ in letters or digits");
    }
    if (ties_.networks.size() == kNetworkCountMax) {
      return Add(ProblemKind::kTooManyNetworks, {kNetwork, cells.network},
                 absl::StrCat("is network ", kNetworkCountMax + 1),
                 absl::StrCat("at most ", kNetworkCountMax, " networks"));
    }
    spec.label = LabelOf(spec.id);
    spec.wording = spec.label;
    spec.weight_min = std::numeric_limits<std::int32_t>::max();
    spec.weight_max = 0;
    const auto meta = files_.meta.networks.find(std::string(cells.network));
    if (meta != files_.meta.networks.end()) {
      spec.is_directed = meta->second.is_directed;
      if (!meta->second.question.empty()) {
        spec.wording = meta->second.question.substr(0, kWordingBytesMax);
      }
    }
    tie.network = ties_.networks.size();
    networks_by_name_.emplace(cells.network, tie.network);
    ties_.networks.push_back(std::move(spec));
    return true;
  }

  bool TakePeople(const TieCells& cells, TieRow& tie) {
    const auto locality = people_.FindLocality(cells.locality);
    if (!locality.has_value()) {
      return Add(ProblemKind::kLocalityUnknown, {kLocality, cells.locality},
                 "is no locality of people.csv", "a locality of people.csv");
    }
    if (cells.from == cells.to) {
      return Add(ProblemKind::kSelfNomination, {kTo, cells.to},
                 "names themselves", "someone else");
    }
    const auto from = people_.FindRow(cells.from, tie.wave);
    if (!from.has_value()) {
      return AddUnknown(kFrom, cells.from, tie.wave,
                        ProblemKind::kPersonUnknown, "");
    }
    const PersonRow& person = people_.rows()[*from];
    if (person.locality != *locality) {
      return Add(ProblemKind::kLocalityMismatch, {kLocality, cells.locality},
                 absl::StrCat("is not where ", Quoted(cells.from), " is"),
                 Quoted(people_.localities()[person.locality].name));
    }
    const auto to = people_.FindRow(cells.to, tie.wave);
    if (!to.has_value() && people_.FindRows(cells.to) == nullptr &&
        !options_.keep_outsiders) {
      return AddUnknown(kTo, cells.to, tie.wave, ProblemKind::kOutsider,
                        ", or --outsiders=keep");
    }
    tie.from = *from;
    if (!person.MayAnswer()) return TurnRound(cells, tie, to);
    nominee_name_ = cells.to;
    second_ = to;
    return true;
  }

  // An undirected tie holds both ways, so the answer can be the other's.
  bool TurnRound(const TieCells& cells, TieRow& tie,
                 std::optional<std::size_t> to) {
    const bool can_turn =
        !ties_.networks[tie.network].is_directed && to.has_value() &&
        people_.rows()[*to].MayAnswer() &&
        people_.rows()[*to].locality == people_.rows()[tie.from].locality;
    if (!can_turn) {
      return Add(ProblemKind::kNotRespondent, {kFrom, cells.from},
                 absl::StrCat("names someone, but people.csv:",
                              people_.rows()[tie.from].line,
                              " says that this person did not answer"),
                 "a respondent");
    }
    nominee_name_ = cells.from;
    second_ = tie.from;
    tie.from = *to;
    is_turned_ = true;
    return true;
  }

  bool TakeWeight(const TieCells& cells, TieRow& tie) {
    NetworkSpec& spec = ties_.networks[tie.network];
    const bool is_given = options_.given_instrument.has_value();
    const std::int64_t low = is_given ? spec.weight_min : 1;
    const std::int64_t high = is_given ? spec.weight_max : kWeightMax;
    std::int64_t weight = 1;
    if (!cells.weight.empty()) {
      const auto parsed = ParseInteger(cells.weight);
      if (!parsed.has_value()) {
        return Add(ProblemKind::kValueInvalid, {kWeight, cells.weight},
                   "is not a whole number", RangeText(low, high));
      }
      weight = *parsed;
    }
    if (weight < low || weight > high) {
      return Add(ProblemKind::kOffScale, {kWeight, cells.weight},
                 absl::StrCat("is off the scale of network \"", spec.id, "\""),
                 RangeText(low, high));
    }
    tie.weight = static_cast<std::int32_t>(weight);
    return true;
  }

  static std::string RangeText(std::int64_t low, std::int64_t high) {
    if (low == high) return absl::StrCat(low, " or nothing");
    return absl::StrCat("a whole number from ", low, " to ", high);
  }

  // Gives the nominee a number, and sees that an outsider's id is no one
  // else's.
  bool TakeNominee(const TieCells& cells, TieRow& tie) {
    const auto known = nominees_by_name_.find(nominee_name_);
    if (known != nominees_by_name_.end()) {
      tie.nominee = known->second;
      return true;
    }
    std::string id = Slug(nominee_name_);
    const std::string* holder = people_.FindNameOfId(id);
    if (holder == nullptr) {
      const auto outsider = outsiders_by_id_.find(id);
      if (outsider != outsiders_by_id_.end()) holder = &outsider->second;
    }
    if (holder != nullptr && *holder != nominee_name_) {
      return Add(ProblemKind::kIdCollision, {kTo, cells.to},
                 absl::StrCat("gives the id \"", id, "\" as ", Quoted(*holder),
                              " does"),
                 "ids that differ in letters or digits");
    }
    if (holder == nullptr) outsiders_by_id_.emplace(id, nominee_name_);
    tie.nominee = ties_.nominees.size();
    nominees_by_name_.emplace(nominee_name_, tie.nominee);
    ties_.nominees.push_back(std::move(id));
    return true;
  }

  bool CheckNotRepeated(const TieCells& cells, const TieRow& tie) {
    const auto [entry, is_new] = lines_.emplace(
        std::make_tuple(tie.wave, tie.from, tie.network, tie.nominee), line_);
    if (is_new) return true;
    return Add(ProblemKind::kNominationRepeated, {kTo, cells.to},
               absl::StrCat("is already named by ", Quoted(cells.from),
                            " in network \"", ties_.networks[tie.network].id,
                            "\" on line ", entry->second),
               "each nomination once");
  }

  bool CheckCap(const TieCells& cells, const TieRow& tie) {
    if (++totals_[{tie.wave, tie.from}] > kNominationCountMax) {
      return Add(ProblemKind::kNominationCap, {kFrom, cells.from},
                 absl::StrCat("names more than ", kNominationCountMax,
                              " people in wave ", tie.wave),
                 absl::StrCat("at most ", kNominationCountMax));
    }
    const NetworkSpec& spec = ties_.networks[tie.network];
    if (spec.nomination_cap == 0) return true;
    std::int32_t& count = nomination_counts_[{tie.wave, tie.from, tie.network}];
    if (++count <= spec.nomination_cap) return true;
    return Add(
        ProblemKind::kNominationCap, {kFrom, cells.from},
        absl::StrCat("names ", count, " people in network \"", spec.id, "\""),
        absl::StrCat("at most ", spec.nomination_cap));
  }

  void Keep(const TieRow& tie) {
    NetworkSpec& spec = ties_.networks[tie.network];
    if (!options_.given_instrument.has_value()) {
      spec.weight_min = std::min(spec.weight_min, tie.weight);
      spec.weight_max = std::max(spec.weight_max, tie.weight);
    }
    const std::size_t locality = people_.rows()[tie.from].locality;
    ties_.asked.emplace(tie.wave, tie.network);
    ties_.first_lines.try_emplace({locality, tie.wave}, line_);
    if (!second_.has_value()) {
      const bool is_known = people_.FindRows(nominee_name_) != nullptr;
      ++(is_known ? ties_.elsewhere_count : ties_.outsider_count);
    } else if (people_.rows()[*second_].locality != locality) {
      ++ties_.elsewhere_count;
    } else if (!spec.is_directed) {
      const std::size_t first = InternRosterPerson(tie.from);
      ties_.seen_from_second.try_emplace(
          std::make_tuple(tie.wave, *second_, tie.network), first, tie.weight);
    }
    if (is_turned_) ++ties_.turned_count;
    is_turned_ = false;
    ties_.rows.push_back(tie);
  }

  std::size_t InternRosterPerson(std::size_t row) {
    const std::string& id = people_.rows()[row].person.id;
    const auto [entry, is_new] = nominees_by_name_.emplace(
        *people_.FindNameOfId(id), ties_.nominees.size());
    if (is_new) ties_.nominees.push_back(id);
    return entry->second;
  }

  struct FieldValue {
    absl::string_view field;
    absl::string_view value;
  };

  bool AddUnknown(absl::string_view field, absl::string_view name,
                  std::int32_t wave, ProblemKind kind,
                  absl::string_view choice) {
    const bool is_known = people_.FindRows(name) != nullptr;
    return Add(kind, {field, name},
               is_known
                   ? absl::StrCat("is in people.csv, but not in wave ", wave)
                   : "is not in people.csv",
               absl::StrCat("a person_id of people.csv", choice));
  }

  // Returns false, so that a check can end with it.
  bool Add(ProblemKind kind, FieldValue at, std::string found,
           std::string want) {
    is_turned_ = false;
    problems_.Add({kind, files_.ties.name, line_, std::string(at.field),
                   std::string(at.value), std::move(found), std::move(want)});
    return false;
  }

  const PlanFiles& files_;
  const PlanOptions& options_;
  const People& people_;
  ProblemLog& problems_;
  Ties ties_;
  std::optional<std::size_t> locality_, wave_, network_, from_, to_, weight_;
  absl::flat_hash_map<std::string, std::size_t> networks_by_name_;
  absl::flat_hash_map<std::string, std::size_t> nominees_by_name_;
  absl::flat_hash_map<std::string, std::string> outsiders_by_id_;
  absl::flat_hash_map<
      std::tuple<std::int32_t, std::size_t, std::size_t, std::size_t>,
      std::int64_t>
      lines_;
  absl::flat_hash_map<std::tuple<std::int32_t, std::size_t, std::size_t>,
                      std::int32_t>
      nomination_counts_;
  absl::flat_hash_map<std::pair<std::int32_t, std::size_t>, std::int32_t>
      totals_;
  std::int64_t line_ = 0;
  // Of the row at hand.
  absl::string_view nominee_name_;
  std::optional<std::size_t> second_;  // The nominee's row of People.
  bool is_turned_ = false;
};

}  // namespace

Ties ReadTies(const PlanFiles& files, const PlanOptions& options,
              const People& people, ProblemLog& problems) {
  return TiesReading(files, options, people, problems).Run();
}

std::string LabelOf(absl::string_view id) {
  std::string label = absl::StrReplaceAll(id, {{"_", " "}, {"-", " "}});
  if (!label.empty()) {
    label[0] = absl::ascii_toupper(static_cast<unsigned char>(label[0]));
  }
  return label;
}

}  // namespace pulsetaker::cli
