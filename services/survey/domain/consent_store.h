// The port through which consent texts are kept. The domain owns this header
// and store/ implements it.

#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "absl/status/statusor.h"
#include "services/survey/domain/consent.h"
#include "services/survey/domain/survey.h"
#include "services/survey/domain/survey_store.h"

namespace pulsetaker::survey {

// Safe for use by any number of threads at once. What SurveyStore says of
// durability, of repeats and of errors that any call may have holds here, too;
// the id of a request is among those of the tenant.
class ConsentStore {
 public:
  virtual ~ConsentStore() = default;

  // Keeps `text` as the next version of its survey, and gives it back with that
  // version. NOT_FOUND, SURVEY_NOT_FOUND.
  virtual absl::StatusOr<ConsentText> Publish(const ConsentText& text,
                                              const Request& request) = 0;
  // NOT_FOUND, CONSENT_TEXT_NOT_FOUND.
  virtual absl::StatusOr<ConsentText> GetConsentText(
      const SurveyKey& survey, std::int32_t version) const = 0;
  // The first `limit` of the survey with a version above `after`, ascending.
  virtual absl::StatusOr<std::vector<ConsentText>> ListConsentTexts(
      const SurveyKey& survey, std::int32_t after, std::size_t limit) const = 0;
};

}  // namespace pulsetaker::survey
