#include "services/network/domain/brokerage.h"

#include <algorithm>
#include <cstddef>
#include <utility>

#include "absl/status/status.h"
#include "common/base/status.h"

namespace pulsetaker::network {
namespace {

// Ties that are looked at between two questions whether to go on.
constexpr std::size_t kTiesPerQuestion = 1'000'000;

using Groups = absl::Span<const std::uint32_t>;

// The ties of a pair x, y, seen from x.
enum Ties : std::uint8_t { kNames = 1, kIsNamed = 2, kMutual = 3 };

struct Tie {
  NodeId node;
  std::uint8_t ties;
};

// The ties between nodes with a group: of each node first all, and after
// KeepOnce those with nodes that come later when nodes are ordered by how many
// ties they have, so that none keeps more than sqrt(2 * ties).
class TieRows {
 public:
  TieRows(const Digraph& graph, Groups group) : begins_{0} {
    begins_.reserve(std::size_t{graph.node_count()} + 1);
    ties_.reserve(2 * graph.arc_count());
    for (NodeId u = 0; u < graph.node_count(); ++u) {
      if (group[u] != kUngrouped) AddRow(graph, group, u);
      begins_.push_back(ties_.size());
    }
  }

  absl::Span<const Tie> row(NodeId node) const {
    return {ties_.data() + begins_[node], begins_[node + 1] - begins_[node]};
  }

  void KeepOnce() {
    const std::vector<std::size_t> begins = begins_;
    const auto place = [&](NodeId u) {
      return std::pair(begins[std::size_t{u} + 1] - begins[u], u);
    };
    std::size_t kept = 0;
    for (NodeId u = 0; std::size_t{u} + 1 < begins.size(); ++u) {
      for (std::size_t i = begins[u]; i < begins[std::size_t{u} + 1]; ++i) {
        if (place(u) < place(ties_[i].node)) ties_[kept++] = ties_[i];
      }
      begins_[std::size_t{u} + 1] = kept;
    }
    ties_.resize(kept);
  }

 private:
  // Two sorted rows merge into one.
  void AddRow(const Digraph& graph, Groups group, NodeId u) {
    const absl::Span<const NodeId> out = graph.out(u);
    const absl::Span<const NodeId> in = graph.in(u);
    for (std::size_t i = 0, j = 0; i < out.size() || j < in.size();) {
      const bool names = j == in.size() || (i < out.size() && out[i] <= in[j]);
      const bool named = i == out.size() || (j < in.size() && in[j] <= out[i]);
      const NodeId v = names ? out[i] : in[j];
      if (names) ++i;
      if (named) ++j;
      if (group[v] == kUngrouped) continue;
      ties_.push_back({v, static_cast<std::uint8_t>((names ? kNames : 0) |
                                                    (named ? kIsNamed : 0))});
    }
  }

  std::vector<std::size_t> begins_;
  std::vector<Tie> ties_;
};

// Groups by number, from 0 on.
std::vector<std::uint32_t> Numbered(Groups group) {
  std::vector<std::uint32_t> groups(group.begin(), group.end());
  std::sort(groups.begin(), groups.end());
  groups.erase(std::unique(groups.begin(), groups.end()), groups.end());
  std::vector<std::uint32_t> numbered;
  numbered.reserve(group.size());
  for (const std::uint32_t of : group) {
    const auto found = std::lower_bound(groups.begin(), groups.end(), of);
    numbered.push_back(
        of == kUngrouped ? kUngrouped
                         : static_cast<std::uint32_t>(found - groups.begin()));
  }
  return numbered;
}

// Counts of a node's ties with one group.
struct GroupTies {
  std::uint64_t in = 0;
  std::uint64_t out = 0;
  std::uint64_t mutual = 0;

  // Pairs a -> v -> b of this group with a != b.
  std::uint64_t pairs() const { return in * out - mutual; }
};

class Counting {
 public:
  Counting(const Digraph& graph, Groups group, IsCancelled is_cancelled)
      : is_cancelled_(is_cancelled),
        group_(Numbered(group)),
        ties_(graph, group_),
        roles_(graph.node_count()),
        with_group_(graph.node_count()) {}

  absl::StatusOr<std::vector<BrokerageRoles>> Run() {
    for (NodeId v = 0; v < roles_.size(); ++v) {
      PT_RETURN_IF_ERROR(CheckGoesOn(ties_.row(v).size()));
      CountTwoPaths(v);
    }
    ties_.KeepOnce();
    PT_RETURN_IF_ERROR(SubtractTriangles());
    return std::move(roles_);
  }

 private:
  // Asks before the first ties, and then now and then.
  absl::Status CheckGoesOn(std::size_t ties) {
    if (ties < ties_left_) {
      ties_left_ -= ties;
      return absl::OkStatus();
    }
    ties_left_ = kTiesPerQuestion;
    return is_cancelled_() ? absl::CancelledError("brokerage")
                           : absl::OkStatus();
  }

  void CountTwoPaths(NodeId v) {
    if (ties_.row(v).empty()) return;
    GroupTies all;
    for (const Tie& tie : ties_.row(v)) {
      GroupTies& with = with_group_[group_[tie.node]];
      const bool is_named = (tie.ties & kIsNamed) != 0;
      const bool names = (tie.ties & kNames) != 0;
      with.in += is_named ? 1 : 0;
      with.out += names ? 1 : 0;
      with.mutual += is_named && names ? 1 : 0;
      all.in += is_named ? 1 : 0;
      all.out += names ? 1 : 0;
    }
    const GroupTies own = std::exchange(with_group_[group_[v]], {});
    const std::uint64_t others_in = all.in - own.in;
    const std::uint64_t others_out = all.out - own.out;
    std::uint64_t same = 0;  // Pairs of others of one group, a == b counted.
    BrokerageRoles& roles = roles_[v];
    for (const Tie& tie : ties_.row(v)) {
      // Zeros where the group has been counted.
      const GroupTies with = std::exchange(with_group_[group_[tie.node]], {});
      same += with.in * with.out;
      roles.itinerant += with.pairs();
    }
    roles.coordinator = own.pairs();
    roles.gatekeeper = others_in * own.out;
    roles.representative = own.in * others_out;
    roles.liaison = others_in * others_out - same;
  }

  absl::Status SubtractTriangles() {
    std::vector<std::uint8_t> with_x(roles_.size(), 0);
    for (NodeId x = 0; x < roles_.size(); ++x) {
      const absl::Span<const Tie> row = ties_.row(x);
      if (row.size() < 2) continue;
      for (const Tie& tie : row) with_x[tie.node] = tie.ties;
      for (const Tie& xy : row) {
        PT_RETURN_IF_ERROR(CheckGoesOn(ties_.row(xy.node).size()));
        for (const Tie& yz : ties_.row(xy.node)) {
          if (with_x[yz.node] == 0) continue;
          SubtractTriangle(x, xy, yz, with_x[yz.node]);
        }
      }
      for (const Tie& tie : row) with_x[tie.node] = 0;
    }
    return absl::OkStatus();
  }

  void SubtractTriangle(NodeId x, const Tie& xy, const Tie& yz,
                        std::uint8_t xz) {
    const NodeId y = xy.node;
    const NodeId z = yz.node;
    SubtractClosed(x, y, z, (xy.ties & yz.ties & xz));
    SubtractClosed(x, z, y, (xz & Reversed(yz.ties) & xy.ties));
    SubtractClosed(y, x, z, (Reversed(xy.ties) & xz & yz.ties));
  }

  static std::uint8_t Reversed(std::uint8_t ties) {
    return static_cast<std::uint8_t>((ties & kNames) << 1 |
                                     (ties & kIsNamed) >> 1);
  }

  // `closed` has kNames if a -> v, v -> b and a -> b, and kIsNamed if all three
  // the other way round.
  void SubtractClosed(NodeId a, NodeId v, NodeId b, int closed) {
    if ((closed & kNames) != 0) --RoleOf(a, v, b);
    if ((closed & kIsNamed) != 0) --RoleOf(b, v, a);
  }

  std::uint64_t& RoleOf(NodeId a, NodeId v, NodeId b) {
    BrokerageRoles& roles = roles_[v];
    const bool from_own = group_[a] == group_[v];
    const bool to_own = group_[b] == group_[v];
    if (from_own) return to_own ? roles.coordinator : roles.representative;
    if (to_own) return roles.gatekeeper;
    return group_[a] == group_[b] ? roles.itinerant : roles.liaison;
  }

  IsCancelled is_cancelled_;
  std::size_t ties_left_ = 0;               // Until the next question.
  const std::vector<std::uint32_t> group_;  // Numbered.
  TieRows ties_;
  std::vector<BrokerageRoles> roles_;
  std::vector<GroupTies> with_group_;  // Zeros between two nodes.
};

}  // namespace

absl::StatusOr<std::vector<BrokerageRoles>> BrokerageOf(
    const Digraph& nominations, absl::Span<const std::uint32_t> group,
    BrokerageDirection direction, IsCancelled is_cancelled) {
  PT_ASSIGN_OR_RETURN(std::vector<BrokerageRoles> roles,
                      Counting(nominations, group, is_cancelled).Run());
  if (direction == BrokerageDirection::kFlow) {
    for (BrokerageRoles& of : roles)
      std::swap(of.gatekeeper, of.representative);
  }
  return roles;
}

}  // namespace pulsetaker::network
