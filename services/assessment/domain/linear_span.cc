#include "services/assessment/domain/linear_span.h"

#include <algorithm>
#include <utility>

namespace pulsetaker::assessment {
namespace {

constexpr std::uint64_t kPrime = (std::uint64_t{1} << 31) - 1;

// By Fermat: a^(p - 2).
std::uint64_t Inverse(std::uint64_t a) {
  std::uint64_t result = 1;
  for (std::uint64_t power = kPrime - 2; power > 0; power >>= 1) {
    if ((power & 1) != 0) result = result * a % kPrime;
    a = a * a % kPrime;
  }
  return result;
}

// row -= factor * other.
void Subtract(std::uint64_t factor, const std::vector<std::uint64_t>& other,
              std::vector<std::uint64_t>& row) {
  for (std::size_t i = 0; i < row.size(); ++i) {
    if (other[i] != 0)
      row[i] = (row[i] + (kPrime - factor) * other[i]) % kPrime;
  }
}

}  // namespace

void LinearSpan::Add(const std::vector<std::size_t>& columns) {
  Row row(width_);
  for (const std::size_t column : columns) row[column] = 1;
  for (std::size_t i = 0; i < rows_.size(); ++i) {
    const std::uint64_t factor = row[pivots_[i]];
    if (factor != 0) Subtract(factor, rows_[i], row);
  }
  const auto first = std::find_if(
      row.begin(), row.end(), [](std::uint64_t entry) { return entry != 0; });
  if (first == row.end()) return;
  const auto pivot = static_cast<std::size_t>(first - row.begin());
  const std::uint64_t inverse = Inverse(*first);
  for (std::uint64_t& entry : row) entry = entry * inverse % kPrime;
  for (Row& other : rows_) {
    const std::uint64_t factor = other[pivot];
    if (factor != 0) Subtract(factor, row, other);
  }
  rows_.push_back(std::move(row));
  pivots_.push_back(pivot);
}

std::vector<std::size_t> LinearSpan::Determined() const {
  std::vector<std::size_t> determined;
  for (std::size_t i = 0; i < rows_.size(); ++i) {
    const auto entries =
        std::count_if(rows_[i].begin(), rows_[i].end(),
                      [](std::uint64_t entry) { return entry != 0; });
    if (entries == 1) determined.push_back(pivots_[i]);
  }
  std::sort(determined.begin(), determined.end());
  return determined;
}

}  // namespace pulsetaker::assessment
