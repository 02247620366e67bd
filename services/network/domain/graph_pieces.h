// An export for readers who take it as slowly as they like.

#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "services/network/domain/graph.h"
#include "services/network/domain/graph_export.h"
#include "services/network/domain/graph_source.h"

namespace pulsetaker::network {

// The file of WriteGraph, piece by piece, each made when it is asked for.
// Between two pieces nothing runs and no thread waits. For one thread.
//
// The file is written from its start for each window of it, and what is not of
// the window is thrown away: that needs no writer that can stop in the middle
// of a line, and a file of one window, which is nearly every one, is written
// once. O(window) memory; time of WriteGraph for each window, on average half
// of it.
class GraphPieces {
 public:
  static constexpr std::size_t kWindowBytes = std::size_t{8} << 20;
  static constexpr std::size_t kGraphPieceBytesMax = std::size_t{1} << 20;

  // `graph` must outlive this.
  GraphPieces(const GraphSource& graph, GraphFormat format,
              std::size_t window_bytes = kWindowBytes,
              std::size_t piece_bytes_max = kGraphPieceBytesMax)
      : graph_(graph),
        format_(format),
        window_bytes_(window_bytes),
        piece_bytes_max_(piece_bytes_max) {}

  // The next piece, or nothing at the end. The errors of WriteGraph. CANCELLED.
  // Not to be called again after an error.
  absl::StatusOr<std::string> Next(IsCancelled is_cancelled);

  // Bytes of all pieces so far.
  std::int64_t offset() const {
    return static_cast<std::int64_t>(window_begin_ + taken_);
  }

 private:
  absl::Status FillWindow(IsCancelled is_cancelled);

  const GraphSource& graph_;
  const GraphFormat format_;
  const std::size_t window_bytes_;
  const std::size_t piece_bytes_max_;
  std::string window_;
  std::size_t window_begin_ = 0;  // In the file.
  std::size_t taken_ = 0;         // Of the window.
  bool is_last_ = false;          // The window reaches to the end of the file.
};

}  // namespace pulsetaker::network
