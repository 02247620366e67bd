// Which layers have people and answers enough to be measured.

#pragma once

#include <cstddef>
#include <optional>

#include "absl/strings/str_cat.h"
#include "absl/types/span.h"
#include "services/network/domain/layer_cell.h"
#include "services/network/domain/measure.h"
#include "services/network/domain/parameters.h"
#include "services/network/domain/wave.h"

namespace pulsetaker::network {

// Why the layer at this place of LayerShares cannot be measured, if so:
// kLayerAbsent; kTooFewPeople: fewer have a share in it than the floor for
// groups; kGroupResponseFloor: too small a part of the shares in it is of
// people who answered. `shares` and `answered` have one entry a node.
// O(people).
inline std::optional<NotMeasured> LayerProblem(
    absl::Span<const LayerShares> shares, const NodeFlags& answered,
    std::size_t layer) {
  using Reason = NotMeasuredReason;
  int people = 0;
  double all_shares = 0.0;
  double answered_shares = 0.0;
  for (std::size_t node = 0; node < shares.size(); ++node) {
    const double share = shares[node][layer];
    if (share == 0) continue;
    ++people;
    all_shares += share;
    if (answered[node] != 0) answered_shares += share;
  }
  if (people == 0) return NotMeasured{Reason::kLayerAbsent, ""};
  if (people < kThresholds.group_person_count_min) {
    return NotMeasured{Reason::kTooFewPeople,
                       absl::StrCat("the layer has ", people, " people, want ",
                                    kThresholds.group_person_count_min)};
  }
  if (answered_shares / all_shares < kThresholds.group_response_rate) {
    return NotMeasured{
        Reason::kGroupResponseFloor,
        absl::StrCat("of the layer ", answered_shares / all_shares,
                     " answered, want ", kThresholds.group_response_rate)};
  }
  return std::nullopt;
}

}  // namespace pulsetaker::network
