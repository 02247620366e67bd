#include "services/network/domain/isa.h"

#include <vector>

namespace pulsetaker::network {
namespace {

std::vector<Isa> FindRunnable() {
  std::vector<Isa> isas{Isa::kPortable};
#if PT_HAVE_X86_ISAS
  __builtin_cpu_init();
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("popcnt")) {
    isas.push_back(Isa::kAvx2);
  }
  if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") &&
      __builtin_cpu_supports("avx512bw") &&
      __builtin_cpu_supports("avx512vl") &&
      __builtin_cpu_supports("avx512vpopcntdq")) {
    isas.push_back(Isa::kAvx512);
  }
#endif
  return isas;
}

}  // namespace

absl::Span<const Isa> RunnableIsas() {
  static const std::vector<Isa>* const isas =
      new std::vector<Isa>(FindRunnable());
  return *isas;
}

Isa BestIsa() { return RunnableIsas().back(); }

}  // namespace pulsetaker::network
