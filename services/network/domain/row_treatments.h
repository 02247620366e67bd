// What an analysis says with something else in the place of missing rows
// (missing_rows.h): which roles, and whether the verdict on clique risk, hang
// on what people would have said who did not answer.

#pragma once

#include <vector>

#include "absl/status/statusor.h"
#include "common/base/random.h"
#include "services/network/domain/counterparts.h"
#include "services/network/domain/treatment_bounds.h"

namespace pulsetaker::network {

// Of one network; parallel to the members in NetworkMeasures. Bounds are of the
// first number that gives the role. Hubs are robust: H counts respondents
// alone, under every treatment.
struct TreatedRoles {
  std::vector<MissingRowsEffect> hubs;
  std::vector<MissingRowsEffect> gatekeepers;
  std::vector<MissingRowsEffect> pulsetakers;
};

struct RowTreatments {
  std::vector<TreatedRoles> roles;  // One for each network.
  // Of the networks that count, what the verdict rests on. Empty where none
  // counts, or no row is missing in those that do.
  std::vector<CliqueSample> random;
  std::vector<CliqueSample> reciprocated;  // One, or none.
};

// Pulsetakers must be decided. As in replicates, three things are taken from
// the networks as they are: see FindAgain. Draw d comes from stream d of
// `random`. CANCELLED; the errors of the kernels.
absl::StatusOr<RowTreatments> TreatMissingRows(const CounterpartBasis& basis,
                                               const Random& random);

}  // namespace pulsetaker::network
