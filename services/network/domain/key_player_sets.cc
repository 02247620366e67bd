#include "services/network/domain/key_player_sets.h"

#include <algorithm>
#include <cstddef>
#include <memory>
#include <numeric>
#include <optional>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/types/span.h"
#include "common/base/status.h"
#include "services/network/domain/key_player_measures.h"
#include "services/network/domain/statistics.h"

namespace pulsetaker::network {
namespace {

bool IsClearlyAbove(double value, double other) {
  return value > other && !IsTie(value, other);
}

// Ascending, each once.
absl::StatusOr<std::vector<NodeId>> CandidatesOf(const KeyPlayerQuery& query,
                                                 NodeId node_count) {
  std::vector<NodeId> candidates = query.candidates;
  if (candidates.empty()) {
    candidates.resize(node_count);
    std::iota(candidates.begin(), candidates.end(), NodeId{0});
  }
  std::sort(candidates.begin(), candidates.end());
  candidates.erase(std::unique(candidates.begin(), candidates.end()),
                   candidates.end());
  if (!candidates.empty() && candidates.back() >= node_count) {
    return MakeError(absl::StatusCode::kInvalidArgument, "NODE_OUT_OF_RANGE",
                     absl::StrCat("candidate ", candidates.back(),
                                  ", want nodes below ", node_count));
  }
  if (query.size == 0 || query.size > candidates.size()) {
    return MakeError(
        absl::StatusCode::kInvalidArgument, "SET_SIZE_OUT_OF_RANGE",
        absl::StrCat("a set of ", query.size, ", want 1 to ", candidates.size(),
                     ", the number of candidates"));
  }
  return candidates;
}

// How many sets of `size` there are among `count`, or `most + 1` if more than
// `most`, which is below 2^32.
std::uint64_t SetCount(std::uint64_t count, std::uint64_t size,
                       std::uint64_t most) {
  size = std::min(size, count - size);
  std::uint64_t sets = 1;
  for (std::uint64_t i = 1; i <= size; ++i) {
    sets = sets * (count - size + i) / i;  // Sets of i among count - size + i.
    if (sets > most) return most + 1;
  }
  return sets;
}

// Positions in a list of `count`, ascending; all sets of them one after the
// other, in lexicographic order.
class Positions {
 public:
  Positions(std::size_t size, std::size_t count) : at_(size), count_(count) {
    std::iota(at_.begin(), at_.end(), std::size_t{0});
  }

  const std::vector<std::size_t>& at() const { return at_; }

  bool Next() {
    for (std::size_t i = at_.size(); i-- > 0;) {
      if (at_[i] + at_.size() - i >= count_) continue;
      std::iota(at_.begin() + static_cast<std::ptrdiff_t>(i), at_.end(),
                at_[i] + 1);
      return true;
    }
    return false;
  }

 private:
  std::vector<std::size_t> at_;
  std::size_t count_;
};

class KeyPlayerSearch {
 public:
  KeyPlayerSearch(KeyPlayerMeasure& measure, std::vector<NodeId> candidates,
                  IsCancelled is_cancelled)
      : measure_(measure),
        candidates_(std::move(candidates)),
        is_cancelled_(is_cancelled) {}

  // All but the last member run through all sets; the last are tried together.
  absl::Status TryAll(std::size_t size) {
    Positions positions(size - 1, candidates_.size() - 1);
    std::optional<Choice> best;
    do {
      std::vector<NodeId> members;
      for (const std::size_t at : positions.at()) {
        members.push_back(candidates_[at]);
      }
      const std::size_t after =
          positions.at().empty() ? 0 : positions.at().back() + 1;
      PT_ASSIGN_OR_RETURN(
          const Choice choice,
          BestWith(members, absl::MakeSpan(candidates_).subspan(after)));
      if (best.has_value() && !IsClearlyAbove(choice.value, best->value)) {
        continue;
      }
      best = choice;
      members_ = std::move(members);
    } while (positions.Next());
    members_.push_back(best->node);
    value_ = best->value;
    return absl::OkStatus();
  }

  absl::Status TryGreedily(std::size_t size) {
    while (members_.size() < size) {
      PT_ASSIGN_OR_RETURN(const Choice choice,
                          BestWith(members_, OthersThan(members_)));
      members_.push_back(choice.node);
      value_ = choice.value;
    }
    std::sort(members_.begin(), members_.end());
    for (int i = 0; i < kKeyPlayerExchangesMax; ++i) {
      PT_ASSIGN_OR_RETURN(const bool better, Exchange());
      if (!better) break;
    }
    return absl::OkStatus();
  }

  const std::vector<NodeId>& members() const { return members_; }
  double value() const { return value_; }

 private:
  struct Choice {
    NodeId node = 0;
    double value = 0.0;
  };

  // `others` must not be empty.
  absl::StatusOr<Choice> BestWith(absl::Span<const NodeId> members,
                                  absl::Span<const NodeId> others) {
    PT_ASSIGN_OR_RETURN(const std::vector<double> values,
                        measure_.ValuesWith(members, others, is_cancelled_));
    Choice best{others[0], values[0]};
    for (std::size_t i = 1; i < others.size(); ++i) {
      if (IsClearlyAbove(values[i], best.value)) best = {others[i], values[i]};
    }
    return best;
  }

  // Makes the best exchange; false if none improves.
  absl::StatusOr<bool> Exchange() {
    const std::vector<NodeId> others = OthersThan(members_);
    if (others.empty()) return false;
    std::optional<std::size_t> leaving;
    Choice best{0, value_};
    for (std::size_t i = 0; i < members_.size(); ++i) {
      std::vector<NodeId> rest = members_;
      rest.erase(rest.begin() + static_cast<std::ptrdiff_t>(i));
      PT_ASSIGN_OR_RETURN(const Choice choice, BestWith(rest, others));
      if (!IsClearlyAbove(choice.value, best.value)) continue;
      best = choice;
      leaving = i;
    }
    if (!leaving.has_value()) return false;
    members_[*leaving] = best.node;
    value_ = best.value;
    std::sort(members_.begin(), members_.end());
    return true;
  }

  std::vector<NodeId> OthersThan(const std::vector<NodeId>& members) const {
    std::vector<NodeId> others;
    for (const NodeId node : candidates_) {
      if (std::find(members.begin(), members.end(), node) == members.end()) {
        others.push_back(node);
      }
    }
    return others;
  }

  KeyPlayerMeasure& measure_;
  const std::vector<NodeId> candidates_;  // Ascending.
  IsCancelled is_cancelled_;
  std::vector<NodeId> members_;
  double value_ = 0.0;
};

absl::StatusOr<KeyPlayerSet> Find(KeyPlayerMeasure& measure,
                                  const KeyPlayerQuery& query,
                                  std::vector<NodeId> candidates,
                                  std::uint64_t sets_max,
                                  IsCancelled is_cancelled) {
  KeyPlayerSet set;
  PT_ASSIGN_OR_RETURN(set.baseline, measure.ValueOf({}, is_cancelled));
  set.exact = query.size == 1 ||
              SetCount(candidates.size(), query.size, sets_max) <= sets_max;
  KeyPlayerSearch search(measure, std::move(candidates), is_cancelled);
  PT_RETURN_IF_ERROR(set.exact ? search.TryAll(query.size)
                               : search.TryGreedily(query.size));
  set.members = search.members();
  set.value = search.value();
  return set;
}

bool IsByDistance(KeyPlayerGoal goal) {
  return goal == KeyPlayerGoal::kDistanceFragmentation ||
         goal == KeyPlayerGoal::kDistanceReach;
}

}  // namespace

absl::StatusOr<KeyPlayerSet> FindKeyPlayerSet(const Graph& graph,
                                              const KeyPlayerQuery& query,
                                              IsCancelled is_cancelled) {
  PT_ASSIGN_OR_RETURN(std::vector<NodeId> candidates,
                      CandidatesOf(query, graph.node_count()));
  std::unique_ptr<KeyPlayerMeasure> measure;
  switch (query.goal) {
    case KeyPlayerGoal::kFragmentation:
      measure = ComponentFragmentation(graph);
      break;
    case KeyPlayerGoal::kDistanceFragmentation:
      measure = DistanceFragmentation(graph.rows());
      break;
    case KeyPlayerGoal::kReach:
      measure = StepReach(graph.rows(), query.steps);
      break;
    case KeyPlayerGoal::kDistanceReach:
      measure = DistanceReach(graph.rows());
      break;
  }
  const bool searches = IsByDistance(query.goal);
  return Find(*measure, query, std::move(candidates),
              searches ? kSearchedKeyPlayerSetsMax : kKeyPlayerSetsMax,
              is_cancelled);
}

absl::StatusOr<KeyPlayerSet> FindKeyPlayerSet(const Digraph& graph,
                                              const KeyPlayerQuery& query,
                                              IsCancelled is_cancelled) {
  PT_ASSIGN_OR_RETURN(std::vector<NodeId> candidates,
                      CandidatesOf(query, graph.node_count()));
  std::unique_ptr<KeyPlayerMeasure> measure;
  switch (query.goal) {
    case KeyPlayerGoal::kFragmentation:
      measure = PathFragmentation(graph.in_rows());
      break;
    case KeyPlayerGoal::kDistanceFragmentation:
      measure = DistanceFragmentation(graph.in_rows());
      break;
    case KeyPlayerGoal::kReach:
      measure = StepReach(graph.out_rows(), query.steps);
      break;
    case KeyPlayerGoal::kDistanceReach:
      measure = DistanceReach(graph.out_rows());
      break;
  }
  const bool searches =
      IsByDistance(query.goal) || query.goal == KeyPlayerGoal::kFragmentation;
  return Find(*measure, query, std::move(candidates),
              searches ? kSearchedKeyPlayerSetsMax : kKeyPlayerSetsMax,
              is_cancelled);
}

}  // namespace pulsetaker::network
