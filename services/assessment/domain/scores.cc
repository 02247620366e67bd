#include "services/assessment/domain/scores.h"

#include <algorithm>

namespace pulsetaker::assessment {
namespace {

double Scale(const Item& item, std::int32_t rating) {
  const double above =
      item.reverse_scored ? item.scale_max - rating : rating - item.scale_min;
  return 100 * above / (item.scale_max - item.scale_min);
}

std::size_t IndexOf(const std::vector<Item>& items, const std::string& id) {
  const auto it = std::lower_bound(
      items.begin(), items.end(), id,
      [](const Item& item, const std::string& want) { return item.id < want; });
  return static_cast<std::size_t>(it - items.begin());
}

}  // namespace

RatingTable::RatingTable(const WaveData& wave)
    : respondent_count_(wave.respondents.size()),
      ratings_(wave.items.size(), Scores(respondent_count_)),
      rated_(wave.items.size()),
      dont_know_(wave.items.size()),
      not_applicable_(wave.items.size()),
      rated_any_(respondent_count_) {
  for (std::size_t person = 0; person < respondent_count_; ++person) {
    for (const ItemAnswer& answer : wave.respondents[person].answers) {
      const std::size_t item = IndexOf(wave.items, answer.item_id);
      switch (answer.kind) {
        case AnswerKind::kRating:
          ratings_[item][person] = Scale(wave.items[item], answer.rating);
          ++rated_[item];
          rated_any_[person] = true;
          break;
        case AnswerKind::kDontKnow:
          ++dont_know_[item];
          break;
        case AnswerKind::kNotApplicable:
          ++not_applicable_[item];
          break;
      }
    }
  }
}

Scores ScoreItems(const RatingTable& table,
                  absl::Span<const std::size_t> items) {
  Scores scores(table.respondent_count());
  for (std::size_t person = 0; person < scores.size(); ++person) {
    double sum = 0;
    std::size_t count = 0;
    for (const std::size_t item : items) {
      const std::optional<double>& rating = table.ratings(item)[person];
      if (!rating) continue;
      sum += *rating;
      ++count;
    }
    if (count > 0 && 2 * count >= items.size()) {
      scores[person] = sum / static_cast<double>(count);
    }
  }
  return scores;
}

std::vector<std::size_t> ItemsOf(const WaveData& wave, Corner corner) {
  std::vector<std::size_t> found;
  for (std::size_t i = 0; i < wave.items.size(); ++i) {
    const Item& item = wave.items[i];
    if (item.kind == ItemKind::kCorner && item.corner == corner) {
      found.push_back(i);
    }
  }
  return found;
}

std::vector<std::size_t> ItemsOf(const WaveData& wave, Arrow arrow) {
  std::vector<std::size_t> found;
  for (std::size_t i = 0; i < wave.items.size(); ++i) {
    const Item& item = wave.items[i];
    if (item.kind == ItemKind::kArrow && item.arrow == arrow) {
      found.push_back(i);
    }
  }
  return found;
}

std::array<std::vector<std::size_t>, kFeatureCount> FeatureItems(
    const WaveData& wave) {
  std::array<std::vector<std::size_t>, kFeatureCount> items;
  for (std::size_t i = 0; i < kCornerCount; ++i) {
    items[i] = ItemsOf(wave, static_cast<Corner>(i));
  }
  for (std::size_t i = 0; i < kArrowCount; ++i) {
    items[kCornerCount + i] = ItemsOf(wave, static_cast<Arrow>(i));
  }
  return items;
}

}  // namespace pulsetaker::assessment
