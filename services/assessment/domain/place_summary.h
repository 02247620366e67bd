// What a comparison needs of a place's assessment, and the ports that bring it.

#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "services/assessment/domain/finding.h"
#include "services/assessment/domain/measurement.h"
#include "services/assessment/domain/phase.h"

namespace pulsetaker::assessment {

struct PlaceSummary {
  std::string locality;     // Resource name.
  std::string assessment;   // Resource name.
  bool is_default = false;  // Default parameters, and the present engine.
  std::int32_t invited_count = 0;
  std::int32_t respondent_count = 0;
  // In the order of FeatureNames(), each with its standard error, 0 if missing.
  std::array<Reading, kFeatureCount> features;
  std::array<double, kFeatureCount> standard_errors{};
  PhaseVerdict verdict = PhaseVerdict::kNotMeasured;
  Phase phase = Phase::kLatent;
  std::map<std::string, FindingStatus> risks;      // By id.
  std::map<std::string, Reading> network_metrics;  // Those in its evidence.
};

// As AssessmentStore keeps it.
struct DatedAssessment {
  std::string name;                     // Resource name.
  std::int64_t create_time_micros = 0;  // 0: unknown, before all others.
  std::string message;                  // As an AssessmentCodec made it.
};

// What is stored, whatever wave it is of. Safe for any number of threads.
class AssessmentScan {
 public:
  virtual ~AssessmentScan() = default;

  // Gives every assessment of `tenant`, an id, or of all tenants if it is
  // empty, to `visit`, wave after wave: by tenant, locality, survey, number and
  // id. An error of `visit` ends it and is returned. Otherwise the errors are
  // those of AssessmentStore.
  virtual absl::Status Scan(
      absl::string_view tenant,
      const std::function<absl::Status(DatedAssessment)>& visit) const = 0;
};

// Reads what an AssessmentCodec wrote. rpc/ implements it. Safe for any number
// of threads.
class PlaceReader {
 public:
  virtual ~PlaceReader() = default;

  // DATA_LOSS, STORED_DATA_UNREADABLE: `message` is none.
  virtual absl::StatusOr<PlaceSummary> Read(
      absl::string_view name, absl::string_view message) const = 0;
};

// Which assessment stands for a place.
struct WaveChoice {
  std::string survey = {};  // An id. Empty: any survey.
  std::int32_t wave = 0;    // 0: the newest of each survey.

  friend bool operator==(const WaveChoice&, const WaveChoice&) = default;
};

// The assessment that stands for each place of `tenant`, or of all tenants if
// it is empty, by name of the locality. Of a survey's chosen wave, one with
// default parameters and the present engine before others, then the one made
// last, then the last id; of several surveys the one made last, then the last.
absl::StatusOr<std::vector<PlaceSummary>> LatestOfPlaces(
    const AssessmentScan& scan, const PlaceReader& reader,
    absl::string_view tenant, const WaveChoice& choice);

// "tenants/a/localities/b" of any name below it, and "tenants/a".
std::string LocalityOf(absl::string_view name);
std::string TenantOf(absl::string_view name);

}  // namespace pulsetaker::assessment
