// Waves for the tests of this folder.

#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "services/assessment/domain/measurement.h"
#include "services/assessment/domain/parameters.h"
#include "services/assessment/domain/wave.h"

namespace pulsetaker::assessment::testing {

inline Item CornerItem(std::string id, Corner corner, bool reverse = false,
                       bool external = false) {
  Item item;
  item.id = std::move(id);
  item.kind = ItemKind::kCorner;
  item.corner = corner;
  item.reverse_scored = reverse;
  item.external_resource = external;
  return item;
}

// The items of the standard instrument: 24 of corners, 12 of arrows, and the
// three others.
inline std::vector<Item> StandardItems() {
  std::vector<Item> items;
  for (const char* id :
       {"au1", "au2", "au3", "au4r", "au5", "au6r", "au7", "au8"}) {
    items.push_back(
        CornerItem(id, Corner::kAuthority, std::string(id).back() == 'r'));
  }
  for (const char* id :
       {"oc1", "oc2", "oc3r", "oc4", "oc5", "oc6", "oc7x", "oc8x", "oc9"}) {
    items.push_back(CornerItem(id, Corner::kCapacity,
                               std::string(id).back() == 'r',
                               std::string(id).back() == 'x'));
  }
  for (const char* id : {"va1", "va2", "va3", "va4", "va5r", "va6", "va7"}) {
    items.push_back(
        CornerItem(id, Corner::kValue, std::string(id).back() == 'r'));
  }
  for (int a = 0; a < kArrowCount; ++a) {
    for (int i = 1; i <= 2; ++i) {
      Item item;
      item.id = absl::StrCat("arrow_", a, "_", i);
      item.kind = ItemKind::kArrow;
      item.arrow = static_cast<Arrow>(a);
      items.push_back(item);
    }
  }
  for (const auto& [id, kind] :
       {std::pair("phase_self", ItemKind::kSelfPlacedPhase),
        std::pair("trigger_present", ItemKind::kTriggerPresent),
        std::pair("pervasive", ItemKind::kPervasive)}) {
    Item item;
    item.id = id;
    item.kind = kind;
    items.push_back(item);
  }
  return items;
}

struct Group {
  Layer layer = Layer::kSectoral;
  std::string sector;
  int invited_count = 0;
  int answered_count = 0;
};

// A rating on the item's scale as scored, so that reversed items are turned
// round before they are given; none: not answered.
using Rater =
    std::function<std::optional<int>(std::size_t person, const Item& item)>;

// The first `answered_count` people of each group answer. People are numbered
// through all groups, in their order.
inline WaveData MakeWave(std::vector<Item> items,
                         const std::vector<Group>& groups, const Rater& rater) {
  WaveData wave;
  wave.wave = "tenants/t/localities/l/surveys/s/waves/1";
  wave.snapshot_digest = std::string(64, 'a');
  wave.instrument_digest = std::string(64, 'b');
  wave.items = std::move(items);
  std::size_t person = 0;
  for (const Group& group : groups) {
    wave.roster.push_back({group.layer, group.sector, group.invited_count});
    for (int i = 0; i < group.answered_count; ++i, ++person) {
      Respondent respondent;
      respondent.person = absl::StrFormat("p%05d", person);
      respondent.layer = group.layer;
      respondent.sector = group.sector;
      for (const Item& item : wave.items) {
        const std::optional<int> rating = rater(person, item);
        if (!rating) continue;
        const int given = item.reverse_scored
                              ? item.scale_min + item.scale_max - *rating
                              : *rating;
        respondent.answers.push_back({item.id, AnswerKind::kRating, given});
      }
      wave.respondents.push_back(std::move(respondent));
    }
  }
  return wave;
}

// A rater who gives `rating` to everything.
inline Rater Always(int rating) {
  return [rating](std::size_t, const Item&) { return rating; };
}

// Few replicates, for speed.
inline Parameters QuickParameters() {
  Parameters parameters;
  parameters.replicate_count = kReplicateCountMin;
  return parameters;
}

}  // namespace pulsetaker::assessment::testing
