#pragma once

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "absl/types/span.h"
#include "services/network/domain/candidate_rows.h"
#include "services/network/domain/graph.h"
#include "services/network/domain/ranked_graph.h"
#include "services/network/domain/word_sets.h"

// For the .cc files of this folder; callers want maximal_cliques.h.

namespace pulsetaker::network {

// How a search came to its end.
enum class Ending : std::uint8_t { kDone, kStopped, kCancelled };

// Bron and Kerbosch, from one node at a time. The candidates are its later
// neighbors, as bits of a set; whoever must not be tied to all of a clique that
// is to be maximal is only a row that says to which candidates it is tied.
//
// Emit: bool(absl::Span<const NodeId>), false to stop; members in any order.
template <typename Emit>
class CliqueSearch {
 public:
  CliqueSearch(const RankedGraph& graph, NodeId size_min, Emit emit,
               IsCancelled is_cancelled)
      : graph_(graph),
        size_min_(size_min),
        emit_(std::move(emit)),
        is_cancelled_(is_cancelled),
        rows_(graph) {}

  Ending Run() {
    for (NodeId rank = 0; rank < graph_.node_count(); ++rank) {
      if (!Continues(graph_.earlier(rank).size() + 1))
        return Ending::kCancelled;
      const std::size_t later = graph_.later(rank).size();
      if (later + 1 < size_min_) continue;
      clique_.assign(1, graph_.node(rank));
      Ending ending = Ending::kDone;
      if (later == 0) {
        if (graph_.earlier(rank).empty()) ending = Report();
      } else if (later <= kWordBits) {
        ending = RunFrom(rank, OneWord());
      } else {
        ending = RunFrom(rank, ManyWords{(later - 1) / kWordBits + 1});
      }
      if (ending != Ending::kDone) return ending;
    }
    return Ending::kDone;
  }

 private:
  // Rows to look at between two questions: some milliseconds for wide ones.
  static constexpr std::size_t kRowsPerQuestion = std::size_t{1} << 16;

  // Asks before the first row, and then now and then.
  bool Continues(std::size_t rows) {
    if (rows < rows_left_) {
      rows_left_ -= rows;
      return true;
    }
    rows_left_ = kRowsPerQuestion;
    return !is_cancelled_();
  }

  Ending Report() {
    if (clique_.size() < size_min_) return Ending::kDone;
    return emit_(absl::MakeConstSpan(clique_)) ? Ending::kDone
                                               : Ending::kStopped;
  }

  template <typename Width>
  const Word* Row(Width width, std::size_t row) const {
    return rows_.Row(width, row);
  }
  // The nodes that may still join at a depth, and those of them to try.
  template <typename Width>
  Word* Candidates(Width width, std::size_t depth) {
    return sets_.data() + 2 * depth * width.words();
  }
  template <typename Width>
  Word* Branches(Width width, std::size_t depth) {
    return sets_.data() + (2 * depth + 1) * width.words();
  }

  // Every maximal clique of the candidates has the pivot or one who is not tied
  // to it, so only these are tried first. It is the row with most candidates;
  // no row has all `count` of them.
  template <typename Width>
  void ChooseBranches(Width width, std::size_t depth, std::size_t count) {
    const Word* candidates = Candidates(width, depth);
    std::size_t pivot = 0;
    std::size_t most = 0;
    const auto consider = [&](std::size_t row) {
      const std::size_t ties = CommonCount(width, candidates, Row(width, row));
      if (ties < most) return;
      pivot = row;
      most = ties;
    };
    for (std::size_t w = 0; w < width.words() && most + 1 < count; ++w) {
      for (Word left = candidates[w]; left != 0 && most + 1 < count;
           left &= left - 1) {
        consider(w * kWordBits +
                 static_cast<std::size_t>(std::countr_zero(left)));
      }
    }
    for (std::size_t i = frames_[depth];
         i < excluded_.size() && most + 1 < count; ++i) {
      consider(excluded_[i]);
    }
    Word* branches = Branches(width, depth);
    for (std::size_t w = 0; w < width.words(); ++w) {
      branches[w] = candidates[w] & ~Row(width, pivot)[w];
    }
  }

  // Appends those of excluded_[begin..end) that are tied to `member` and to
  // some of `candidates`. False if one is tied to all of them, or to `member`
  // where there are none.
  template <typename Width>
  bool Exclude(Width width, std::size_t begin, std::size_t member,
               const Word* candidates) {
    const std::size_t end = excluded_.size();
    for (std::size_t i = begin; i < end; ++i) {
      const Word* row = Row(width, excluded_[i]);
      if (!Contains(row, member)) continue;
      Word common = 0;
      Word missing = 0;
      for (std::size_t w = 0; w < width.words(); ++w) {
        common |= candidates[w] & row[w];
        missing |= candidates[w] & ~row[w];
      }
      if (missing == 0) return false;
      if (common != 0) excluded_.push_back(excluded_[i]);
    }
    return true;
  }

  template <typename Width>
  Ending RunFrom(NodeId rank, Width width) {
    if (!rows_.Fill(rank, width, excluded_)) return Ending::kDone;
    const absl::Span<const NodeId> later = graph_.later(rank);
    // A clique takes a candidate a depth, so depths end where candidates do.
    sets_.resize(std::max(sets_.size(), 2 * later.size() * width.words()));
    Word* all = Candidates(width, 0);
    std::fill(all, all + width.words(), Word{0});
    for (std::size_t i = 0; i < later.size(); ++i) Insert(i, all);
    frames_.assign(1, 0);
    ChooseBranches(width, 0, later.size());
    while (!frames_.empty()) {
      const std::size_t depth = frames_.size() - 1;
      const std::size_t member = First(width, Branches(width, depth));
      if (member == width.words() * kWordBits) {
        excluded_.resize(frames_.back());
        frames_.pop_back();
        clique_.pop_back();
        continue;
      }
      if (!Continues(excluded_.size() - frames_.back() + 1)) {
        return Ending::kCancelled;
      }
      clique_.push_back(graph_.node(later[member]));
      const Ending ending = Branch(width, member, later);
      if (ending != Ending::kDone) return ending;
    }
    return Ending::kDone;
  }

  // Takes `member` in, goes a depth down if there is a choice then, and takes
  // it out if not.
  template <typename Width>
  Ending Branch(Width width, std::size_t member,
                absl::Span<const NodeId> later) {
    const std::size_t depth = frames_.size() - 1;
    Word* candidates = Candidates(width, depth);
    Erase(member, candidates);
    Erase(member, Branches(width, depth));
    // The next branches must not find its cliques again.
    excluded_.push_back(member);
    const std::size_t begin = excluded_.size();

    // There may be no place for another depth, but then there is no candidate.
    const std::size_t remaining =
        CommonCount(width, candidates, Row(width, member));
    if (remaining == 0) return Leaf(width, member);
    Word* next = Candidates(width, depth + 1);
    for (std::size_t w = 0; w < width.words(); ++w) {
      next[w] = candidates[w] & Row(width, member)[w];
    }
    Ending ending = Ending::kDone;
    if (clique_.size() + remaining >= size_min_ &&
        Exclude(width, frames_.back(), member, next)) {
      if (remaining > 1) {
        frames_.push_back(begin);
        ChooseBranches(width, depth + 1, remaining);
        return Ending::kDone;
      }
      clique_.push_back(graph_.node(later[First(width, next)]));
      ending = Report();
      clique_.pop_back();
    }
    excluded_.resize(begin);
    clique_.pop_back();
    return ending;
  }

  // No candidate is left: maximal if nobody excluded is tied to all.
  template <typename Width>
  Ending Leaf(Width width, std::size_t member) {
    Ending ending = Ending::kDone;
    const bool is_maximal = std::none_of(
        excluded_.begin() + static_cast<std::ptrdiff_t>(frames_.back()),
        excluded_.end(),
        [&](std::size_t row) { return Contains(Row(width, row), member); });
    if (is_maximal) ending = Report();
    clique_.pop_back();
    return ending;
  }

  const RankedGraph& graph_;
  const NodeId size_min_;
  Emit emit_;
  IsCancelled is_cancelled_;
  std::size_t rows_left_ = 0;
  CandidateRows rows_;
  std::vector<Word> sets_;
  std::vector<std::size_t> excluded_;  // Rows, of all depths.
  std::vector<std::size_t> frames_;    // Where each depth's begin.
  std::vector<NodeId> clique_;
};

}  // namespace pulsetaker::network
