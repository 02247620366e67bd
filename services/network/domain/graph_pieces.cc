#include "services/network/domain/graph_pieces.h"

#include "absl/strings/str_cat.h"
#include "common/base/status.h"

namespace pulsetaker::network {

absl::StatusOr<std::string> GraphPieces::Next(IsCancelled is_cancelled) {
  if (taken_ == window_.size() && !is_last_) {
    PT_RETURN_IF_ERROR(FillWindow(is_cancelled));
  }
  std::string piece = window_.substr(taken_, piece_bytes_max_);
  taken_ += piece.size();
  return piece;
}

absl::Status GraphPieces::FillWindow(IsCancelled is_cancelled) {
  window_begin_ += window_.size();
  window_.clear();
  taken_ = 0;
  std::size_t written = 0;
  bool is_full = false;
  const absl::Status status =
      WriteGraph(graph_, format_, [&](absl::string_view piece) -> absl::Status {
        if (is_cancelled()) return absl::CancelledError("export");
        const std::size_t begin = written;
        written += piece.size();
        if (written <= window_begin_) return absl::OkStatus();
        if (begin < window_begin_) piece.remove_prefix(window_begin_ - begin);
        const std::size_t room = window_bytes_ - window_.size();
        absl::StrAppend(&window_, piece.substr(0, room));
        if (piece.size() <= room) return absl::OkStatus();
        is_full = true;
        return absl::OutOfRangeError("the window is full");
      });
  if (is_full) return absl::OkStatus();
  is_last_ = true;
  return status;
}

}  // namespace pulsetaker::network
