#include "services/survey/domain/participation.h"

#include <algorithm>
#include <array>
#include <bitset>
#include <functional>
#include <numeric>
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
  std::size_t organisation = 0;
  bool responded = false;
  // By network of the instrument, which has at most kNetworkCountMax.
  std::bitset<kNetworkCountMax> answered;
  std::array<std::int32_t, kNetworkCountMax> named = {};
};

void AddPerson(Invitation invitation, ParticipationCounts& counts) {
  ++counts.participants;
  counts.invited += invitation == Invitation::kInvited;
  counts.not_invited += invitation == Invitation::kNotInvited;
  counts.opted_out += invitation == Invitation::kOptedOut;
}

bool MeetsPercent(const ParticipationCounts& counts, std::int64_t percent) {
  return counts.invited > 0 &&
         (counts.responded + counts.responded_nobody) * 100 >=
             counts.invited * percent;
}

class Count {
 public:
  explicit Count(const Instrument& instrument) : index_(instrument) {}

  absl::Status AddRoster(WaveSnapshot& snapshot);
  absl::Status AddResponses(WaveSnapshot& snapshot);
  void AddNonResponse(const WaveSnapshot& snapshot);
  std::vector<NetworkParticipation> Results() const;

 private:
  std::size_t GroupOf(const Participant& participant);
  // Decides which organisations are counted apart, and gives everyone on the
  // roster the place of theirs in organisation_counts_.
  void PlaceOrganisations();
  ParticipationCounts NominationsOf(const NetworkAnswer& answer,
                                    std::size_t network);
  absl::Status AddResponse(const Response& response);
  MostNamed MostNamedOf(std::size_t network) const;

  const InstrumentIndex index_;
  absl::flat_hash_map<std::string, RosterEntry> roster_;
  absl::flat_hash_set<std::string> sectors_;
  std::map<Group, std::size_t> groups_;
  // counts_[group][network].
  std::vector<std::vector<ParticipationCounts>> counts_;
  // In the order in which they were met, with the number of their people.
  std::vector<std::pair<std::string, std::int64_t>> organisations_;
  // The place in organisation_counts_ of each organisation that is counted
  // apart; that after the last of them is of all others.
  std::map<std::string, std::size_t> organisation_places_;
  std::vector<std::vector<ParticipationCounts>> organisation_counts_;
};

std::size_t Count::GroupOf(const Participant& participant) {
  const auto [group, added] = groups_.try_emplace(
      Group(participant.sector, participant.layer), groups_.size());
  if (added) counts_.emplace_back(index_.instrument().networks.size());
  return group->second;
}

absl::Status Count::AddRoster(WaveSnapshot& snapshot) {
  absl::flat_hash_map<std::string, std::size_t> organisations;
  std::string after;
  for (;;) {
    PT_ASSIGN_OR_RETURN(const std::vector<Participant> people,
                        snapshot.ReadParticipants(after, kReadCount));
    if (people.empty()) break;
    for (const Participant& person : people) {
      sectors_.insert(person.sector);
      const std::size_t group = GroupOf(person);
      const auto [organisation, met] =
          organisations.try_emplace(person.organisation, organisations_.size());
      if (met) organisations_.emplace_back(person.organisation, 0);
      ++organisations_[organisation->second].second;
      RosterEntry& entry = roster_[person.person];
      entry.invitation = person.invitation;
      entry.group = group;
      entry.organisation = organisation->second;
      for (ParticipationCounts& counts : counts_[group]) {
        AddPerson(person.invitation, counts);
      }
    }
    if (sectors_.size() > kSectorCountMax) {
      return MakeError(absl::StatusCode::kResourceExhausted, "TOO_MANY_SECTORS",
                       absl::StrCat("the roster has more than ",
                                    kSectorCountMax, " sectors"));
    }
    after = people.back().person;
  }
  PlaceOrganisations();
  return absl::OkStatus();
}

void Count::PlaceOrganisations() {
  std::vector<std::size_t> by_size(organisations_.size());
  std::iota(by_size.begin(), by_size.end(), std::size_t{0});
  std::sort(by_size.begin(), by_size.end(), [&](std::size_t a, std::size_t b) {
    return std::pair(-organisations_[a].second, organisations_[a].first) <
           std::pair(-organisations_[b].second, organisations_[b].first);
  });
  const std::size_t apart = std::min(by_size.size(), kOrganisationCountMax);
  std::vector<std::size_t> places(organisations_.size(), apart);
  for (std::size_t place = 0; place < apart; ++place) {
    places[by_size[place]] = place;
    organisation_places_.emplace(organisations_[by_size[place]].first, place);
  }
  organisation_counts_.assign(
      apart + 1,
      std::vector<ParticipationCounts>(index_.instrument().networks.size()));
  for (auto& [person, entry] : roster_) {
    entry.organisation = places[entry.organisation];
    for (ParticipationCounts& counts :
         organisation_counts_[entry.organisation]) {
      AddPerson(entry.invitation, counts);
    }
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
  RosterEntry& person = entry->second;
  person.responded = true;
  std::vector<ParticipationCounts>& group = counts_[person.group];
  std::vector<ParticipationCounts>& organisation =
      organisation_counts_[person.organisation];
  for (const NetworkAnswer& answer : response.answers.networks) {
    const auto network = index_.FindNetwork(answer.network_id);
    if (!network.has_value()) {
      return unreadable("an answer to a network that was not asked");
    }
    if (answer.state == AnswerState::kSkipped) continue;
    person.answered.set(*network);
    ParticipationCounts added = NominationsOf(answer, *network);
    added.responded = answer.state == AnswerState::kResponded;
    added.responded_nobody = answer.state == AnswerState::kRespondedNobody;
    group[*network] += added;
    organisation[*network] += added;
  }
  for (std::size_t i = 0; i < group.size(); ++i) {
    if (person.answered.test(i)) continue;
    ++group[i].skipped;
    ++organisation[i].skipped;
  }
  return absl::OkStatus();
}

ParticipationCounts Count::NominationsOf(const NetworkAnswer& answer,
                                         std::size_t network) {
  ParticipationCounts counts;
  for (const Nomination& nomination : answer.nominations) {
    const auto named = roster_.find(nomination.person);
    if (named == roster_.end()) {
      ++counts.nominations_off_roster;
    } else if (named->second.invitation == Invitation::kInvited) {
      ++counts.nominations_inside;
      ++named->second.named[network];
    } else if (named->second.invitation == Invitation::kOptedOut) {
      ++counts.nominations_to_opted_out;
    } else {
      ++counts.nominations_to_not_invited;
    }
  }
  const HiddenNominations& hidden = answer.hidden;
  counts.nominations_to_opted_out += hidden.opted_out;
  counts.nominations_of_self = hidden.of_self;
  counts.nominations_repeated = hidden.repeated;
  const std::size_t named =
      answer.nominations.size() +
      static_cast<std::size_t>(hidden.opted_out + hidden.of_self +
                               hidden.repeated);
  const auto cap = static_cast<std::size_t>(
      index_.instrument().networks[network].nomination_cap);
  counts.respondents_at_cap = cap != 0 && named == cap;
  return counts;
}

void Count::AddNonResponse(const WaveSnapshot& snapshot) {
  for (const auto& [person, entry] : roster_) {
    if (entry.invitation != Invitation::kInvited || entry.responded) continue;
    const bool withdrawn = snapshot.HasWithdrawn(person);
    for (ParticipationCounts& counts : counts_[entry.group]) {
      ++counts.nonresponse;
      counts.withdrawn += withdrawn;
    }
    for (ParticipationCounts& counts :
         organisation_counts_[entry.organisation]) {
      ++counts.nonresponse;
    }
  }
}

MostNamed Count::MostNamedOf(std::size_t network) const {
  std::int64_t invited = 0;
  std::vector<std::int32_t> named;
  for (const auto& [person, entry] : roster_) {
    if (entry.invitation != Invitation::kInvited) continue;
    ++invited;
    if (entry.named[network] > 0) named.push_back(entry.named[network]);
  }
  MostNamed most;
  if (named.empty()) return most;
  std::sort(named.begin(), named.end(), std::greater<>());
  const std::size_t tenth = static_cast<std::size_t>((invited + 9) / 10);
  const std::int32_t least = named[std::min(tenth, named.size()) - 1];
  for (const auto& [person, entry] : roster_) {
    if (entry.invitation != Invitation::kInvited ||
        entry.named[network] < least) {
      continue;
    }
    ++most.people;
    most.answered += entry.answered.test(network);
  }
  return most;
}

std::vector<NetworkParticipation> Count::Results() const {
  std::vector<NetworkParticipation> results;
  for (const Network& network : index_.instrument().networks) {
    results.emplace_back().network_id = network.network_id;
  }
  for (std::size_t i = 0; i < results.size(); ++i) {
    for (const auto& [group, place] : groups_) {
      const ParticipationCounts& counts = counts_[place][i];
      results[i].total += counts;
      results[i].by_sector[group.first] += counts;
      results[i].by_layer[group.second] += counts;
    }
    for (const auto& [organisation, place] : organisation_places_) {
      results[i].by_organisation[organisation] = organisation_counts_[place][i];
    }
    results[i].other_organisations = organisation_counts_.back()[i];
    results[i].most_named = MostNamedOf(i);
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
  withdrawn += other.withdrawn;
  nominations_inside += other.nominations_inside;
  nominations_to_not_invited += other.nominations_to_not_invited;
  nominations_to_opted_out += other.nominations_to_opted_out;
  nominations_off_roster += other.nominations_off_roster;
  nominations_of_self += other.nominations_of_self;
  nominations_repeated += other.nominations_repeated;
  respondents_at_cap += other.respondents_at_cap;
  return *this;
}

std::optional<double> ResponseRate(const ParticipationCounts& counts) {
  if (counts.invited == 0) return std::nullopt;
  return static_cast<double>(counts.responded + counts.responded_nobody) /
         static_cast<double>(counts.invited);
}

NamingGate GateOf(const ParticipationCounts& counts) {
  if (counts.invited == 0) return NamingGate::kNone;
  if (MeetsPercent(counts, 80)) return NamingGate::kAllRoles;
  if (MeetsPercent(counts, 65)) return NamingGate::kHubsOnly;
  return NamingGate::kNoNames;
}

bool ExclusionMeasured(const ParticipationCounts& counts) {
  return MeetsPercent(counts, 50);
}

absl::StatusOr<std::vector<NetworkParticipation>> CountParticipation(
    WaveSnapshot& snapshot, const Instrument& instrument) {
  Count count(instrument);
  PT_RETURN_IF_ERROR(count.AddRoster(snapshot));
  PT_RETURN_IF_ERROR(count.AddResponses(snapshot));
  count.AddNonResponse(snapshot);
  return count.Results();
}

}  // namespace pulsetaker::survey
