#include "services/survey/domain/content_digest.h"

#include <cstddef>
#include <map>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/base/status.h"

namespace pulsetaker::survey {
namespace {

constexpr std::size_t kReadCount = 1'000;

// Enums and counts, neither of which is ever negative.
template <typename T>
std::uint64_t Number(T value) {
  return static_cast<std::uint64_t>(value);
}

void AddNetwork(const Network& network, Sha256& sha) {
  sha.UpdateText(network.network_id)
      .UpdateText(network.label)
      .UpdateText(network.wording)
      .UpdateNumber(Number(network.provenance))
      .UpdateNumber(Number(network.direction))
      .UpdateText(network.direction_meaning)
      .UpdateNumber(Number(network.weight_min))
      .UpdateNumber(Number(network.weight_max))
      .UpdateNumber(Number(network.nomination_cap));
}

void AddItem(const Item& item, Sha256& sha) {
  const Arrow arrow = item.arrow.value_or(Arrow{});
  sha.UpdateText(item.item_id)
      .UpdateText(item.wording)
      .UpdateNumber(Number(item.kind))
      .UpdateNumber(Number(item.corner))
      .UpdateNumber(Number(arrow.from))
      .UpdateNumber(Number(arrow.to))
      .UpdateText(item.cluster)
      .UpdateNumber(item.external_resource ? 1 : 0)
      .UpdateNumber(item.reverse_scored ? 1 : 0)
      .UpdateNumber(Number(item.scale_min))
      .UpdateNumber(Number(item.scale_max))
      .UpdateText(item.source);
}

void AddTranslation(const Translation& translation, Sha256& sha) {
  sha.UpdateText(translation.language)
      .UpdateText(translation.display_name)
      .UpdateNumber(translation.networks.size());
  for (const NetworkTexts& network : translation.networks) {
    sha.UpdateText(network.network_id)
        .UpdateText(network.label)
        .UpdateText(network.wording)
        .UpdateText(network.direction_meaning);
  }
  sha.UpdateNumber(translation.items.size());
  for (const ItemTexts& item : translation.items) {
    sha.UpdateText(item.item_id).UpdateText(item.wording);
  }
}

void AddEntries(const std::map<std::string, std::string>& entries,
                Sha256& sha) {
  sha.UpdateNumber(entries.size());
  for (const auto& [key, value] : entries) {
    sha.UpdateText(key).UpdateText(value);
  }
}

// All but the personal name.
void AddParticipant(const Participant& participant, Sha256& sha) {
  sha.UpdateText(participant.person)
      .UpdateText(participant.organisation)
      .UpdateText(participant.sector)
      .UpdateNumber(Number(participant.layer))
      .UpdateNumber(participant.secondary_layers.size());
  for (const Layer layer : participant.secondary_layers) {
    sha.UpdateNumber(Number(layer));
  }
  sha.UpdateNumber(Number(participant.invitation));
  AddEntries(participant.attributes, sha);
}

void AddAnswers(const Answers& answers, Sha256& sha) {
  sha.UpdateNumber(answers.networks.size());
  for (const NetworkAnswer& answer : answers.networks) {
    sha.UpdateText(answer.network_id)
        .UpdateNumber(Number(answer.state))
        .UpdateNumber(answer.nominations.size());
    for (const Nomination& nomination : answer.nominations) {
      sha.UpdateText(nomination.person).UpdateNumber(Number(nomination.weight));
    }
  }
  sha.UpdateNumber(answers.items.size());
  for (const ItemAnswer& answer : answers.items) {
    sha.UpdateText(answer.item_id)
        .UpdateNumber(Number(answer.non_answer))
        .UpdateNumber(Number(answer.rating.value_or(0)));
  }
}

absl::Status CountMismatch(absl::string_view what, std::int64_t found,
                           std::int64_t wanted) {
  return MakeError(
      absl::StatusCode::kDataLoss, "STORED_DATA_UNREADABLE",
      absl::StrCat("a wave of ", wanted, " ", what, " has ", found));
}

absl::Status AddParticipants(WaveSnapshot& snapshot, Sha256& sha) {
  const std::int64_t wanted = snapshot.wave().participant_count;
  sha.UpdateNumber(Number(wanted));
  std::int64_t found = 0;
  std::string after;
  for (;;) {
    PT_ASSIGN_OR_RETURN(const std::vector<Participant> people,
                        snapshot.ReadParticipants(after, kReadCount));
    if (people.empty()) break;
    for (const Participant& person : people) AddParticipant(person, sha);
    found += static_cast<std::int64_t>(people.size());
    after = people.back().person;
  }
  if (found != wanted) return CountMismatch("participants", found, wanted);
  return absl::OkStatus();
}

absl::Status AddResponses(WaveSnapshot& snapshot, Sha256& sha) {
  const std::int64_t wanted = snapshot.wave().response_count;
  sha.UpdateNumber(Number(wanted));
  std::int64_t found = 0;
  std::string after;
  for (;;) {
    PT_ASSIGN_OR_RETURN(const std::vector<Response> responses,
                        snapshot.ReadResponses(after, kReadCount));
    if (responses.empty()) break;
    for (const Response& response : responses) {
      sha.UpdateText(response.person);
      AddAnswers(response.answers, sha);
    }
    found += static_cast<std::int64_t>(responses.size());
    after = responses.back().person;
  }
  if (found != wanted) return CountMismatch("responses", found, wanted);
  return absl::OkStatus();
}

}  // namespace

std::string ContentDigest(const Instrument& instrument) {
  Sha256 sha;
  sha.UpdateText("pulsetaker.survey.v1.Instrument")
      .UpdateText(instrument.display_name)
      .UpdateText(instrument.language)
      .UpdateNumber(instrument.networks.size());
  for (const Network& network : instrument.networks) AddNetwork(network, sha);
  sha.UpdateNumber(instrument.items.size());
  for (const Item& item : instrument.items) AddItem(item, sha);
  // Nothing for none: instruments had digests before they had translations.
  if (!instrument.translations.empty()) {
    sha.UpdateNumber(instrument.translations.size());
  }
  for (const Translation& translation : instrument.translations) {
    AddTranslation(translation, sha);
  }
  return sha.FinishHex();
}

absl::StatusOr<std::string> SnapshotDigest(WaveSnapshot& snapshot,
                                           const Instrument& instrument) {
  Sha256 sha;
  sha.UpdateText("pulsetaker.survey.v1.Snapshot")
      .UpdateText(instrument.content_digest);
  PT_RETURN_IF_ERROR(AddParticipants(snapshot, sha));
  PT_RETURN_IF_ERROR(AddResponses(snapshot, sha));
  return sha.FinishHex();
}

RequestDigest::RequestDigest(absl::string_view method) {
  sha_.UpdateText(method);
}

RequestDigest& RequestDigest::Add(const LocalityKey& key) {
  sha_.UpdateText(key.tenant).UpdateText(key.locality);
  return *this;
}

RequestDigest& RequestDigest::Add(const SurveyKey& key) {
  sha_.UpdateText(key.tenant).UpdateText(key.locality).UpdateText(key.survey);
  return *this;
}

RequestDigest& RequestDigest::Add(const WaveKey& key) {
  sha_.UpdateText(key.tenant)
      .UpdateText(key.locality)
      .UpdateText(key.survey)
      .UpdateNumber(Number(key.wave));
  return *this;
}

RequestDigest& RequestDigest::Add(const InstrumentKey& key) {
  sha_.UpdateText(key.tenant).UpdateText(key.instrument);
  return *this;
}

RequestDigest& RequestDigest::Add(absl::string_view text) {
  sha_.UpdateText(text);
  return *this;
}

RequestDigest& RequestDigest::Add(std::int64_t number) {
  sha_.UpdateNumber(Number(number));
  return *this;
}

RequestDigest& RequestDigest::Add(
    const std::map<std::string, std::string>& entries) {
  AddEntries(entries, sha_);
  return *this;
}

RequestDigest& RequestDigest::Add(const Answers& answers) {
  AddAnswers(answers, sha_);
  return *this;
}

RequestDigest& RequestDigest::Add(absl::Span<const Participant> people) {
  sha_.UpdateNumber(people.size());
  for (const Participant& person : people) {
    AddParticipant(person, sha_);
    sha_.UpdateText(person.display_name.Reveal());
  }
  return *this;
}

std::string RequestDigest::Finish() { return sha_.Finish(); }

}  // namespace pulsetaker::survey
