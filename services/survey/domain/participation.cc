#include "services/survey/domain/participation.h"

#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/strings/str_cat.h"
#include "common/base/status.h"
#include "services/survey/domain/response_check.h"

namespace pulsetaker::survey {
namespace {

constexpr std::size_t kReadCount = 1'000;

// People who are counted together: the same sector and layer.
using Group = std::pair<std::string, Layer>;

struct RosterEntry {
  Invitation invitation = Invitation::kUnknown;
  std::size_t group = 0;
  bool responded = false;
};

class Count {
 public:
  explicit Count(const Instrument& instrument) : index_(instrument) {}

  absl::Status AddRoster(WaveSnapshot& snapshot);
  absl::Status AddResponses(WaveSnapshot& snapshot);
  void AddNonResponse();
  std::vector<NetworkParticipation> Results() const;

 private:
  std::size_t GroupOf(const Participant& participant);
  absl::Status AddResponse(const Response& response);
  void AddNominations(const NetworkAnswer& answer, const Network& network,
                      ParticipationCounts& counts) const;

  const InstrumentIndex index_;
  absl::flat_hash_map<std::string, RosterEntry> roster_;
  absl::flat_hash_set<std::string> sectors_;
  std::map<Group, std::size_t> groups_;
  // counts_[group][network].
  std::vector<std::vector<ParticipationCounts>> counts_;
};

std::size_t Count::GroupOf(const Participant& participant) {
  const auto [group, added] = groups_.try_emplace(
      Group(participant.sector, participant.layer), groups_.size());
  if (added) counts_.emplace_back(index_.instrument().networks.size());
  return group->second;
}

absl::Status Count::AddRoster(WaveSnapshot& snapshot) {
  std::string after;
  for (;;) {
    PT_ASSIGN_OR_RETURN(const std::vector<Participant> people,
                        snapshot.ReadParticipants(after, kReadCount));
    if (people.empty()) return absl::OkStatus();
    for (const Participant& person : people) {
      sectors_.insert(person.sector);
      const std::size_t group = GroupOf(person);
      roster_.try_emplace(
          person.person,
          RosterEntry{.invitation = person.invitation, .group = group});
      for (ParticipationCounts& counts : counts_[group]) {
        ++counts.participants;
        counts.invited += person.invitation == Invitation::kInvited;
        counts.not_invited += person.invitation == Invitation::kNotInvited;
        counts.opted_out += person.invitation == Invitation::kOptedOut;
      }
    }
    if (sectors_.size() > kSectorCountMax) {
      return MakeError(absl::StatusCode::kResourceExhausted, "TOO_MANY_SECTORS",
                       absl::StrCat("the roster has more than ",
                                    kSectorCountMax, " sectors"));
    }
    after = people.back().person;
  }
}

absl::Status Count::AddResponses(WaveSnapshot& snapshot) {
  std::string after;
  for (;;) {
    PT_ASSIGN_OR_RETURN(const std::vector<Response> responses,
                        snapshot.ReadResponses(after, kReadCount));
    if (responses.empty()) return absl::OkStatus();
    for (const Response& response : responses) {
      PT_RETURN_IF_ERROR(AddResponse(response));
    }
    after = responses.back().person;
  }
}

absl::Status Count::AddResponse(const Response& response) {
  const auto unreadable = [](absl::string_view problem) {
    return MakeError(absl::StatusCode::kDataLoss, "STORED_DATA_UNREADABLE",
                     problem);
  };
  const auto entry = roster_.find(response.person);
  if (entry == roster_.end() ||
      entry->second.invitation != Invitation::kInvited) {
    return unreadable("a response of someone who was not invited");
  }
  entry->second.responded = true;
  std::vector<ParticipationCounts>& counts = counts_[entry->second.group];
  std::vector<bool> answered(counts.size());
  for (const NetworkAnswer& answer : response.answers.networks) {
    const auto network = index_.FindNetwork(answer.network_id);
    if (!network.has_value()) {
      return unreadable("an answer to a network that was not asked");
    }
    if (answer.state == AnswerState::kSkipped) continue;
    answered[*network] = true;
    if (answer.state == AnswerState::kResponded) {
      ++counts[*network].responded;
    } else {
      ++counts[*network].responded_nobody;
    }
    AddNominations(answer, index_.instrument().networks[*network],
                   counts[*network]);
  }
  for (std::size_t i = 0; i < counts.size(); ++i) {
    if (!answered[i]) ++counts[i].skipped;
  }
  return absl::OkStatus();
}

void Count::AddNominations(const NetworkAnswer& answer, const Network& network,
                           ParticipationCounts& counts) const {
  for (const Nomination& nomination : answer.nominations) {
    const auto named = roster_.find(nomination.person);
    if (named == roster_.end()) {
      ++counts.nominations_off_roster;
    } else if (named->second.invitation == Invitation::kInvited) {
      ++counts.nominations_inside;
    } else if (named->second.invitation == Invitation::kOptedOut) {
      ++counts.nominations_to_opted_out;
    } else {
      ++counts.nominations_to_not_invited;
    }
  }
  const auto cap = static_cast<std::size_t>(network.nomination_cap);
  if (cap != 0 && answer.nominations.size() == cap) {
    ++counts.respondents_at_cap;
  }
}

void Count::AddNonResponse() {
  for (const auto& [person, entry] : roster_) {
    if (entry.invitation != Invitation::kInvited || entry.responded) continue;
    for (ParticipationCounts& counts : counts_[entry.group]) {
      ++counts.nonresponse;
    }
  }
}

std::vector<NetworkParticipation> Count::Results() const {
  std::vector<NetworkParticipation> results;
  for (const Network& network : index_.instrument().networks) {
    results.emplace_back().network_id = network.network_id;
  }
  for (const auto& [group, place] : groups_) {
    for (std::size_t i = 0; i < results.size(); ++i) {
      const ParticipationCounts& counts = counts_[place][i];
      results[i].total += counts;
      results[i].by_sector[group.first] += counts;
      results[i].by_layer[group.second] += counts;
    }
  }
  return results;
}

}  // namespace

ParticipationCounts& ParticipationCounts::operator+=(
    const ParticipationCounts& other) {
  participants += other.participants;
  invited += other.invited;
  responded += other.responded;
  responded_nobody += other.responded_nobody;
  skipped += other.skipped;
  nonresponse += other.nonresponse;
  not_invited += other.not_invited;
  opted_out += other.opted_out;
  nominations_inside += other.nominations_inside;
  nominations_to_not_invited += other.nominations_to_not_invited;
  nominations_to_opted_out += other.nominations_to_opted_out;
  nominations_off_roster += other.nominations_off_roster;
  respondents_at_cap += other.respondents_at_cap;
  return *this;
}

absl::StatusOr<std::vector<NetworkParticipation>> CountParticipation(
    WaveSnapshot& snapshot, const Instrument& instrument) {
  Count count(instrument);
  PT_RETURN_IF_ERROR(count.AddRoster(snapshot));
  PT_RETURN_IF_ERROR(count.AddResponses(snapshot));
  count.AddNonResponse();
  return count.Results();
}

}  // namespace pulsetaker::survey
