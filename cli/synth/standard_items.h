// The items of the standard instrument, as far as the generator needs them.
// standard_items_test.cc compares with instruments/standard.json.

#pragma once

#include <string>
#include <vector>

namespace pulsetaker::cli::synth {

struct StandardItem {
  enum class Kind { kCorner, kArrow, kPhase, kOther };

  std::string id;
  Kind kind = Kind::kOther;
  int index = 0;  // Of RatingProfile::corner or ::arrow.
  bool reverse = false;
};

// In the instrument's order.
const std::vector<StandardItem>& StandardItems();

}  // namespace pulsetaker::cli::synth
