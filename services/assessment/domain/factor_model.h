// A model of one common factor: what a set of items share, and what each has
// alone.

#pragma once

#include <optional>
#include <vector>

namespace pulsetaker::assessment {

// A square matrix by rows.
using Matrix = std::vector<std::vector<double>>;

// Covariance of items i and j under the model: loadings[i] * loadings[j], plus
// uniquenesses[i] where i = j.
struct FactorModel {
  std::vector<double> loadings;      // In units of the items.
  std::vector<double> uniquenesses;  // In squared units; above 0.
};

// A share of an item's variance below which its uniqueness counts as none.
inline constexpr double kUniquenessShareMin = 0.005;

// Fits the model to a covariance matrix by maximum likelihood: it minimises
//
//   F = ln det(Sigma) + trace(S Sigma^-1)
//
// by Fisher scoring with a Levenberg-Marquardt step. Maximum likelihood and not
// least squares, because its solution does not depend on the units of the
// items (Lawley and Maxwell 1971). The sign of the factor is such that the
// loadings sum to 0 or more.
//
// None where there is no proper solution:
//   - fewer than three items: the model is not identified;
//   - an item without variance;
//   - a Heywood case: the best fit leaves some item a uniqueness of less than
//     kUniquenessShareMin of its variance, so that the factor is that item
//     rather than what the items share;
//   - no convergence to a gradient of 1e-10 within 1,000 steps.
std::optional<FactorModel> FitFactorModel(const Matrix& covariance);

// McDonald's omega of the model, the share of the variance of the sum of the
// items that the factor makes up, in [0, 1):
//
//   (sum of loadings)^2 / ((sum of loadings)^2 + sum of uniquenesses)
double OmegaOf(const FactorModel& model);

}  // namespace pulsetaker::assessment
