// The use case of the assessment service: gather, compute, keep. No transport
// and no storage engine is known here.

#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "absl/status/statusor.h"
#include "common/base/clock.h"
#include "services/assessment/domain/analysis_source.h"
#include "services/assessment/domain/assessment.h"
#include "services/assessment/domain/assessment_store.h"
#include "services/assessment/domain/wave_source.h"

namespace pulsetaker::assessment {

inline constexpr int kWavesBeforeMax = 100;

// The form in which an assessment is kept. rpc/ implements it with the API's
// message. Safe for use by any number of threads at once.
class AssessmentCodec {
 public:
  virtual ~AssessmentCodec() = default;

  // The same assessment always gives the same bytes.
  virtual std::string Encode(const Assessment& assessment) const = 0;
};

// What a caller asks for. Names are well-formed.
struct AssessRequest {
  std::string wave;
  std::string analysis;   // Empty: the default one, made if there is none.
  Parameters parameters;  // 0 means the default.
};

enum class AssessStep : std::uint8_t {
  kReading = 0,
  kAnalyzing = 1,
  kAssessing = 2,
};

struct AssessProgress {
  AssessStep step = AssessStep::kReading;
  std::int64_t done_count = 0;
  std::int64_t total_count = 0;
};

// How whoever runs an assessment follows it and stops it.
struct AssessControl {
  std::function<void(const AssessProgress&)> on_progress;
  std::function<bool()> is_cancelled;
};

// Safe for use by any number of threads at once.
class Assessor {
 public:
  // All must outlive this.
  struct Ports {
    WaveSource& waves;
    AnalysisSource& analyses;
    AssessmentStore& store;
    const AssessmentCodec& codec;
    Clock clock;  // For when an assessment was made; no result depends on it.
  };

  explicit Assessor(Ports ports);

  // Assesses a wave and, first, each closed wave before it in the survey that
  // has no stored assessment of these parameters. Returns what is stored; a
  // repeat finds it, and computes and writes nothing.
  //
  // The errors of WithDefaults and of the ports, and
  //   FAILED_PRECONDITION, TOO_MANY_WAVES: more than kWavesBeforeMax before it.
  //   FAILED_PRECONDITION, ANALYSIS_OF_OTHER_SNAPSHOT: the named analysis is of
  //     another snapshot.
  //   UNAVAILABLE, SNAPSHOT_CHANGED: a wave was reopened meanwhile; try again.
  //   CANCELLED: `is_cancelled`, asked between steps, said yes.
  absl::StatusOr<StoredAssessment> Assess(const AssessRequest& request,
                                          const AssessControl& control);

 private:
  Ports ports_;
};

}  // namespace pulsetaker::assessment
