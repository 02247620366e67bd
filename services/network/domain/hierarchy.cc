#include "services/network/domain/hierarchy.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/types/span.h"
#include "common/base/status.h"
#include "services/network/domain/components.h"
#include "services/network/domain/strong_components.h"

namespace pulsetaker::network {
namespace {

using Word = std::uint64_t;

constexpr std::size_t kWordBits = 64;
constexpr NodeId kNone = std::numeric_limits<NodeId>::max();

double Squared(double value) { return value * value; }

// The strong components and which of them has an arc to which: no circles, and
// every arc leads from a lower to a higher number.
struct Condensation {
  explicit Condensation(const Digraph& graph) {
    const StrongComponents parts = StrongComponentsOf(graph.in_rows());
    const Components weak_of_node = WeakComponents(graph);
    weak_count = static_cast<NodeId>(weak_of_node.size.size());
    std::vector<NodeId> row;
    for (NodeId part = 0; part < parts.part_count(); ++part) {
      const absl::Span<const NodeId> members = parts.part(part);
      size.push_back(static_cast<NodeId>(members.size()));
      weak.push_back(weak_of_node.id[members[0]]);
      row.clear();
      for (const NodeId v : members) {
        for (const NodeId u : graph.in(v)) {
          if (parts.id[u] != part) row.push_back(parts.id[u]);
        }
      }
      std::sort(row.begin(), row.end());
      above.insert(above.end(), row.begin(),
                   std::unique(row.begin(), row.end()));
      begins.push_back(above.size());
    }
  }

  NodeId count() const { return static_cast<NodeId>(size.size()); }

  // Those with an arc to the part.
  absl::Span<const NodeId> Above(NodeId part) const {
    return {above.data() + begins[part], begins[part + 1] - begins[part]};
  }

  std::vector<NodeId> size;  // Of each part, in nodes.
  std::vector<NodeId> weak;  // The weak component that it is in.
  NodeId weak_count = 0;
  std::vector<std::size_t> begins{0};
  std::vector<NodeId> above;
};

// Pairs of nodes in different parts with a path from the one to the other, the
// part of the first in [begin, begin + kSources).
class PathCounter {
 public:
  static constexpr NodeId kSources = 512;

  explicit PathCounter(const Condensation& graph)
      : graph_(graph), reached_from_(graph.count()) {}

  std::uint64_t CountFrom(NodeId begin) {
    const NodeId end = std::min(begin + kSources, graph_.count());
    Sources large{};  // Those of two nodes or more.
    for (NodeId part = begin; part < end; ++part) {
      if (graph_.size[part] > 1) Set(part - begin, large);
    }
    std::uint64_t pairs = 0;
    for (NodeId part = begin; part < graph_.count(); ++part) {
      Sources from{};
      for (const NodeId above : graph_.Above(part)) {
        if (above < begin) continue;
        for (std::size_t w = 0; w < from.size(); ++w) {
          from[w] |= reached_from_[above][w];
        }
      }
      pairs += graph_.size[part] * NodesOf(from, large, begin);
      if (part < end) Set(part - begin, from);
      reached_from_[part] = from;
    }
    return pairs;
  }

 private:
  using Sources = std::array<Word, kSources / kWordBits>;

  static void Set(NodeId index, Sources& sources) {
    sources[index / kWordBits] |= Word{1} << index % kWordBits;
  }

  std::uint64_t NodesOf(const Sources& sources, const Sources& large,
                        NodeId begin) const {
    std::uint64_t nodes = 0;
    for (std::size_t w = 0; w < sources.size(); ++w) {
      nodes += static_cast<std::uint64_t>(std::popcount(sources[w]));
      for (Word left = sources[w] & large[w]; left != 0; left &= left - 1) {
        const auto bit = static_cast<std::size_t>(std::countr_zero(left));
        nodes += graph_.size[begin + w * kWordBits + bit] - 1;
      }
    }
    return nodes;
  }

  const Condensation& graph_;
  std::vector<Sources> reached_from_;
};

// The parts of one weak component, and for each of them all those above it as
// bits, itself among them. Rows end with their last word that has a bit.
class Ancestors {
 public:
  // `numbers` is scratch with a place for each part of the graph.
  Ancestors(const Condensation& graph, const std::vector<NodeId>& parts,
            std::vector<NodeId>& numbers)
      : sizes_(parts.size()), begins_(parts.size() + 1, 0) {
    for (std::size_t i = 0; i < parts.size(); ++i) {
      numbers[parts[i]] = static_cast<NodeId>(i);
      sizes_[i] = graph.size[parts[i]];
      begins_[i + 1] = begins_[i] + i / kWordBits + 1;
    }
    words_.assign(begins_.back(), 0);
    for (std::size_t i = 0; i < parts.size(); ++i) {
      Word* const row = words_.data() + begins_[i];
      for (const NodeId above : graph.Above(parts[i])) {
        const absl::Span<const Word> theirs = Row(numbers[above]);
        for (std::size_t w = 0; w < theirs.size(); ++w) row[w] |= theirs[w];
      }
      row[i / kWordBits] |= Word{1} << i % kWordBits;
    }
  }

  std::size_t count() const { return sizes_.size(); }

  // Pairs of nodes of the part and of parts before it that have no least upper
  // bound.
  std::uint64_t UnboundedPairs(std::size_t part) const {
    std::uint64_t pairs = 0;
    for (std::size_t other = 0; other < part; ++other) {
      if (!HaveLeastUpperBound(other, part)) {
        pairs += std::uint64_t{sizes_[other]} * sizes_[part];
      }
    }
    return pairs;
  }

 private:
  absl::Span<const Word> Row(std::size_t part) const {
    return {words_.data() + begins_[part], begins_[part + 1] - begins_[part]};
  }

  // With `first` before `second`. Whatever is above an upper bound is one too,
  // so the last of them in the order of the parts, which none of the others is
  // below, is the least if all the others are above it.
  bool HaveLeastUpperBound(std::size_t first, std::size_t second) const {
    const Word* const a = Row(first).data();
    const Word* const b = Row(second).data();
    if ((b[first / kWordBits] >> first % kWordBits & 1) != 0) return true;
    std::size_t w = first / kWordBits + 1;
    while (w > 0 && (a[w - 1] & b[w - 1]) == 0) --w;
    if (w == 0) return false;
    const auto last =
        static_cast<std::size_t>(static_cast<int>(w * kWordBits) - 1 -
                                 std::countl_zero(a[w - 1] & b[w - 1]));
    const Word* const least = Row(last).data();
    while (w > 0 && (a[w - 1] & b[w - 1]) == least[w - 1]) --w;
    return w == 0;
  }

  std::vector<NodeId> sizes_;        // In nodes.
  std::vector<std::size_t> begins_;  // Of each row of words.
  std::vector<Word> words_;
};

absl::Status CheckSize(const std::vector<std::vector<NodeId>>& weak_parts) {
  for (const std::vector<NodeId>& parts : weak_parts) {
    if (parts.size() <= kLeastUpperBoundsMax) continue;
    return MakeError(absl::StatusCode::kResourceExhausted, "GRAPH_TOO_LARGE",
                     absl::StrCat(parts.size(),
                                  " strong components in a weak one, want at "
                                  "most ",
                                  kLeastUpperBoundsMax));
  }
  return absl::OkStatus();
}

}  // namespace

std::optional<double> KrackhardtConnectedness(const Digraph& graph) {
  const double n = graph.node_count();
  if (n < 2) return std::nullopt;
  double connected = 0;
  for (const double size : WeakComponents(graph).size) {
    connected += size * (size - 1);
  }
  return connected / (n * (n - 1));
}

absl::StatusOr<std::optional<double>> KrackhardtHierarchy(
    const Digraph& graph, IsCancelled is_cancelled) {
  const Condensation condensation(graph);
  PathCounter counter(condensation);
  std::uint64_t asymmetric = 0;
  for (NodeId begin = 0; begin < condensation.count();
       begin += PathCounter::kSources) {
    if (is_cancelled()) return absl::CancelledError("hierarchy");
    asymmetric += counter.CountFrom(begin);
  }
  std::uint64_t mutual = 0;
  for (const std::uint64_t size : condensation.size) {
    mutual += size * (size - 1) / 2;
  }
  if (asymmetric + mutual == 0) return std::nullopt;
  return static_cast<double>(asymmetric) /
         static_cast<double>(asymmetric + mutual);
}

std::optional<double> KrackhardtEfficiency(const Digraph& graph) {
  const Components components = WeakComponents(graph);
  double dispensable = 0;
  for (const double size : components.size) dispensable += Squared(size - 1);
  if (dispensable == 0) return std::nullopt;
  const double needed =
      graph.node_count() - static_cast<double>(components.size.size());
  return 1 - (static_cast<double>(graph.arc_count()) - needed) / dispensable;
}

absl::StatusOr<std::optional<double>> KrackhardtLeastUpperBoundedness(
    const Digraph& graph, IsCancelled is_cancelled) {
  const Condensation condensation(graph);
  std::vector<std::vector<NodeId>> weak_parts(condensation.weak_count);
  for (NodeId part = 0; part < condensation.count(); ++part) {
    weak_parts[condensation.weak[part]].push_back(part);
  }
  PT_RETURN_IF_ERROR(CheckSize(weak_parts));
  std::vector<NodeId> numbers(condensation.count(), kNone);
  std::uint64_t unbounded = 0;
  std::uint64_t most = 0;
  for (const std::vector<NodeId>& parts : weak_parts) {
    std::uint64_t size = 0;
    for (const NodeId part : parts) size += condensation.size[part];
    if (size < 3) continue;
    most += (size - 1) * (size - 2) / 2;
    const Ancestors ancestors(condensation, parts, numbers);
    for (std::size_t part = 0; part < ancestors.count(); ++part) {
      if (is_cancelled()) return absl::CancelledError("least upper bounds");
      unbounded += ancestors.UnboundedPairs(part);
    }
  }
  if (most == 0) return std::nullopt;
  return 1 - static_cast<double>(unbounded) / static_cast<double>(most);
}

}  // namespace pulsetaker::network
