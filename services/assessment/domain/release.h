// What was told to one requester, and whether one more release could be
// subtracted from it. docs/privacy/comparison.md has the threat model.

#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/types/span.h"

namespace pulsetaker::assessment {

// A place as it was at one snapshot: the people who answered there.
struct Contributor {
  std::string place;     // Resource name of the locality.
  std::string snapshot;  // What its data are: another one, other data.
  std::int64_t people = 0;

  friend bool operator==(const Contributor&, const Contributor&) = default;
};

// A number that is told, and over whom it is.
struct Figure {
  // Only numbers of one measure can be subtracted from each other: "count", or
  // the metric that a mean is of.
  std::string measure;
  std::vector<std::int32_t> members;  // Indexes of contributors, ascending.

  friend bool operator==(const Figure&, const Figure&) = default;
};

struct Release {
  std::vector<Contributor> contributors;
  std::vector<Figure> figures;

  friend bool operator==(const Release&, const Release&) = default;
};

// Whether `next` tells too much to whom `earlier` was told: the index of a
// figure of `next` that is better left out, or nothing if all can be told.
//
// Figures of one measure tell too much together if
// - one of `next` and another one, of `next` or earlier, are not over the same,
//   and differ (symmetric difference, nested sets included) in fewer than
//   kReleasePlacesMin places or kReleasePeopleMin people, or
// - two of them lie in a third, apart from each other, and leave fewer of it,
//   or
// - any number of them, added and subtracted, come to the number of fewer than
//   that: of contributors whom no figure tells apart.
//
// A place that changed its snapshot counts as one place that differs. Of the
// figures that could be left out it is the smallest in people, one that is
// `fixed` only if no other one would do: to leave it out and ask again comes to
// an end. `fixed` has an entry a figure of `next`, or none at all.
std::optional<std::size_t> RevealingFigure(absl::Span<const Release> earlier,
                                           const Release& next,
                                           const std::vector<bool>& fixed = {});

}  // namespace pulsetaker::assessment
