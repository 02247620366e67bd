// Dense linear algebra for the tests of this folder: slow and plain.

#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <utility>
#include <vector>

#include "services/network/domain/graph.h"

namespace pulsetaker::network {

using DenseMatrix = std::vector<std::vector<double>>;

// Entry [i][j] is the weight of the arc j->i.
inline DenseMatrix InMatrix(const Digraph& graph) {
  const NodeId n = graph.node_count();
  DenseMatrix matrix(n, std::vector<double>(n, 0));
  for (const Arc& arc : graph.Arcs()) matrix[arc.to][arc.from] = arc.weight;
  return matrix;
}

// Gauss and Jordan, exchanging rows; the number of pivots above `smallest`.
inline std::size_t Eliminate(DenseMatrix& a, std::size_t columns,
                             double smallest) {
  std::size_t rank = 0;
  for (std::size_t k = 0; k < columns && rank < a.size(); ++k) {
    std::size_t pivot = rank;
    for (std::size_t i = rank; i < a.size(); ++i) {
      if (std::abs(a[i][k]) > std::abs(a[pivot][k])) pivot = i;
    }
    if (std::abs(a[pivot][k]) <= smallest) continue;
    std::swap(a[rank], a[pivot]);
    for (std::size_t i = 0; i < a.size(); ++i) {
      if (i == rank) continue;
      const double factor = a[i][k] / a[rank][k];
      for (std::size_t j = k; j < a[i].size(); ++j) {
        a[i][j] -= factor * a[rank][j];
      }
    }
    ++rank;
  }
  return rank;
}

// x with a * x = b. `a` must be regular.
inline std::vector<double> Solved(DenseMatrix a, const std::vector<double>& b) {
  for (std::size_t i = 0; i < a.size(); ++i) a[i].push_back(b[i]);
  Eliminate(a, b.size(), 0);
  std::vector<double> x(b.size());
  for (std::size_t i = 0; i < x.size(); ++i) x[i] = a[i].back() / a[i][i];
  return x;
}

// The largest modulus of the eigenvalues, by Gelfand's formula: the limit of
// the k-th root of the largest entry of the k-th power. k is 2^45 here.
inline double SpectralRadius(DenseMatrix a) {
  double log_norm = 0;
  double root = 1;
  for (int squaring = 0; squaring < 45; ++squaring) {
    double largest = 0;
    for (const auto& row : a) {
      for (const double entry : row) largest = std::max(largest, entry);
    }
    if (largest == 0) return 0;
    log_norm += std::log(largest) * root;
    root /= 2;
    DenseMatrix square(a.size(), std::vector<double>(a.size(), 0));
    for (std::size_t i = 0; i < a.size(); ++i) {
      for (std::size_t k = 0; k < a.size(); ++k) {
        const double factor = a[i][k] / largest;
        if (factor == 0) continue;
        for (std::size_t j = 0; j < a.size(); ++j) {
          square[i][j] += factor * (a[k][j] / largest);
        }
      }
    }
    a = std::move(square);
  }
  return std::exp(log_norm);
}

}  // namespace pulsetaker::network
