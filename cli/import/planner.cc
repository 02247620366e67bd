#include "cli/import/planner.h"

#include <algorithm>
#include <set>
#include <tuple>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "cli/import/items.h"
#include "cli/import/people.h"
#include "cli/import/text.h"
#include "cli/import/ties.h"

namespace pulsetaker::cli {
namespace {

bool IsAmong(const NetworkSpec& network, const InstrumentSpec& instrument) {
  return std::any_of(
      instrument.networks.begin(), instrument.networks.end(),
      [&](const NetworkSpec& other) { return other.id == network.id; });
}

class Planning {
 public:
  Planning(const PlanFiles& files, const PlanOptions& options)
      : files_(files), options_(options) {}

  PlanResult Run() {
    people_ = ReadPeople(files_.people, options_, result_.problems);
    result_.plan.counts.rows_by_file[files_.people.name] = people_.row_count;
    if (!result_.problems.has_fatal()) ReadAnswers();
    result_.is_blocked =
        result_.problems.has_fatal() ||
        (options_.on_error == OnError::kStop && !result_.problems.empty());
    result_.plan.counts.rows_skipped = result_.problems.count();
    if (result_.is_blocked) return std::move(result_);
    ChooseInstrument();
    BuildLocalities();
    WriteNotes();
    return std::move(result_);
  }

 private:
  // Without a trustworthy people.csv every other row would be a problem too.
  void ReadAnswers() {
    ties_ = ReadTies(files_, options_, people_.people, result_.problems);
    result_.plan.counts.rows_by_file[files_.ties.name] = ties_.row_count;
    if (!files_.items.has_value()) return;
    item_specs_ = options_.given_instrument.has_value()
                      ? options_.given_instrument->items
                      : options_.standard_instrument.items;
    items_ =
        ReadItems(*files_.items, people_.people, item_specs_, result_.problems);
    result_.plan.counts.rows_by_file[files_.items->name] = items_.row_count;
  }

  void ChooseInstrument() {
    ImportPlan& plan = result_.plan;
    plan.title = files_.meta.title;
    if (options_.given_instrument.has_value()) {
      plan.instrument_source = InstrumentSource::kGiven;
      plan.instrument = *options_.given_instrument;
      return;
    }
    const bool is_standard =
        std::all_of(ties_.networks.begin(), ties_.networks.end(),
                    [&](const NetworkSpec& network) {
                      return IsAmong(network, options_.standard_instrument);
                    });
    if (is_standard && WeightsFitStandard()) {
      plan.instrument_source = InstrumentSource::kStandard;
      plan.instrument = options_.standard_instrument;
      return;
    }
    plan.instrument_source = InstrumentSource::kDerived;
    for (const NetworkSpec& network : ties_.networks) {
      // Of a network whose every row was skipped nothing is known.
      if (network.weight_max > 0) plan.instrument.networks.push_back(network);
    }
    std::set<std::size_t> answered;
    for (const ItemRow& row : items_.rows) answered.insert(row.item);
    for (const std::size_t item : answered) {
      plan.instrument.items.push_back(item_specs_[item]);
    }
  }

  // Ties with other weights than the standard instrument takes, or without
  // direction where it has one, were asked in another way.
  bool WeightsFitStandard() const {
    for (const NetworkSpec& found : ties_.networks) {
      for (const NetworkSpec& standard :
           options_.standard_instrument.networks) {
        if (standard.id != found.id || found.weight_max == 0) continue;
        if (found.weight_min < standard.weight_min ||
            found.weight_max > standard.weight_max ||
            found.is_directed != standard.is_directed) {
          return false;
        }
      }
    }
    return true;
  }

  void BuildLocalities() {
    const People& people = people_.people;
    std::stable_sort(ties_.rows.begin(), ties_.rows.end(),
                     [](const TieRow& a, const TieRow& b) {
                       return std::tie(a.from, a.wave, a.network) <
                              std::tie(b.from, b.wave, b.network);
                     });
    std::stable_sort(items_.rows.begin(), items_.rows.end(),
                     [](const ItemRow& a, const ItemRow& b) {
                       return std::tie(a.person, a.wave, a.item) <
                              std::tie(b.person, b.wave, b.item);
                     });
    rows_by_locality_.resize(people.localities().size());
    for (std::size_t row = 0; row < people.rows().size(); ++row) {
      rows_by_locality_[people.rows()[row].locality].push_back(row);
    }
    for (std::size_t i = 0; i < people.localities().size(); ++i) {
      std::vector<std::size_t>& rows = rows_by_locality_[i];
      std::sort(rows.begin(), rows.end(), [&](std::size_t a, std::size_t b) {
        return people.rows()[a].person.id < people.rows()[b].person.id;
      });
      PlannedLocality locality;
      locality.id = people.localities()[i].id;
      locality.display_name = people.localities()[i].name;
      for (const std::int32_t wave : WavesOf(i)) {
        locality.waves.push_back(BuildWave(i, wave));
      }
      result_.plan.localities.push_back(std::move(locality));
    }
    std::sort(result_.plan.localities.begin(), result_.plan.localities.end(),
              [](const PlannedLocality& a, const PlannedLocality& b) {
                return a.id < b.id;
              });
  }

  // The waves in which somebody of the place answered. A place where nobody
  // did takes part in every wave of the files all the same: that nobody names
  // anybody is an answer too.
  std::set<std::int32_t> WavesOf(std::size_t locality) {
    std::set<std::int32_t> waves;
    std::set<std::int32_t> all;
    for (const auto* lines : {&ties_.first_lines, &items_.first_lines}) {
      for (const auto& [key, line] : *lines) {
        all.insert(key.second);
        if (key.first == locality) waves.insert(key.second);
      }
    }
    for (const std::size_t row : rows_by_locality_[locality]) {
      const auto& wave = people_.people.rows()[row].wave;
      if (wave.has_value()) waves.insert(*wave);
    }
    if (!waves.empty()) return waves;
    silent_localities_.push_back(people_.people.localities()[locality].name);
    if (all.empty()) all.insert(1);
    return all;
  }

  PlannedWave BuildWave(std::size_t locality, std::int32_t number) {
    PlannedWave wave;
    wave.wave = number;
    SetFirstLine(locality, wave);
    ImportCounts& counts = result_.plan.counts;
    for (const std::size_t row : rows_by_locality_[locality]) {
      const PersonRow& person = people_.people.rows()[row];
      if (!person.IsIn(number)) continue;
      switch (person.person.invitation) {
        case Invitation::kInvited:
          ++counts.invited_count;
          break;
        case Invitation::kNotInvited:
          ++counts.not_invited_count;
          break;
        case Invitation::kOptedOut:
          ++counts.opted_out_count;
          break;
      }
      wave.roster.push_back(person.person);
      if (!person.MayAnswer()) continue;
      wave.responses.push_back(BuildResponse(row, number));
      ++counts.response_count;
    }
    return wave;
  }

  void SetFirstLine(std::size_t locality, PlannedWave& wave) const {
    const auto tie = ties_.first_lines.find({locality, wave.wave});
    if (tie != ties_.first_lines.end()) {
      wave.first_file = files_.ties.name;
      wave.first_line = tie->second;
      return;
    }
    const auto item = items_.first_lines.find({locality, wave.wave});
    if (item != items_.first_lines.end()) {
      wave.first_file = files_.items->name;
      wave.first_line = item->second;
      return;
    }
    wave.first_file = files_.people.name;
    wave.first_line = people_.people.localities()[locality].line;
  }

  PlannedResponse BuildResponse(std::size_t row, std::int32_t wave) {
    PlannedResponse response;
    response.person = people_.people.rows()[row].person.id;
    for (std::size_t network = 0; network < ties_.networks.size(); ++network) {
      AddNetworkAnswer(row, wave, network, response);
    }
    const auto from = std::lower_bound(
        items_.rows.begin(), items_.rows.end(), std::tie(row, wave),
        [](const ItemRow& item, const auto& key) {
          return std::tie(item.person, item.wave) < key;
        });
    for (auto item = from; item != items_.rows.end(); ++item) {
      if (item->person != row || item->wave != wave) break;
      response.items.push_back(item->answer);
      ++result_.plan.counts.item_answer_count;
    }
    return response;
  }

  void AddNetworkAnswer(std::size_t row, std::int32_t wave, std::size_t network,
                        PlannedResponse& response) {
    ImportCounts& counts = result_.plan.counts;
    PlannedNetworkAnswer answer;
    answer.network = ties_.networks[network].id;
    const auto from = std::lower_bound(
        ties_.rows.begin(), ties_.rows.end(), std::tie(row, wave, network),
        [](const TieRow& tie, const auto& key) {
          return std::tie(tie.from, tie.wave, tie.network) < key;
        });
    for (auto tie = from; tie != ties_.rows.end(); ++tie) {
      if (tie->from != row || tie->wave != wave || tie->network != network) {
        break;
      }
      const std::string& nominee = ties_.nominees[tie->nominee];
      answer.nominations.push_back({nominee, tie->weight});
      ++counts.nomination_count;
      if (IsOutside(nominee, row, wave)) ++counts.outside_count;
    }
    if (answer.nominations.empty()) {
      const auto seen =
          ties_.seen_from_second.find(std::make_tuple(wave, row, network));
      if (seen != ties_.seen_from_second.end()) {
        answer.nominations.push_back(
            {ties_.nominees[seen->second.first], seen->second.second});
        ++counts.mirrored_count;
      }
    }
    if (answer.nominations.empty()) {
      const bool is_asked = ties_.asked.count({wave, network}) > 0;
      if (!is_asked || options_.no_ties_is_skipped) return;
      answer.state = AnswerState::kRespondedNobody;
    }
    response.networks.push_back(std::move(answer));
  }

  // Whether a nomination of `row` goes to someone who is not invited there.
  bool IsOutside(const std::string& nominee, std::size_t row,
                 std::int32_t wave) const {
    const People& people = people_.people;
    const std::string* name = people.FindNameOfId(nominee);
    if (name == nullptr) return true;
    const auto other = people.FindRow(*name, wave);
    return !other.has_value() ||
           people.rows()[*other].locality != people.rows()[row].locality ||
           people.rows()[*other].person.invitation != Invitation::kInvited;
  }

  void WriteNotes() {
    std::vector<std::string>& notes = result_.plan.notes;
    if (!people_.unknown_layers.empty()) {
      notes.push_back(absl::StrCat(
          "The layer stays unknown for these values of people.csv, which are "
          "kept as the attribute \"layer\": ",
          absl::StrJoin(people_.unknown_layers, ", ",
                        [](std::string* out, const auto& entry) {
                          absl::StrAppend(out, entry.first, " (",
                                          WithCommas(entry.second), ")");
                        }),
          ". --layer-map VALUE=LAYER,... says what they mean."));
    }
    if (ties_.outsider_count > 0) {
      notes.push_back(absl::StrCat(
          Counted(ties_.outsider_count, "nomination goes", "nominations go"),
          " to people who are not in people.csv; kept as outside the "
          "boundary."));
    }
    if (ties_.elsewhere_count > 0) {
      notes.push_back(absl::StrCat(
          Counted(ties_.elsewhere_count, "nomination goes", "nominations go"),
          " to people of another place or wave; kept as outside the "
          "boundary."));
    }
    if (ties_.turned_count > 0) {
      notes.push_back(absl::StrCat(
          Counted(ties_.turned_count, "undirected tie is",
                  "undirected ties "
                  "are"),
          " recorded from the second person, because the first did not "
          "answer."));
    }
    if (!silent_localities_.empty()) {
      notes.push_back(
          absl::StrCat("No row of ties or answers is from: ",
                       absl::StrJoin(silent_localities_, ", "),
                       ". Their people are recorded as naming nobody."));
    }
  }

  const PlanFiles& files_;
  const PlanOptions& options_;
  PlanResult result_;
  PeopleResult people_;
  Ties ties_;
  Items items_;
  std::vector<ItemSpec> item_specs_;
  std::vector<std::vector<std::size_t>> rows_by_locality_;
  std::vector<std::string> silent_localities_;
};

}  // namespace

std::optional<Layer> ParseLayer(absl::string_view text) {
  const std::string lower = absl::AsciiStrToLower(text);
  if (lower == "systemic") return Layer::kSystemic;
  if (lower == "sectoral") return Layer::kSectoral;
  if (lower == "frontline") return Layer::kFrontline;
  if (lower == "public") return Layer::kPublic;
  return std::nullopt;
}

PlanResult PlanImport(const PlanFiles& files, const PlanOptions& options) {
  return Planning(files, options).Run();
}

}  // namespace pulsetaker::cli
