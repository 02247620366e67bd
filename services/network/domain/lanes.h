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
using LaneBits [[gnu::vector_size(kLanes * sizeof(double))]] = std::int64_t;

// `from` and `to` must be aligned to 64 bytes.
inline void LoadLanes(const double* from, Lanes& lanes) {
  std::memcpy(&lanes, __builtin_assume_aligned(from, sizeof(Lanes)),
              sizeof(lanes));
}
inline void StoreLanes(const Lanes& lanes, double* to) {
  std::memcpy(__builtin_assume_aligned(to, sizeof(Lanes)), &lanes,
              sizeof(lanes));
}

// The lanes of which `bits` has the bit, lane 0 the lowest, all ones.
inline void SelectLanes(std::uint64_t bits, LaneBits& selected) {
  constexpr LaneBits kBit = {1, 2, 4, 8, 16, 32, 64, 128};
  const LaneBits all = static_cast<std::int64_t>(bits) - LaneBits{};
  selected = (all & kBit) != 0;
}

// sum += term in selected lanes.
inline void AddWhere(const LaneBits& selected, const Lanes& term, Lanes& sum) {
  sum += selected ? term : Lanes{};
}

// value = other in selected lanes.
inline void SetWhere(const LaneBits& selected, const Lanes& other,
                     Lanes& value) {
  value = selected ? other : value;
}

// In the order of the lanes.
inline double SumOfLanes(const Lanes& lanes) {
  double sum = 0;
  for (std::size_t i = 0; i < kLanes; ++i) sum += lanes[i];
  return sum;
}

}  // namespace pulsetaker::network
