#include "services/network/domain/snapshot.h"

#include <algorithm>
#include <cstddef>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/str_cat.h"
#include "common/base/status.h"

namespace pulsetaker::network {
namespace {

constexpr std::size_t kDigestLength = 64;

absl::Status Invalid(absl::string_view problem) {
  return MakeError(absl::StatusCode::kDataLoss, "SNAPSHOT_INVALID",
                   absl::StrCat("the snapshot is invalid: ", problem));
}

bool IsDigest(absl::string_view digest) {
  return digest.size() == kDigestLength &&
         std::all_of(digest.begin(), digest.end(), [](char c) {
           return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
         });
}

using Ids = absl::flat_hash_set<absl::string_view>;

absl::Status AddTo(Ids& ids, absl::string_view id, absl::string_view kind) {
  if (id.empty()) return Invalid(absl::StrCat("a ", kind, " without an id"));
  if (!ids.insert(id).second) {
    return Invalid(absl::StrCat("the ", kind, " ", id, " is there twice"));
  }
  return absl::OkStatus();
}

absl::Status CheckAnswers(const Response& response, const Ids& networks) {
  Ids answered;
  for (const NetworkAnswer& answer : response.answers) {
    if (!networks.contains(answer.network_id)) {
      return Invalid(absl::StrCat(response.person, " answered for ",
                                  answer.network_id,
                                  ", which is no network of the instrument"));
    }
    PT_RETURN_IF_ERROR(AddTo(answered, answer.network_id,
                             absl::StrCat("answer of ", response.person)));
    if (answer.state != AnswerState::kResponded &&
        !answer.nominations.empty()) {
      return Invalid(absl::StrCat(response.person, " names people for ",
                                  answer.network_id,
                                  " and yet did not respond, or named nobody"));
    }
    for (const Nomination& nomination : answer.nominations) {
      if (nomination.person.empty()) {
        return Invalid(absl::StrCat(response.person, " names nobody by name"));
      }
    }
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status CheckSnapshot(const WaveSnapshot& snapshot) {
  if (!IsDigest(snapshot.digest)) {
    return Invalid("the digest is not 64 digits of [0-9a-f]");
  }
  if (snapshot.networks.empty() || snapshot.networks.size() > kNetworksMax) {
    return Invalid(absl::StrCat("there are ", snapshot.networks.size(),
                                " networks, want 1 to ", kNetworksMax));
  }
  Ids networks;
  for (const NetworkDefinition& network : snapshot.networks) {
    PT_RETURN_IF_ERROR(AddTo(networks, network.id, "network"));
  }
  Ids participants;
  for (const Participant& participant : snapshot.participants) {
    PT_RETURN_IF_ERROR(AddTo(participants, participant.id, "participant"));
  }
  Ids responses;
  for (const Response& response : snapshot.responses) {
    PT_RETURN_IF_ERROR(AddTo(responses, response.person, "response of"));
    if (!participants.contains(response.person)) {
      return Invalid(
          absl::StrCat(response.person, " responds but is not on the roster"));
    }
    PT_RETURN_IF_ERROR(CheckAnswers(response, networks));
  }
  return absl::OkStatus();
}

}  // namespace pulsetaker::network
