#include "services/network/domain/tie_changes.h"

#include <algorithm>
#include <cstddef>

#include "absl/strings/str_cat.h"

namespace pulsetaker::network {
namespace {

using Reason = NotMeasuredReason;

// Who of the current wave answered for the network in both, by current number.
NodeFlags AnsweredBoth(const MatchedNetwork& network) {
  NodeFlags both(network.current.answered.size());
  for (std::size_t node = 0; node < both.size(); ++node) {
    const NodeId before = network.people.in_previous[node];
    if (before == kNoNode) continue;
    const bool answered = network.current.answered[node] != 0 &&
                          network.previous.answered[before] != 0;
    both[node] = answered ? 1 : 0;
  }
  return both;
}

int CountOf(const NodeFlags& flags) {
  return static_cast<int>(std::count(flags.begin(), flags.end(), char{1}));
}

bool AreEnough(int sender_count) {
  return sender_count >= kThresholds.group_person_count_min;
}

std::optional<NotMeasured> SenderProblem(int sender_count) {
  if (AreEnough(sender_count)) return std::nullopt;
  return NotMeasured{
      Reason::kTooFewPeople,
      absl::StrCat(sender_count, " people answered in both waves, want ",
                   kThresholds.group_person_count_min)};
}

Measure ShareOf(int part, int whole, int sender_count) {
  if (const auto problem = SenderProblem(sender_count)) {
    return Measure::Missing(problem->reason, problem->detail);
  }
  if (whole == 0) return Measure::Missing(Reason::kNoTies);
  return Measure::Of(static_cast<double>(part) / whole);
}

// Ties of a graph: arcs, or pairs with the smaller node first.
template <typename Visit>
void VisitTies(const WaveNetwork& network, const Visit& visit) {
  for (NodeId from = 0; from < network.graph.node_count(); ++from) {
    for (const NodeId to : network.graph.out(from)) {
      if (network.definition.directed || from < to) visit(from, to);
    }
  }
}

// Whether a tie of this sender and receiver, numbered as in the current wave,
// would have been seen in both waves.
class Comparability {
 public:
  explicit Comparability(const MatchedNetwork& network)
      : network_(network), answered_(AnsweredBoth(network)) {}

  int sender_count() const { return CountOf(answered_); }
  bool answered(NodeId node) const { return answered_[node] != 0; }

  bool Has(NodeId from, NodeId to) const {
    if (from == kNoNode || to == kNoNode) return false;
    if (network_.people.in_previous[from] == kNoNode ||
        network_.people.in_previous[to] == kNoNode) {
      return false;
    }
    return answered(from) &&
           (network_.current.definition.directed || answered(to));
  }

  bool WasThere(NodeId from, NodeId to) const {
    return network_.previous.graph.has_arc(network_.people.in_previous[from],
                                           network_.people.in_previous[to]);
  }

 private:
  const MatchedNetwork& network_;
  const NodeFlags answered_;
};

// Counts of a TieChange.
struct TieCounts {
  int kept = 0;
  int dissolved = 0;
  int fresh = 0;
  int previous_uncompared = 0;
  int current_uncompared = 0;
};

TieCounts CountComparable(const MatchedNetwork& network,
                          const Comparability& comparable) {
  TieCounts counts;
  VisitTies(network.current, [&](NodeId from, NodeId to) {
    if (!comparable.Has(from, to)) {
      ++counts.current_uncompared;
    } else {
      ++(comparable.WasThere(from, to) ? counts.kept : counts.fresh);
    }
  });
  VisitTies(network.previous, [&](NodeId from, NodeId to) {
    const NodeId later_from = network.people.in_current[from];
    const NodeId later_to = network.people.in_current[to];
    if (!comparable.Has(later_from, later_to)) {
      ++counts.previous_uncompared;
    } else if (!network.current.graph.has_arc(later_from, later_to)) {
      ++counts.dissolved;
    }
  });
  return counts;
}

// Counts of a Renewal.
struct CrossTies {
  int all = 0;
  int fresh = 0;
  int newcomer = 0;
};

CrossTies CountCrossTies(const MatchedNetwork& network, const Wave& current,
                         const Comparability& comparable) {
  CrossTies counts;
  VisitTies(network.current, [&](NodeId from, NodeId to) {
    const GroupId sector = current.sector[from];
    const GroupId other = current.sector[to];
    if (sector == kNoGroup || other == kNoGroup || sector == other) return;
    if (comparable.Has(from, to)) {
      ++counts.all;
      counts.fresh += !comparable.WasThere(from, to);
      return;
    }
    const bool to_newcomer =
        comparable.answered(from) && network.people.in_previous[to] == kNoNode;
    const bool from_newcomer = !network.current.definition.directed &&
                               comparable.answered(to) &&
                               network.people.in_previous[from] == kNoNode;
    counts.newcomer += to_newcomer || from_newcomer;
  });
  return counts;
}

void SetCounts(const CrossTies& counts, Renewal& renewal) {
  renewal.cross_sector_count = counts.all;
  renewal.new_count = counts.fresh;
  renewal.newcomer_tie_count = counts.newcomer;
}

// How many are in which core, and on which roster.
struct CoreCounts {
  int previous = 0;
  int current = 0;
  int stayed = 0;
  int dropped = 0;
  int off_roster = 0;
  int risen = 0;
  int newcomers_in = 0;
  int newcomers = 0;
};

CoreCounts CountCores(const MatchedPeople& people, const NodeFlags& previous,
                      const NodeFlags& current) {
  CoreCounts counts;
  for (std::size_t node = 0; node < previous.size(); ++node) {
    if (previous[node] == 0) continue;
    ++counts.previous;
    const NodeId later = people.in_current[node];
    if (later == kNoNode) {
      ++counts.off_roster;
    } else {
      ++(current[later] != 0 ? counts.stayed : counts.dropped);
    }
  }
  for (std::size_t node = 0; node < current.size(); ++node) {
    const bool is_newcomer = people.in_previous[node] == kNoNode;
    counts.newcomers += is_newcomer;
    if (current[node] == 0) continue;
    ++counts.current;
    counts.newcomers_in += is_newcomer;
  }
  counts.risen = counts.current - counts.stayed - counts.newcomers_in;
  return counts;
}

}  // namespace

MatchedPeople MatchPeople(const Wave& previous, const Wave& current) {
  MatchedPeople people;
  people.in_current.assign(previous.node_count(), kNoNode);
  people.in_previous.assign(current.node_count(), kNoNode);
  NodeId before = 0;
  NodeId after = 0;
  // Both rosters ascend by id.
  while (before < previous.node_count() && after < current.node_count()) {
    const int order =
        previous.people[before].id.compare(current.people[after].id);
    if (order == 0) {
      people.in_current[before] = after;
      people.in_previous[after] = before;
    }
    before += order <= 0 ? 1 : 0;
    after += order >= 0 ? 1 : 0;
  }
  return people;
}

RosterChange RosterChangeOf(const MatchedPeople& people, const Wave& current) {
  RosterChange change;
  change.previous_count = static_cast<int>(people.in_current.size());
  change.current_count = static_cast<int>(people.in_previous.size());
  for (NodeId node = 0; node < current.node_count(); ++node) {
    if (people.in_previous[node] == kNoNode) {
      change.joined.push_back(current.people[node].id);
    }
  }
  change.both_count =
      change.current_count - static_cast<int>(change.joined.size());
  change.left_count = change.previous_count - change.both_count;
  return change;
}

TieChange TieChangeOf(const MatchedNetwork& network) {
  const Comparability comparable(network);
  const TieCounts counts = CountComparable(network, comparable);
  TieChange change;
  change.sender_count = comparable.sender_count();
  if (AreEnough(change.sender_count)) {
    change.kept_count = counts.kept;
    change.dissolved_count = counts.dissolved;
    change.new_count = counts.fresh;
    change.previous_uncompared_count = counts.previous_uncompared;
    change.current_uncompared_count = counts.current_uncompared;
  }
  const int changed = counts.dissolved + counts.fresh;
  const int all = counts.kept + changed;
  change.jaccard = ShareOf(counts.kept, all, change.sender_count);
  change.turnover = ShareOf(changed, all, change.sender_count);
  return change;
}

Renewal RenewalOf(const MatchedNetwork& network, const Wave& current) {
  const Comparability comparable(network);
  const CrossTies counts = CountCrossTies(network, current, comparable);
  Renewal renewal;
  if (AreEnough(comparable.sender_count())) SetCounts(counts, renewal);
  renewal.share = ShareOf(counts.fresh, counts.all, comparable.sender_count());
  return renewal;
}

Renewal SumOf(absl::Span<const Renewal> renewals) {
  CrossTies counts;
  int measurable_count = 0;
  for (const Renewal& renewal : renewals) {
    // What is not told of a few senders must not show in the sum.
    if (!renewal.cross_sector_count.has_value()) continue;
    ++measurable_count;
    counts.all += *renewal.cross_sector_count;
    counts.fresh += *renewal.new_count;
    counts.newcomer += *renewal.newcomer_tie_count;
  }
  Renewal sum;
  if (measurable_count == 0) {
    sum.share = Measure::Missing(Reason::kTooFewNetworks);
    return sum;
  }
  SetCounts(counts, sum);
  sum.share = counts.all > 0
                  ? Measure::Of(static_cast<double>(counts.fresh) / counts.all)
                  : Measure::Missing(Reason::kNoTies);
  return sum;
}

CoreChange CoreChangeOf(const MatchedPeople& people, const NodeFlags& previous,
                        const NodeFlags& current) {
  CoreChange change;
  if (previous.empty() || current.empty()) {
    change.turnover = change.newcomer_entry_rate = Measure::Missing(
        Reason::kNoCore, previous.empty() ? "the previous wave has none"
                                          : "the current wave has none");
    return change;
  }
  const CoreCounts counts = CountCores(people, previous, current);
  change.previous_count = counts.previous;
  change.current_count = counts.current;
  change.stayed_count = counts.stayed;
  change.dropped_count = counts.dropped;
  change.off_roster_count = counts.off_roster;
  change.risen_count = counts.risen;
  change.newcomer_count = counts.newcomers_in;
  const int left = counts.stayed + counts.dropped;
  change.turnover =
      left == 0 ? Measure::Missing(Reason::kTooFewPeople,
                                   "nobody of the previous core is left")
                : Measure::Of(static_cast<double>(counts.dropped) / left);
  change.newcomer_entry_rate =
      counts.newcomers == 0
          ? Measure::Missing(Reason::kTooFewPeople, "there are no newcomers")
          : Measure::Of(static_cast<double>(counts.newcomers_in) /
                        counts.newcomers);
  return change;
}

}  // namespace pulsetaker::network
