// What a caller may choose, and what a version of the method fixes.

#pragma once

#include <cstdint>
#include <limits>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace pulsetaker::assessment {

// Changes with any profile, threshold or text that an assessment depends on.
inline constexpr absl::string_view kParametersVersion = "2026.2";

// Changes with any change of the code that can change a bit of a result.
inline constexpr absl::string_view kEngineVersion = "assessment-3";

inline constexpr std::int64_t kSeedDefault = 1;
inline constexpr std::int64_t kSeedMax =
    std::numeric_limits<std::int64_t>::max();
inline constexpr std::int32_t kReplicateCountDefault = 1000;
inline constexpr std::int32_t kReplicateCountMin = 100;
inline constexpr std::int32_t kReplicateCountMax = 10'000;
inline constexpr std::int32_t kMinCellCountDefault = 5;
inline constexpr std::int32_t kMinCellCountMax = 100;
inline constexpr double kResponseMinDefault = 0.5;

struct Parameters {
  std::int64_t seed = kSeedDefault;
  std::int32_t replicate_count = kReplicateCountDefault;
  std::int32_t min_cell_count = kMinCellCountDefault;
  double response_min = kResponseMinDefault;

  friend bool operator==(const Parameters&, const Parameters&) = default;
};

// Fills in the default for each that is 0.
//
// INVALID_ARGUMENT, PARAMETER_OUT_OF_RANGE: the first, in the order above,
// that is out of its range. Metadata field: "parameters.seed" and so on.
absl::StatusOr<Parameters> WithDefaults(Parameters parameters);

}  // namespace pulsetaker::assessment
