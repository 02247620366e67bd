// The port through which a report gets what the assessment does not keep.
// clients/ implements it with the two other services.

#pragma once

#include <map>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "services/assessment/domain/report/network_picture.h"

namespace pulsetaker::assessment::report {

// How people call what the report is about. As they wrote it: anything may be
// in it.
struct Titles {
  std::string place;
  std::string region;  // Empty: unknown, as the next two.
  std::string innovation;
  std::string service_field;
  std::string survey;
  std::map<std::string, std::string> network_labels;  // By network id.

  friend bool operator==(const Titles&, const Titles&) = default;
};

// Safe for use by any number of threads at once. Any call may fail with
// UNAVAILABLE or DEADLINE_EXCEEDED: try again.
class ReportSource {
 public:
  virtual ~ReportSource() = default;

  // Of a wave, a resource name.
  //
  // NOT_FOUND, WAVE_NOT_FOUND: the wave, its survey or its place is gone.
  virtual absl::StatusOr<Titles> ReadTitles(absl::string_view wave,
                                            absl::Time deadline) = 0;

  // Of an analysis, a resource name. Where its people may not or cannot be
  // drawn, the sociogram says so.
  //
  // NOT_FOUND, ANALYSIS_NOT_FOUND: no such analysis.
  // DATA_LOSS, SNAPSHOT_INVALID: the answer breaks its contract.
  virtual absl::StatusOr<NetworkPicture> ReadNetworks(
      absl::string_view analysis, absl::Time deadline) = 0;
};

}  // namespace pulsetaker::assessment::report
