#include "services/assessment/domain/wave.h"

#include <algorithm>
#include <cstddef>
#include <map>
#include <tuple>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "common/base/status.h"

namespace pulsetaker::assessment {
namespace {

absl::Status Invalid(absl::string_view field, absl::string_view problem) {
  return MakeError(absl::StatusCode::kDataLoss, "SNAPSHOT_INVALID",
                   absl::StrCat(field, " ", problem),
                   {{"field", std::string(field)}});
}

auto StratumKey(const RosterStratum& stratum) {
  return std::tie(stratum.layer, stratum.sector);
}

void Sort(WaveData& wave) {
  std::sort(wave.items.begin(), wave.items.end(),
            [](const Item& a, const Item& b) { return a.id < b.id; });
  std::sort(wave.roster.begin(), wave.roster.end(),
            [](const RosterStratum& a, const RosterStratum& b) {
              return StratumKey(a) < StratumKey(b);
            });
  std::sort(wave.respondents.begin(), wave.respondents.end(),
            [](const Respondent& a, const Respondent& b) {
              return a.person < b.person;
            });
  for (Respondent& respondent : wave.respondents) {
    std::sort(respondent.answers.begin(), respondent.answers.end(),
              [](const ItemAnswer& a, const ItemAnswer& b) {
                return a.item_id < b.item_id;
              });
  }
}

absl::Status CheckItems(const std::vector<Item>& items) {
  for (std::size_t i = 0; i < items.size(); ++i) {
    const Item& item = items[i];
    if (i > 0 && items[i - 1].id == item.id) {
      return Invalid("items", absl::StrCat("have ", item.id, " twice"));
    }
    if (item.scale_min >= item.scale_max) {
      return Invalid("items",
                     absl::StrCat("have ", item.id, " with an empty scale"));
    }
  }
  return absl::OkStatus();
}

absl::Status CheckRoster(const WaveData& wave) {
  using Cell = std::pair<Layer, absl::string_view>;
  std::map<Cell, std::int64_t> room;
  for (const RosterStratum& stratum : wave.roster) {
    if (stratum.invited_count < 0) {
      return Invalid("roster", "has a negative count");
    }
    const bool is_new =
        room.emplace(Cell(stratum.layer, stratum.sector), stratum.invited_count)
            .second;
    if (!is_new) {
      return Invalid("roster",
                     absl::StrCat("has layer ", LayerLabel(stratum.layer),
                                  " and sector ", stratum.sector, " twice"));
    }
  }
  for (const Respondent& respondent : wave.respondents) {
    const auto it = room.find(Cell(respondent.layer, respondent.sector));
    if (it == room.end() || --it->second < 0) {
      return Invalid("respondents",
                     absl::StrCat("are more than were invited of layer ",
                                  LayerLabel(respondent.layer), " and sector ",
                                  respondent.sector));
    }
  }
  return absl::OkStatus();
}

absl::Status CheckAnswers(const std::vector<Item>& items,
                          const Respondent& respondent) {
  for (std::size_t i = 0; i < respondent.answers.size(); ++i) {
    const ItemAnswer& answer = respondent.answers[i];
    if (i > 0 && respondent.answers[i - 1].item_id == answer.item_id) {
      return Invalid("answers",
                     absl::StrCat("have item ", answer.item_id, " twice"));
    }
    const auto item = std::lower_bound(
        items.begin(), items.end(), answer.item_id,
        [](const Item& a, const std::string& id) { return a.id < id; });
    if (item == items.end() || item->id != answer.item_id) {
      return Invalid("answers",
                     absl::StrCat("are to the unknown item ", answer.item_id));
    }
    if (answer.kind == AnswerKind::kRating &&
        (answer.rating < item->scale_min || answer.rating > item->scale_max)) {
      return Invalid(
          "answers",
          absl::StrCat("rate ", item->id, " with ", answer.rating, ", want ",
                       item->scale_min, " to ", item->scale_max));
    }
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status Canonicalize(WaveData& wave) {
  Sort(wave);
  PT_RETURN_IF_ERROR(CheckItems(wave.items));
  for (std::size_t i = 1; i < wave.respondents.size(); ++i) {
    if (wave.respondents[i - 1].person == wave.respondents[i].person) {
      return Invalid("respondents", "have a person twice");
    }
  }
  PT_RETURN_IF_ERROR(CheckRoster(wave));
  for (const Respondent& respondent : wave.respondents) {
    PT_RETURN_IF_ERROR(CheckAnswers(wave.items, respondent));
  }
  return absl::OkStatus();
}

}  // namespace pulsetaker::assessment
