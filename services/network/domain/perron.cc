#include "services/network/domain/perron.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/types/span.h"
#include "common/base/status.h"

namespace pulsetaker::network {
namespace {

constexpr std::size_t kBasisMax = 16;
// What is left of a vector after others are taken out of it is rounding, below
// this share of its length.
constexpr double kNothingLeft = 1e-14;

// Steps that change values by no more than this share will not improve them.
constexpr double kRounding = 1e-15;

using Small = std::array<std::array<double, kBasisMax>, kBasisMax>;

// In eight sums, which do not wait for each other.
double Dot(absl::Span<const double> a, absl::Span<const double> b) {
  std::array<double, 8> sums{};
  const std::size_t whole = a.size() / sums.size() * sums.size();
  for (std::size_t i = 0; i < whole; i += sums.size()) {
    for (std::size_t k = 0; k < sums.size(); ++k)
      sums[k] += a[i + k] * b[i + k];
  }
  double rest = 0;
  for (std::size_t i = whole; i < a.size(); ++i) rest += a[i] * b[i];
  for (const double sum : sums) rest += sum;
  return rest;
}

void AddScaled(double factor, absl::Span<const double> from,
               absl::Span<double> to) {
  for (std::size_t i = 0; i < to.size(); ++i) to[i] += factor * from[i];
}

void Scale(double factor, absl::Span<double> values) {
  for (double& value : values) value *= factor;
}

void Multiply(const Rows& rows, absl::Span<const double> x,
              absl::Span<double> product) {
  for (NodeId u = 0; u < rows.node_count(); ++u) {
    const absl::Span<const NodeId> row = rows.row(u);
    const absl::Span<const double> weights = rows.weights(u);
    double sum = 0;
    for (std::size_t i = 0; i < row.size(); ++i) sum += weights[i] * x[row[i]];
    product[u] = sum;
  }
}

// The product of the upper left corners with itself, its largest entry scaled
// to 1.
Small Squared(const Small& m, std::size_t size) {
  Small square{};
  double largest = 0;
  for (std::size_t i = 0; i < size; ++i) {
    for (std::size_t k = 0; k < size; ++k) {
      for (std::size_t j = 0; j < size; ++j) square[i][j] += m[i][k] * m[k][j];
    }
    for (std::size_t j = 0; j < size; ++j) {
      largest = std::max(largest, std::abs(square[i][j]));
    }
  }
  for (auto& row : square) Scale(1 / largest, absl::MakeSpan(row));
  return square;
}

// The vector of the rightmost eigenvalue. A shift makes that one the largest in
// modulus too; the powers of the matrix then tend to a multiple of the vector
// in every column. Sixty squarings are a power of 2^60.
std::array<double, kBasisMax> RightmostVector(Small m, std::size_t size) {
  double shift = 0;
  for (const auto& row : m) shift += Dot(row, row);
  shift = std::sqrt(shift);
  for (std::size_t i = 0; i < size; ++i) m[i][i] += shift;
  for (int squaring = 0; squaring < 60; ++squaring) {
    Small square = Squared(m, size);
    const bool settled = square == m;
    m = square;
    if (settled) break;
  }
  std::array<double, kBasisMax> vector{};
  double longest = 0;
  for (std::size_t j = 0; j < size; ++j) {
    double length = 0;
    for (std::size_t i = 0; i < size; ++i) length += m[i][j] * m[i][j];
    if (length <= longest) continue;
    longest = length;
    for (std::size_t i = 0; i < size; ++i) vector[i] = m[i][j];
  }
  Scale(1 / std::sqrt(longest), absl::MakeSpan(vector));
  return vector;
}

// The space that x and its products with the matrix span, by an orthonormal
// basis, and the matrix as it acts within that.
class KrylovSpace {
 public:
  explicit KrylovSpace(const Rows& rows)
      : rows_(rows),
        basis_(std::min<std::size_t>(kBasisMax, rows.node_count()),
               std::vector<double>(rows.node_count())),
        product_(rows.node_count()) {}

  // `x` must be of length 1.
  void Span(absl::Span<const double> x) {
    std::copy(x.begin(), x.end(), basis_[0].begin());
    action_ = {};
    for (size_ = 1;; ++size_) {
      const std::size_t last = size_ - 1;
      Multiply(rows_, basis_[last], absl::MakeSpan(product_));
      const double before = Dot(product_, product_);
      // Twice: what rounding leaves of the basis the first time may be large
      // beside what is left of the product.
      for (int pass = 0; pass < 2; ++pass) {
        for (std::size_t i = 0; i < size_; ++i) {
          const double part = Dot(product_, basis_[i]);
          action_[i][last] += part;
          AddScaled(-part, basis_[i], absl::MakeSpan(product_));
        }
      }
      const double left = std::sqrt(Dot(product_, product_));
      if (size_ == basis_.size() ||
          !(left > kNothingLeft * std::sqrt(before))) {
        return;
      }
      action_[size_][last] = left;
      basis_[size_] = product_;
      Scale(1 / left, absl::MakeSpan(basis_[size_]));
    }
  }

  int product_count() const { return static_cast<int>(size_); }

  // The best approximation within the space.
  PerronPair BestPair() const {
    const std::array<double, kBasisMax> share = RightmostVector(action_, size_);
    PerronPair best{.vector = std::vector<double>(product_.size(), 0.0)};
    double sum = 0;
    for (std::size_t i = 0; i < size_; ++i) {
      best.root += share[i] * Dot(action_[i], share);
      AddScaled(share[i], basis_[i], absl::MakeSpan(best.vector));
    }
    for (const double value : best.vector) sum += value;
    // The vector that is sought is nowhere below 0.
    for (double& value : best.vector) {
      value = std::max(0.0, sum < 0 ? -value : value);
    }
    Scale(1 / std::sqrt(Dot(best.vector, best.vector)),
          absl::MakeSpan(best.vector));
    return best;
  }

 private:
  const Rows& rows_;
  std::vector<std::vector<double>> basis_;
  std::vector<double> product_;
  Small action_{};
  std::size_t size_ = 0;
};

double LargestChange(absl::Span<const double> before,
                     absl::Span<const double> after) {
  double change = 0;
  double largest = 0;
  for (std::size_t i = 0; i < after.size(); ++i) {
    change = std::max(change, std::abs(after[i] - before[i]));
    largest = std::max(largest, after[i]);
  }
  return change / largest;
}

}  // namespace

absl::Status NotConverged(const IterationLimits& limits) {
  return MakeError(absl::StatusCode::kOutOfRange, "NOT_CONVERGED",
                   absl::StrCat("not within ", limits.tolerance, " after ",
                                limits.products_max, " iterations"));
}

bool ConvergenceTest::HasArrived(double change) {
  // Steps that shrink by the factor q have change * q / (1 - q) still to go. A
  // lucky step must not make q small.
  const double q =
      change_before_ > 0 ? std::max(0.1, change / change_before_) : 1.0;
  change_before_ = change;
  return change <= std::max(kRounding, 0.01 * tolerance_) ||
         (q < 1 && change * q / (1 - q) <= tolerance_);
}

absl::StatusOr<PerronPair> PerronPairOf(const Rows& rows,
                                        const IterationLimits& limits,
                                        IsCancelled is_cancelled) {
  const double nodes = rows.node_count();
  KrylovSpace space(rows);
  ConvergenceTest test(limits.tolerance);
  PerronPair pair{
      .vector = std::vector<double>(rows.node_count(), 1 / std::sqrt(nodes))};
  for (int products = 0; products < limits.products_max;
       products += space.product_count()) {
    if (is_cancelled()) return absl::CancelledError("eigenvector");
    space.Span(pair.vector);
    PerronPair better = space.BestPair();
    const double change = LargestChange(pair.vector, better.vector);
    pair = std::move(better);
    if (test.HasArrived(change)) return pair;
  }
  return NotConverged(limits);
}

}  // namespace pulsetaker::network
