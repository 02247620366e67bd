// A two-way table with totals as a circulation: each cell is an arc, each row
// and column a node at which what flows in flows out.

#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "absl/types/span.h"

namespace pulsetaker::assessment {

// How far the cells of a table that nobody is told can move. For one thread.
class Circulation {
 public:
  // `values` are those of all cells and totals, row by row with the total last.
  Circulation(int row_count, int column_count,
              absl::Span<const std::int64_t> values);

  // From now on, anyone may think anything of this cell.
  void Free(std::size_t cell);

  // By how much a free cell could be above its value, or below it, while the
  // cells that are not free stay as they are and none gets negative: at most
  // `limit`, at which the search ends.
  std::int64_t RoomAbove(std::size_t cell, std::int64_t limit);
  std::int64_t RoomBelow(std::size_t cell, std::int64_t limit);

 private:
  std::pair<int, int> Arc(std::size_t cell) const;
  std::int64_t& residual(int from, int to) {
    return residual_[static_cast<std::size_t>(from * node_count_ + to)];
  }
  // The largest flow between two nodes, without the arc between them.
  std::int64_t MaxFlow(int from, int to, std::int64_t limit);
  std::int64_t Augment(int from, int to, std::int64_t limit);

  const int row_count_;
  const int column_count_;
  const int node_count_;
  std::vector<std::int64_t> values_;
  std::vector<std::int64_t> free_;      // Residual capacities of free cells.
  std::vector<std::int64_t> residual_;  // Those of the search under way.
  std::vector<int> reached_from_;
  std::vector<int> queue_;
};

}  // namespace pulsetaker::assessment
