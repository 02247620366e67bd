#include "services/network/domain/layout_packing.h"

#include <algorithm>
#include <cmath>
#include <cstddef>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "common/base/status.h"

namespace pulsetaker::network {
namespace {

// Of the margin: between parts that have a place, round a spot for one that has
// none, and round a whole drawing, where such a spot fits in.
constexpr double kPlacedShare = 0.1;
constexpr double kSpotShare = 0.5;
constexpr double kFrameShare = 0.6;
constexpr std::size_t kSearchesMax = 256;
// As a search looks at all parts from each spot.
constexpr std::size_t kSearchesTimesPartsMax = std::size_t{1} << 15;
// Boxes that are looked at between two questions whether to go on.
constexpr std::size_t kBoxesPerQuestion = 1'000'000;
// Of a unit square: searches on a finer raster take too long.
constexpr double kSpotMin = 1.0 / 128;
// Rows are this much wider than the parts take, as rows have gaps.
constexpr double kRowSlack = 1.1;

struct Box {
  Point low;
  Point high;

  double width() const { return high.x - low.x; }
  double height() const { return high.y - low.y; }
};

Box BoxOf(const std::vector<Point>& points) {
  Box box{points[0], points[0]};
  for (const Point& point : points) {
    box.low = {std::min(box.low.x, point.x), std::min(box.low.y, point.y)};
    box.high = {std::max(box.high.x, point.x), std::max(box.high.y, point.y)};
  }
  return box;
}

Box Around(const Box& a, const Box& b) {
  return {{std::min(a.low.x, b.low.x), std::min(a.low.y, b.low.y)},
          {std::max(a.high.x, b.high.x), std::max(a.high.y, b.high.y)}};
}

Box Moved(const Box& box, Point low) {
  return {low, {low.x + box.width(), low.y + box.height()}};
}

// Whether there is less than `margin` between them.
bool TooNear(const Box& a, const Box& b, double margin) {
  return a.low.x < b.high.x + margin && b.low.x < a.high.x + margin &&
         a.low.y < b.high.y + margin && b.low.y < a.high.y + margin;
}

bool IsFree(const Box& box, absl::Span<const Box> taken, double margin) {
  return std::none_of(taken.begin(), taken.end(), [&](const Box& other) {
    return TooNear(box, other, margin);
  });
}

class Packing {
 public:
  Packing(double margin, IsCancelled is_cancelled,
          std::vector<LayoutPart>& parts)
      : margin_(margin), is_cancelled_(is_cancelled), parts_(parts) {}

  absl::Status Run() {
    std::vector<std::size_t> waiting;
    for (std::size_t i = 0; i < parts_.size(); ++i) {
      PT_RETURN_IF_ERROR(CheckGoesOn(taken_.size()));
      const Box box = BoxOf(parts_[i].points);
      if (parts_[i].is_placed && IsFree(box, taken_, kPlacedShare * margin_)) {
        taken_.push_back(box);
      } else {
        waiting.push_back(i);
      }
    }
    std::size_t searches_left =
        taken_.empty()
            ? 0
            : std::min(kSearchesMax, kSearchesTimesPartsMax / parts_.size());
    std::vector<std::size_t> without_spot;
    for (const std::size_t i : waiting) {
      bool has_spot = false;
      if (searches_left > 0) {
        --searches_left;
        PT_ASSIGN_OR_RETURN(has_spot, FindSpot(i));
      }
      if (!has_spot) without_spot.push_back(i);
    }
    PlaceInRows(without_spot);
    return absl::OkStatus();
  }

 private:
  // Asks before the first boxes, and then now and then.
  absl::Status CheckGoesOn(std::size_t boxes) {
    if (boxes < boxes_left_) {
      boxes_left_ -= boxes;
      return absl::OkStatus();
    }
    boxes_left_ = kBoxesPerQuestion;
    return is_cancelled_() ? absl::CancelledError("the drawing is cancelled")
                           : absl::OkStatus();
  }

  void MoveTo(std::size_t part, Point low) {
    const Box box = BoxOf(parts_[part].points);
    for (Point& point : parts_[part].points) {
      point = {point.x - box.low.x + low.x, point.y - box.low.y + low.y};
    }
    taken_.push_back(Moved(box, low));
  }

  absl::StatusOr<bool> FindSpot(std::size_t part) {
    const Box box = BoxOf(parts_[part].points);
    const double step = std::max(margin_ / 2, kSpotMin);
    const auto rows = static_cast<int>((1 - box.height()) / step);
    const auto columns = static_cast<int>((1 - box.width()) / step);
    for (int row = 0; row <= rows; ++row) {
      for (int column = 0; column <= columns; ++column) {
        PT_RETURN_IF_ERROR(CheckGoesOn(taken_.size()));
        const Point low = {column * step, row * step};
        if (!IsFree(Moved(box, low), taken_, kSpotShare * margin_)) continue;
        MoveTo(part, low);
        return true;
      }
    }
    return false;
  }

  void PlaceInRows(const std::vector<std::size_t>& parts) {
    if (parts.empty()) return;
    double area = 0;
    double row_width = 0;
    for (const std::size_t i : parts) {
      const Box box = BoxOf(parts_[i].points);
      area += (box.width() + margin_) * (box.height() + margin_);
      row_width = std::max(row_width, box.width());
    }
    row_width = std::max(row_width, kRowSlack * std::sqrt(area));
    Point at;
    if (!taken_.empty()) {
      Box all = taken_[0];
      for (const Box& box : taken_) all = Around(all, box);
      row_width = std::max(row_width, all.width());
      at = {all.low.x, all.high.y + margin_};
    }
    const double row_begin = at.x;
    double row_height = 0;
    for (const std::size_t i : parts) {
      const Box box = BoxOf(parts_[i].points);
      if (at.x > row_begin && at.x + box.width() > row_begin + row_width) {
        at = {row_begin, at.y + row_height + margin_};
        row_height = 0;
      }
      MoveTo(i, at);
      at.x += box.width() + margin_;
      row_height = std::max(row_height, box.height());
    }
  }

  const double margin_;
  IsCancelled is_cancelled_;
  std::size_t boxes_left_ = 0;  // Until the next question.
  std::vector<LayoutPart>& parts_;
  std::vector<Box> taken_;
};

// How far to move what is from `low` to `high` to have it in [0, 1].
double ShiftInto(double low, double high) {
  if (low < 0) return -low;
  return high > 1 ? 1 - high : 0;
}

}  // namespace

absl::Status PackParts(double margin, IsCancelled is_cancelled,
                       std::vector<LayoutPart>& parts) {
  return Packing(margin, is_cancelled, parts).Run();
}

void FitIntoUnitSquare(bool keep, double margin,
                       std::vector<LayoutPart>& parts) {
  if (parts.empty()) return;
  Box all = BoxOf(parts[0].points);
  for (const LayoutPart& part : parts) all = Around(all, BoxOf(part.points));
  const double side = std::max(all.width(), all.height());
  double scale = 1;
  Point shift;
  if (keep && side <= 1) {
    shift = {ShiftInto(all.low.x, all.high.x),
             ShiftInto(all.low.y, all.high.y)};
  } else {
    scale = 1 / (side + 2 * kFrameShare * margin);
    shift = {0.5 - scale * (all.low.x + all.high.x) / 2,
             0.5 - scale * (all.low.y + all.high.y) / 2};
  }
  for (LayoutPart& part : parts) {
    for (Point& point : part.points) {
      // Rounding must not lead out of the square.
      point = {std::clamp(point.x * scale + shift.x, 0.0, 1.0),
               std::clamp(point.y * scale + shift.y, 0.0, 1.0)};
    }
  }
}

}  // namespace pulsetaker::network
