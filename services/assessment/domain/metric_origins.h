// Where the numbers of metrics come from, for whoever wants to follow one.

#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace pulsetaker::assessment {

enum class OriginKind : std::uint8_t {
  kAssessment = 0,          // The assessment itself.
  kPreviousAssessment = 1,  // That of the wave before.
  kAnalysis = 2,            // The network analysis that it used.
  kAnswers = 3,             // The answers of the wave; no more than these.
  kNone = 4,                // Nothing in this release measures it.
};

// `path` is of fields of the resource, with what picks an element of a list in
// brackets: a number that counts from 0; or the element's id; or, where its
// place is given by enumerations, their values in lower case without prefix and
// joined by '-'; or nothing for all elements. For example
// "triangle.items[au1].level.post_stratified",
// "triangle.arrows[authority-capacity].strength.post_stratified",
// "layer_links.vertical[systemic-public].rise.value",
// "clique_risk.sectors[].status". Of the answers it names the item.
struct Origin {
  OriginKind kind = OriginKind::kNone;
  std::string path;
  bool is_value = false;  // Whether the metric is that very number.

  friend bool operator==(const Origin&, const Origin&) = default;
};

// Where a metric comes from, never empty: all that it is computed from. One
// that is not known, as from an older catalogue, has no source.
std::vector<Origin> OriginsOf(absl::string_view metric);

}  // namespace pulsetaker::assessment
