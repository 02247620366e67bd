#include "services/survey/domain/response_check.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/base/resource_id.h"
#include "common/base/status.h"
#include "services/survey/domain/field_checks.h"

namespace pulsetaker::survey {
namespace {

std::optional<std::size_t> Find(
    const absl::flat_hash_map<absl::string_view, std::size_t>& places,
    absl::string_view id) {
  const auto found = places.find(id);
  if (found == places.end()) return std::nullopt;
  return found->second;
}

// The paths of answers are made only for those at fault: almost none is.
std::string AnswerPath(std::size_t answer, absl::string_view field) {
  return absl::StrCat("network_answers[", answer, "].", field);
}

absl::Status CheckState(const NetworkAnswer& answer, std::size_t place) {
  switch (answer.state) {
    case AnswerState::kResponded:
      if (!answer.nominations.empty()) return absl::OkStatus();
      return FieldError("NOMINATIONS_MISSING", AnswerPath(place, "nominations"),
                        "is empty, but the state is STATE_RESPONDED");
    case AnswerState::kRespondedNobody:
    case AnswerState::kSkipped:
      if (answer.nominations.empty()) return absl::OkStatus();
      return FieldError("NOMINATIONS_UNEXPECTED",
                        AnswerPath(place, "nominations"),
                        "is not empty, but the state is not STATE_RESPONDED");
    case AnswerState::kUnknown:
      break;
  }
  return FieldError("ANSWER_STATE_UNKNOWN", AnswerPath(place, "state"),
                    "is unset or unknown");
}

// Checks the nominations of one answer in the order in which they came. An
// object, so that the answers of a response share one table.
class NominationCheck {
 public:
  absl::Status Run(const Network& network, absl::string_view person,
                   const NetworkAnswer& answer, std::size_t place) {
    first_by_person_.clear();
    const std::vector<Nomination>& nominations = answer.nominations;
    for (std::size_t i = 0; i < nominations.size(); ++i) {
      const Nomination& nomination = nominations[i];
      const auto path = [&](absl::string_view field) {
        return AnswerPath(place, absl::StrCat("nominations[", i, "].", field));
      };
      if (!IsResourceId(nomination.person)) {
        return CheckId(path("person"), nomination.person);
      }
      if (nomination.person == person) {
        return FieldError("SELF_NOMINATION", path("person"),
                          "is the one who answers");
      }
      if (!first_by_person_.try_emplace(nomination.person, i).second) {
        return FieldError(
            "NOMINATION_REPEATED", path("person"),
            absl::StrCat("is the same as nominations[",
                         first_by_person_[nomination.person], "].person"));
      }
      if (nomination.weight < network.weight_min ||
          nomination.weight > network.weight_max) {
        return FieldError(
            "WEIGHT_OUT_OF_RANGE", path("weight"),
            absl::StrCat("is ", nomination.weight, ", want ",
                         network.weight_min, " to ", network.weight_max));
      }
    }
    return absl::OkStatus();
  }

 private:
  absl::flat_hash_map<absl::string_view, std::size_t> first_by_person_;
};

absl::Status CheckNominationCount(const Network& network, std::size_t count,
                                  std::size_t count_before, std::size_t place) {
  const auto cap = static_cast<std::size_t>(network.nomination_cap);
  if (cap != 0 && count > cap) {
    return FieldError("TOO_MANY_NOMINATIONS", AnswerPath(place, "nominations"),
                      absl::StrCat("has ", count, ", want at most ", cap));
  }
  constexpr auto kLimit = static_cast<std::size_t>(kNominationCountMax);
  if (count_before + count > kLimit) {
    return FieldError(
        "TOO_MANY_NOMINATIONS", AnswerPath(place, "nominations"),
        absl::StrCat("makes the nominations of the response ",
                     count_before + count, ", want at most ", kLimit));
  }
  return absl::OkStatus();
}

absl::Status CheckNetworkAnswers(const InstrumentIndex& index,
                                 absl::string_view person,
                                 const std::vector<NetworkAnswer>& answers) {
  std::vector<bool> answered(index.instrument().networks.size());
  NominationCheck nomination_check;
  std::size_t count_before = 0;
  for (std::size_t i = 0; i < answers.size(); ++i) {
    const NetworkAnswer& answer = answers[i];
    const auto network = index.FindNetwork(answer.network_id);
    if (!network.has_value()) {
      return FieldError("NETWORK_UNKNOWN", AnswerPath(i, "network_id"),
                        "is not a network of the instrument");
    }
    if (answered[*network]) {
      return FieldError("NETWORK_REPEATED", AnswerPath(i, "network_id"),
                        absl::StrCat("is ", answer.network_id, " again"));
    }
    answered[*network] = true;
    PT_RETURN_IF_ERROR(CheckState(answer, i));
    const Network& asked = index.instrument().networks[*network];
    PT_RETURN_IF_ERROR(CheckNominationCount(asked, answer.nominations.size(),
                                            count_before, i));
    PT_RETURN_IF_ERROR(nomination_check.Run(asked, person, answer, i));
    count_before += answer.nominations.size();
  }
  return absl::OkStatus();
}

absl::Status CheckItemAnswers(const InstrumentIndex& index,
                              const std::vector<ItemAnswer>& answers) {
  std::vector<bool> answered(index.instrument().items.size());
  for (std::size_t i = 0; i < answers.size(); ++i) {
    const ItemAnswer& answer = answers[i];
    const auto path = [&](absl::string_view field) {
      return absl::StrCat("item_answers[", i, "].", field);
    };
    const auto item = index.FindItem(answer.item_id);
    if (!item.has_value()) {
      return FieldError("ITEM_UNKNOWN", path("item_id"),
                        "is not an item of the instrument");
    }
    if (answered[*item]) {
      return FieldError("ITEM_REPEATED", path("item_id"),
                        absl::StrCat("is ", answer.item_id, " again"));
    }
    answered[*item] = true;
    const bool explains = answer.non_answer == NonAnswer::kDontKnow ||
                          answer.non_answer == NonAnswer::kNotApplicable;
    if (answer.rating.has_value() ? answer.non_answer != NonAnswer::kNone
                                  : !explains) {
      return FieldError("ITEM_ANSWER_MISSING", path("answer"),
                        "is neither a rating nor a known non-answer");
    }
    const Item& asked = index.instrument().items[*item];
    if (answer.rating.has_value() && (*answer.rating < asked.scale_min ||
                                      *answer.rating > asked.scale_max)) {
      return FieldError("RATING_OUT_OF_RANGE", path("rating"),
                        absl::StrCat("is ", *answer.rating, ", want ",
                                     asked.scale_min, " to ", asked.scale_max));
    }
  }
  return absl::OkStatus();
}

Answers Canonical(Answers answers) {
  std::erase_if(answers.networks, [](const NetworkAnswer& answer) {
    return answer.state == AnswerState::kSkipped;
  });
  std::sort(answers.networks.begin(), answers.networks.end(),
            [](const NetworkAnswer& a, const NetworkAnswer& b) {
              return a.network_id < b.network_id;
            });
  for (NetworkAnswer& answer : answers.networks) {
    std::sort(answer.nominations.begin(), answer.nominations.end(),
              [](const Nomination& a, const Nomination& b) {
                return a.person < b.person;
              });
  }
  std::sort(answers.items.begin(), answers.items.end(),
            [](const ItemAnswer& a, const ItemAnswer& b) {
              return a.item_id < b.item_id;
            });
  return answers;
}

}  // namespace

InstrumentIndex::InstrumentIndex(Instrument instrument)
    : instrument_(std::move(instrument)) {
  for (std::size_t i = 0; i < instrument_.networks.size(); ++i) {
    networks_.emplace(instrument_.networks[i].network_id, i);
  }
  for (std::size_t i = 0; i < instrument_.items.size(); ++i) {
    items_.emplace(instrument_.items[i].item_id, i);
  }
}

std::optional<std::size_t> InstrumentIndex::FindNetwork(
    absl::string_view network_id) const {
  return Find(networks_, network_id);
}

std::optional<std::size_t> InstrumentIndex::FindItem(
    absl::string_view item_id) const {
  return Find(items_, item_id);
}

absl::Status CheckRespondent(std::optional<Invitation> invitation,
                             absl::string_view field) {
  if (invitation == Invitation::kInvited) return absl::OkStatus();
  const auto refused = [&](absl::string_view reason,
                           absl::string_view problem) {
    return MakeError(absl::StatusCode::kFailedPrecondition, reason,
                     absl::StrCat(field, " ", problem),
                     {{"field", std::string(field)}});
  };
  if (!invitation.has_value()) {
    return refused("RESPONDENT_NOT_ON_ROSTER", "is not on the roster");
  }
  if (*invitation == Invitation::kOptedOut) {
    return refused("RESPONDENT_OPTED_OUT", "has opted out");
  }
  return refused("RESPONDENT_NOT_INVITED", "was not invited");
}

absl::StatusOr<Answers> CheckAnswers(const InstrumentIndex& index,
                                     absl::string_view person,
                                     Answers answers) {
  PT_RETURN_IF_ERROR(CheckNetworkAnswers(index, person, answers.networks));
  PT_RETURN_IF_ERROR(CheckItemAnswers(index, answers.items));
  return Canonical(std::move(answers));
}

}  // namespace pulsetaker::survey
