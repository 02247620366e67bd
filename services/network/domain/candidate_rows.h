#pragma once

#include <cstddef>
#include <vector>

#include "absl/types/span.h"
#include "services/network/domain/graph.h"
#include "services/network/domain/ranked_graph.h"
#include "services/network/domain/word_sets.h"

// For the .cc files of this folder.

namespace pulsetaker::network {

// Who is tied to which of a node's later neighbors, its candidates: a row of
// bits for each candidate and for each earlier neighbor.
class CandidateRows {
 public:
  explicit CandidateRows(const RankedGraph& graph)
      : graph_(graph), candidate_(graph.node_count(), kNoCandidate) {}

  // Rows of the later neighbors of `rank`, then of the earlier ones that are
  // tied to one of those or more; `excluded` becomes the list of the latter.
  // False if one is tied to all: no clique from here is maximal.
  template <typename Width>
  bool Fill(NodeId rank, Width width, std::vector<std::size_t>& excluded) {
    const absl::Span<const NodeId> later = graph_.later(rank);
    for (NodeId i = 0; i < later.size(); ++i) candidate_[later[i]] = i;
    rows_.assign(later.size() * width.words(), 0);
    const bool is_covered = FillExcluded(rank, width, excluded);
    for (std::size_t i = 0; i < later.size() && !is_covered; ++i) {
      for (const NodeId v : graph_.later(later[i])) {
        const NodeId j = candidate_[v];
        if (j == kNoCandidate) continue;
        Insert(j, &rows_[i * width.words()]);
        Insert(i, &rows_[j * width.words()]);
      }
    }
    for (const NodeId v : later) candidate_[v] = kNoCandidate;
    return !is_covered;
  }

  template <typename Width>
  const Word* Row(Width width, std::size_t row) const {
    return rows_.data() + row * width.words();
  }

 private:
  static constexpr NodeId kNoCandidate = ~NodeId{0};

  // Ties are found from the side of the earlier one, who has few later
  // neighbors even as a hub. True, and the rest left out, if one is tied to all
  // candidates.
  template <typename Width>
  bool FillExcluded(NodeId rank, Width width,
                    std::vector<std::size_t>& excluded) {
    excluded.clear();
    for (const NodeId x : graph_.earlier(rank)) {
      const std::size_t begin = rows_.size();
      rows_.resize(begin + width.words(), 0);
      std::size_t ties = 0;
      const absl::Span<const NodeId> targets = graph_.later(x);
      for (std::size_t i = targets.size(); targets[i - 1] > rank; --i) {
        const NodeId j = candidate_[targets[i - 1]];
        // Without a branch: nobody can tell who is tied.
        const bool is_tied = j != kNoCandidate;
        const std::size_t word =
            width.words() == 1 || !is_tied ? 0 : j / kWordBits;
        rows_[begin + word] |= Word{is_tied} << (j % kWordBits);
        ties += std::size_t{is_tied};
      }
      if (ties == graph_.later(rank).size()) return true;
      if (ties > 0) {
        excluded.push_back(begin / width.words());
      } else {
        rows_.resize(begin);
      }
    }
    return false;
  }

  const RankedGraph& graph_;
  std::vector<NodeId> candidate_;  // Which one a rank is.
  std::vector<Word> rows_;
};

}  // namespace pulsetaker::network
