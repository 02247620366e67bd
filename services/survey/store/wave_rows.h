// A wave as it was at one instant, rows and overlay, read through one durable
// view.

#pragma once

#include <memory>

#include "absl/status/statusor.h"
#include "services/survey/domain/people_store.h"
#include "services/survey/store/committer.h"
#include "services/survey/store/stored_reader.h"

namespace pulsetaker::survey {

// WAVE_NOT_FOUND. Keeps the view for as long as the rows live; `tables` must
// outlive them.
absl::StatusOr<WaveRows> ReadWaveRows(const Tables& tables,
                                      std::shared_ptr<const DurableView> view,
                                      const WaveKey& key);

}  // namespace pulsetaker::survey
