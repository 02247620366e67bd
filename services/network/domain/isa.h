#pragma once

#include "absl/types/span.h"

// One source, compiled for several instruction sets, chosen when it runs. The
// compiler may not fuse or reorder floating-point operations (-ffp-contract=off
// and no -ffast-math), so all give the same bits; they differ in speed alone.
//
//   template <typename T>
//   PT_FOR_AVX512 void SumAvx512(T& work) { work.Sum(); }
//
// flatten: what is called is compiled into the function, for its instructions.

namespace pulsetaker::network {

enum class Isa {
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
#define PT_FOR_AVX2 __attribute__((flatten, target("avx2,popcnt")))
#define PT_FOR_AVX512 \
  __attribute__((     \
      flatten,        \
      target("avx512f,avx512dq,avx512bw,avx512vl,avx512vpopcntdq,popcnt")))
#else
#define PT_HAVE_X86_ISAS 0
#endif
