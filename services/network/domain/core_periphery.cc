#include "services/network/domain/core_periphery.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <utility>

#include "absl/status/status.h"
#include "services/network/domain/canonical_order.h"
#include "services/network/domain/degree.h"

namespace pulsetaker::network {
namespace {

constexpr double kUndefined = -std::numeric_limits<double>::infinity();

// A partition in the numbers that its correlation depends on.
struct Counts {
  double nodes = 0;
  double core = 0;            // Nodes in the core.
  double core_arcs = 0;       // Arcs from core to core.
  double periphery_arcs = 0;  // Arcs from periphery to periphery.

  double core_pairs() const { return core * (core - 1); }
  double periphery_pairs() const { return (nodes - core) * (nodes - core - 1); }
};

// The correlation of two 0-1 variables over the pairs that count: all its terms
// are integers, so equal partitions compare equal.
double Correlation(const Counts& counts) {
  const double in_core = counts.core_pairs();
  const double in_periphery = counts.periphery_pairs();
  const double pairs = in_core + in_periphery;
  const double arcs = counts.core_arcs + counts.periphery_arcs;
  if (in_core <= 0 || in_periphery <= 0 || arcs <= 0 || arcs >= pairs) {
    return kUndefined;
  }
  // Divided by the pairs in two places, so that products stay within doubles.
  const double covariance = counts.core_arcs - arcs * (in_core / pairs);
  const double spread_arcs = arcs * (1 - arcs / pairs);
  const double spread_core = in_core * (in_periphery / pairs);
  return covariance / (std::sqrt(spread_arcs) * std::sqrt(spread_core));
}

// Gains below this are rounding, not a better core.
constexpr double kGainMin = 1e-12;

// Arcs between two people, one each way.
constexpr std::size_t kTiesOfAPair = 2;

constexpr NodeId kNobody = std::numeric_limits<NodeId>::max();

// One person in, one out, or both.
struct Change {
  NodeId in = kNobody;
  NodeId out = kNobody;
  double correlation = kUndefined;
};

// A partition that can be changed a node at a time.
class Partition {
 public:
  explicit Partition(const Digraph& graph)
      : graph_(graph),
        in_core_(graph.node_count(), false),
        ties_(graph.node_count()),
        core_ties_(graph.node_count(), 0.0) {
    for (NodeId u = 0; u < graph.node_count(); ++u) {
      ties_[u] = static_cast<double>(graph.out(u).size() + graph.in(u).size());
      ties_max_ = std::max(ties_max_, ties_[u]);
    }
    counts_.nodes = graph.node_count();
    counts_.periphery_arcs = static_cast<double>(graph.arc_count());
  }

  bool in_core(NodeId node) const { return in_core_[node]; }
  const Counts& counts() const { return counts_; }

  // Moves a node to the other side. O(its ties).
  void Flip(NodeId node) {
    counts_ = Flipped(counts_, node, core_ties_[node]);
    in_core_[node] = !in_core_[node];
    const double step = in_core_[node] ? 1.0 : -1.0;
    for (const NodeId v : graph_.out(node)) core_ties_[v] += step;
    for (const NodeId v : graph_.in(node)) core_ties_[v] += step;
  }

  void Apply(const Change& change) {
    if (change.out != kNobody) Flip(change.out);
    if (change.in != kNobody) Flip(change.in);
  }

  // The best single change that is better than `correlation`, which is that of
  // the partition; the first of equals in `order`. No change if there is none.
  Change Best(const std::vector<NodeId>& order, double correlation) {
    Change best;
    best.correlation = correlation;
    const SizeBound larger(counts_.nodes, counts_.core + 1);
    const SizeBound smaller(counts_.nodes, counts_.core - 1);
    for (const NodeId u : order) {
      const Counts changed = Flipped(counts_, u, core_ties_[u]);
      const SizeBound& bound = in_core_[u] ? smaller : larger;
      if (!bound.MayExceed(changed, best.correlation)) continue;
      const Change change = in_core_[u] ? Change{.out = u} : Change{.in = u};
      Keep(change, Correlation(changed), best);
    }
    const ExchangeBound bound = FindBound(correlation);
    std::vector<double> between(graph_.node_count(), 0.0);
    for (const NodeId out : order) {
      if (!in_core_[out]) continue;
      if (!FrontMayImprove(out, bound.any, bound, best.correlation)) continue;
      for (const NodeId v : graph_.out(out)) between[v] += 1;
      for (const NodeId v : graph_.in(out)) between[v] += 1;
      if (MayImprove(out, between, bound, best.correlation)) {
        BestExchange(order, out, between, bound.size, best);
      }
      for (const NodeId v : graph_.out(out)) between[v] = 0;
      for (const NodeId v : graph_.in(out)) between[v] = 0;
    }
    return best;
  }

 private:
  // `core_ties`: arcs between `node` and the core, without itself.
  Counts Flipped(Counts counts, NodeId node, double core_ties) const {
    const double periphery_ties = ties_[node] - core_ties;
    if (in_core_[node]) {
      counts.core -= 1;
      counts.core_arcs -= core_ties;
      counts.periphery_arcs += periphery_ties;
    } else {
      counts.core += 1;
      counts.core_arcs += core_ties;
      counts.periphery_arcs -= periphery_ties;
    }
    return counts;
  }

  // What tells without a root that a partition with a core of some size is no
  // better.
  class SizeBound {
   public:
    SizeBound() = default;
    SizeBound(double nodes, double core) {
      const Counts sizes{.nodes = nodes, .core = core};
      pairs_ = sizes.core_pairs() + sizes.periphery_pairs();
      if (pairs_ <= 0) return;
      core_share_ = sizes.core_pairs() / pairs_;
      spread_ = sizes.core_pairs() * (1 - core_share_);
      density_step_ = 1 / pairs_;
    }

    double pairs() const { return pairs_; }

    // Whether the partition may have more than `correlation`. Errs on the side
    // of yes, by more than rounding.
    bool MayExceed(const Counts& counts, double correlation) const {
      if (correlation <= 0) return true;
      const double arcs = counts.core_arcs + counts.periphery_arcs;
      const double covariance = counts.core_arcs - arcs * core_share_;
      return covariance > 0 &&
             covariance * covariance > (1 - 1e-9) * correlation * correlation *
                                           arcs * (1 - arcs * density_step_) *
                                           spread_;
    }

   private:
    double pairs_ = 0.0;       // Those that count.
    double core_share_ = 0.0;  // Of the pairs that count.
    double spread_ = 0.0;      // Of "is in the core".
    double density_step_ = 0.0;
  };

  // An exchange leaves the sizes as they are, so this is the same for all.
  struct ExchangeBound {
    // Ties of one of the periphery when somebody has left the core.
    struct Ties {
      double to_core = 0.0;
      double to_periphery = 0.0;
    };
    // Those of the periphery whom no other surpasses.
    using Front = std::vector<Ties>;

    bool holds = false;
    SizeBound size;
    Front untied;  // Who has no tie to the one who left.
    Front any;     // Whether or not: each may have a tie either way.
  };

  // The more ties to the core somebody has, and the more to the periphery, the
  // better is the core with them, where the correlation is above 0 and fewer
  // than half of the pairs are tied. Elsewhere there is no bound.
  ExchangeBound FindBound(double correlation) const {
    ExchangeBound bound;
    bound.size = SizeBound(counts_.nodes, counts_.core);
    const double arcs_max =
        counts_.core_arcs + counts_.periphery_arcs + 2 * ties_max_;
    bound.holds = correlation > 0 && 2 * arcs_max < bound.size.pairs();
    if (!bound.holds) return bound;
    std::vector<double> most(static_cast<std::size_t>(ties_max_) + 1, -1.0);
    for (NodeId u = 0; u < graph_.node_count(); ++u) {
      if (in_core_[u]) continue;
      double& of_ties = most[static_cast<std::size_t>(core_ties_[u])];
      of_ties = std::max(of_ties, ties_[u] - core_ties_[u]);
    }
    bound.untied = FrontOf(most);
    // A tie to the one who left has become one to the periphery.
    std::vector<double> most_any = most;
    for (std::size_t core_ties = 0; core_ties < most.size(); ++core_ties) {
      if (most[core_ties] < 0) continue;
      for (std::size_t tie = 1; tie <= std::min(core_ties, kTiesOfAPair);
           ++tie) {
        double& of_ties = most_any[core_ties - tie];
        of_ties = std::max(of_ties, most[core_ties] + static_cast<double>(tie));
      }
    }
    bound.any = FrontOf(most_any);
    return bound;
  }

  // `most[c]`: ties to the periphery that somebody with c ties to the core has
  // at most, below 0 if there is nobody.
  static ExchangeBound::Front FrontOf(const std::vector<double>& most) {
    ExchangeBound::Front front;
    double surpassed = -1.0;
    for (std::size_t core_ties = most.size(); core_ties-- > 0;) {
      if (most[core_ties] <= surpassed) continue;
      surpassed = most[core_ties];
      front.push_back({static_cast<double>(core_ties), surpassed});
    }
    return front;
  }

  // Whether somebody of `front` in place of `out` may give more than
  // `correlation`.
  bool FrontMayImprove(NodeId out, const ExchangeBound::Front& front,
                       const ExchangeBound& bound, double correlation) const {
    if (!bound.holds) return true;
    const Counts without = Flipped(counts_, out, core_ties_[out]);
    return std::any_of(front.begin(), front.end(), [&](const auto& ties) {
      Counts changed = without;
      changed.core_arcs += ties.to_core;
      changed.periphery_arcs -= ties.to_periphery;
      return bound.size.MayExceed(changed, correlation);
    });
  }

  // Whether exchanging `out` may give more than `correlation`: for those
  // without a tie to it the front speaks, of others each by itself.
  bool MayImprove(NodeId out, const std::vector<double>& between,
                  const ExchangeBound& bound, double correlation) const {
    if (FrontMayImprove(out, bound.untied, bound, correlation)) return true;
    const Counts without = Flipped(counts_, out, core_ties_[out]);
    for (const auto tied : {graph_.out(out), graph_.in(out)}) {
      for (const NodeId in : tied) {
        if (in_core_[in]) continue;
        const Counts changed =
            Flipped(without, in, core_ties_[in] - between[in]);
        if (bound.size.MayExceed(changed, correlation)) return true;
      }
    }
    return false;
  }

  // `between[v]`: arcs between `out` and v.
  void BestExchange(const std::vector<NodeId>& order, NodeId out,
                    const std::vector<double>& between, const SizeBound& bound,
                    Change& best) const {
    const Counts without = Flipped(counts_, out, core_ties_[out]);
    for (const NodeId in : order) {
      if (in_core_[in]) continue;
      const Counts changed = Flipped(without, in, core_ties_[in] - between[in]);
      if (!bound.MayExceed(changed, best.correlation)) continue;
      Keep({.in = in, .out = out}, Correlation(changed), best);
    }
  }

  static void Keep(Change change, double value, Change& best) {
    if (value <= best.correlation + kGainMin) return;
    best = change;
    best.correlation = value;
  }

  const Digraph& graph_;
  std::vector<bool> in_core_;
  std::vector<double> ties_;       // In and out.
  std::vector<double> core_ties_;  // Those with members of the core.
  Counts counts_;
  double ties_max_ = 0.0;
};

// The best cut of `order`: its first nodes as the core, two if no cut has a
// correlation.
void CutByOrder(const std::vector<NodeId>& order, Partition& partition) {
  double best = kUndefined;
  std::size_t best_size = 2;
  for (std::size_t size = 1; size <= order.size(); ++size) {
    partition.Flip(order[size - 1]);
    const double value = Correlation(partition.counts());
    if (value > best + kGainMin) {
      best = value;
      best_size = size;
    }
  }
  for (std::size_t i = best_size; i < order.size(); ++i) {
    partition.Flip(order[i]);
  }
}

// By falling degree, then in-degree, then number.
std::vector<NodeId> ByDegree(const Digraph& graph) {
  struct Rank {
    std::size_t degree;
    std::size_t in_degree;
    NodeId node;
  };
  std::vector<Rank> ranks;
  ranks.reserve(graph.node_count());
  for (NodeId u = 0; u < graph.node_count(); ++u) {
    const std::size_t in = graph.in(u).size();
    ranks.push_back({graph.out(u).size() + in, in, u});
  }
  std::sort(ranks.begin(), ranks.end(), [](const Rank& a, const Rank& b) {
    if (a.degree != b.degree) return a.degree > b.degree;
    if (a.in_degree != b.in_degree) return a.in_degree > b.in_degree;
    return a.node < b.node;
  });
  std::vector<NodeId> order;
  order.reserve(ranks.size());
  for (const Rank& rank : ranks) order.push_back(rank.node);
  return order;
}

double Share(double arcs, double pairs) { return pairs > 0 ? arcs / pairs : 0; }

Core Measured(const Digraph& graph, const Partition& partition) {
  const Counts& counts = partition.counts();
  const double arcs = static_cast<double>(graph.arc_count());
  Core core;
  core.correlation = std::clamp(Correlation(counts), -1.0, 1.0);
  core.core_density = Share(counts.core_arcs, counts.core_pairs());
  core.periphery_density =
      Share(counts.periphery_arcs, counts.periphery_pairs());
  core.between_density = Share(arcs - counts.core_arcs - counts.periphery_arcs,
                               2 * counts.core * (counts.nodes - counts.core));
  core.overall_density = Density(graph);
  for (NodeId u = 0; u < graph.node_count(); ++u) {
    if (partition.in_core(u)) core.members.push_back(u);
  }
  return core;
}

}  // namespace

absl::StatusOr<std::optional<Core>> FindCore(const Digraph& graph,
                                             IsCancelled is_cancelled,
                                             CoreOrder by) {
  if (graph.node_count() < 4) return std::nullopt;
  const std::vector<NodeId> order =
      by == CoreOrder::kByPlace ? CanonicalOrder(graph) : ByDegree(graph);
  Partition partition(graph);
  CutByOrder(order, partition);
  double correlation = Correlation(partition.counts());
  while (true) {
    if (is_cancelled()) return absl::CancelledError("core");
    const Change change = partition.Best(order, correlation);
    if (change.correlation <= correlation + kGainMin) break;
    partition.Apply(change);
    correlation = change.correlation;
  }
  if (correlation == kUndefined) return std::nullopt;
  return Measured(graph, partition);
}

std::optional<Core> MeasureCore(const Digraph& graph,
                                std::vector<NodeId> members) {
  std::sort(members.begin(), members.end());
  members.erase(std::unique(members.begin(), members.end()), members.end());
  Partition partition(graph);
  for (const NodeId member : members) partition.Flip(member);
  if (Correlation(partition.counts()) == kUndefined) return std::nullopt;
  return Measured(graph, partition);
}

}  // namespace pulsetaker::network
