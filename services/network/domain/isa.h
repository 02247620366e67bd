#pragma once

#include <cstdint>

#include "absl/types/span.h"

// One source, compiled for several instruction sets, chosen when it runs. The
// compiler may not fuse or reorder floating-point operations (-ffp-contract=off
// and no -ffast-math), so all give the same bits; they differ in speed alone.

namespace pulsetaker::network {

enum class Isa : std::uint8_t {
  kPortable,  // What every machine of the architecture has.
  kAvx2,
  kAvx512,
};

// Those that this processor can run, the best last; kPortable always.
absl::Span<const Isa> RunnableIsas();

// The last of RunnableIsas().
Isa BestIsa();

}  // namespace pulsetaker::network

#if defined(__x86_64__)
#define PT_HAVE_X86_ISAS 1
// flatten: what is called is compiled into the function, for its instructions.
#define PT_FOR_AVX2 __attribute__((flatten, target("avx2,popcnt")))
#define PT_FOR_AVX512 \
  __attribute__((     \
      flatten,        \
      target("avx512f,avx512dq,avx512bw,avx512vl,avx512vpopcntdq,popcnt")))
#else
#define PT_HAVE_X86_ISAS 0
#endif

namespace pulsetaker::network {

template <typename Work>
auto RunPortable(Work& work) {
  return work();
}
#if PT_HAVE_X86_ISAS
template <typename Work>
PT_FOR_AVX2 auto RunAvx2(Work& work) {
  return work();
}
template <typename Work>
PT_FOR_AVX512 auto RunAvx512(Work& work) {
  return work();
}
#endif

// work(), compiled for `isa`, which must be one of RunnableIsas(). For steps
// that take a microsecond or more.
template <typename Work>
auto RunOn(Isa isa, Work work) {
  switch (isa) {
#if PT_HAVE_X86_ISAS
    case Isa::kAvx512:
      return RunAvx512(work);
    case Isa::kAvx2:
      return RunAvx2(work);
#endif
    default:
      return RunPortable(work);
  }
}

}  // namespace pulsetaker::network
