#include "services/survey/domain/locality.h"

#include "common/base/status.h"
#include "services/survey/domain/field_checks.h"

namespace pulsetaker::survey {

absl::Status CheckLocality(const Locality& locality) {
  PT_RETURN_IF_ERROR(CheckRequiredText("locality.display_name",
                                       locality.display_name, kNameLengthMax));
  PT_RETURN_IF_ERROR(
      CheckText("locality.region", locality.region, kNameLengthMax));
  PT_RETURN_IF_ERROR(CheckNumber("locality.population", locality.population,
                                 {0, kPopulationMax}));
  return CheckEntries("locality.profile", locality.profile);
}

}  // namespace pulsetaker::survey
