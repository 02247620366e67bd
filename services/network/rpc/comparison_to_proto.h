#pragma once

#include "pulsetaker/network/v1/wave_comparison.pb.h"
#include "services/network/domain/compare_waves.h"

namespace pulsetaker::network {

void ToProto(const WaveComparison& from, v1::CompareWavesResponse& to);

}  // namespace pulsetaker::network
