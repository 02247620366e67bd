#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "absl/types/span.h"
#include "services/network/domain/graph.h"
#include "services/network/domain/lanes.h"

// For the .cc files of this folder; callers want betweenness.h.

namespace pulsetaker::network {

// The method of Brandes from up to 8 * Blocks sources at once, a lane for each.
// Every node has a row of one double a source, so that one pass along an arc
// serves all the sources whose searches are at its start; searches from
// neighboring sources are at the same nodes at much the same time.
//
// Width is how many doubles a register holds where it runs, 2, 4 or 8. It is no
// part of the result, as sums are of the same lanes in the same order.
template <std::size_t Blocks, std::size_t Width>
class BrandesBatch {
 public:
  static constexpr std::size_t kSourcesMax = kLanes * Blocks;
  static_assert(kSourcesMax <= 64);

  // `in` is `out` turned round. `wanted[v]` is 1 for targets and 0 for others.
  // All three must outlive this.
  BrandesBatch(const Rows& out, const Rows& in,
               const std::vector<double>& wanted)
      : out_(out),
        in_(in),
        wanted_(wanted),
        paths_(out.node_count()),
        share_(out.node_count()),
        seen_(out.node_count(), 0),
        fresh_(out.node_count(), 0),
        active_(out.node_count(), 0) {}

  // Adds to `sums` what passes through each node from `sources`, at most
  // kSourcesMax and all different. False if there are more paths than a double
  // can count; the sums are of no use then.
  bool Run(absl::Span<const NodeId> sources, std::vector<double>& sums) {
    Start(sources);
    while (Advance()) {
    }
    const bool counted = SumBack(sums);
    Clear();
    return counted;
  }

 private:
  using Lane = Register<Width>;
  using Part = typename Lane::Part;
  using Bits = typename Lane::Bits;
  static constexpr std::size_t kParts = kSourcesMax / Width;
  // Lanes that are summed on their own, eight of them.
  static constexpr std::size_t kSums = kLanes / Width;

  struct alignas(64) Row {
    Part part[kParts] = {};
  };

  // The sources, as bits, that have `node` at the level at hand.
  struct Entry {
    NodeId node;
    std::uint64_t lanes;
  };

  // Above this share of the arcs, it costs less to have all nodes look back
  // than to have the level look ahead.
  static constexpr std::size_t kPullDivisor = 2;

  void Start(absl::Span<const NodeId> sources) {
    levels_.clear();
    all_ = 0;
    for (std::size_t i = 0; i < sources.size(); ++i) {
      const std::uint64_t lane = std::uint64_t{1} << i;
      all_ |= lane;
      seen_[sources[i]] = lane;
      paths_[sources[i]].part[i / Width][i % Width] = 1;
      levels_.push_back({sources[i], lane});
    }
    begins_ = {0, levels_.size()};
  }

  absl::Span<const Entry> Level(std::size_t level) const {
    return absl::MakeConstSpan(levels_).subspan(
        begins_[level], begins_[level + 1] - begins_[level]);
  }

  // Counts the paths to the next level; false if there is none.
  bool Advance() {
    const std::size_t begin = begins_[begins_.size() - 2];
    const std::size_t end = begins_.back();
    std::size_t arcs = 0;
    for (std::size_t i = begin; i < end; ++i) {
      arcs += out_.row_size(levels_[i].node);
    }
    if (arcs > out_.entry_count() / kPullDivisor) {
      Pull(begin, end);
    } else {
      Push(begin, end);
    }
    if (levels_.size() == end) return false;
    begins_.push_back(levels_.size());
    return true;
  }

  void Push(std::size_t begin, std::size_t end) {
    touched_.clear();
    for (std::size_t i = begin; i < end; ++i) {
      const Entry entry = levels_[i];
      const Row& from = paths_[entry.node];
      for (const NodeId v : out_.row(entry.node)) {
        const std::uint64_t lanes = entry.lanes & ~seen_[v];
        if (lanes == 0) continue;
        Add(lanes, from, paths_[v]);
        if (fresh_[v] == 0) touched_.push_back(v);
        fresh_[v] |= lanes;
      }
    }
    for (const NodeId v : touched_) {
      seen_[v] |= fresh_[v];
      levels_.push_back({v, fresh_[v]});
      fresh_[v] = 0;
    }
  }

  void Pull(std::size_t begin, std::size_t end) {
    for (std::size_t i = begin; i < end; ++i) {
      active_[levels_[i].node] = levels_[i].lanes;
    }
    for (NodeId v = 0; v < in_.node_count(); ++v) {
      const std::uint64_t missing = all_ & ~seen_[v];
      if (missing == 0) continue;
      Row sum;
      std::uint64_t found = 0;
      for (const NodeId u : in_.row(v)) {
        const std::uint64_t lanes = active_[u] & missing;
        if (lanes == 0) continue;
        found |= lanes;
        Add(lanes, paths_[u], sum);
      }
      if (found == 0) continue;
      for (std::size_t p = 0; p < kParts; ++p) {
        paths_[v].part[p] += sum.part[p];
      }
      levels_.push_back({v, found});
    }
    for (std::size_t i = begin; i < end; ++i) active_[levels_[i].node] = 0;
    for (std::size_t i = end; i < levels_.size(); ++i) {
      seen_[levels_[i].node] |= levels_[i].lanes;
    }
  }

  // From the farthest level back, each node gathers what passes on through it.
  bool SumBack(std::vector<double>& sums) {
    Part overflow{};
    for (std::size_t level = begins_.size() - 2; level > 0; --level) {
      for (const Entry& entry : Level(level)) {
        const double through = Gather(entry, overflow);
        sums[entry.node] += through;
      }
      if (level + 2 < begins_.size()) Activate(Level(level + 1), false);
      Activate(Level(level), true);
    }
    if (begins_.size() > 2) Activate(Level(1), false);
    for (std::size_t i = 0; i < Width; ++i) {
      if (!(overflow[i] == 0)) return false;
    }
    return true;
  }

  // Of the lanes of one entry: their sum, and what a path to it carries.
  double Gather(const Entry& entry, Part& overflow) {
    Row passed_on;
    for (const NodeId v : out_.row(entry.node)) {
      const std::uint64_t lanes = active_[v] & entry.lanes;
      if (lanes != 0) Add(lanes, share_[v], passed_on);
    }
    const double ends = wanted_[entry.node];
    Part total[kSums] = {};
    for (std::size_t p = 0; p < kParts; ++p) {
      Bits selected;
      Lane::Select(entry.lanes >> (Width * p), selected);
      const Part& paths = paths_[entry.node].part[p];
      overflow += paths - paths;  // Not 0 where they are infinite.
      const Part through = passed_on.part[p] * paths;
      Lane::AddWhere(selected, through, total[p % kSums]);
      const Part share = (ends + through) / paths;
      Lane::SetWhere(selected, share, share_[entry.node].part[p]);
    }
    double sum = 0;
    for (const Part& part : total) {
      for (std::size_t i = 0; i < Width; ++i) sum += part[i];
    }
    return sum;
  }

  void Activate(absl::Span<const Entry> entries, bool active) {
    for (const Entry& entry : entries) {
      active_[entry.node] = active ? entry.lanes : 0;
    }
  }

  void Clear() {
    for (const Entry& entry : levels_) {
      seen_[entry.node] = 0;
      paths_[entry.node] = Row{};
    }
  }

  static void Add(std::uint64_t lanes, const Row& term, Row& sum) {
    for (std::size_t p = 0; p < kParts; ++p) {
      Bits selected;
      Lane::Select(lanes >> (Width * p), selected);
      Lane::AddWhere(selected, term.part[p], sum.part[p]);
    }
  }

  const Rows& out_;
  const Rows& in_;
  const std::vector<double>& wanted_;
  std::vector<Row> paths_;  // Shortest ones from each source.
  std::vector<Row> share_;  // What each of them carries: that which ends in the
                            // node, and that which passes on.
  std::vector<std::uint64_t> seen_;    // Sources that have reached the node.
  std::vector<std::uint64_t> fresh_;   // That reach it with this step.
  std::vector<std::uint64_t> active_;  // That have it at one level.
  std::uint64_t all_ = 0;
  std::vector<Entry> levels_;        // One after the other.
  std::vector<std::size_t> begins_;  // Of each level, and the end of all.
  std::vector<NodeId> touched_;
};

}  // namespace pulsetaker::network
