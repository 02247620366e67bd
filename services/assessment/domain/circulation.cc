#include "services/assessment/domain/circulation.h"

#include <algorithm>

namespace pulsetaker::assessment {
namespace {

// No sum of counts gets near it.
constexpr std::int64_t kNoLimit = std::int64_t{1} << 60;
constexpr int kNotReached = -1;

}  // namespace

// Nodes: the rows, the row of column totals, the columns, the column of row
// totals.
Circulation::Circulation(int row_count, int column_count,
                         absl::Span<const std::int64_t> values)
    : row_count_(row_count),
      column_count_(column_count),
      node_count_(row_count + column_count + 2),
      values_(values.begin(), values.end()),
      free_(static_cast<std::size_t>(node_count_ * node_count_)),
      reached_from_(static_cast<std::size_t>(node_count_)) {
  queue_.reserve(static_cast<std::size_t>(node_count_));
}

// Cells flow from their row to their column, column totals on to the node of
// the grand total, from which row totals flow back to their rows.
std::pair<int, int> Circulation::Arc(std::size_t cell) const {
  const int row = static_cast<int>(cell) / (column_count_ + 1);
  const int column = static_cast<int>(cell) % (column_count_ + 1);
  const int row_node = row;
  const int column_node = row_count_ + 1 + column;
  const bool is_inner = row < row_count_ && column < column_count_;
  const bool is_grand_total = row == row_count_ && column == column_count_;
  if (is_inner || is_grand_total) return {row_node, column_node};
  return {column_node, row_node};
}

void Circulation::Free(std::size_t cell) {
  const auto [from, to] = Arc(cell);
  free_[static_cast<std::size_t>(from * node_count_ + to)] = kNoLimit;
  free_[static_cast<std::size_t>(to * node_count_ + from)] = values_[cell];
}

std::int64_t Circulation::RoomAbove(std::size_t cell, std::int64_t limit) {
  const auto [from, to] = Arc(cell);
  return MaxFlow(to, from, limit);
}

std::int64_t Circulation::RoomBelow(std::size_t cell, std::int64_t limit) {
  const auto [from, to] = Arc(cell);
  return MaxFlow(from, to, std::min(limit, values_[cell]));
}

std::int64_t Circulation::MaxFlow(int from, int to, std::int64_t limit) {
  residual_ = free_;
  residual(from, to) = 0;
  residual(to, from) = 0;
  std::int64_t flow = 0;
  while (flow < limit) {
    const std::int64_t more = Augment(from, to, limit - flow);
    if (more == 0) break;
    flow += more;
  }
  return flow;
}

// Pushes along one of the shortest paths with room (Edmonds and Karp 1972).
std::int64_t Circulation::Augment(int from, int to, std::int64_t limit) {
  std::fill(reached_from_.begin(), reached_from_.end(), kNotReached);
  queue_.assign(1, from);
  reached_from_[static_cast<std::size_t>(from)] = from;
  for (std::size_t next = 0; next < queue_.size(); ++next) {
    const int node = queue_[next];
    if (node == to) break;
    for (int other = 0; other < node_count_; ++other) {
      if (reached_from_[static_cast<std::size_t>(other)] != kNotReached ||
          residual(node, other) <= 0) {
        continue;
      }
      reached_from_[static_cast<std::size_t>(other)] = node;
      queue_.push_back(other);
    }
  }
  if (reached_from_[static_cast<std::size_t>(to)] == kNotReached) return 0;
  std::int64_t amount = limit;
  for (int node = to; node != from;) {
    const int before = reached_from_[static_cast<std::size_t>(node)];
    amount = std::min(amount, residual(before, node));
    node = before;
  }
  for (int node = to; node != from;) {
    const int before = reached_from_[static_cast<std::size_t>(node)];
    residual(before, node) -= amount;
    residual(node, before) += amount;
    node = before;
  }
  return amount;
}

}  // namespace pulsetaker::assessment
