// The networks of a wave as a drawing.

#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "services/network/domain/graph.h"
#include "services/network/domain/layout.h"
#include "services/network/domain/wave.h"

namespace pulsetaker::network {

// Where a person was in an earlier drawing.
struct PreviousPlace {
  std::string person;
  Point place;

  friend bool operator==(const PreviousPlace&, const PreviousPlace&) = default;
};

// A place for each person of the wave, by LayOut of the ties of `networks`
// (numbers) taken as one, so that somebody has one place in all of them.
// `previous` are anchors; those of people who are not in the wave are passed
// over.
//
// First match: INVALID_ARGUMENT, PARAMETER_OUT_OF_RANGE (metadata `field`):
// more than kLayoutNodesMax previous places, one that is outside of the unit
// square, or a person's second one. RESOURCE_EXHAUSTED, GRAPH_TOO_LARGE: more
// than kLayoutNodesMax people. CANCELLED. Time: that of LayOut.
absl::StatusOr<std::vector<Point>> PlacePeople(
    const Wave& wave, absl::Span<const std::size_t> networks,
    absl::Span<const PreviousPlace> previous, IsCancelled is_cancelled);

}  // namespace pulsetaker::network
