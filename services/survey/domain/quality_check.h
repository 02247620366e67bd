// The use case of checking a wave.

#pragma once

#include <cstdint>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "services/survey/domain/quality_store.h"
#include "services/survey/domain/survey_store.h"

namespace pulsetaker::survey {

struct QualityCounts {
  std::int64_t checked = 0;
  FlagCounts flags;
};

// Looks for flaws in all responses of a wave that is OPEN or CLOSING, also in
// those that are left out at present, and keeps what it finds. WAVE_NOT_FOUND,
// WAVE_NOT_OPEN. Time O(responses).
absl::StatusOr<QualityCounts> CheckQuality(const SurveyStore& surveys,
                                           QualityStore& qualities,
                                           const WaveKey& wave, absl::Time now);

}  // namespace pulsetaker::survey
