// All that a survey database says about the one wave of the fault tests.

#pragma once

#include <map>
#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "services/survey/domain/wave.h"
#include "services/survey/store/survey_database.h"

namespace pulsetaker::testing {

// The wave of the fault tests.
const survey::WaveKey& FaultWave();

// The uploads to it.
inline constexpr int kUploadCount = 3;
std::string UploadId(int upload);

struct StoreContent {
  std::optional<survey::Locality> locality;
  std::optional<survey::Instrument> instrument;
  std::optional<survey::Survey> survey;
  std::optional<survey::Wave> wave;
  std::map<std::string, survey::Participant> people;  // By id.
  std::map<std::string, survey::Response> responses;  // By person.
  std::map<std::string, survey::Upload> uploads;      // By id.

  friend bool operator==(const StoreContent&, const StoreContent&) = default;
};

// Reads everything. What is not there is no error; what cannot be read is.
absl::StatusOr<StoreContent> ReadContent(survey::SurveyDatabase& database);

// Where the two differ, in words. "" if they do not.
std::string Difference(const StoreContent& want, const StoreContent& got);

}  // namespace pulsetaker::testing
