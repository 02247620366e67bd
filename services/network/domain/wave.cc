#include "services/network/domain/wave.h"

#include <algorithm>
#include <cstddef>
#include <set>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "common/base/status.h"

namespace pulsetaker::network {
namespace {

// Where somebody on the roster belongs; `node` if invited.
struct RosterEntry {
  Invitation invitation = Invitation::kInvited;
  NodeId node = 0;
};

using Roster = absl::flat_hash_map<absl::string_view, RosterEntry>;

Roster RosterOf(const WaveSnapshot& snapshot, const Wave& wave) {
  Roster roster;
  for (const Participant& participant : snapshot.participants) {
    roster[participant.id] = {participant.invitation, 0};
  }
  for (NodeId node = 0; node < wave.node_count(); ++node) {
    roster[wave.people[node].id].node = node;
  }
  return roster;
}

// Reads the answers for one network, which must outlive it.
class NetworkReader {
 public:
  NetworkReader(const Roster& roster, NodeId node_count, WaveNetwork& network)
      : roster_(roster), network_(network) {
    network_.answered.assign(node_count, 0);
  }

  void Read(const RosterEntry& respondent, const NetworkAnswer& answer) {
    if (respondent.invitation != Invitation::kInvited) {
      // Of the withdrawn nothing is kept that they said of others.
      if (respondent.invitation == Invitation::kNotInvited) {
        network_.left_out.by_uninvited +=
            static_cast<int>(answer.nominations.size());
      }
      return;
    }
    switch (answer.state) {
      case AnswerState::kSkipped:
        ++network_.responses.skipped;
        return;
      case AnswerState::kRespondedNobody:
        ++network_.responses.responded_nobody;
        break;
      case AnswerState::kResponded:
        ++network_.responses.responded;
        break;
    }
    network_.answered[respondent.node] = 1;
    absl::flat_hash_set<absl::string_view> named;
    for (const Nomination& nomination : answer.nominations) {
      ReadNomination(respondent.node, nomination, named);
    }
    const int cap = network_.definition.nomination_cap;
    if (cap > 0 && static_cast<int>(answer.nominations.size()) >= cap) {
      ++network_.respondents_at_cap;
    }
  }

  void Finish() {
    network_.left_out.outside_person_count = static_cast<int>(outside_.size());
    std::sort(network_.reported.begin(), network_.reported.end(),
              [](const Arc& a, const Arc& b) {
                return std::pair(a.from, a.to) < std::pair(b.from, b.to);
              });
  }

 private:
  void ReadNomination(NodeId from, const Nomination& nomination,
                      absl::flat_hash_set<absl::string_view>& named) {
    LeftOutNominations& left_out = network_.left_out;
    if (!named.insert(nomination.person).second) {
      ++left_out.repeated;
      return;
    }
    const auto entry = roster_.find(nomination.person);
    if (entry == roster_.end()) {
      ++left_out.off_roster;
      outside_.insert(nomination.person);
      return;
    }
    switch (entry->second.invitation) {
      case Invitation::kNotInvited:
        ++left_out.not_invited;
        outside_.insert(nomination.person);
        return;
      case Invitation::kOptedOut:
        ++left_out.opted_out;
        return;
      case Invitation::kInvited:
        break;
    }
    if (entry->second.node == from) {
      ++left_out.self;
      return;
    }
    network_.reported.push_back({from, entry->second.node, 1.0});
  }

  const Roster& roster_;
  WaveNetwork& network_;
  absl::flat_hash_set<absl::string_view> outside_;
};

void AddPeople(const WaveSnapshot& snapshot, Wave& wave) {
  std::set<std::string> sectors;
  std::set<std::string> other_sectors;
  for (const Participant& participant : snapshot.participants) {
    switch (participant.invitation) {
      case Invitation::kInvited:
        wave.people.push_back(participant);
        if (!participant.sector.empty()) sectors.insert(participant.sector);
        break;
      case Invitation::kNotInvited:
        ++wave.counts.not_invited;
        if (!participant.sector.empty()) {
          other_sectors.insert(participant.sector);
        }
        break;
      case Invitation::kOptedOut:
        ++wave.counts.opted_out;
        break;
    }
  }
  std::sort(
      wave.people.begin(), wave.people.end(),
      [](const Participant& a, const Participant& b) { return a.id < b.id; });
  wave.sectors.assign(sectors.begin(), sectors.end());
  std::set_difference(other_sectors.begin(), other_sectors.end(),
                      sectors.begin(), sectors.end(),
                      std::back_inserter(wave.uninvited_sectors));
}

void AddSectors(Wave& wave) {
  wave.sector.assign(wave.node_count(), kNoGroup);
  for (NodeId node = 0; node < wave.node_count(); ++node) {
    const Participant& person = wave.people[node];
    if (person.layer == Layer::kUnknown) ++wave.counts.layer_unknown;
    if (person.sector.empty()) {
      ++wave.counts.sector_unknown;
      continue;
    }
    const auto sector = std::lower_bound(wave.sectors.begin(),
                                         wave.sectors.end(), person.sector);
    wave.sector[node] = static_cast<GroupId>(sector - wave.sectors.begin());
  }
  wave.counts.invited = static_cast<int>(wave.people.size());
  wave.counts.sector_count = static_cast<int>(wave.sectors.size());
}

absl::Status AddNetwork(const WaveSnapshot& snapshot, const Roster& roster,
                        const NetworkDefinition& definition, Wave& wave) {
  WaveNetwork network;
  network.definition = definition;
  NetworkReader reader(roster, wave.node_count(), network);
  const NetworkAnswer skipped{definition.id, AnswerState::kSkipped, {}};
  int response_count = 0;
  for (const Response& response : snapshot.responses) {
    const RosterEntry& respondent = roster.at(response.person);
    const auto answer =
        std::find_if(response.answers.begin(), response.answers.end(),
                     [&](const NetworkAnswer& candidate) {
                       return candidate.network_id == definition.id;
                     });
    reader.Read(respondent,
                answer == response.answers.end() ? skipped : *answer);
    if (respondent.invitation == Invitation::kInvited) ++response_count;
  }
  reader.Finish();

  ResponseCounts& responses = network.responses;
  responses.nonresponse = wave.counts.invited - response_count;
  responses.not_invited = wave.counts.not_invited;
  responses.opted_out = wave.counts.opted_out;
  const int respondents = responses.responded + responses.responded_nobody;
  network.gate = GateOf(respondents, wave.counts.invited);
  network.response_rate =
      wave.counts.invited == 0
          ? 0.0
          : static_cast<double>(respondents) / wave.counts.invited;
  PT_ASSIGN_OR_RETURN(network.graph, GraphOf(network, wave.node_count(), {}));
  wave.networks.push_back(std::move(network));
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<Digraph> GraphOf(const WaveNetwork& network, NodeId node_count,
                                const NodeFlags& dropped) {
  std::vector<Arc> arcs;
  arcs.reserve(network.reported.size() * (network.definition.directed ? 1 : 2));
  for (const Arc& arc : network.reported) {
    if (!dropped.empty() && dropped[arc.from] != 0) continue;
    arcs.push_back(arc);
    if (!network.definition.directed) {
      arcs.push_back({arc.to, arc.from, arc.weight});
    }
  }
  return Digraph::FromArcs(node_count, arcs, Repeats::kCollapse);
}

Gate GateOf(int respondent_count, int invited_count) {
  if (invited_count == 0) return Gate::kGroupOnly;
  // Correctly rounded, so a rate that is the threshold equals its literal.
  const double rate = static_cast<double>(respondent_count) / invited_count;
  if (rate >= kThresholds.all_roles_response_rate) return Gate::kAllRoles;
  if (rate >= kThresholds.hubs_only_response_rate) return Gate::kHubsOnly;
  return Gate::kGroupOnly;
}

absl::StatusOr<Wave> BuildWave(const WaveSnapshot& snapshot) {
  Wave wave;
  wave.snapshot_digest = snapshot.digest;
  AddPeople(snapshot, wave);
  AddSectors(wave);
  const Roster roster = RosterOf(snapshot, wave);
  for (const NetworkDefinition& definition : snapshot.networks) {
    PT_RETURN_IF_ERROR(AddNetwork(snapshot, roster, definition, wave));
  }
  wave.answered_any.assign(wave.node_count(), 0);
  for (const WaveNetwork& network : wave.networks) {
    for (NodeId node = 0; node < wave.node_count(); ++node) {
      if (network.answered[node] != 0) wave.answered_any[node] = 1;
    }
  }
  wave.counts.responded_any = static_cast<int>(
      std::count(wave.answered_any.begin(), wave.answered_any.end(), char{1}));
  return wave;
}

}  // namespace pulsetaker::network
