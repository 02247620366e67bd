// Which waves a command is about: the places that are named, or all of them.

#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "CLI/CLI.hpp"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "pulsetaker/survey/v1/locality.pb.h"
#include "pulsetaker/survey/v1/survey_service.grpc.pb.h"
#include "pulsetaker/survey/v1/wave.pb.h"

namespace pulsetaker::cli {

struct Selection {
  std::vector<std::string> localities;  // Ids.
  bool all = false;
  std::string survey;
  std::int32_t wave = 0;  // 0: the latest closed one of each place.
};

// Adds --locality, --all, --survey and --wave to `sub`.
void AddSelectionOptions(CLI::App& sub, Selection& selection);

struct SelectedWave {
  survey::v1::Locality locality;
  survey::v1::Wave wave;
};

struct SelectedWaves {
  std::vector<SelectedWave> waves;  // In the order of their localities' ids.
  // Places that `all` passed over: they have waves of the survey, but none that
  // was asked for is closed.
  std::vector<std::string> passed_over;
};

struct SelectionSource {
  survey::v1::SurveyService::StubInterface& stub;
  std::string tenant;
  absl::Duration deadline;
};

// NOT_FOUND: a place that is named has no such wave, or none at all has one.
// FAILED_PRECONDITION: it is not closed.
absl::StatusOr<SelectedWaves> SelectWaves(const SelectionSource& source,
                                          const Selection& selection);

}  // namespace pulsetaker::cli
