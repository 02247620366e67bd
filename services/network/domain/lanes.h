#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>

// Doubles that are worked on side by side, for the .cc files of this folder.
// What an instruction set has no register for, the compiler makes of several.
// Lanes go by reference: how they are passed by value depends on the set.

namespace pulsetaker::network {

inline constexpr std::size_t kLanes = 8;
using Lanes [[gnu::vector_size(kLanes * sizeof(double))]] = double;

// `from` and `to` must be aligned to 64 bytes.
inline void LoadLanes(const double* from, Lanes& lanes) {
  std::memcpy(&lanes, __builtin_assume_aligned(from, sizeof(Lanes)),
              sizeof(lanes));
}
inline void StoreLanes(const Lanes& lanes, double* to) {
  std::memcpy(__builtin_assume_aligned(to, sizeof(Lanes)), &lanes,
              sizeof(lanes));
}

// As many doubles as a register holds, and as many masks.
template <std::size_t Width>
struct Vectors;
template <>
struct Vectors<2> {
  using Part [[gnu::vector_size(16)]] = double;
  using Bits [[gnu::vector_size(16)]] = std::int64_t;
  static constexpr Bits kBit = {1, 2};
};
template <>
struct Vectors<4> {
  using Part [[gnu::vector_size(32)]] = double;
  using Bits [[gnu::vector_size(32)]] = std::int64_t;
  static constexpr Bits kBit = {1, 2, 4, 8};
};
template <>
struct Vectors<8> {
  using Part [[gnu::vector_size(64)]] = double;
  using Bits [[gnu::vector_size(64)]] = std::int64_t;
  static constexpr Bits kBit = {1, 2, 4, 8, 16, 32, 64, 128};
};

// The steps that choose among lanes. Of vectors that are wider than a register
// the compiler makes them lane by lane, so a caller is made for its width: 2, 4
// or 8 doubles.
template <std::size_t Width>
struct Register {
  using Part = typename Vectors<Width>::Part;
  using Bits = typename Vectors<Width>::Bits;

  // The lanes of which `bits` has the bit, lane 0 the lowest, all ones.
  static void Select(std::uint64_t bits, Bits& selected) {
    const Bits all = static_cast<std::int64_t>(bits) - Bits{};
    selected = (all & Vectors<Width>::kBit) != 0;
  }

  // sum += term in selected lanes.
  static void AddWhere(const Bits& selected, const Part& term, Part& sum) {
    sum += selected ? term : Part{};
  }

  // value = other in selected lanes.
  static void SetWhere(const Bits& selected, const Part& other, Part& value) {
    value = selected ? other : value;
  }
};

}  // namespace pulsetaker::network
