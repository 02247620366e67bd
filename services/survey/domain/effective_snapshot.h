// A wave as it is shown: its rows, seen through an overlay.
//
// - An alias is nowhere. What is named by it is a nomination of its person; of
//   two in one network one is left, with the higher weight; one by the person
//   themself is dropped.
// - A person with aliases has one roster entry: their own or, if they have
// none,
//   that of their first alias. Its invitation is OPTED_OUT if one of the
//   entries has that, else INVITED if one has, else NOT_INVITED.
// - A person with aliases has one response: their own or, if they have none,
// that
//   of their first alias that has one. None if the entry is OPTED_OUT.
// - Who opted out has no response, is named by nobody, and is OPTED_OUT.
// - Responses that are to be left out are not there. The person is.
//
// Nominations that are not shown are counted in NetworkAnswer::hidden.

#pragma once

#include <memory>

#include "absl/status/statusor.h"
#include "services/survey/domain/overlay.h"
#include "services/survey/domain/survey_store.h"

namespace pulsetaker::survey {

// The snapshot `rows` through `overlay`; with an empty one, `rows` itself. Its
// wave() has the counts of what it shows. Reads the rows of the people of the
// overlay: time and memory O(overlay), and no more memory later.
absl::StatusOr<std::unique_ptr<WaveSnapshot>> MakeEffectiveSnapshot(
    std::unique_ptr<WaveSnapshot> rows, const Overlay& overlay);

}  // namespace pulsetaker::survey
