// The port through which the domain gets network analyses. clients/ implements
// it with the network service.

#pragma once

#include <functional>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "services/assessment/domain/network_findings.h"

namespace pulsetaker::assessment {

struct NetworkAnalysis {
  std::string name;             // Resource name.
  std::string snapshot_digest;  // Of the wave that it analysed.
  NetworkFindings findings;

  friend bool operator==(const NetworkAnalysis&,
                         const NetworkAnalysis&) = default;
};

// Safe for use by any number of threads at once. Any call may fail with
// UNAVAILABLE or DEADLINE_EXCEEDED: try again.
class AnalysisSource {
 public:
  virtual ~AnalysisSource() = default;

  // NOT_FOUND, ANALYSIS_NOT_FOUND: no such analysis.
  virtual absl::StatusOr<NetworkAnalysis> GetAnalysis(
      absl::string_view name) = 0;

  // The analysis of a closed wave with default parameters. Makes it if there is
  // none, and waits for it. A repeat joins the work of the first.
  //
  // CANCELLED: `is_cancelled`, asked while waiting, said yes.
  // NOT_FOUND, WAVE_NOT_FOUND; FAILED_PRECONDITION, WAVE_NOT_CLOSED.
  virtual absl::StatusOr<NetworkAnalysis> AnalyzeWave(
      absl::string_view wave, const std::function<bool()>& is_cancelled) = 0;
};

}  // namespace pulsetaker::assessment
