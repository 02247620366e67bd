// What the survey service knows of one closed wave, as far as the assessment
// needs it.

#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "services/assessment/domain/measurement.h"

namespace pulsetaker::assessment {

enum class ItemKind : std::uint8_t {
  kCorner = 0,
  kArrow = 1,
  kSelfPlacedPhase = 2,
  kTriggerPresent = 3,
  kPervasive = 4,
};

struct Item {
  std::string id;
  ItemKind kind = ItemKind::kCorner;
  Corner corner = Corner::kAuthority;  // Only for kCorner.
  Arrow arrow = Arrow::kAToC;          // Only for kArrow.
  std::string cluster;                 // Empty: in none.
  bool external_resource = false;
  bool reverse_scored = false;
  std::int32_t scale_min = 1;
  std::int32_t scale_max = 5;

  friend bool operator==(const Item&, const Item&) = default;
};

enum class AnswerKind : std::uint8_t {
  kRating = 0,
  kDontKnow = 1,
  kNotApplicable = 2,
};

struct ItemAnswer {
  std::string item_id;
  AnswerKind kind = AnswerKind::kRating;
  std::int32_t rating = 0;  // As given: not reversed. Only for kRating.

  friend bool operator==(const ItemAnswer&, const ItemAnswer&) = default;
};

// A response of an invited person.
struct Respondent {
  std::string person;
  std::string sector;  // Empty: none.
  Layer layer = Layer::kUnknown;
  std::vector<ItemAnswer> answers;  // Any order; may be empty.

  friend bool operator==(const Respondent&, const Respondent&) = default;
};

// How many people of one layer and sector were invited.
struct RosterStratum {
  Layer layer = Layer::kUnknown;
  std::string sector;
  std::int32_t invited_count = 0;

  friend bool operator==(const RosterStratum&, const RosterStratum&) = default;
};

struct WaveData {
  std::string wave;               // Resource name.
  std::string snapshot_digest;    // 64 digits of [0-9a-f], both.
  std::string instrument_digest;  // Of the instrument's content.
  std::vector<Item> items;
  std::vector<RosterStratum> roster;    // Each layer and sector at most once.
  std::vector<Respondent> respondents;  // Any order, each person once.

  friend bool operator==(const WaveData&, const WaveData&) = default;
};

// Puts items by id, roster by layer and sector, respondents by person, and the
// answers of each by item. All that is computed starts from this order, so the
// order in which things were sent makes no difference to any bit.
//
// DATA_LOSS, SNAPSHOT_INVALID: an item, a stratum, a person or an answer comes
// twice, an answer is to no item or off its scale, an item's scale is empty, a
// count is negative, or more people of a stratum answered than were invited.
absl::Status Canonicalize(WaveData& wave);

}  // namespace pulsetaker::assessment
