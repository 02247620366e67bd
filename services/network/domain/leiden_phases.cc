#include "services/network/domain/leiden_phases.h"

#include <cstddef>
#include <utility>

#include "absl/types/span.h"

namespace pulsetaker::network {
namespace {

// A gain of less than this share of a node's strength is rounding. Nodes that
// moved for less might move for ever.
constexpr double kGainMin = 1e-10;

// Visits between two questions whether to go on: about a millisecond.
constexpr std::size_t kVisitsPerQuestion = 8'192;

std::vector<NodeId> ShuffledNodes(NodeId nodes, Random& random) {
  std::vector<NodeId> order = EachAlone(nodes);
  random.Shuffle(absl::MakeSpan(order));
  return order;
}

// Moves nodes one by one to the community where they add most to modularity,
// which may be none of those that there are. Each node is visited once, and
// again when a neighbor has left it for another community.
class LocalMoving {
 public:
  LocalMoving(const LeidenLevel& level, double resolution,
              Membership& community)
      : level_(level),
        resolution_(resolution),
        community_(community),
        strength_(level.node_count(), 0.0),
        size_(level.node_count(), 0),
        weights_(level.node_count()) {
    for (NodeId u = 0; u < level.node_count(); ++u) {
      strength_[community[u]] += level.strengths[u];
      ++size_[community[u]];
    }
    for (NodeId c = 0; c < level.node_count(); ++c) {
      if (size_[c] == 0) vacant_.push_back(c);
    }
  }

  absl::Status Run(Random& random, IsCancelled is_cancelled) {
    const NodeId nodes = level_.node_count();
    // A ring in which each node is once at most.
    std::vector<NodeId> queue = ShuffledNodes(nodes, random);
    std::vector<char> is_queued(nodes, 1);
    std::size_t front = 0;
    std::size_t queued = nodes;
    for (std::size_t visits = 0; queued > 0; ++visits) {
      if (visits % kVisitsPerQuestion == 0 && is_cancelled()) {
        return absl::CancelledError("communities");
      }
      const NodeId u = queue[front];
      if (++front == nodes) front = 0;
      --queued;
      is_queued[u] = 0;
      const NodeId from = community_[u];
      const NodeId to = BestCommunity(u);
      if (to == from) continue;
      Move(u, to);
      for (std::size_t i = level_.begins[u]; i < level_.begins[u + 1]; ++i) {
        const NodeId v = level_.targets[i];
        if (is_queued[v] != 0 || community_[v] == to) continue;
        is_queued[v] = 1;
        const std::size_t back = front + queued++;
        queue[back < nodes ? back : back - nodes] = v;
      }
    }
    return absl::OkStatus();
  }

 private:
  // Gains are beside being alone, and in units of weight.
  NodeId BestCommunity(NodeId u) {
    for (std::size_t i = level_.begins[u]; i < level_.begins[u + 1]; ++i) {
      weights_.Add(community_[level_.targets[i]], level_.weights[i]);
    }
    const NodeId from = community_[u];
    const double strength = level_.strengths[u];
    const double expected = resolution_ * (strength / level_.total);
    const double gain_min = kGainMin * strength;
    NodeId best = from;
    double best_gain = weights_.weight(from) -
                       expected * (strength_[from] - strength) + gain_min;
    for (std::size_t i = 0; i < weights_.count(); ++i) {
      const NodeId c = weights_.in_reach(i);
      if (c == from) continue;
      const double gain = weights_.weight(c) - expected * strength_[c];
      if (gain > best_gain) {
        best = c;
        best_gain = gain;
      }
    }
    weights_.Clear();
    if (best_gain < 0 && size_[from] > 1) return vacant_.back();
    return best;
  }

  void Move(NodeId u, NodeId to) {
    const NodeId from = community_[u];
    if (!vacant_.empty() && vacant_.back() == to) vacant_.pop_back();
    strength_[to] += level_.strengths[u];
    ++size_[to];
    if (--size_[from] == 0) {
      strength_[from] = 0;
      vacant_.push_back(from);
    } else {
      strength_[from] -= level_.strengths[u];
    }
    community_[u] = to;
  }

  const LeidenLevel& level_;
  const double resolution_;
  Membership& community_;
  std::vector<double> strength_;  // Of each community, as are sizes.
  std::vector<NodeId> size_;
  std::vector<NodeId> vacant_;  // Communities without members.
  GroupWeights weights_;
};

// Splits communities: each node begins alone, and those still alone join the
// part of their community where they add most, if both are well connected with
// the rest of it. Parts are therefore connected.
class Refinement {
 public:
  Refinement(const LeidenLevel& level, double resolution,
             const Membership& community)
      : level_(level),
        resolution_(resolution),
        community_(community),
        community_strength_(level.node_count(), 0.0),
        part_(EachAlone(level.node_count())),
        strength_(level.strengths),
        size_(level.node_count(), 1),
        outward_(level.node_count(), 0.0),
        weights_(level.node_count()) {
    for (NodeId u = 0; u < level.node_count(); ++u) {
      community_strength_[community[u]] += level.strengths[u];
      for (std::size_t i = level.begins[u]; i < level.begins[u + 1]; ++i) {
        if (community[level.targets[i]] == community[u]) {
          outward_[u] += level.weights[i];
        }
      }
    }
  }

  Membership Run(Random& random) && {
    for (const NodeId u : ShuffledNodes(level_.node_count(), random)) {
      if (size_[part_[u]] == 1 && IsWellConnected(u, community_[u])) Join(u);
    }
    return std::move(part_);
  }

 private:
  // Whether a part has, with the rest of its community, as much weight as is
  // expected by chance.
  bool IsWellConnected(NodeId part, NodeId community) const {
    const double rest = community_strength_[community] - strength_[part];
    return outward_[part] >=
           resolution_ * (strength_[part] / level_.total) * rest;
  }

  void Join(NodeId u) {
    for (std::size_t i = level_.begins[u]; i < level_.begins[u + 1]; ++i) {
      const NodeId v = level_.targets[i];
      if (community_[v] == community_[u]) {
        weights_.Add(part_[v], level_.weights[i]);
      }
    }
    // A node that is alone has the number of its part.
    const double expected = resolution_ * (level_.strengths[u] / level_.total);
    NodeId best = u;
    double best_gain = kGainMin * level_.strengths[u];
    for (std::size_t i = 0; i < weights_.count(); ++i) {
      const NodeId p = weights_.in_reach(i);
      const double gain = weights_.weight(p) - expected * strength_[p];
      if (gain > best_gain && IsWellConnected(p, community_[u])) {
        best = p;
        best_gain = gain;
      }
    }
    if (best != u) {
      part_[u] = best;
      strength_[best] += level_.strengths[u];
      outward_[best] += outward_[u] - 2 * weights_.weight(best);
      ++size_[best];
      size_[u] = 0;
    }
    weights_.Clear();
  }

  const LeidenLevel& level_;
  const double resolution_;
  const Membership& community_;
  std::vector<double> community_strength_;
  Membership part_;
  std::vector<double> strength_;  // Of each part, as is the rest.
  std::vector<NodeId> size_;
  std::vector<double> outward_;  // Weight with the rest of the community.
  GroupWeights weights_;
};

}  // namespace

absl::Status MoveNodes(const LeidenLevel& level, double resolution,
                       Random& random, IsCancelled is_cancelled,
                       Membership& community) {
  return LocalMoving(level, resolution, community).Run(random, is_cancelled);
}

Membership RefinedParts(const LeidenLevel& level, double resolution,
                        const Membership& community, Random& random) {
  return Refinement(level, resolution, community).Run(random);
}

}  // namespace pulsetaker::network
