// Which numbers follow from sums of them by adding and subtracting.

#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace pulsetaker::assessment {

// The rows that can be made of those that were added, in reduced echelon form.
// Arithmetic is modulo the prime 2^31 - 1: what follows over the rationals
// follows here, unless that prime divides a determinant of zeros and ones.
class LinearSpan {
 public:
  explicit LinearSpan(std::size_t width) : width_(width) {}

  // Adds the sum of these columns, ascending and below the width.
  void Add(const std::vector<std::size_t>& columns);

  // The columns whose number follows from the sums alone, ascending. Complete:
  // a column follows exactly if a row of the form has nothing but it.
  std::vector<std::size_t> Determined() const;

 private:
  using Row = std::vector<std::uint64_t>;

  std::size_t width_;
  std::vector<Row> rows_;
  std::vector<std::size_t> pivots_;  // Of each row: its entry there is 1.
};

}  // namespace pulsetaker::assessment
