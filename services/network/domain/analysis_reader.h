// What an analysis was made of, again: the wave as it was, beside what was
// found in it. Simulations, comparisons and drawings begin here.

#pragma once

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "services/network/domain/analysis.h"
#include "services/network/domain/analysis_store.h"
#include "services/network/domain/graph.h"
#include "services/network/domain/snapshot_source.h"
#include "services/network/domain/wave.h"

namespace pulsetaker::network {

// A port: what is kept of an analysis as bytes, as a result again. Safe for use
// by any number of threads at once.
class AnalysisDecoder {
 public:
  virtual ~AnalysisDecoder() = default;

  // The result that was encoded, whole; of one that another version of this
  // program encoded, what that one knew.
  //
  // DATA_LOSS, STORED_DATA_UNREADABLE: not the bytes of an analysis.
  virtual absl::StatusOr<AnalysisResult> Decode(
      const EncodedAnalysis& encoded) const = 0;
};

// A stored analysis and the wave that it is of: `result` passes CheckAnalysisOf
// with `wave`.
struct AnalyzedSnapshot {
  WaveKey key;
  Wave wave;
  AnalysisResult result;
};

// Safe for use by any number of threads at once.
class AnalysisReader {
 public:
  // All must outlive this.
  AnalysisReader(SnapshotSource& source, const AnalysisStore& store,
                 const AnalysisDecoder& decoder)
      : source_(source), store_(store), decoder_(decoder) {}

  // Reads the analysis, and its snapshot once more from the survey service. A
  // wave can have been opened and closed again since, and people can have
  // withdrawn: then it shows something else, and nothing must be said of it
  // with the help of what was found before.
  //
  // First match: NOT_FOUND, ANALYSIS_NOT_FOUND; the errors of AnalysisStore;
  // DATA_LOSS, STORED_DATA_UNREADABLE: also if the analysis has other people or
  // networks than its snapshot. Then those of SnapshotSource::Read;
  // FAILED_PRECONDITION, SNAPSHOT_CHANGED: the wave has another digest than the
  // analysis; DATA_LOSS, SNAPSHOT_INVALID; RESOURCE_EXHAUSTED, GRAPH_TOO_LARGE.
  absl::StatusOr<AnalyzedSnapshot> Read(const WaveKey& wave,
                                        absl::string_view id,
                                        IsCancelled is_cancelled) const;

 private:
  SnapshotSource& source_;
  const AnalysisStore& store_;
  const AnalysisDecoder& decoder_;
};

}  // namespace pulsetaker::network
