// From a synthetic survey to what the services compute, without servers: its
// CSV files through the planner of `pulsetaker import`, then what the services
// make of a snapshot, then their domains.

#pragma once

#include <cstdint>
#include <vector>

#include "cli/synth/place_profile.h"
#include "services/assessment/domain/assessment.h"
#include "services/assessment/domain/wave.h"
#include "services/network/domain/analysis.h"
#include "services/network/domain/parameters.h"
#include "services/network/domain/snapshot.h"

namespace pulsetaker::validation {

// A wave as the two services that compute have it.
struct ReadWave {
  network::WaveSnapshot network;
  assessment::WaveData assessment;
};

// The waves of `place`, generated from `seed`. Ends the process if the import
// would refuse anything.
std::vector<ReadWave> ReadPlace(const cli::synth::PlaceProfile& place,
                                std::uint64_t seed);

network::AnalysisResult Analyzed(const ReadWave& wave,
                                 const network::AnalysisParameters& draws);

// Assessments of all waves, each with the one before. `analyses`: one a wave,
// or none at all.
std::vector<assessment::Assessment> Assessed(
    const std::vector<ReadWave>& waves,
    const std::vector<network::AnalysisResult>& analyses, int replicates);

}  // namespace pulsetaker::validation
