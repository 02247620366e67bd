#include "services/network/domain/cholesky.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "absl/status/status.h"
#include "services/network/domain/lanes.h"

namespace pulsetaker::network {
namespace {

// c -= a * b. A block of RowsAtOnce x ColumnsAtOnce lanes of c stays in
// registers; its size is no part of the result, as each entry of c is lessened
// by the same products in the same order.
template <std::size_t RowsAtOnce, std::size_t ColumnsAtOnce>
inline void SubtractProduct(const Tile& a, const Tile& b, Tile& c) {
  for (std::size_t i = 0; i < kTile; i += RowsAtOnce) {
    for (std::size_t j = 0; j < kTile; j += kLanes * ColumnsAtOnce) {
      Lanes block[RowsAtOnce][ColumnsAtOnce];
      for (std::size_t r = 0; r < RowsAtOnce; ++r) {
        for (std::size_t s = 0; s < ColumnsAtOnce; ++s) {
          LoadLanes(c.row(i + r) + j + kLanes * s, block[r][s]);
        }
      }
      for (std::size_t k = 0; k < kTile; ++k) {
        Lanes of_b[ColumnsAtOnce];
        for (std::size_t s = 0; s < ColumnsAtOnce; ++s) {
          LoadLanes(b.row(k) + j + kLanes * s, of_b[s]);
        }
        for (std::size_t r = 0; r < RowsAtOnce; ++r) {
          const double of_a = a.row(i + r)[k];
          for (std::size_t s = 0; s < ColumnsAtOnce; ++s) {
            block[r][s] -= of_a * of_b[s];
          }
        }
      }
      for (std::size_t r = 0; r < RowsAtOnce; ++r) {
        for (std::size_t s = 0; s < ColumnsAtOnce; ++s) {
          StoreLanes(block[r][s], c.row(i + r) + j + kLanes * s);
        }
      }
    }
  }
}

inline Tile Transposed(const Tile& tile) {
  Tile transposed;
  for (std::size_t i = 0; i < kTile; ++i) {
    for (std::size_t j = 0; j < kTile; ++j) {
      transposed.row(j)[i] = tile.row(i)[j];
    }
  }
  return transposed;
}

inline void Negate(Tile& tile) {
  for (double& entry : tile.entries) entry = -entry;
}

// The upper triangular u with u^T u = the matrix of which `lower` is the lower
// half; zeros below. False if the matrix is not positive definite.
inline bool Factorize(const Tile& lower, Tile& u) {
  u = Transposed(lower);
  for (std::size_t i = 0; i < kTile; ++i) {
    std::fill(u.row(i), u.row(i) + i, 0.0);
  }
  for (std::size_t k = 0; k < kTile; ++k) {
    double* const pivot_row = u.row(k);
    if (!(pivot_row[k] > 0) || !std::isfinite(pivot_row[k])) return false;
    const double pivot = std::sqrt(pivot_row[k]);
    for (std::size_t j = k; j < kTile; ++j) pivot_row[j] /= pivot;
    for (std::size_t i = k + 1; i < kTile; ++i) {
      double* const row = u.row(i);
      const double factor = pivot_row[i];
      for (std::size_t j = i; j < kTile; ++j) row[j] -= factor * pivot_row[j];
    }
  }
  return true;
}

// The inverse of an upper triangular tile, from the last row up.
inline Tile InverseOfUpper(const Tile& u) {
  Tile inverse;
  for (std::size_t i = kTile; i-- > 0;) {
    double* const row = inverse.row(i);
    row[i] = 1;
    for (std::size_t k = i + 1; k < kTile; ++k) {
      const double factor = u.row(i)[k];
      const double* const below = inverse.row(k);
      for (std::size_t j = k; j < kTile; ++j) row[j] -= factor * below[j];
    }
    for (std::size_t j = i; j < kTile; ++j) row[j] /= u.row(i)[i];
  }
  return inverse;
}

// Factorises a matrix A = L L^T in place, a column of tiles after the other,
// then sums the squares of L^-1, again by columns of tiles.
class Inversion {
 public:
  explicit Inversion(SymmetricMatrix matrix)
      : matrix_(std::move(matrix)),
        inverse_diagonal_(matrix_.tile_count()),
        column_(matrix_.tile_count()),
        norms_(matrix_.tile_count() * kTile, 0.0) {}

  std::size_t tile_count() const { return matrix_.tile_count(); }

  // Column j of L, given those before it. False if A is not positive definite.
  template <std::size_t RowsAtOnce, std::size_t ColumnsAtOnce>
  bool FactorizeColumn(std::size_t j) {
    for (std::size_t k = 0; k < j; ++k) {
      column_[k] = Transposed(matrix_.tile(j, k));
    }
    for (std::size_t i = j; i < tile_count(); ++i) {
      for (std::size_t k = 0; k < j; ++k) {
        SubtractProduct<RowsAtOnce, ColumnsAtOnce>(
            matrix_.tile(i, k), column_[k], matrix_.tile(i, j));
      }
    }
    Tile u;
    if (!Factorize(matrix_.tile(j, j), u)) return false;
    const Tile inverse = InverseOfUpper(u);
    inverse_diagonal_[j] = Transposed(inverse);
    for (std::size_t i = j + 1; i < tile_count(); ++i) {
      Tile solved;
      SubtractProduct<RowsAtOnce, ColumnsAtOnce>(matrix_.tile(i, j), inverse,
                                                 solved);
      Negate(solved);
      matrix_.tile(i, j) = solved;
    }
    return true;
  }

  // Column j of L^-1, of which only the norms are kept.
  template <std::size_t RowsAtOnce, std::size_t ColumnsAtOnce>
  void SumColumn(std::size_t j) {
    column_[j] = inverse_diagonal_[j];
    AddSquares(column_[j], j);
    for (std::size_t i = j + 1; i < tile_count(); ++i) {
      Tile sum;
      for (std::size_t k = j; k < i; ++k) {
        SubtractProduct<RowsAtOnce, ColumnsAtOnce>(matrix_.tile(i, k),
                                                   column_[k], sum);
      }
      column_[i] = Tile{};
      SubtractProduct<RowsAtOnce, ColumnsAtOnce>(inverse_diagonal_[i], sum,
                                                 column_[i]);
      Negate(column_[i]);
      AddSquares(column_[i], j);
    }
  }

  std::vector<double> TakeDiagonal() {
    norms_.resize(matrix_.size());
    return std::move(norms_);
  }

 private:
  void AddSquares(const Tile& tile, std::size_t j) {
    double* const norms = norms_.data() + j * kTile;
    for (std::size_t i = 0; i < kTile; ++i) {
      const double* const row = tile.row(i);
      for (std::size_t c = 0; c < kTile; ++c) norms[c] += row[c] * row[c];
    }
  }

  SymmetricMatrix matrix_;  // Becomes L, but for the tiles on the diagonal.
  std::vector<Tile> inverse_diagonal_;  // Inverses of those.
  std::vector<Tile> column_;
  std::vector<double> norms_;
};

// The two steps for each instruction set, with as large a block of the product
// as its registers hold.
bool FactorizePortable(Inversion& inversion, std::size_t j) {
  return inversion.FactorizeColumn<2, 1>(j);
}
void SumPortable(Inversion& inversion, std::size_t j) {
  inversion.SumColumn<2, 1>(j);
}
#if PT_HAVE_X86_ISAS
PT_FOR_AVX2 bool FactorizeAvx2(Inversion& inversion, std::size_t j) {
  return inversion.FactorizeColumn<4, 1>(j);
}
PT_FOR_AVX2 void SumAvx2(Inversion& inversion, std::size_t j) {
  inversion.SumColumn<4, 1>(j);
}
PT_FOR_AVX512 bool FactorizeAvx512(Inversion& inversion, std::size_t j) {
  return inversion.FactorizeColumn<8, 2>(j);
}
PT_FOR_AVX512 void SumAvx512(Inversion& inversion, std::size_t j) {
  inversion.SumColumn<8, 2>(j);
}
#endif

struct Steps {
  bool (*factorize)(Inversion&, std::size_t) = &FactorizePortable;
  void (*sum)(Inversion&, std::size_t) = &SumPortable;
};

Steps StepsFor(Isa isa) {
  switch (isa) {
#if PT_HAVE_X86_ISAS
    case Isa::kAvx512:
      return {&FactorizeAvx512, &SumAvx512};
    case Isa::kAvx2:
      return {&FactorizeAvx2, &SumAvx2};
#endif
    default:
      return {};
  }
}

}  // namespace

SymmetricMatrix::SymmetricMatrix(NodeId size, double value)
    : size_(size),
      tile_count_((size + kTile - 1) / kTile),
      tiles_(tile_count_ * (tile_count_ + 1) / 2) {
  for (NodeId row = 0; row < tile_count_ * kTile; ++row) {
    if (row >= size) {
      at(row, row) = 1;
      continue;
    }
    for (NodeId column = 0; column <= row; ++column) at(row, column) = value;
  }
}

absl::StatusOr<std::optional<std::vector<double>>> InverseDiagonal(
    SymmetricMatrix matrix, IsCancelled is_cancelled, Isa isa) {
  const Steps steps = StepsFor(isa);
  Inversion inversion(std::move(matrix));
  for (std::size_t j = 0; j < inversion.tile_count(); ++j) {
    if (is_cancelled()) return absl::CancelledError("matrix inversion");
    if (!steps.factorize(inversion, j)) return std::nullopt;
  }
  for (std::size_t j = 0; j < inversion.tile_count(); ++j) {
    if (is_cancelled()) return absl::CancelledError("matrix inversion");
    steps.sum(inversion, j);
  }
  return inversion.TakeDiagonal();
}

}  // namespace pulsetaker::network
