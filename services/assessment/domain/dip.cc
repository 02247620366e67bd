#include "services/assessment/domain/dip.h"

#include <algorithm>
#include <cmath>
#include <cstddef>

#include "common/base/random.h"

namespace pulsetaker::assessment {
namespace {

// The algorithm of Hartigan and Hartigan in units of 1 / (2n) as `diptest` has
// it. Indices are those of `x_`, from 0.
class DipFinder {
 public:
  explicit DipFinder(absl::Span<const double> sorted)
      : x_(sorted), below_(sorted.size()), above_(sorted.size()) {}

  double Find() {
    const std::size_t n = x_.size();
    if (n == 0) return 0;
    const double unit = 1 / (2 * static_cast<double>(n));
    if (n < 4 || x_.front() == x_.back()) return unit;
    LinkMinorant();
    LinkMajorant();
    low_ = 0;
    high_ = n - 1;
    double dip = 1;
    while (true) {
      TraceHulls();
      const double gap = WidestGap();
      if (gap < dip) break;
      dip = std::max({dip, WidestBelow(), WidestAbove()});
      const std::size_t low = minorant_[minorant_at_];
      const std::size_t high = majorant_[majorant_at_];
      if (low == low_ && high == high_) break;
      low_ = low;
      high_ = high;
    }
    return dip * unit;
  }

 private:
  double Rise(std::size_t from, std::size_t to) const {
    return static_cast<double>(to) - static_cast<double>(from);
  }

  // below_[j]: the vertex before j of the greatest convex minorant of x_[0..j].
  void LinkMinorant() {
    below_[0] = 0;
    for (std::size_t j = 1; j < x_.size(); ++j) {
      below_[j] = j - 1;
      while (true) {
        const std::size_t a = below_[j];
        const std::size_t b = below_[a];
        if (a == 0 ||
            (x_[j] - x_[a]) * Rise(b, a) < (x_[a] - x_[b]) * Rise(a, j)) {
          break;
        }
        below_[j] = b;
      }
    }
  }

  // above_[k]: the vertex after k of the least concave majorant of x_[k..].
  void LinkMajorant() {
    const std::size_t last = x_.size() - 1;
    above_[last] = last;
    for (std::size_t k = last; k-- > 0;) {
      above_[k] = k + 1;
      while (true) {
        const std::size_t a = above_[k];
        const std::size_t b = above_[a];
        if (a == last ||
            (x_[k] - x_[a]) * Rise(b, a) < (x_[a] - x_[b]) * Rise(a, k)) {
          break;
        }
        above_[k] = b;
      }
    }
  }

  // Vertices of the minorant from high_ down to low_, of the majorant from
  // low_ up to high_.
  void TraceHulls() {
    minorant_.assign(1, high_);
    while (minorant_.back() > low_) {
      minorant_.push_back(below_[minorant_.back()]);
    }
    majorant_.assign(1, low_);
    while (majorant_.back() < high_) {
      majorant_.push_back(above_[majorant_.back()]);
    }
    minorant_at_ = minorant_.size() - 1;
    majorant_at_ = majorant_.size() - 1;
  }

  // The largest distance between the two hulls, walking both upwards, and
  // where it is.
  double WidestGap() {
    if (minorant_.size() == 2 && majorant_.size() == 2) return 1;
    double widest = 0;
    std::size_t i = minorant_.size() - 2;
    std::size_t v = 1;
    while (true) {
      const std::size_t g = minorant_[i];
      const std::size_t l = majorant_[v];
      if (g > l) {
        const std::size_t g1 = minorant_[i + 1];
        const double gap =
            Rise(g1, l) + 1 - (x_[l] - x_[g1]) * Rise(g1, g) / (x_[g] - x_[g1]);
        ++v;
        if (gap >= widest) {
          widest = gap;
          minorant_at_ = i + 1;
          majorant_at_ = v - 1;
        }
      } else {
        const std::size_t l1 = majorant_[v - 1];
        const double gap =
            (x_[g] - x_[l1]) * Rise(l1, l) / (x_[l] - x_[l1]) - Rise(l1, g) + 1;
        if (gap >= widest) {
          widest = gap;
          minorant_at_ = i;
          majorant_at_ = v;
        }
        if (i > 0) --i;
      }
      v = std::min(v, majorant_.size() - 1);
      if (minorant_[i] == majorant_[v]) return widest;
    }
  }

  // The largest distance of the distribution above the minorant, left of the
  // modal interval.
  double WidestBelow() const {
    double widest = 0;
    for (std::size_t i = minorant_at_; i + 1 < minorant_.size(); ++i) {
      const std::size_t begin = minorant_[i + 1];
      const std::size_t end = minorant_[i];
      widest = std::max(widest, 1.0);
      if (end - begin < 2 || x_[begin] == x_[end]) continue;
      const double slope = Rise(begin, end) / (x_[end] - x_[begin]);
      for (std::size_t j = begin; j <= end; ++j) {
        widest =
            std::max(widest, Rise(begin, j) + 1 - (x_[j] - x_[begin]) * slope);
      }
    }
    return widest;
  }

  // The largest distance below the majorant, right of it.
  double WidestAbove() const {
    double widest = 0;
    for (std::size_t i = majorant_at_; i + 1 < majorant_.size(); ++i) {
      const std::size_t begin = majorant_[i];
      const std::size_t end = majorant_[i + 1];
      widest = std::max(widest, 1.0);
      if (end - begin < 2 || x_[begin] == x_[end]) continue;
      const double slope = Rise(begin, end) / (x_[end] - x_[begin]);
      for (std::size_t j = begin; j <= end; ++j) {
        widest =
            std::max(widest, (x_[j] - x_[begin]) * slope - Rise(begin, j) + 1);
      }
    }
    return widest;
  }

  absl::Span<const double> x_;
  std::vector<std::size_t> below_;
  std::vector<std::size_t> above_;
  std::vector<std::size_t> minorant_;
  std::vector<std::size_t> majorant_;
  std::size_t minorant_at_ = 0;
  std::size_t majorant_at_ = 0;
  std::size_t low_ = 0;
  std::size_t high_ = 0;
};

void SpreadTies(std::vector<double>& sorted, double step) {
  for (std::size_t begin = 0; begin < sorted.size();) {
    const double value = sorted[begin];
    std::size_t end = begin;
    while (end < sorted.size() && sorted[end] == value) ++end;
    const auto count = static_cast<double>(end - begin);
    for (std::size_t i = begin; i < end; ++i) {
      const double place = (static_cast<double>(i - begin) + 0.5) / count;
      sorted[i] = value + step * (place - 0.5);
    }
    begin = end;
  }
  std::sort(sorted.begin(), sorted.end());
}

}  // namespace

double Dip(absl::Span<const double> sorted) { return DipFinder(sorted).Find(); }

double DipPValue(std::vector<double> values, double step,
                 std::int32_t draw_count, std::uint64_t seed) {
  std::sort(values.begin(), values.end());
  if (values.empty() || values.front() == values.back()) return 1;
  SpreadTies(values, step);
  const std::size_t null_size =
      std::min(values.size(), std::size_t{kDipNullSizeMax});
  // The tolerance lets dips that are equal up to rounding count as equal.
  const double observed =
      Dip(values) * std::sqrt(static_cast<double>(values.size())) - 1e-12;
  const double scale = std::sqrt(static_cast<double>(null_size));
  const Random random(seed);
  std::vector<double> null(null_size);
  std::int32_t as_large = 0;
  for (std::int32_t draw = 0; draw < draw_count; ++draw) {
    Random stream = random.Fork(static_cast<std::uint64_t>(draw));
    for (double& value : null) value = stream.UnitDouble();
    std::sort(null.begin(), null.end());
    if (Dip(null) * scale >= observed) ++as_large;
  }
  return static_cast<double>(1 + as_large) /
         static_cast<double>(1 + draw_count);
}

}  // namespace pulsetaker::assessment
