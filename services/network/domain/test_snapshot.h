// Snapshots for tests, by number of person: p000, p001, ...

#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/string_view.h"
#include "services/network/domain/snapshot.h"

namespace pulsetaker::network {

inline std::string PersonId(int person) {
  return absl::StrFormat("p%03d", person);
}

// All people invited, of no known sector or layer; nobody responds until told.
// The digest is of one digit only.
class SnapshotBuilder {
 public:
  explicit SnapshotBuilder(int people, char digest_digit = 'a') {
    snapshot_.digest = std::string(64, digest_digit);
    for (int person = 0; person < people; ++person) {
      Participant participant;
      participant.id = PersonId(person);
      snapshot_.participants.push_back(participant);
    }
  }

  SnapshotBuilder& AddNetwork(absl::string_view id, bool directed = true,
                              int cap = 0) {
    snapshot_.networks.push_back({std::string(id), directed, cap});
    return *this;
  }

  Participant& person(int number) {
    return snapshot_.participants[static_cast<std::size_t>(number)];
  }

  // Answers for the network; naming nobody is "there is nobody".
  SnapshotBuilder& Answer(int person, absl::string_view network,
                          const std::vector<int>& named) {
    std::vector<std::string> ids;
    for (const int other : named) ids.push_back(PersonId(other));
    return AnswerWithIds(person, network, ids);
  }

  SnapshotBuilder& AnswerWithIds(int person, absl::string_view network,
                                 const std::vector<std::string>& ids) {
    NetworkAnswer answer;
    answer.network_id = std::string(network);
    answer.state =
        ids.empty() ? AnswerState::kRespondedNobody : AnswerState::kResponded;
    for (const std::string& id : ids) answer.nominations.push_back({id, 1});
    ResponseOf(person).answers.push_back(answer);
    return *this;
  }

  // Responds to the survey, without an answer for any network so far.
  SnapshotBuilder& Respond(int person) {
    ResponseOf(person);
    return *this;
  }

  WaveSnapshot& snapshot() { return snapshot_; }

 private:
  Response& ResponseOf(int person) {
    for (Response& response : snapshot_.responses) {
      if (response.person == PersonId(person)) return response;
    }
    snapshot_.responses.push_back({PersonId(person), {}});
    return snapshot_.responses.back();
  }

  WaveSnapshot snapshot_;
};

}  // namespace pulsetaker::network
