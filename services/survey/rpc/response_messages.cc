#include "services/survey/rpc/response_messages.h"

#include <cstddef>

#include "services/survey/rpc/convert.h"

namespace pulsetaker::survey {
namespace {

NetworkAnswer FromProto(const v1::NetworkAnswer& message) {
  NetworkAnswer answer;
  answer.network_id = message.network_id();
  answer.state = ToEnum(message.state(), AnswerState::kSkipped);
  answer.nominations.reserve(
      static_cast<std::size_t>(message.nominations_size()));
  for (const v1::Nomination& nomination : message.nominations()) {
    answer.nominations.push_back(
        {.person = nomination.person(),
         .weight = nomination.weight() == 0 ? 1 : nomination.weight()});
  }
  return answer;
}

ItemAnswer FromProto(const v1::ItemAnswer& message) {
  ItemAnswer answer;
  answer.item_id = message.item_id();
  switch (message.answer_case()) {
    case v1::ItemAnswer::kRating:
      answer.rating = message.rating();
      break;
    case v1::ItemAnswer::kNonAnswer:
      answer.non_answer =
          ToEnum(message.non_answer(), NonAnswer::kNotApplicable);
      break;
    case v1::ItemAnswer::ANSWER_NOT_SET:
      break;
  }
  return answer;
}

void ToProto(const NetworkAnswer& answer, v1::NetworkAnswer& message) {
  message.set_network_id(answer.network_id);
  message.set_state(static_cast<v1::NetworkAnswer::State>(answer.state));
  message.mutable_nominations()->Reserve(
      static_cast<int>(answer.nominations.size()));
  for (const Nomination& nomination : answer.nominations) {
    v1::Nomination& added = *message.add_nominations();
    added.set_person(nomination.person);
    added.set_weight(nomination.weight);
  }
}

void ToProto(const ItemAnswer& answer, v1::ItemAnswer& message) {
  message.set_item_id(answer.item_id);
  if (answer.rating.has_value()) {
    message.set_rating(*answer.rating);
  } else {
    message.set_non_answer(
        static_cast<v1::ItemAnswer::NonAnswer>(answer.non_answer));
  }
}

// Message is v1::Response or v1::SnapshotResponse.
template <typename Message>
void AnswersToProto(const Answers& answers, Message& message) {
  for (const NetworkAnswer& answer : answers.networks) {
    ToProto(answer, *message.add_network_answers());
  }
  for (const ItemAnswer& answer : answers.items) {
    ToProto(answer, *message.add_item_answers());
  }
}

}  // namespace

Answers FromProto(const v1::Response& message) {
  Answers answers;
  answers.networks.reserve(
      static_cast<std::size_t>(message.network_answers_size()));
  for (const v1::NetworkAnswer& answer : message.network_answers()) {
    answers.networks.push_back(FromProto(answer));
  }
  answers.items.reserve(static_cast<std::size_t>(message.item_answers_size()));
  for (const v1::ItemAnswer& answer : message.item_answers()) {
    answers.items.push_back(FromProto(answer));
  }
  return answers;
}

void ToProto(const WaveKey& wave, const Response& response,
             v1::Response& message) {
  message.set_name(NameOf(wave, rpc::kResponses, response.person));
  AnswersToProto(response.answers, message);
  message.set_revision(response.revision);
  *message.mutable_submit_time() = ToTimestamp(response.submit_time);
  message.set_etag(EtagOf(response.revision));
  message.set_consent_version(response.consent_version);
}

void ToProto(const Response& response, v1::SnapshotResponse& message) {
  message.set_person(response.person);
  AnswersToProto(response.answers, message);
}

void ToProto(const Upload& upload, v1::Upload& message) {
  message.set_name(NameOf(upload.key.wave, rpc::kUploads, upload.key.upload));
  message.set_committed_offset(upload.committed_offset);
  message.set_stored_count(upload.stored_count);
  message.set_unchanged_count(upload.unchanged_count);
  message.set_superseded_count(upload.superseded_count);
  message.set_conflict_count(upload.conflict_count);
  message.set_rejected_count(upload.rejected_count);
  *message.mutable_create_time() = ToTimestamp(upload.create_time);
  *message.mutable_update_time() = ToTimestamp(upload.update_time);
}

v1::RowVerdict ToProto(RowVerdict verdict) {
  return static_cast<v1::RowVerdict>(verdict);
}

}  // namespace pulsetaker::survey
