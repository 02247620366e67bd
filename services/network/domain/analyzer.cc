#include "services/network/domain/analyzer.h"

#include <utility>

#include "common/base/status.h"

namespace pulsetaker::network {

Analyzer::Analyzer(SnapshotSource& source, AnalysisStore& store,
                   const AnalysisEncoder& encoder, int thread_count)
    : source_(source),
      store_(store),
      encoder_(encoder),
      thread_count_(thread_count) {}

absl::StatusOr<std::string> Analyzer::Analyze(
    const WaveKey& wave, const AnalysisParameters& parameters,
    AnalysisObserver& observer) {
  PT_ASSIGN_OR_RETURN(const AnalysisParameters canonical,
                      Canonical(parameters));
  observer.OnProgress(AnalysisPhase::kReading, 0, 0);
  PT_ASSIGN_OR_RETURN(
      const WaveSnapshot snapshot,
      source_.Read(wave, [&observer] { return observer.cancelled(); }));

  const std::string id = AnalysisId(snapshot.digest, canonical);
  absl::StatusOr<std::string> known = store_.Get(wave, id);
  if (known.ok() || !absl::IsNotFound(known.status())) return known;

  PT_ASSIGN_OR_RETURN(
      const AnalysisResult result,
      AnalyzeWave(snapshot, canonical, observer, thread_count_));
  observer.OnProgress(AnalysisPhase::kStoring, 0, 0);
  EncodedAnalysis encoded = encoder_.Encode(wave, id, result);
  PT_RETURN_IF_ERROR(store_.Put(wave, encoded));
  return std::move(encoded.analysis);
}

}  // namespace pulsetaker::network
