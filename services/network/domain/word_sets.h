#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>

// For the .cc files of this folder: sets of small integers, as the bits of as
// many words as the largest needs. A set is where its words begin.

namespace pulsetaker::network {

using Word = std::uint64_t;
inline constexpr std::size_t kWordBits = 64;

// How many words a set has: nearly all graphs of people need one, for which
// loops over words are nothing.
struct OneWord {
  static constexpr std::size_t words() { return 1; }
};
struct ManyWords {
  std::size_t count;
  std::size_t words() const { return count; }
};

inline void Insert(std::size_t item, Word* set) {
  set[item / kWordBits] |= Word{1} << (item % kWordBits);
}

inline void Erase(std::size_t item, Word* set) {
  set[item / kWordBits] &= ~(Word{1} << (item % kWordBits));
}

inline bool Contains(const Word* set, std::size_t item) {
  return (set[item / kWordBits] >> (item % kWordBits) & 1) != 0;
}

template <typename Width>
std::size_t CommonCount(Width width, const Word* a, const Word* b) {
  std::size_t count = 0;
  for (std::size_t w = 0; w < width.words(); ++w) {
    count += static_cast<std::size_t>(std::popcount(a[w] & b[w]));
  }
  return count;
}

// The first item; one that no set has if it is empty.
template <typename Width>
std::size_t First(Width width, const Word* set) {
  for (std::size_t w = 0; w < width.words(); ++w) {
    if (set[w] != 0) {
      return w * kWordBits + static_cast<std::size_t>(std::countr_zero(set[w]));
    }
  }
  return width.words() * kWordBits;
}

}  // namespace pulsetaker::network
