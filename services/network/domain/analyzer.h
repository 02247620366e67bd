// The use case of the network service: read, compute unless it is there, keep.

#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "services/network/domain/analysis_store.h"
#include "services/network/domain/analyze.h"
#include "services/network/domain/snapshot_source.h"

namespace pulsetaker::network {

// Safe for use by any number of threads at once.
class Analyzer {
 public:
  // All must outlive this. `thread_count` is for each analysis, at least 1.
  Analyzer(SnapshotSource& source, AnalysisStore& store,
           const AnalysisEncoder& encoder, int thread_count);

  // Analyses the wave and returns the bytes of the analysis, which is then on
  // disk. Where the same one is there already, it is not computed again. A
  // repeat is safe at any time.
  //
  // The errors of Canonical, SnapshotSource::Read, AnalyzeWave and
  // AnalysisStore::Put, in this order.
  absl::StatusOr<std::string> Analyze(const WaveKey& wave,
                                      const AnalysisParameters& parameters,
                                      AnalysisObserver& observer);

 private:
  SnapshotSource& source_;
  AnalysisStore& store_;
  const AnalysisEncoder& encoder_;
  const int thread_count_;
};

}  // namespace pulsetaker::network
