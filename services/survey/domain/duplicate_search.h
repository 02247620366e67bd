// The use case of finding people who may have been entered twice.
//
// Names are read and opened at each call, and nothing is kept of them: what is
// not kept needs not be erased (docs/domain/people.md).

#pragma once

#include <cstddef>
#include <vector>

#include "absl/status/statusor.h"
#include "services/survey/domain/likely_duplicates.h"
#include "services/survey/domain/locality.h"
#include "services/survey/domain/people_store.h"

namespace pulsetaker::survey {

// The first `limit` pairs of the locality above `after`, ascending. People are
// those on the rosters of its waves, each with the name that the wave made last
// has of them. Left out are aliases, who is erased, and two of whom one ever
// was an alias of the other: somebody has decided on them. Empty where there is
// no such locality.
//
// Time O(roster entries of the locality), and then as FindLikelyDuplicates.
absl::StatusOr<std::vector<LikelyDuplicate>> SearchDuplicates(
    const PeopleStore& store, const LocalityKey& locality,
    const PairOfPeople& after, std::size_t limit);

}  // namespace pulsetaker::survey
