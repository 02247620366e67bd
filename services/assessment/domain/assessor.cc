#include "services/assessment/domain/assessor.h"

#include <cstddef>
#include <memory>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "common/base/status.h"

namespace pulsetaker::assessment {
namespace {

constexpr std::int64_t kStepsPerWave = 3;

// The assessments of a chain of waves, earliest first: each needs the one
// before it.
class Chain {
 public:
  Chain(const Assessor::Ports& ports, const AssessRequest& request,
        const Parameters& parameters, const AssessControl& control)
      : ports_(ports),
        request_(request),
        parameters_(parameters),
        control_(control) {}

  absl::StatusOr<StoredAssessment> Run(const std::vector<ClosedWave>& waves) {
    total_count_ = static_cast<std::int64_t>(waves.size()) * kStepsPerWave;
    Link last;
    for (std::size_t i = 0; i < waves.size(); ++i) {
      const bool is_last = i + 1 == waves.size();
      PT_ASSIGN_OR_RETURN(
          Link next, AssessNext(waves[i], is_last, i == 0 ? nullptr : &last));
      last = std::move(next);
    }
    return std::move(last.stored);
  }

 private:
  // What the next wave needs of this one. The wave's data is read only when it
  // is needed: a stored assessment does without.
  struct Link {
    ClosedWave closed;
    NetworkAnalysis analysis;
    std::unique_ptr<const WaveData> wave;
    StoredAssessment stored;
  };

  absl::StatusOr<Link> AssessNext(const ClosedWave& closed, bool is_last,
                                  Link* previous) {
    Link link;
    link.closed = closed;
    PT_RETURN_IF_ERROR(Begin(AssessStep::kAnalyzing));
    PT_ASSIGN_OR_RETURN(link.analysis, Analyze(closed, is_last));

    AssessmentKey key;
    key.wave = closed.name;
    key.analysis = link.analysis.name;
    key.snapshot_digest = closed.snapshot_digest;
    key.parameters = parameters_;
    if (previous != nullptr) key.previous_assessment = previous->stored.name;
    absl::StatusOr<StoredAssessment> found =
        ports_.store.Get(AssessmentName(key));
    if (found.ok()) {
      link.stored = *std::move(found);
      done_count_ += kStepsPerWave - 1;
      return link;
    }
    if (found.status().code() != absl::StatusCode::kNotFound) {
      return found.status();
    }
    PT_RETURN_IF_ERROR(Begin(AssessStep::kReading));
    if (previous != nullptr) PT_RETURN_IF_ERROR(Read(*previous));
    PT_RETURN_IF_ERROR(Read(link));
    PT_RETURN_IF_ERROR(Begin(AssessStep::kAssessing));
    PT_RETURN_IF_ERROR(Compute(previous, link));
    return link;
  }

  absl::StatusOr<NetworkAnalysis> Analyze(const ClosedWave& closed,
                                          bool is_last) {
    const bool named = is_last && !request_.analysis.empty();
    PT_ASSIGN_OR_RETURN(NetworkAnalysis analysis,
                        named ? ports_.analyses.GetAnalysis(request_.analysis)
                              : ports_.analyses.AnalyzeWave(
                                    closed.name, control_.is_cancelled));
    if (analysis.snapshot_digest == closed.snapshot_digest) return analysis;
    if (named) {
      return MakeError(absl::StatusCode::kFailedPrecondition,
                       "ANALYSIS_OF_OTHER_SNAPSHOT",
                       absl::StrCat(analysis.name, " is not of ", closed.name,
                                    " as it was last closed"),
                       {{"field", "analysis"}});
    }
    return SnapshotChanged(closed);
  }

  absl::Status Read(Link& link) {
    if (link.wave != nullptr) return absl::OkStatus();
    PT_ASSIGN_OR_RETURN(WaveData wave, ports_.waves.ReadWave(link.closed.name));
    link.wave = std::make_unique<const WaveData>(std::move(wave));
    if (link.wave->snapshot_digest != link.closed.snapshot_digest) {
      return SnapshotChanged(link.closed);
    }
    return absl::OkStatus();
  }

  static absl::Status SnapshotChanged(const ClosedWave& closed) {
    return MakeError(
        absl::StatusCode::kUnavailable, "SNAPSHOT_CHANGED",
        absl::StrCat(closed.name, " was reopened while it was being assessed"));
  }

  absl::Status Compute(const Link* previous, Link& link) {
    AssessmentInputs inputs;
    inputs.wave = *link.wave;
    inputs.network = link.analysis.findings;
    inputs.analysis = link.analysis.name;
    inputs.parameters = parameters_;
    if (previous != nullptr) {
      inputs.previous =
          PreviousWave{*previous->wave, previous->analysis.findings,
                       previous->stored.name, previous->stored.posterior};
    }
    PT_ASSIGN_OR_RETURN(const Assessment assessment,
                        AssessWave(std::move(inputs)));
    link.stored.name = assessment.name;
    if (assessment.phase.verdict != PhaseVerdict::kNotMeasured) {
      link.stored.posterior = assessment.phase.posterior;
    }
    link.stored.message = ports_.codec.Encode(assessment);
    link.stored.create_time_micros = absl::ToUnixMicros(ports_.clock());
    return ports_.store.Put(link.stored);
  }

  absl::Status Begin(AssessStep step) {
    if (control_.is_cancelled && control_.is_cancelled()) {
      return absl::CancelledError("the assessment was cancelled");
    }
    if (control_.on_progress) {
      control_.on_progress({step, done_count_, total_count_});
    }
    ++done_count_;
    return absl::OkStatus();
  }

  const Assessor::Ports& ports_;
  const AssessRequest& request_;
  const Parameters& parameters_;
  const AssessControl& control_;
  std::int64_t done_count_ = 0;
  std::int64_t total_count_ = 0;
};

}  // namespace

Assessor::Assessor(Ports ports) : ports_(std::move(ports)) {}

absl::StatusOr<StoredAssessment> Assessor::Assess(
    const AssessRequest& request, const AssessControl& control) {
  PT_ASSIGN_OR_RETURN(const Parameters parameters,
                      WithDefaults(request.parameters));
  PT_ASSIGN_OR_RETURN(const std::vector<ClosedWave> waves,
                      ports_.waves.ListClosedWaves(request.wave));
  if (waves.empty() || waves.back().name != request.wave) {
    return MakeError(absl::StatusCode::kDataLoss, "SNAPSHOT_INVALID",
                     absl::StrCat("the closed waves up to ", request.wave,
                                  " do not end with it"),
                     {{"field", "waves"}});
  }
  if (waves.size() > kWavesBeforeMax + 1) {
    const std::size_t before = waves.size() - 1;
    return MakeError(
        absl::StatusCode::kFailedPrecondition, "TOO_MANY_WAVES",
        absl::StrCat("there are ", before, " closed waves before ",
                     request.wave, ", want at most ", kWavesBeforeMax),
        {{"count", absl::StrCat(before)}});
  }
  return Chain(ports_, request, parameters, control).Run(waves);
}

}  // namespace pulsetaker::assessment
