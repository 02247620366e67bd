#pragma once

#include <cstdint>

#include "absl/status/statusor.h"
#include "services/network/domain/analysis.h"
#include "services/network/domain/parameters.h"
#include "services/network/domain/snapshot.h"

namespace pulsetaker::network {

// Numbered as in the API.
enum class AnalysisPhase : std::uint8_t {
  kNone = 0,
  kQueued = 1,
  kReading = 2,
  kMeasuring = 3,
  kNullModels = 4,
  kReplicates = 5,
  kStoring = 6,
  kDone = 7,
  kMissingRows = 8,  // Before kReplicates.
};

// Who is told how far an analysis is, and can stop it. Called from several
// threads at once, cancelled() very often.
class AnalysisObserver {
 public:
  virtual ~AnalysisObserver() = default;

  // Steps of a phase come in rising order.
  virtual void OnProgress(AnalysisPhase phase, std::int64_t done,
                          std::int64_t total) = 0;

  // Once true, it stays so.
  virtual bool cancelled() = 0;
};

// For callers that neither watch nor stop it.
class NoObserver final : public AnalysisObserver {
 public:
  void OnProgress(AnalysisPhase, std::int64_t, std::int64_t) override {}
  bool cancelled() override { return false; }
};

// Finds all that docs/domain/network.md describes. The result is a function of
// `snapshot` and `parameters` alone, bit for bit: not of the order of what is
// in the snapshot, nor of `thread_count`, which is at least 1.
//
// Time, for L networks of n people and m arcs, B draws and C replicates: about
// O(L * (B * m + C * (n * m + n^3))); one second for seven networks of 60
// people with the default draws, the cube left out above 600 people.
//
// First match: INVALID_ARGUMENT, PARAMETER_OUT_OF_RANGE; DATA_LOSS,
// SNAPSHOT_INVALID; RESOURCE_EXHAUSTED, GRAPH_TOO_LARGE or COMPONENT_TOO_LARGE:
// over what the kernels take; CANCELLED: the observer said so.
absl::StatusOr<AnalysisResult> AnalyzeWave(const WaveSnapshot& snapshot,
                                           const AnalysisParameters& parameters,
                                           AnalysisObserver& observer,
                                           int thread_count);

}  // namespace pulsetaker::network
