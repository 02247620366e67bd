#include <algorithm>
#include <cstdint>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/base/resource_id.h"
#include "common/base/status.h"
#include "services/survey/store/records.h"

namespace pulsetaker::survey {
namespace {

using Record = storage::AnswersRecord;

// The weights are there for all people, or for none.
bool FromRecord(const Record::NetworkAnswer& record, NetworkAnswer& answer) {
  answer.network_id = record.network_id();
  if (!FromCode(record.state(), AnswerState::kRespondedNobody, answer.state) ||
      answer.state == AnswerState::kUnknown ||
      !IsResourceId(answer.network_id) ||
      (record.weights_size() != 0 &&
       record.weights_size() != record.persons_size()) ||
      record.erased_count() < 0 ||
      (record.persons_size() > 0 || record.erased_count() > 0) !=
          (answer.state == AnswerState::kResponded)) {
    return false;
  }
  answer.hidden.opted_out = record.erased_count();
  answer.nominations.reserve(static_cast<std::size_t>(record.persons_size()));
  for (int i = 0; i < record.persons_size(); ++i) {
    const std::string& person = record.persons(i);
    const std::int32_t weight =
        record.weights_size() == 0 ? 1 : record.weights(i);
    if (!IsResourceId(person) || weight < 1 || weight > kWeightMax ||
        (i > 0 && person <= answer.nominations.back().person)) {
      return false;
    }
    answer.nominations.push_back({.person = person, .weight = weight});
  }
  return true;
}

bool FromRecord(const Record::ItemAnswer& record, ItemAnswer& answer) {
  answer.item_id = record.item_id();
  if (!IsResourceId(answer.item_id) ||
      record.has_rating() == record.has_non_answer()) {
    return false;
  }
  if (record.has_rating()) {
    answer.rating = record.rating();
    return record.rating() >= 0 && record.rating() <= kRatingMax;
  }
  return FromCode(record.non_answer(), NonAnswer::kNotApplicable,
                  answer.non_answer) &&
         answer.non_answer != NonAnswer::kNone;
}

absl::StatusOr<Answers> FromRecord(const Record& record) {
  Answers answers;
  answers.networks.reserve(static_cast<std::size_t>(record.networks_size()));
  for (const Record::NetworkAnswer& network : record.networks()) {
    NetworkAnswer answer;
    if (!FromRecord(network, answer) ||
        (!answers.networks.empty() &&
         answer.network_id <= answers.networks.back().network_id)) {
      return kv::UnreadableError("answers of a network");
    }
    answers.networks.push_back(std::move(answer));
  }
  answers.items.reserve(static_cast<std::size_t>(record.items_size()));
  for (const Record::ItemAnswer& item : record.items()) {
    ItemAnswer answer;
    if (!FromRecord(item, answer) ||
        (!answers.items.empty() &&
         answer.item_id <= answers.items.back().item_id)) {
      return kv::UnreadableError("an answer to an item");
    }
    answers.items.push_back(std::move(answer));
  }
  return answers;
}

}  // namespace

std::string EncodeRevision(std::int64_t revision, absl::Time submit_time,
                           std::int32_t consent_version) {
  storage::ResponseRecord record;
  record.set_consent_version(consent_version);
  record.set_revision(revision);
  record.set_submit_time_micros(absl::ToUnixMicros(submit_time));
  return record.SerializeAsString();
}

absl::StatusOr<Answers> DecodeAnswers(absl::string_view encoded) {
  PT_ASSIGN_OR_RETURN(const auto record, ParseRecord<storage::ResponseRecord>(
                                             encoded, "not answers"));
  return FromRecord(record.answers());
}

absl::StatusOr<Response> DecodeResponse(absl::string_view person,
                                        absl::string_view value) {
  thread_local storage::ResponseRecord record;
  if (!record.ParseFromArray(value.data(), static_cast<int>(value.size())) ||
      !record.has_answers() || record.revision() < 1 ||
      record.consent_version() < 0) {
    return kv::UnreadableError(
        absl::StrCat("response ", person, ": not a ResponseRecord"));
  }
  Response response;
  response.person = std::string(person);
  PT_ASSIGN_OR_RETURN(response.answers, FromRecord(record.answers()));
  response.revision = record.revision();
  response.submit_time = absl::FromUnixMicros(record.submit_time_micros());
  response.consent_version = record.consent_version();
  return response;
}

}  // namespace pulsetaker::survey
