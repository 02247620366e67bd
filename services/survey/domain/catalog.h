// The use cases of what stands around waves: localities and surveys. Check,
// fill in what the server decides, keep.

#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "common/base/clock.h"
#include "services/survey/domain/locality.h"
#include "services/survey/domain/survey.h"
#include "services/survey/domain/survey_store.h"

namespace pulsetaker::survey {

// What is to change: the fields that are set.
struct LocalityUpdate {
  LocalityKey key;
  std::optional<std::string> display_name;
  std::optional<std::string> region;
  std::optional<std::int64_t> population;
  std::optional<std::map<std::string, std::string>> profile;
  std::optional<std::int64_t> expected_revision;  // Else nothing is changed.
};

struct SurveyUpdate {
  SurveyKey key;
  std::optional<std::string> display_name;
  std::optional<std::string> innovation;
  std::optional<std::string> service_field;
  std::optional<std::int64_t> expected_revision;  // Else nothing is changed.
};

// Safe for use by any number of threads at once. Keys and request ids are
// well-formed; the rest is not checked. Revisions and times that resources
// come with are replaced.
class Catalog {
 public:
  // `store` must outlive this.
  Catalog(SurveyStore& store, Clock clock);

  // The errors of CheckLocality or CheckSurvey, then those of the store's
  // method of the same name.
  absl::StatusOr<Locality> CreateLocality(Locality locality,
                                          const std::string& request_id);
  absl::StatusOr<Survey> CreateSurvey(Survey survey,
                                      const std::string& request_id);

  // The errors of the store's method of the same name; ABORTED, ETAG_MISMATCH;
  // those of CheckLocality or CheckSurvey for what the update makes.
  absl::StatusOr<Locality> UpdateLocality(const LocalityUpdate& update,
                                          const std::string& request_id);
  absl::StatusOr<Survey> UpdateSurvey(const SurveyUpdate& update,
                                      const std::string& request_id);

 private:
  absl::Time Now() const;

  SurveyStore& store_;
  const Clock clock_;
};

}  // namespace pulsetaker::survey
