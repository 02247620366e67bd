// Runs a fuzz target on a million inputs without a fuzzer: seeds of the target,
// changed at random. It sees no coverage, as libFuzzer does under the preset
// `fuzz`; but it needs no other compiler, so that it runs with every test.
//
// PULSETAKER_FUZZ_INPUTS sets their number. The same numbers give the same
// inputs: input N is made from seed N of the generator.

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <random>
#include <string>
#include <vector>

#include "tests/fuzz/fuzz_target.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size);

namespace pulsetaker::testing {
namespace {

constexpr std::uint32_t kInputsDefault = 1'000'000;
constexpr double kSlowestSeconds = 1;
constexpr std::size_t kLengthMax = 4096;

// Bytes that decoders treat in a way of their own.
constexpr char kTelling[] = {'\0', '\n', '\r', '"',    ',',    '/',    ':',
                             '-',  '0',  '9',  '\x01', '\x7f', '\x80', '\xff'};

// One change of some bytes, at a random place.
void Change(std::mt19937& random, const std::vector<std::string>& seeds,
            std::string& input) {
  const std::size_t at = input.empty() ? 0 : random() % (input.size() + 1);
  const std::size_t length = 1 + random() % 8;
  switch (random() % 7) {
    case 0:
      if (at < input.size()) input[at] ^= static_cast<char>(1u << random() % 8);
      return;
    case 1:
      if (at < input.size()) input[at] = kTelling[random() % sizeof kTelling];
      return;
    case 2:
      input.insert(at, length, kTelling[random() % sizeof kTelling]);
      return;
    case 3:
      input.erase(at, length);
      return;
    case 4:
      input.resize(at);
      return;
    case 5:  // A piece of the input again.
      input.insert(at, input.substr(random() % (input.size() + 1), length * 4));
      return;
    default: {  // A piece of another seed.
      const std::string& other = seeds[random() % seeds.size()];
      input.insert(at, other.substr(random() % (other.size() + 1), length * 8));
    }
  }
}

// Processor time: the wall clock counts what others do, too.
double CpuSeconds() {
  timespec now = {};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) +
         1e-9 * static_cast<double>(now.tv_nsec);
}

int Run(const char* name, std::uint32_t inputs) {
  const std::vector<std::string> seeds = Seeds();
  double slowest = 0;
  for (std::uint32_t n = 0; n < inputs; ++n) {
    std::mt19937 random(n);
    std::string input = seeds[n % seeds.size()];
    // The seeds themselves come first.
    if (n >= seeds.size()) {
      for (std::size_t k = 1 + random() % 6; k > 0; --k) {
        Change(random, seeds, input);
      }
    }
    if (input.size() > kLengthMax) input.resize(kLengthMax);
    const double begin = CpuSeconds();
    LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(input.data()),
                           input.size());
    slowest = std::max(slowest, CpuSeconds() - begin);
    if (slowest > kSlowestSeconds) {
      std::fprintf(stderr, "%s: input %u takes %.1f s\n", name, n, slowest);
      return EXIT_FAILURE;
    }
  }
  std::printf("%s: %u inputs, none crashes, the slowest takes %.3f s\n", name,
              inputs, slowest);
  return EXIT_SUCCESS;
}

}  // namespace
}  // namespace pulsetaker::testing

int main(int, char** argv) {
  const char* const asked = std::getenv("PULSETAKER_FUZZ_INPUTS");
  const std::uint32_t inputs =
      asked == nullptr
          ? pulsetaker::testing::kInputsDefault
          : static_cast<std::uint32_t>(std::strtoul(asked, nullptr, 10));
  const std::string path = argv[0];
  return pulsetaker::testing::Run(path.substr(path.rfind('/') + 1).c_str(),
                                  inputs);
}
