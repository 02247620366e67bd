#include "services/assessment/domain/factor_model.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <utility>

namespace pulsetaker::assessment {
namespace {

constexpr int kStepsMax = 1'000;
constexpr int kPowerSteps = 50;
constexpr double kGradientMax = 1e-10;
constexpr double kDampingStart = 1e-3;
constexpr double kDampingMin = 1e-12;
constexpr double kDampingMax = 1e12;
constexpr double kFirstCommunalityMin = 0.1;
constexpr double kFirstCommunalityMax = 0.9;

using Vector = std::vector<double>;

Matrix Zeros(std::size_t size) { return Matrix(size, Vector(size)); }

Vector Times(const Matrix& matrix, const Vector& vector) {
  Vector product(vector.size());
  for (std::size_t i = 0; i < vector.size(); ++i) {
    for (std::size_t j = 0; j < vector.size(); ++j) {
      product[i] += matrix[i][j] * vector[j];
    }
  }
  return product;
}

double Dot(const Vector& a, const Vector& b) {
  double sum = 0;
  for (std::size_t i = 0; i < a.size(); ++i) sum += a[i] * b[i];
  return sum;
}

// Solves matrix * x = right for a symmetric positive definite matrix by its
// Cholesky factor. None if it is not positive definite.
std::optional<Vector> Solve(Matrix matrix, Vector right) {
  const std::size_t size = right.size();
  for (std::size_t i = 0; i < size; ++i) {
    for (std::size_t j = 0; j <= i; ++j) {
      double sum = matrix[i][j];
      for (std::size_t k = 0; k < j; ++k) sum -= matrix[i][k] * matrix[j][k];
      if (i != j) {
        matrix[i][j] = sum / matrix[j][j];
      } else if (sum > 0) {
        matrix[i][i] = std::sqrt(sum);
      } else {
        return std::nullopt;
      }
    }
    for (std::size_t k = 0; k < i; ++k) right[i] -= matrix[i][k] * right[k];
    right[i] /= matrix[i][i];
  }
  for (std::size_t i = size; i-- > 0;) {
    for (std::size_t k = i + 1; k < size; ++k) {
      right[i] -= matrix[k][i] * right[k];
    }
    right[i] /= matrix[i][i];
  }
  return right;
}

// Parameters of the fit to a correlation matrix: the loadings, then the
// logarithms of the uniquenesses, which keep these above 0.
class Fit {
 public:
  explicit Fit(const Matrix& correlation)
      : observed_(correlation), size_(correlation.size()) {}

  // False if there is no proper solution.
  bool Run() {
    parameters_ = First();
    double value = Discrepancy(parameters_);
    double damping = kDampingStart;
    for (int step = 0; step < kStepsMax; ++step) {
      Linearize();
      if (LargestSlope() < kGradientMax) return IsProper();
      // Shorter and shorter steps, until one gets lower.
      while (true) {
        const std::optional<Vector> next = Step(damping);
        const double next_value = next ? Discrepancy(*next) : value;
        if (next && next_value < value) {
          parameters_ = *next;
          value = next_value;
          damping = std::max(damping / 10, kDampingMin);
          break;
        }
        damping *= 10;
        // As low as doubles can tell: near enough if the slope is small.
        if (damping > kDampingMax) {
          return LargestSlope() < std::sqrt(kGradientMax) && IsProper();
        }
      }
    }
    return false;
  }

  double loading(std::size_t i) const { return parameters_[i]; }
  double uniqueness(std::size_t i) const {
    return std::exp(parameters_[size_ + i]);
  }

 private:
  static double LogUniquenessMin() { return std::log(kUniquenessShareMin); }

  // Loadings along the first principal component.
  Vector First() const {
    const auto strongest = std::max_element(
        observed_.begin(), observed_.end(),
        [](const Vector& a, const Vector& b) { return Dot(a, a) < Dot(b, b); });
    Vector direction = *strongest;
    double variance = 1;
    for (int i = 0; i < kPowerSteps; ++i) {
      direction = Times(observed_, direction);
      variance = std::sqrt(Dot(direction, direction));
      for (double& value : direction) value /= variance;
    }
    Vector first(2 * size_);
    for (std::size_t i = 0; i < size_; ++i) {
      const double communality =
          std::clamp(variance * direction[i] * direction[i],
                     kFirstCommunalityMin, kFirstCommunalityMax);
      first[i] = std::copysign(std::sqrt(communality), direction[i]);
      first[size_ + i] = std::log(1 - communality);
    }
    return first;
  }

  // Sigma^-1 = Psi^-1 - Psi^-1 l l' Psi^-1 / (1 + l' Psi^-1 l).
  Matrix Inverse(const Vector& parameters) const {
    Vector scaled(size_);
    double sum = 1;
    for (std::size_t i = 0; i < size_; ++i) {
      scaled[i] = parameters[i] * std::exp(-parameters[size_ + i]);
      sum += parameters[i] * scaled[i];
    }
    Matrix inverse = Zeros(size_);
    for (std::size_t i = 0; i < size_; ++i) {
      for (std::size_t j = 0; j < size_; ++j) {
        inverse[i][j] = -scaled[i] * scaled[j] / sum;
      }
      inverse[i][i] += std::exp(-parameters[size_ + i]);
    }
    return inverse;
  }

  double Discrepancy(const Vector& parameters) const {
    const Matrix inverse = Inverse(parameters);
    double sum = 1;
    double value = 0;
    for (std::size_t i = 0; i < size_; ++i) {
      const double loading = parameters[i];
      sum += loading * loading * std::exp(-parameters[size_ + i]);
      value += parameters[size_ + i] + Dot(observed_[i], inverse[i]);
    }
    return value + std::log(sum);
  }

  // Gradient of F, and its expected second derivatives:
  //   trace(W dSigma_a W dSigma_b), W = Sigma^-1
  void Linearize() {
    const Matrix inverse = Inverse(parameters_);
    const Vector loadings(
        parameters_.begin(),
        parameters_.begin() + static_cast<std::ptrdiff_t>(size_));
    const Vector weighted = Times(inverse, loadings);
    const double strength = Dot(loadings, weighted);
    gradient_ = Vector(2 * size_);
    hessian_ = Zeros(2 * size_);
    // W - W S W, whose row i is W_i - (W S W)_i.
    for (std::size_t i = 0; i < size_; ++i) {
      Vector row = Times(inverse, Times(observed_, inverse[i]));
      for (std::size_t j = 0; j < size_; ++j) row[j] = inverse[i][j] - row[j];
      gradient_[i] = 2 * Dot(row, loadings);
      gradient_[size_ + i] = row[i] * uniqueness(i);
      for (std::size_t j = 0; j < size_; ++j) {
        const double w = inverse[i][j];
        hessian_[i][j] = 2 * (weighted[i] * weighted[j] + w * strength);
        hessian_[i][size_ + j] = 2 * w * weighted[j] * uniqueness(j);
        hessian_[size_ + j][i] = hessian_[i][size_ + j];
        hessian_[size_ + i][size_ + j] = w * w * uniqueness(i) * uniqueness(j);
      }
    }
    HoldThoseAtTheBound();
  }

  bool IsAtBound(std::size_t i) const {
    return parameters_[size_ + i] <= LogUniquenessMin();
  }

  // A uniqueness that is at its bound and would go on down stays.
  void HoldThoseAtTheBound() {
    for (std::size_t i = 0; i < size_; ++i) {
      const std::size_t held = size_ + i;
      if (!IsAtBound(i) || gradient_[held] < 0) continue;
      gradient_[held] = 0;
      for (std::size_t j = 0; j < 2 * size_; ++j) {
        hessian_[held][j] = 0;
        hessian_[j][held] = 0;
      }
      hessian_[held][held] = 1;
    }
  }

  double LargestSlope() const {
    double largest = 0;
    for (const double slope : gradient_) {
      largest = std::max(largest, std::abs(slope));
    }
    return largest;
  }

  std::optional<Vector> Step(double damping) const {
    Matrix damped = hessian_;
    for (std::size_t i = 0; i < damped.size(); ++i) {
      damped[i][i] += damping * (hessian_[i][i] + 1e-6);
    }
    std::optional<Vector> next = Solve(std::move(damped), gradient_);
    if (!next) return std::nullopt;
    for (std::size_t i = 0; i < next->size(); ++i) {
      (*next)[i] = parameters_[i] - (*next)[i];
    }
    for (std::size_t i = size_; i < next->size(); ++i) {
      (*next)[i] = std::max((*next)[i], LogUniquenessMin());
    }
    return next;
  }

  bool IsProper() const {
    for (std::size_t i = 0; i < size_; ++i) {
      if (IsAtBound(i)) return false;
    }
    return true;
  }

  const Matrix& observed_;
  const std::size_t size_;
  Vector parameters_;
  Vector gradient_;
  Matrix hessian_;
};

}  // namespace

std::optional<FactorModel> FitFactorModel(const Matrix& covariance) {
  const std::size_t size = covariance.size();
  if (size < 3) return std::nullopt;
  Matrix correlation = Zeros(size);
  for (std::size_t i = 0; i < size; ++i) {
    if (covariance[i][i] <= 0) return std::nullopt;
    for (std::size_t j = 0; j < size; ++j) {
      correlation[i][j] =
          i == j ? 1
                 : covariance[i][j] /
                       std::sqrt(covariance[i][i] * covariance[j][j]);
    }
  }
  Fit fit(correlation);
  if (!fit.Run()) return std::nullopt;
  FactorModel model;
  double sum = 0;
  for (std::size_t i = 0; i < size; ++i) {
    model.loadings.push_back(fit.loading(i) * std::sqrt(covariance[i][i]));
    model.uniquenesses.push_back(fit.uniqueness(i) * covariance[i][i]);
    sum += model.loadings.back();
  }
  if (sum < 0) {
    for (double& loading : model.loadings) loading = -loading;
  }
  return model;
}

double OmegaOf(const FactorModel& model) {
  double common = 0;
  double unique = 0;
  for (const double loading : model.loadings) common += loading;
  for (const double uniqueness : model.uniquenesses) unique += uniqueness;
  return common * common / (common * common + unique);
}

}  // namespace pulsetaker::assessment
