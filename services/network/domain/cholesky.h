#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <vector>

#include "absl/status/statusor.h"
#include "services/network/domain/graph.h"
#include "services/network/domain/isa.h"

// For the .cc files of this folder; callers want information.h.

namespace pulsetaker::network {

inline constexpr std::size_t kTile = 64;

// A square of a matrix, row by row; 32 KiB, so that it stays in near caches.
struct alignas(64) Tile {
  std::array<double, kTile * kTile> entries{};

  double* row(std::size_t i) { return entries.data() + i * kTile; }
  const double* row(std::size_t i) const { return entries.data() + i * kTile; }
};

// The lower half of a dense symmetric matrix, in tiles. What the last tiles
// have beyond the matrix is an identity matrix, which no result sees.
class SymmetricMatrix {
 public:
  // All entries `value`. Memory: 4 bytes times the square of `size`.
  SymmetricMatrix(NodeId size, double value);

  NodeId size() const { return size_; }
  std::size_t tile_count() const { return tile_count_; }  // In a row.

  // `column` must be at most `row`, and `row` below size().
  double& at(NodeId row, NodeId column) {
    return tile(row / kTile, column / kTile).row(row % kTile)[column % kTile];
  }

  // `j` must be at most `i`. Of tiles on the diagonal only the lower half is
  // the matrix.
  Tile& tile(std::size_t i, std::size_t j) {
    return tiles_[i * (i + 1) / 2 + j];
  }

 private:
  NodeId size_;
  std::size_t tile_count_;
  std::vector<Tile> tiles_;
};

// The diagonal of the inverse of a positive definite matrix, or nullopt if it
// is not positive definite to double precision. By Cholesky factorisation, and
// the squared norms of the columns of the inverse of the factor: two thirds of
// size^3 operations, in an order that is the same on every `isa`.
//
// CANCELLED: `is_cancelled`, asked twice for each row of tiles, said yes.
absl::StatusOr<std::optional<std::vector<double>>> InverseDiagonal(
    SymmetricMatrix matrix, IsCancelled is_cancelled, Isa isa = BestIsa());

}  // namespace pulsetaker::network
