#pragma once

#include <cmath>
#include <numbers>

#include "common/base/random.h"

namespace pulsetaker::cli::synth {

// A normal deviate (Box and Muller); one a pair of uniforms, for simplicity.
inline double Normal(Random& random) {
  const double u = 1 - random.UnitDouble();
  const double v = random.UnitDouble();
  return std::sqrt(-2 * std::log(u)) * std::cos(2 * std::numbers::pi * v);
}

}  // namespace pulsetaker::cli::synth
