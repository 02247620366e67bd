// Randomness that is the same on every machine and compiler: the distributions
// of the standard library are not, so none of them is used.

#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <utility>

#include "absl/types/span.h"

namespace pulsetaker {

// xoshiro256** 1.0 (Blackman and Vigna), seeded by splitmix64. Not for secrets.
// For one thread at a time; give each piece of parallel work its own Fork.
class Random {
 public:
  explicit Random(std::uint64_t seed);

  // 64 random bits.
  std::uint64_t Next() {
    const std::uint64_t result = std::rotl(state_[1] * 5, 7) * 9;
    const std::uint64_t t = state_[1] << 17;
    state_[2] ^= state_[0];
    state_[3] ^= state_[1];
    state_[1] ^= state_[2];
    state_[0] ^= state_[3];
    state_[2] ^= t;
    state_[3] = std::rotl(state_[3], 45);
    return result;
  }

  // An integer of [0, bound), every one as likely. `bound` is at least 1.
  std::uint64_t Uniform(std::uint64_t bound);

  // The same of small numbers, without a division as a rule; other numbers than
  // Uniform gives (D. Lemire, "Fast random integer generation in an interval",
  // 2019). `bound` is at least 1.
  std::uint32_t Uniform32(std::uint32_t bound) {
    std::uint64_t product = (Next() >> 32) * bound;
    if (static_cast<std::uint32_t>(product) < bound) {
      const std::uint32_t uneven = (0 - bound) % bound;
      while (static_cast<std::uint32_t>(product) < uneven) {
        product = (Next() >> 32) * bound;
      }
    }
    return static_cast<std::uint32_t>(product >> 32);
  }

  // One of the 2^53 multiples of 2^-53 in [0, 1), every one as likely.
  double UnitDouble();

  // Puts the items in one of all their orders, every one as likely
  // (Fisher and Yates).
  template <typename T>
  void Shuffle(absl::Span<T> items) {
    for (std::size_t i = items.size(); i > 1; --i) {
      using std::swap;
      swap(items[i - 1], items[static_cast<std::size_t>(Uniform(i))]);
    }
  }

  // The generator of stream number `stream` of this seed. It depends on nothing
  // that was drawn, so work that is split by stream gives the same result on
  // any number of threads. Forks can be forked.
  Random Fork(std::uint64_t stream) const;

 private:
  std::uint64_t seed_;
  std::array<std::uint64_t, 4> state_;
};

}  // namespace pulsetaker
