// The port through which analyses go that must not be kept any longer.

#pragma once

#include <functional>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "services/network/domain/analysis_store.h"
#include "services/network/domain/snapshot.h"

namespace pulsetaker::network {

// The analyses of an AnalysisStore. Safe for use by any number of threads at
// once; its errors are those of the store.
class WithdrawableAnalyses {
 public:
  using Visitor =
      std::function<absl::Status(const WaveKey&, const EncodedAnalysis&)>;

  virtual ~WithdrawableAnalyses() = default;

  // Shows each analysis of the locality, without its people, until an error.
  virtual absl::Status Visit(absl::string_view tenant,
                             absl::string_view locality,
                             const Visitor& visitor) const = 0;

  // Deletes the analysis with its people; the store says from then on that it
  // was withdrawn. On OK that survives a crash of the machine.
  virtual absl::Status Withdraw(const WaveKey& wave, absl::string_view id) = 0;

  // Deletes people of analyses that are not there: a crash left them before
  // their analysis was. For when nothing is put.
  virtual absl::Status DropUnfinished() = 0;

  // Takes what was withdrawn or dropped since the last time out of the files of
  // the store, and operations that were deleted.
  virtual absl::Status Purge() = 0;
};

}  // namespace pulsetaker::network
