#include "services/network/domain/introductions.h"

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <map>
#include <set>
#include <tuple>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "common/base/status.h"
#include "services/network/domain/distances.h"
#include "services/network/domain/person_index.h"
#include "services/network/domain/told_cores.h"

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
  if (request.pairings.size() > kPairingsMax) {
    return OutOfRange("pairings",
                      absl::StrCat("has ", request.pairings.size(),
                                   " entries, want at most ", kPairingsMax));
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

Holders FirmHolders(const Wave& wave, const Analysis& analysis) {
  Holders holders(wave.networks.size());
  for (std::size_t i = 0; i < holders.size(); ++i) {
    for (const RoleFinding& finding : analysis.networks[i].roles) {
      const auto node = FindPerson(wave, finding.person);
      if (finding.certainty != Certainty::kFirm || !node.ok()) continue;
      holders[i][finding.role].push_back(*node);
    }
    for (auto& [role, nodes] : holders[i]) {
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

  // Within two steps.
  bool AreNear(NodeId a, NodeId b) { return NearOf(a)[b]; }

  // Who comes within two steps of one of the two, who are not near, if they are
  // tied.
  int ReachGained(NodeId a, NodeId b) {
    return ComingNear(a, b) + ComingNear(b, a);
  }

 private:
  int ComingNear(NodeId person, NodeId other) {
    const std::vector<bool>& near = NearOf(person);
    const absl::Span<const NodeId> coming = ties_.out(other);
    return 1 + static_cast<int>(
                   std::count_if(coming.begin(), coming.end(),
                                 [&](NodeId node) { return !near[node]; }));
  }

  const std::vector<bool>& NearOf(NodeId person) {
    const auto [entry, is_new] = near_.try_emplace(person);
    if (is_new) {
      entry->second.assign(ties_.node_count(), false);
      for (const NodeId node : NodesWithin(ties_, person, kNearSteps)) {
        entry->second[node] = true;
      }
    }
    return entry->second;
  }

  Digraph ties_;  // Both ways.
  std::map<NodeId, std::vector<bool>> near_;
};

using NodePair = std::pair<NodeId, NodeId>;  // The smaller first.

// Below all that can be gained.
constexpr int kUntold = -1;

// The pairs of the most reach gained among those offered, equal ones by number.
class BestPairs {
 public:
  explicit BestPairs(std::size_t count) : count_(count) {}

  // Of one pair offered more than once the most counts.
  void Offer(const NodePair& pair, int reach_gained) {
    const std::pair<int, NodePair> rank(-reach_gained, pair);
    if (ranks_.size() == count_ && rank > *ranks_.rbegin()) return;
    const auto [most, is_new] = most_.try_emplace(pair, reach_gained);
    if (!is_new) {
      if (most->second >= reach_gained) return;
      ranks_.erase({-most->second, pair});
      most->second = reach_gained;
    }
    ranks_.insert(rank);
    if (ranks_.size() <= count_) return;
    most_.erase(ranks_.rbegin()->second);
    ranks_.erase(std::prev(ranks_.end()));
  }

  bool Has(const NodePair& pair) const { return most_.contains(pair); }

  std::vector<NodePair> Ranked() const {
    std::vector<NodePair> pairs;
    for (const auto& [rank, pair] : ranks_) pairs.push_back(pair);
    return pairs;
  }

 private:
  const std::size_t count_;
  std::map<NodePair, int> most_;
  std::set<std::pair<int, NodePair>> ranks_;
};

// A role in a network, by number.
struct Place {
  Role role = Role::kNone;
  std::size_t network = 0;
};

// A reason for a pair to meet: the place of its first person, and of its
// second.
struct Meeting {
  NodePair pair;
  Place first;
  Place second;
  int reach_gained = kUntold;
};

// What reasons are ordered by.
auto OrderOf(const IntroductionReason& reason) {
  return std::tuple(-reason.reach_gained.value_or(kUntold),
                    reason.first.network_id, reason.second.network_id,
                    reason.first.role, reason.second.role);
}

// Finds the best pairs first, and then the reasons of these alone: those of all
// pairs could fill the memory.
class Matchmaker {
 public:
  Matchmaker(const Wave& wave, const Analysis& analysis,
             const IntroductionRequest& request, IsCancelled is_cancelled)
      : wave_(wave),
        holders_(FirmHolders(wave, analysis)),
        pairings_(PairingsOf(request)),
        known_by_(request.known_by),
        count_(static_cast<std::size_t>(
            request.count == 0 ? kIntroductionsDefault : request.count)),
        is_cancelled_(is_cancelled) {}

  absl::StatusOr<std::vector<Introduction>> Match() const {
    BestPairs best(count_);
    PT_RETURN_IF_ERROR(VisitMeetings([](const NodePair&) { return true; },
                                     [&](const Meeting& meeting) {
                                       best.Offer(meeting.pair,
                                                  meeting.reach_gained);
                                     }));
    std::map<NodePair, std::vector<IntroductionReason>> reasons;
    PT_RETURN_IF_ERROR(
        VisitMeetings([&](const NodePair& pair) { return best.Has(pair); },
                      [&](const Meeting& meeting) {
                        reasons[meeting.pair].push_back(ReasonOf(meeting));
                      }));
    std::vector<Introduction> introductions;
    for (const NodePair& pair : best.Ranked()) {
      introductions.push_back(Introduced(pair, std::move(reasons[pair])));
    }
    return introductions;
  }

 private:
  // Of the pairs that are `wanted`. A meeting is visited once for each pairing
  // that it is of.
  template <typename Wanted, typename Visit>
  absl::Status VisitMeetings(const Wanted& wanted, const Visit& visit) const {
    for (std::size_t x = 0; x < wave_.networks.size(); ++x) {
      for (std::size_t y = x + 1; y < wave_.networks.size(); ++y) {
        if (is_cancelled_()) return absl::CancelledError("introductions");
        if (holders_[x].empty() || holders_[y].empty()) continue;
        PT_ASSIGN_OR_RETURN(NearPeople near,
                            NearPeople::Create(wave_.networks[x].graph,
                                               wave_.networks[y].graph));
        const auto visit_near = [&](Meeting meeting) {
          const auto& [a, b] = meeting.pair;
          if (!wanted(meeting.pair) || KnowEachOther(a, b, near)) return;
          if (TellsReach(x) && TellsReach(y)) {
            meeting.reach_gained = near.ReachGained(a, b);
          }
          visit(meeting);
        };
        for (const RolePairing& pairing : pairings_) {
          PT_RETURN_IF_ERROR(Pair(pairing, x, y, visit_near));
          PT_RETURN_IF_ERROR(Pair(pairing, y, x, visit_near));
        }
      }
    }
    return absl::OkStatus();
  }

  // People are numbered in the order of their ids.
  template <typename Visit>
  absl::Status Pair(const RolePairing& pairing, std::size_t x, std::size_t y,
                    const Visit& visit) const {
    const Place first{pairing.first.role, x};
    const Place second{pairing.second.role, y};
    for (const NodeId a : HoldersOf(pairing.first, x)) {
      if (is_cancelled_()) return absl::CancelledError("introductions");
      for (const NodeId b : HoldersOf(pairing.second, y)) {
        if (a < b) visit(Meeting{{a, b}, first, second});
        if (b < a) visit(Meeting{{b, a}, second, first});
      }
    }
    return absl::OkStatus();
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

  bool KnowEachOther(NodeId a, NodeId b, NearPeople& near) const {
    if (near.AreNear(a, b)) return true;
    if (known_by_ == KnownBy::kTheirNetworks) return false;
    return std::any_of(wave_.networks.begin(), wave_.networks.end(),
                       [&](const WaveNetwork& network) {
                         return network.graph.has_arc(a, b) ||
                                network.graph.has_arc(b, a);
                       });
  }

  bool TellsReach(std::size_t network) const {
    return wave_.networks[network].gate == Gate::kAllRoles;
  }

  RolePlace Named(const Place& place) const {
    return {place.role, wave_.networks[place.network].definition.id};
  }

  IntroductionReason ReasonOf(const Meeting& meeting) const {
    IntroductionReason reason{Named(meeting.first), Named(meeting.second), {}};
    if (meeting.reach_gained != kUntold) {
      reason.reach_gained = meeting.reach_gained;
    }
    return reason;
  }

  // `reasons` are not empty.
  Introduction Introduced(const NodePair& pair,
                          std::vector<IntroductionReason> reasons) const {
    std::sort(reasons.begin(), reasons.end(),
              [](const IntroductionReason& a, const IntroductionReason& b) {
                return OrderOf(a) < OrderOf(b);
              });
    reasons.erase(std::unique(reasons.begin(), reasons.end()), reasons.end());
    return {wave_.people[pair.first].id, wave_.people[pair.second].id,
            reasons.front().reach_gained, std::move(reasons)};
  }

  const Wave& wave_;
  const Holders holders_;
  const std::vector<RolePairing> pairings_;
  const KnownBy known_by_;
  const std::size_t count_;
  const IsCancelled is_cancelled_;
};

}  // namespace

absl::StatusOr<std::vector<Introduction>> SuggestIntroductions(
    const Wave& wave, const AnalysisResult& result,
    const IntroductionRequest& request, IsCancelled is_cancelled) {
  PT_RETURN_IF_ERROR(CheckAnalysisOf(result, wave));
  PT_RETURN_IF_ERROR(Check(wave, request));
  return Matchmaker(wave, result.analysis, request, is_cancelled).Match();
}

}  // namespace pulsetaker::network
