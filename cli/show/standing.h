// Which of several findings about the same answers are shown: a store that an
// older version filled holds those of older engines, too.

#pragma once

#include <compare>
#include <cstdint>

#include "absl/strings/string_view.h"
#include "pulsetaker/assessment/v1/assessment.pb.h"
#include "pulsetaker/network/v1/analysis.pb.h"

namespace pulsetaker::cli {

// The higher is shown.
struct Standing {
  bool is_default = false;  // Nothing was asked for otherwise.
  std::int64_t assessment_engine = 0;
  std::int64_t analysis_engine = 0;

  friend auto operator<=>(const Standing&, const Standing&) = default;
};

// 4 of "network-4", and 0 of what has no number at its end.
std::int64_t EngineNumber(absl::string_view version);

Standing StandingOf(const network::v1::Analysis& analysis);

// `analysis` is that which the assessment rests on.
Standing StandingOf(const assessment::v1::Assessment& assessment,
                    const network::v1::Analysis& analysis);

}  // namespace pulsetaker::cli
