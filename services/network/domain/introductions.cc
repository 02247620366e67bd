#include "services/network/domain/introductions.h"

#include <algorithm>
#include <cstddef>
#include <map>
#include <tuple>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/base/status.h"
#include "services/network/domain/distances.h"
#include "services/network/domain/person_index.h"

namespace pulsetaker::network {
namespace {

constexpr NodeId kNearSteps = 2;

absl::Status OutOfRange(absl::string_view field, absl::string_view problem) {
  return MakeError(absl::StatusCode::kInvalidArgument, "PARAMETER_OUT_OF_RANGE",
                   absl::StrCat(field, " ", problem),
                   {{"field", std::string(field)}});
}

std::vector<RolePairing> PairingsOf(const IntroductionRequest& request) {
  if (!request.pairings.empty()) return request.pairings;
  return {{{Role::kGatekeeper, ""}, {Role::kPulsetaker, ""}}};
}

absl::Status Check(const Wave& wave, const IntroductionRequest& request) {
  if (request.count < 0 || request.count > kIntroductionsMax) {
    return OutOfRange("count", absl::StrCat("is ", request.count,
                                            ", want 0 to ", kIntroductionsMax));
  }
  for (std::size_t i = 0; i < request.pairings.size(); ++i) {
    const RolePairing& pairing = request.pairings[i];
    const std::string field = absl::StrCat("pairings[", i, "]");
    if (pairing.first.role == Role::kNone ||
        pairing.second.role == Role::kNone) {
      return OutOfRange(field, "lacks a role");
    }
    if (!pairing.first.network_id.empty() &&
        pairing.first.network_id == pairing.second.network_id) {
      return OutOfRange(field, "is of one network with itself");
    }
    for (const RolePlace* place : {&pairing.first, &pairing.second}) {
      if (place->network_id.empty()) continue;
      PT_RETURN_IF_ERROR(FindNetwork(wave, place->network_id).status());
    }
  }
  return absl::OkStatus();
}

// Firm holders of each role, ascending, by number of network.
using Holders = std::vector<std::map<Role, std::vector<NodeId>>>;

Holders FirmHolders(const Wave& wave,
                    absl::Span<const NetworkFindings> findings) {
  Holders holders(wave.networks.size());
  for (const NetworkFindings& own : findings) {
    const auto number = FindNetwork(wave, own.network_id);
    if (!number.ok()) continue;
    for (const RoleFinding& finding : own.roles) {
      const auto node = FindPerson(wave, finding.person);
      if (finding.certainty != Certainty::kFirm || !node.ok()) continue;
      holders[*number][finding.role].push_back(*node);
    }
    for (auto& [role, nodes] : holders[*number]) {
      std::sort(nodes.begin(), nodes.end());
    }
  }
  return holders;
}

// The ties of two networks taken as one, and who is near whom.
class NearPeople {
 public:
  static absl::StatusOr<NearPeople> Create(const Digraph& a, const Digraph& b) {
    std::vector<Arc> edges = a.Arcs();
    const std::vector<Arc> more = b.Arcs();
    edges.insert(edges.end(), more.begin(), more.end());
    NearPeople near;
    PT_ASSIGN_OR_RETURN(
        const Graph tied,
        Graph::FromEdges(a.node_count(), edges, Repeats::kCollapse));
    near.ties_ = tied.ToDigraph();
    return near;
  }

  bool AreTied(NodeId a, NodeId b) const { return ties_.has_arc(a, b); }

  // Who comes within two steps of one of the two, if they are tied.
  int ReachGained(NodeId a, NodeId b) {
    return ComingNear(a, b) + ComingNear(b, a);
  }

 private:
  int ComingNear(NodeId person, NodeId other) {
    const NodeFlags& near = NearOf(person);
    int count = near[other] == 0 ? 1 : 0;
    for (const NodeId node : ties_.out(other)) {
      if (node != person && near[node] == 0) ++count;
    }
    return count;
  }

  const NodeFlags& NearOf(NodeId person) {
    const auto [entry, is_new] = near_.try_emplace(person);
    if (is_new) {
      entry->second.assign(ties_.node_count(), 0);
      for (const NodeId node : NodesWithin(ties_, person, kNearSteps)) {
        entry->second[node] = 1;
      }
    }
    return entry->second;
  }

  Digraph ties_;  // Both ways.
  std::map<NodeId, NodeFlags> near_;
};

// What reasons are ordered by.
auto OrderOf(const IntroductionReason& reason) {
  return std::tuple(-reason.reach_gained, reason.first.network_id,
                    reason.second.network_id, reason.first.role,
                    reason.second.role);
}

class Matchmaker {
 public:
  Matchmaker(const Wave& wave, const Holders& holders,
             const IntroductionRequest& request)
      : wave_(wave),
        holders_(holders),
        pairings_(PairingsOf(request)),
        known_by_(request.known_by) {}

  // For two networks, x before y, all pairings either way round.
  absl::Status Match(std::size_t x, std::size_t y) {
    PT_ASSIGN_OR_RETURN(
        NearPeople near,
        NearPeople::Create(wave_.networks[x].graph, wave_.networks[y].graph));
    for (const RolePairing& pairing : pairings_) {
      Pair(pairing, x, y, near);
      Pair(pairing, y, x, near);
    }
    return absl::OkStatus();
  }

  std::vector<Introduction> Ranked(std::size_t count) {
    std::vector<Introduction> ranked;
    for (auto& [pair, introduction] : found_) {
      auto& reasons = introduction.reasons;
      std::sort(reasons.begin(), reasons.end(),
                [](const IntroductionReason& a, const IntroductionReason& b) {
                  return OrderOf(a) < OrderOf(b);
                });
      reasons.erase(std::unique(reasons.begin(), reasons.end()), reasons.end());
      introduction.reach_gained = reasons.front().reach_gained;
      ranked.push_back(std::move(introduction));
    }
    std::stable_sort(ranked.begin(), ranked.end(),
                     [](const Introduction& a, const Introduction& b) {
                       return a.reach_gained > b.reach_gained;
                     });
    if (ranked.size() > count) ranked.resize(count);
    return ranked;
  }

 private:
  void Pair(const RolePairing& pairing, std::size_t x, std::size_t y,
            NearPeople& near) {
    for (const NodeId a : HoldersOf(pairing.first, x)) {
      for (const NodeId b : HoldersOf(pairing.second, y)) {
        if (a == b || KnowEachOther(a, b, near)) continue;
        Add({a, {pairing.first.role, wave_.networks[x].definition.id}},
            {b, {pairing.second.role, wave_.networks[y].definition.id}},
            near.ReachGained(a, b));
      }
    }
  }

  absl::Span<const NodeId> HoldersOf(const RolePlace& place,
                                     std::size_t network) const {
    if (!place.network_id.empty() &&
        place.network_id != wave_.networks[network].definition.id) {
      return {};
    }
    const auto found = holders_[network].find(place.role);
    if (found == holders_[network].end()) return {};
    return found->second;
  }

  bool KnowEachOther(NodeId a, NodeId b, const NearPeople& near) const {
    if (near.AreTied(a, b)) return true;
    if (known_by_ == KnownBy::kTheirNetworks) return false;
    return std::any_of(wave_.networks.begin(), wave_.networks.end(),
                       [&](const WaveNetwork& network) {
                         return network.graph.has_arc(a, b) ||
                                network.graph.has_arc(b, a);
                       });
  }

  // People are numbered in the order of their ids.
  void Add(std::pair<NodeId, RolePlace> first,
           std::pair<NodeId, RolePlace> second, int reach_gained) {
    if (first.first > second.first) std::swap(first, second);
    Introduction& introduction = found_[{first.first, second.first}];
    introduction.person = wave_.people[first.first].id;
    introduction.other_person = wave_.people[second.first].id;
    introduction.reasons.push_back(
        {std::move(first.second), std::move(second.second), reach_gained});
  }

  const Wave& wave_;
  const Holders& holders_;
  const std::vector<RolePairing> pairings_;
  const KnownBy known_by_;
  std::map<std::pair<NodeId, NodeId>, Introduction> found_;
};

}  // namespace

absl::StatusOr<std::vector<Introduction>> SuggestIntroductions(
    const Wave& wave, absl::Span<const NetworkFindings> findings,
    const IntroductionRequest& request, IsCancelled is_cancelled) {
  PT_RETURN_IF_ERROR(Check(wave, request));
  const Holders holders = FirmHolders(wave, findings);
  Matchmaker matchmaker(wave, holders, request);
  for (std::size_t x = 0; x < wave.networks.size(); ++x) {
    for (std::size_t y = x + 1; y < wave.networks.size(); ++y) {
      if (is_cancelled()) return absl::CancelledError("introductions");
      if (holders[x].empty() || holders[y].empty()) continue;
      PT_RETURN_IF_ERROR(matchmaker.Match(x, y));
    }
  }
  return matchmaker.Ranked(static_cast<std::size_t>(
      request.count == 0 ? kIntroductionsDefault : request.count));
}

}  // namespace pulsetaker::network
