// Responses: what people answered.

#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "services/survey/domain/wave.h"

namespace pulsetaker::survey {

// The enums here are stored on disk and digested as their numbers, which are
// those of the API: never renumber.

enum class AnswerState : std::uint8_t {
  kUnknown = 0,  // Never valid.
  kResponded = 1,
  kRespondedNobody = 2,
  kSkipped = 3,  // The same as no answer; not kept.
};

enum class NonAnswer : std::uint8_t {
  kNone = 0,  // There is a rating.
  kDontKnow = 1,
  kNotApplicable = 2,
};

// One person named by another: the tie i -> j, where i names j.
struct Nomination {
  std::string person;       // The id of the one who is named.
  std::int32_t weight = 1;  // In the network's range.

  friend bool operator==(const Nomination&, const Nomination&) = default;
};

// Nominations of an answer that a snapshot does not show. None in what comes
// in, and in what is stored only those of people who were erased:
// effective_snapshot.h.
struct HiddenNominations {
  // Of people who opted out of the locality, or who were erased.
  std::int32_t opted_out = 0;
  std::int32_t of_self = 0;   // Of the one who answers, under another id.
  std::int32_t repeated = 0;  // Of someone shown, under another id.

  friend bool operator==(const HiddenNominations&,
                         const HiddenNominations&) = default;
};

struct NetworkAnswer {
  std::string network_id;
  AnswerState state = AnswerState::kUnknown;
  std::vector<Nomination> nominations;
  HiddenNominations hidden = {};

  friend bool operator==(const NetworkAnswer&, const NetworkAnswer&) = default;
};

struct ItemAnswer {
  std::string item_id;
  std::optional<std::int32_t> rating;  // Exactly one of rating and non_answer.
  NonAnswer non_answer = NonAnswer::kNone;

  friend bool operator==(const ItemAnswer&, const ItemAnswer&) = default;
};

// What one person answered. Canonical, as CheckAnswers makes it: network
// answers by network_id and none of them skipped, nominations by person, item
// answers by item_id, all ascending by bytes. Two canonical ones are equal
// exactly if they say the same.
struct Answers {
  std::vector<NetworkAnswer> networks;
  std::vector<ItemAnswer> items;

  friend bool operator==(const Answers&, const Answers&) = default;
};

// .../waves/{wave}/responses/{person}
struct ResponseKey {
  WaveKey wave;
  std::string person;

  friend bool operator==(const ResponseKey&, const ResponseKey&) = default;
};

// The one current response of a person in a wave.
struct Response {
  std::string person;
  Answers answers;            // Canonical.
  std::int64_t revision = 0;  // 1 for the first of the person.
  absl::Time submit_time;     // Whole microseconds.
  // The consent text that the person agreed to; 0 where the wave has none.
  std::int32_t consent_version = 0;

  friend bool operator==(const Response&, const Response&) = default;
};

}  // namespace pulsetaker::survey
