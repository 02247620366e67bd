#include "services/network/domain/rewire.h"

#include <algorithm>
#include <bit>
#include <limits>
#include <numeric>
#include <utility>

#include "common/base/status.h"

namespace pulsetaker::network {
namespace {

constexpr std::uint64_t kEmpty = ~std::uint64_t{0};
constexpr std::size_t kAttemptsBetweenAsking = 65'536;

// One bit a pair of so many is half a megabyte.
constexpr NodeId kBitSetNodesMax = 2'048;

std::uint64_t Key(NodeId from, NodeId to) {
  return std::uint64_t{from} << 32 | to;
}

// The graph of arcs that are known to make one.
Digraph Built(NodeId node_count, absl::Span<const Arc> arcs) {
  absl::StatusOr<Digraph> graph = Digraph::FromArcs(node_count, arcs);
  if (!graph.ok()) FailStop(graph.status().ToString());
  return *std::move(graph);
}

}  // namespace

// At most half full, so that runs of taken slots stay short.
Rewirer::ArcSet::ArcSet(NodeId node_count, std::size_t arc_count) {
  if (node_count <= kBitSetNodesMax) {
    row_words_ = (std::size_t{node_count} + 63) / 64;
    slots_.assign(node_count * row_words_, 0);
    return;
  }
  slots_.assign(std::bit_ceil(2 * arc_count + 2), kEmpty);
  mask_ = slots_.size() - 1;
  shift_ = 64 - std::countr_zero(slots_.size());
}

// The upper bits of a product with 2^64 / golden ratio depend on all bits.
std::size_t Rewirer::ArcSet::Home(std::uint64_t arc) const {
  return static_cast<std::size_t>((arc * 0x9E3779B97F4A7C15) >> shift_);
}

bool Rewirer::ArcSet::Contains(NodeId from, NodeId to) const {
  if (row_words_ > 0) {
    return (slots_[from * row_words_ + to / 64] >> (to % 64) & 1) != 0;
  }
  const std::uint64_t arc = Key(from, to);
  std::size_t slot = Home(arc);
  while (slots_[slot] != kEmpty && slots_[slot] != arc) {
    slot = (slot + 1) & mask_;
  }
  return slots_[slot] == arc;
}

void Rewirer::ArcSet::Insert(NodeId from, NodeId to) {
  if (row_words_ > 0) {
    slots_[from * row_words_ + to / 64] |= std::uint64_t{1} << (to % 64);
    return;
  }
  const std::uint64_t arc = Key(from, to);
  std::size_t slot = Home(arc);
  while (slots_[slot] != kEmpty) slot = (slot + 1) & mask_;
  slots_[slot] = arc;
}

void Rewirer::ArcSet::Erase(NodeId from, NodeId to) {
  if (row_words_ > 0) {
    slots_[from * row_words_ + to / 64] &= ~(std::uint64_t{1} << (to % 64));
    return;
  }
  const std::uint64_t arc = Key(from, to);
  std::size_t hole = Home(arc);
  while (slots_[hole] != arc) hole = (hole + 1) & mask_;
  // Moves back whoever may stand in the hole: those whose home is not behind
  // it. No marks of deletion are left that would slow the search down.
  for (std::size_t slot = (hole + 1) & mask_; slots_[slot] != kEmpty;
       slot = (slot + 1) & mask_) {
    const std::size_t home = Home(slots_[slot]);
    if (((slot - home) & mask_) < ((slot - hole) & mask_)) continue;
    slots_[hole] = slots_[slot];
    hole = slot;
  }
  slots_[hole] = kEmpty;
}

Rewirer::Rewirer(const Digraph& graph)
    : node_count_(graph.node_count()),
      arcs_(graph.Arcs()),
      present_(graph.node_count(), graph.arc_count()) {
  for (const Arc& arc : arcs_) present_.Insert(arc.from, arc.to);
}

absl::Status Rewirer::Shuffle(Random& random, IsCancelled is_cancelled,
                              std::size_t attempts_per_arc) {
  if (arcs_.size() < 2) return absl::OkStatus();
  const std::size_t attempts = attempts_per_arc * arcs_.size();
  static_assert(kArcsMax <= std::numeric_limits<std::uint32_t>::max());
  const auto arc_count = static_cast<std::uint32_t>(arcs_.size());
  for (std::size_t attempt = 0; attempt < attempts; ++attempt) {
    if (attempt % kAttemptsBetweenAsking == 0 && is_cancelled()) {
      return absl::CancelledError("rewiring");
    }
    Arc& a = arcs_[random.Uniform32(arc_count)];
    Arc& b = arcs_[random.Uniform32(arc_count)];
    // A shared source or target would change nothing; a failed attempt counts,
    // or graphs with few possible changes would be drawn too often.
    if (a.from == b.from || a.to == b.to) continue;
    if (a.from == b.to || b.from == a.to) continue;
    if (present_.Contains(a.from, b.to)) continue;
    if (present_.Contains(b.from, a.to)) continue;
    present_.Erase(a.from, a.to);
    present_.Erase(b.from, b.to);
    std::swap(a.to, b.to);
    present_.Insert(a.from, a.to);
    present_.Insert(b.from, b.to);
  }
  return absl::OkStatus();
}

Digraph Rewirer::graph() const { return Built(node_count_, arcs_); }

std::vector<NodeId> RandomPermutation(NodeId node_count, Random& random) {
  std::vector<NodeId> nodes(node_count);
  std::iota(nodes.begin(), nodes.end(), NodeId{0});
  random.Shuffle(absl::MakeSpan(nodes));
  return nodes;
}

Digraph Relabeled(const Digraph& graph, absl::Span<const NodeId> new_names) {
  std::vector<Arc> arcs = graph.Arcs();
  for (Arc& arc : arcs) {
    arc.from = new_names[arc.from];
    arc.to = new_names[arc.to];
  }
  return Built(graph.node_count(), arcs);
}

void ShuffleLabels(absl::Span<const std::uint32_t> strata, Random& random,
                   absl::Span<std::uint32_t> labels) {
  if (strata.empty()) {
    random.Shuffle(labels);
    return;
  }
  // Nodes by stratum; the labels of each run are shuffled, then put back.
  std::vector<std::size_t> nodes(labels.size());
  std::iota(nodes.begin(), nodes.end(), std::size_t{0});
  std::stable_sort(
      nodes.begin(), nodes.end(),
      [&](std::size_t a, std::size_t b) { return strata[a] < strata[b]; });
  std::vector<std::uint32_t> drawn;
  drawn.reserve(labels.size());
  for (const std::size_t node : nodes) drawn.push_back(labels[node]);
  for (std::size_t begin = 0, end = 0; begin < nodes.size(); begin = end) {
    while (end < nodes.size() && strata[nodes[end]] == strata[nodes[begin]]) {
      ++end;
    }
    random.Shuffle(absl::MakeSpan(drawn).subspan(begin, end - begin));
  }
  for (std::size_t i = 0; i < nodes.size(); ++i) labels[nodes[i]] = drawn[i];
}

}  // namespace pulsetaker::network
