#include "services/assessment/domain/parameters.h"

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "common/base/status.h"

namespace pulsetaker::assessment {
namespace {

template <typename Number>
struct Range {
  absl::string_view field;
  Number min;
  Number max;
};

template <typename Number>
absl::Status CheckRange(Number value, const Range<Number>& range) {
  // The comparison is this way round so that it also refuses NaN.
  if (value >= range.min && value <= range.max) return absl::OkStatus();
  const std::string field = absl::StrCat("parameters.", range.field);
  return MakeError(absl::StatusCode::kInvalidArgument, "PARAMETER_OUT_OF_RANGE",
                   absl::StrCat(field, " is ", value, ", want ", range.min,
                                " to ", range.max),
                   {{"field", field}});
}

}  // namespace

absl::StatusOr<Parameters> WithDefaults(Parameters parameters) {
  Parameters filled = parameters;
  if (filled.seed == 0) filled.seed = kSeedDefault;
  if (filled.replicate_count == 0) {
    filled.replicate_count = kReplicateCountDefault;
  }
  if (filled.min_cell_count == 0) filled.min_cell_count = kMinCellCountDefault;
  if (filled.response_min == 0) filled.response_min = kResponseMinDefault;

  PT_RETURN_IF_ERROR(
      CheckRange<std::int64_t>(filled.seed, {"seed", 1, kSeedMax}));
  PT_RETURN_IF_ERROR(CheckRange<std::int32_t>(
      filled.replicate_count,
      {"replicate_count", kReplicateCountMin, kReplicateCountMax}));
  PT_RETURN_IF_ERROR(CheckRange<std::int32_t>(
      filled.min_cell_count,
      {"min_cell_count", kMinCellCountDefault, kMinCellCountMax}));
  PT_RETURN_IF_ERROR(
      CheckRange<double>(filled.response_min, {"response_min", 0, 1}));
  return filled;
}

}  // namespace pulsetaker::assessment
