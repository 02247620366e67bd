#include "common/base/random.h"

namespace pulsetaker {
namespace {

// One step of splitmix64 (Steele, Lea and Flood; Vigna's constants).
std::uint64_t SplitMix(std::uint64_t& state) {
  state += 0x9e3779b97f4a7c15U;
  std::uint64_t z = state;
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9U;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebU;
  return z ^ (z >> 31);
}

}  // namespace

Random::Random(std::uint64_t seed) : seed_(seed) {
  std::uint64_t state = seed;
  for (std::uint64_t& word : state_) word = SplitMix(state);
}

std::uint64_t Random::Uniform(std::uint64_t bound) {
  for (;;) {
    const std::uint64_t drawn = Next();
    // 2^64 mod bound: the numbers below it would make the small remainders more
    // likely than the rest. It is below the bound, so hardly ever needed.
    if (drawn >= bound || drawn >= (0 - bound) % bound) return drawn % bound;
  }
}

double Random::UnitDouble() {
  return static_cast<double>(Next() >> 11) * 0x1.0p-53;
}

Random Random::Fork(std::uint64_t stream) const {
  // Two rounds, so that neighbouring seeds and streams have nothing in common,
  // and stream s of seed t is not stream t of seed s.
  std::uint64_t state = seed_;
  state = SplitMix(state) ^ stream;
  return Random(SplitMix(state));
}

}  // namespace pulsetaker
