#include "services/survey/domain/response_check.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/base/resource_id.h"
#include "common/base/status.h"
#include "services/survey/domain/field_checks.h"

namespace pulsetaker::survey {
namespace {

// `guess` is where it most likely is: people answer in the order in which they
// are asked.
template <typename Asked>
std::optional<std::size_t> Find(
    const std::vector<Asked>& asked, std::string Asked::* asked_id,
    const absl::flat_hash_map<absl::string_view, std::size_t>& places,
    absl::string_view id, std::size_t guess) {
  if (guess < asked.size() && asked[guess].*asked_id == id) return guess;
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
    const std::vector<Nomination>& nominations = answer.nominations;
    ascending_ = true;
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
      if (const auto first = FirstOfSamePerson(nominations, i);
          first.has_value()) {
        return FieldError(
            "NOMINATION_REPEATED", path("person"),
            absl::StrCat("is the same as nominations[", *first, "].person"));
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
  // Which of the nominations before `i` names the same person. To be asked for
  // each `i` in turn. As long as people ascend, none comes twice; the table is
  // made at the first who does not.
  std::optional<std::size_t> FirstOfSamePerson(
      const std::vector<Nomination>& nominations, std::size_t i) {
    const std::string& person = nominations[i].person;
    if (i == 0) return std::nullopt;
    if (ascending_ && nominations[i - 1].person < person) return std::nullopt;
    if (ascending_) {
      ascending_ = false;
      first_by_person_.clear();
      for (std::size_t j = 0; j < i; ++j) {
        first_by_person_.emplace(nominations[j].person, j);
      }
    }
    const auto [first, is_new] = first_by_person_.try_emplace(person, i);
    if (is_new) return std::nullopt;
    return first->second;
  }

  bool ascending_ = true;
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
    const auto network = index.FindNetwork(answer.network_id, i);
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
    const auto item = index.FindItem(answer.item_id, i);
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

// Most answers come in order.
template <typename T>
void SortById(std::vector<T>& answers, std::string T::* id) {
  const auto before = [id](const T& a, const T& b) { return a.*id < b.*id; };
  if (std::is_sorted(answers.begin(), answers.end(), before)) return;
  std::sort(answers.begin(), answers.end(), before);
}

Answers Canonical(Answers answers) {
  std::erase_if(answers.networks, [](const NetworkAnswer& answer) {
    return answer.state == AnswerState::kSkipped;
  });
  SortById(answers.networks, &NetworkAnswer::network_id);
  for (NetworkAnswer& answer : answers.networks) {
    SortById(answer.nominations, &Nomination::person);
  }
  SortById(answers.items, &ItemAnswer::item_id);
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
    absl::string_view network_id, std::size_t guess) const {
  return Find(instrument_.networks, &Network::network_id, networks_, network_id,
              guess);
}

std::optional<std::size_t> InstrumentIndex::FindItem(absl::string_view item_id,
                                                     std::size_t guess) const {
  return Find(instrument_.items, &Item::item_id, items_, item_id, guess);
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
