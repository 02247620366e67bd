#include "services/network/domain/clique_measures.h"

#include <algorithm>
#include <cstddef>
#include <map>
#include <numeric>
#include <utility>

#include "common/base/status.h"
#include "services/network/domain/distances.h"

namespace pulsetaker::network {
namespace {

std::optional<double> Ratio(int part, int whole) {
  if (whole == 0) return std::nullopt;
  return static_cast<double>(part) / whole;
}

double Jaccard(const std::vector<NodeId>& a, const std::vector<NodeId>& b) {
  std::vector<NodeId> shared;
  std::set_intersection(a.begin(), a.end(), b.begin(), b.end(),
                        std::back_inserter(shared));
  const std::size_t either = a.size() + b.size() - shared.size();
  return static_cast<double>(shared.size()) / static_cast<double>(either);
}

std::map<GroupId, int> SectorCounts(const NodeFlags& members,
                                    absl::Span<const GroupId> sector) {
  std::map<GroupId, int> counts;
  for (std::size_t node = 0; node < members.size(); ++node) {
    if (members[node] != 0 && sector[node] != kNoGroup) ++counts[sector[node]];
  }
  return counts;
}

int Total(const std::map<GroupId, int>& counts) {
  int total = 0;
  for (const auto& [sector, count] : counts) total += count;
  return total;
}

// Of the people of one stratum: how many, and how many of each known sector.
struct Stratum {
  double people = 0.0;
  std::map<GroupId, double> sectors;

  void Add(GroupId sector) {
    ++people;
    if (sector != kNoGroup) ++sectors[sector];
  }
  double known() const {
    double sum = 0.0;
    for (const auto& [sector, count] : sectors) sum += count;
    return sum;
  }
};

// Of the ordered pairs of two people, of one stratum or of two.
struct PairShares {
  double known = 0.0;  // Both sectors are.
  double cross = 0.0;  // And they differ.
};

PairShares SharesOf(const Stratum& a, const Stratum& b) {
  // Nobody is paired with themselves.
  const double one = &a == &b ? 1.0 : 0.0;
  const double all = a.people * (b.people - one);
  double same = 0.0;
  for (const auto& [sector, count] : a.sectors) {
    const auto found = b.sectors.find(sector);
    if (found != b.sectors.end()) same += count * (found->second - one);
  }
  const double known = a.known() * (b.known() - one);
  return {known / all, (known - same) / all};
}

}  // namespace

std::optional<double> Recurrence::raw_score() const {
  if (!mean_jaccard.has_value()) return std::nullopt;
  return (std::min(1.0, recurrent_share) + *mean_jaccard) / 2;
}

int RecurrenceThreshold(int network_count) {
  return (5 * network_count + 6) / 7;
}

Recurrence RecurrenceOf(absl::Span<const std::vector<NodeId>> cores,
                        NodeId node_count, int threshold) {
  Recurrence result;
  result.core_counts.assign(node_count, 0);
  std::size_t slots = 0;
  for (const std::vector<NodeId>& core : cores) {
    slots += core.size();
    for (const NodeId node : core) ++result.core_counts[node];
  }
  const int core_count = static_cast<int>(cores.size());
  result.histogram.assign(cores.size() + 1, 0);
  for (const int count : result.core_counts) {
    ++result.histogram[static_cast<std::size_t>(count)];
    if (count > 0) ++result.any_count;
    if (count == core_count) ++result.all_count;
    if (count >= threshold) ++result.recurrent_count;
  }
  const double mean_size = static_cast<double>(slots) / core_count;
  result.all_share = result.all_count / mean_size;
  result.recurrent_share = result.recurrent_count / mean_size;
  // Over the people in any core, the counts sum to all slots.
  result.concentration =
      static_cast<double>(slots) / result.any_count / core_count;

  double sum = 0.0;
  int pairs = 0;
  for (std::size_t a = 0; a < cores.size(); ++a) {
    for (std::size_t b = a + 1; b < cores.size(); ++b) {
      sum += Jaccard(cores[a], cores[b]);
      ++pairs;
    }
  }
  if (pairs > 0) result.mean_jaccard = sum / pairs;
  return result;
}

Listening ListeningOf(absl::Span<const CoreView> views) {
  int core_out = 0;  // Nominations of the core, and those that leave it.
  int core_all = 0;
  int directed_core_out = 0;
  int directed_core_all = 0;
  int periphery_in = 0;  // Of the periphery, and those that enter the core.
  int periphery_all = 0;
  double share_sum = 0.0;
  int directed_views = 0;
  for (const CoreView& view : views) {
    const NodeFlags& members = *view.members;
    int out = 0;
    int all = 0;
    for (NodeId from = 0; from < view.graph->node_count(); ++from) {
      for (const NodeId to : view.graph->out(from)) {
        if (members[from] != 0) {
          ++all;
          out += members[to] == 0;
        } else if (view.directed) {
          ++periphery_all;
          periphery_in += members[to] != 0;
        }
      }
    }
    core_out += out;
    core_all += all;
    if (!view.directed) continue;
    directed_core_out += out;
    directed_core_all += all;
    ++directed_views;
    share_sum += static_cast<double>(
                     std::count(members.begin(), members.end(), char{1})) /
                 static_cast<double>(members.size());
  }

  Listening result;
  result.external_internal = Ratio(2 * core_out - core_all, core_all);
  result.core_share_of_periphery = Ratio(periphery_in, periphery_all);
  result.periphery_share_of_core = Ratio(directed_core_out, directed_core_all);
  if (directed_views == 0) return result;
  const double share = share_sum / directed_views;
  if (result.periphery_share_of_core && share < 1) {
    result.inwardness =
        std::max(0.0, 1 - *result.periphery_share_of_core / (1 - share));
  }
  if (result.core_share_of_periphery && result.periphery_share_of_core &&
      share > 0 && share < 1) {
    result.asymmetry = *result.core_share_of_periphery / share -
                       *result.periphery_share_of_core / (1 - share);
  }
  return result;
}

absl::StatusOr<Loss> LossOf(absl::Span<const CoreView> views,
                            IsCancelled is_cancelled) {
  Loss loss;
  for (const CoreView& view : views) {
    const Digraph& graph = *view.graph;
    std::vector<NodeId> members;
    for (NodeId node = 0; node < graph.node_count(); ++node) {
      if ((*view.members)[node] != 0) members.push_back(node);
    }
    PT_ASSIGN_OR_RETURN(const Fragmentation before,
                        FragmentationWithout(graph, {}, is_cancelled));
    PT_ASSIGN_OR_RETURN(const Fragmentation after,
                        FragmentationWithout(graph, members, is_cancelled));
    loss.reach += after.by_distance - before.by_distance;
    loss.fragmentation += after.by_component - before.by_component;
  }
  loss.reach /= static_cast<double>(views.size());
  loss.fragmentation /= static_cast<double>(views.size());
  return loss;
}

std::optional<double> Blau(const NodeFlags& members,
                           absl::Span<const GroupId> sector) {
  const std::map<GroupId, int> counts = SectorCounts(members, sector);
  const double total = Total(counts);
  if (total == 0) return std::nullopt;
  double squares = 0.0;
  for (const auto& [group, count] : counts) {
    squares += (count / total) * (count / total);
  }
  return 1.0 - squares;
}

std::optional<double> RaoStirling(const NodeFlags& members, const Wave& wave,
                                  absl::Span<const SectorDistance> distances) {
  std::map<std::pair<std::string, std::string>, double> known;
  for (const SectorDistance& pair : distances) {
    known[{pair.sector, pair.other_sector}] = pair.distance;
  }
  const std::map<GroupId, int> counts = SectorCounts(members, wave.sector);
  const double total = Total(counts);
  if (total == 0) return std::nullopt;
  double sum = 0.0;
  for (auto g = counts.begin(); g != counts.end(); ++g) {
    for (auto h = std::next(g); h != counts.end(); ++h) {
      // Sectors are numbered in ascending order, as pairs are spelled.
      const auto pair =
          known.find({wave.sectors[g->first], wave.sectors[h->first]});
      const double distance = pair == known.end() ? 1.0 : pair->second;
      sum += 2 * (g->second / total) * (h->second / total) * distance;
    }
  }
  return sum;
}

std::optional<double> CrossSectorShare(absl::Span<const Graph> tied,
                                       absl::Span<const GroupId> sector) {
  int all = 0;
  int cross = 0;
  for (const Graph& graph : tied) {
    for (NodeId a = 0; a < graph.node_count(); ++a) {
      if (sector[a] == kNoGroup) continue;
      for (const NodeId b : graph.neighbors(a)) {
        if (b < a || sector[b] == kNoGroup) continue;
        ++all;
        cross += sector[a] != sector[b];
      }
    }
  }
  return Ratio(cross, all);
}

std::optional<double> ExpectedCrossSectorShare(
    absl::Span<const Graph> tied, absl::Span<const GroupId> sector,
    absl::Span<const std::uint32_t> strata) {
  std::map<std::uint32_t, Stratum> people;
  for (std::size_t node = 0; node < sector.size(); ++node) {
    people[strata[node]].Add(sector[node]);
  }
  std::map<std::pair<std::uint32_t, std::uint32_t>, double> ties;
  for (const Graph& graph : tied) {
    for (NodeId a = 0; a < graph.node_count(); ++a) {
      for (const NodeId b : graph.neighbors(a)) {
        if (a < b) ++ties[std::minmax(strata[a], strata[b])];
      }
    }
  }
  double known = 0.0;
  double cross = 0.0;
  for (const auto& [pair, count] : ties) {
    const PairShares shares = SharesOf(people[pair.first], people[pair.second]);
    known += count * shares.known;
    cross += count * shares.cross;
  }
  if (known == 0.0) return std::nullopt;
  return cross / known;
}

std::optional<double> SectorReach(absl::Span<const Graph> tied,
                                  absl::Span<const GroupId> sector,
                                  int sector_count) {
  if (sector_count < 2) return std::nullopt;
  std::vector<std::size_t> seen(static_cast<std::size_t>(sector_count), 0);
  std::size_t people = 0;  // Also the stamp of the current one in `seen`.
  std::size_t reached = 0;
  for (const Graph& graph : tied) {
    for (NodeId node = 0; node < graph.node_count(); ++node) {
      if (sector[node] == kNoGroup) continue;
      ++people;
      const auto visit = [&](NodeId other) {
        const GroupId group = sector[other];
        if (group == kNoGroup || group == sector[node]) return;
        if (seen[group] == people) return;
        seen[group] = people;
        ++reached;
      };
      for (const NodeId near : graph.neighbors(node)) {
        visit(near);
        for (const NodeId far : graph.neighbors(near)) visit(far);
      }
    }
  }
  if (people == 0) return std::nullopt;
  return static_cast<double>(reached) / static_cast<double>(people) /
         (sector_count - 1);
}

Hypergeometric HypergeometricTails(int population, int marked, int drawn,
                                   int seen) {
  const int first = std::max(0, drawn - (population - marked));
  const int last = std::min(marked, drawn);
  // Chances relative to the likeliest count, from which none overflows.
  const int mode = std::clamp(
      static_cast<int>((marked + 1.0) * (drawn + 1.0) / (population + 2.0)),
      first, last);
  const auto step = [&](int count) {  // P(count + 1) / P(count)
    return (static_cast<double>(marked) - count) * (drawn - count) /
           ((count + 1.0) * (population - marked - drawn + count + 1.0));
  };
  std::vector<double> weights(static_cast<std::size_t>(last - first) + 1, 1.0);
  const auto at = [&](int count) -> double& {
    return weights[static_cast<std::size_t>(count - first)];
  };
  for (int count = mode; count < last; ++count) {
    at(count + 1) = at(count) * step(count);
  }
  for (int count = mode; count > first; --count) {
    at(count - 1) = at(count) / step(count - 1);
  }
  const double total = std::accumulate(weights.begin(), weights.end(), 0.0);
  double low = 0.0;
  double high = 0.0;
  for (int count = first; count <= last; ++count) {
    if (count <= seen) low += at(count);
    if (count >= seen) high += at(count);
  }
  return {std::min(1.0, low / total), std::min(1.0, high / total)};
}

std::vector<NodeId> MostNamedPeople(const Digraph& graph, std::size_t count) {
  std::vector<NodeId> order(graph.node_count());
  std::iota(order.begin(), order.end(), NodeId{0});
  std::stable_sort(order.begin(), order.end(), [&](NodeId a, NodeId b) {
    return std::pair(graph.in(a).size(), graph.out(a).size()) >
           std::pair(graph.in(b).size(), graph.out(b).size());
  });
  order.resize(std::min(order.size(), count));
  std::sort(order.begin(), order.end());
  return order;
}

std::vector<NodeId> MostOftenInCore(absl::Span<const int> core_counts,
                                    absl::Span<const Digraph> graphs,
                                    int count) {
  const auto node_count = static_cast<NodeId>(core_counts.size());
  std::vector<std::size_t> degree(node_count, 0);
  for (const Digraph& graph : graphs) {
    for (NodeId node = 0; node < node_count; ++node) {
      degree[node] += graph.in(node).size() + graph.out(node).size();
    }
  }
  std::vector<NodeId> order(node_count);
  std::iota(order.begin(), order.end(), NodeId{0});
  std::stable_sort(order.begin(), order.end(), [&](NodeId a, NodeId b) {
    return std::pair(core_counts[a], degree[a]) >
           std::pair(core_counts[b], degree[b]);
  });
  order.resize(std::min(order.size(), static_cast<std::size_t>(count)));
  std::sort(order.begin(), order.end());
  return order;
}

}  // namespace pulsetaker::network
