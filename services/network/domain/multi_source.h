#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <utility>
#include <vector>

#include "absl/types/span.h"
#include "services/network/domain/graph.h"

// For the .cc files of this folder; callers want distances.h.

namespace pulsetaker::network {

// A bit for each of 64 * Words sources, as one vector: the compiler makes none
// of an array by itself.
template <std::size_t Words>
struct SourceWords;
template <>
struct SourceWords<2> {
  using Vector [[gnu::vector_size(16)]] = std::uint64_t;
};
template <>
struct SourceWords<4> {
  using Vector [[gnu::vector_size(32)]] = std::uint64_t;
};
template <>
struct SourceWords<8> {
  using Vector [[gnu::vector_size(64)]] = std::uint64_t;
};

// Breadth-first search from up to 64 * Words sources at once, one bit a source
// (M. Then and others, "The more the merrier: efficient multi-source graph
// traversal", 2014).
template <std::size_t Words>
class MultiSourceSearch {
 public:
  static constexpr std::size_t kSourcesMax = 64 * Words;

  // `named_by.row(u)` lists the v of all arcs v -> u. It must outlive this.
  explicit MultiSourceSearch(const Rows& named_by)
      : MultiSourceSearch(named_by, nullptr) {}

  // The same along the arcs of either of two.
  MultiSourceSearch(const Rows& named_by, const Rows* or_named_by)
      : named_by_(named_by),
        or_named_by_(or_named_by),
        missing_(named_by.node_count()),
        front_(named_by.node_count()),
        next_(named_by.node_count()) {}

  // Calls visit(node, distance, count) for each node and each distance from 1
  // on that `count` > 0 of the sources have to it; distances ascend, and nodes
  // within a distance. At most kSourcesMax sources, all different. Nodes that
  // `is_removed` marks, if it is not empty, are not there; none is a source.
  template <typename Visit>
  void Run(absl::Span<const NodeId> sources,
           const std::vector<bool>& is_removed, Visit& visit) {
    Start(sources, is_removed);
    for (NodeId distance = 1; Step(distance, visit); ++distance) {
      front_.swap(next_);
    }
  }

 private:
  // Aligned by name: where registers are small, the compiler would not.
  struct alignas(Words * sizeof(std::uint64_t)) Sources {
    typename SourceWords<Words>::Vector words{};
  };

  void Start(absl::Span<const NodeId> sources,
             const std::vector<bool>& is_removed) {
    Sources all{};
    for (std::size_t i = 0; i < sources.size(); ++i)
      all.words[i / 64] |= Bit(i);
    for (NodeId u = 0; u < named_by_.node_count(); ++u) {
      const bool removed = !is_removed.empty() && is_removed[u];
      missing_[u] = removed ? Sources{} : all;
      front_[u] = Sources{};
    }
    for (std::size_t i = 0; i < sources.size(); ++i) {
      front_[sources[i]].words[i / 64] |= Bit(i);
      missing_[sources[i]].words[i / 64] &= ~Bit(i);
    }
    searching_ = all;
  }

  // One more step from the front; false if it reaches nobody.
  template <typename Visit>
  bool Step(NodeId distance, Visit& visit) {
    Sources anywhere{};
    for (NodeId u = 0; u < named_by_.node_count(); ++u) {
      Sources arrived{};
      // Only from searches that are still under way.
      if (IsAny({missing_[u].words & searching_.words})) {
        for (const NodeId v : named_by_.row(u)) {
          arrived.words |= front_[v].words;
        }
        if (or_named_by_ != nullptr) {
          for (const NodeId v : or_named_by_->row(u)) {
            arrived.words |= front_[v].words;
          }
        }
        arrived.words &= missing_[u].words;
        missing_[u].words ^= arrived.words;
        anywhere.words |= arrived.words;
        const std::uint64_t count = Count(arrived);
        if (count > 0) visit(u, distance, count);
      }
      next_[u] = arrived;
    }
    searching_ = anywhere;
    return IsAny(anywhere);
  }

  static std::uint64_t Bit(std::size_t i) {
    return std::uint64_t{1} << (i % 64);
  }

  static bool IsAny(const Sources& sources) {
    return AnyOf<Words>(sources.words);
  }

  // Halves it until it fits a register of any machine.
  template <std::size_t Size>
  static bool AnyOf(const typename SourceWords<Size>::Vector& words) {
    if constexpr (Size == 2) {
      return (words[0] | words[1]) != 0;
    } else {
      typename SourceWords<Size / 2>::Vector low;
      typename SourceWords<Size / 2>::Vector high;
      std::memcpy(&low, &words, sizeof(low));
      std::memcpy(&high, reinterpret_cast<const char*>(&words) + sizeof(low),
                  sizeof(high));
      const typename SourceWords<Size / 2>::Vector either = low | high;
      return AnyOf<Size / 2>(either);
    }
  }

  static std::uint64_t Count(const Sources& sources) {
    std::uint64_t count = 0;
    for (std::size_t w = 0; w < Words; ++w) {
      count += static_cast<std::uint64_t>(std::popcount(sources.words[w]));
    }
    return count;
  }

  const Rows& named_by_;
  const Rows* or_named_by_;       // nullptr if there is one.
  std::vector<Sources> missing_;  // Those that are yet to reach the node.
  std::vector<Sources> front_;    // Those that reached it with the last step.
  std::vector<Sources> next_;     // And with this one.
  // Those that reached anybody with the last step: the others reach no more.
  Sources searching_{};
};

}  // namespace pulsetaker::network
