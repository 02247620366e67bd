#include "services/assessment/domain/measurement.h"

#include <cstddef>

namespace pulsetaker::assessment {
namespace {

struct ArrowEnds {
  Corner from;
  Corner to;
};

constexpr std::array<ArrowEnds, kArrowCount> kArrowEnds = {{
    {Corner::kAuthority, Corner::kCapacity},
    {Corner::kCapacity, Corner::kAuthority},
    {Corner::kAuthority, Corner::kValue},
    {Corner::kValue, Corner::kAuthority},
    {Corner::kCapacity, Corner::kValue},
    {Corner::kValue, Corner::kCapacity},
}};

}  // namespace

Corner ArrowFrom(Arrow arrow) {
  return kArrowEnds[static_cast<std::size_t>(arrow)].from;
}

Corner ArrowTo(Arrow arrow) {
  return kArrowEnds[static_cast<std::size_t>(arrow)].to;
}

const std::array<absl::string_view, kFeatureCount>& FeatureNames() {
  static constexpr std::array<absl::string_view, kFeatureCount> kNames = {
      "corner.authority", "corner.capacity", "corner.value",
      "arrow.a_c",        "arrow.c_a",       "arrow.a_v",
      "arrow.v_a",        "arrow.c_v",       "arrow.v_c",
  };
  return kNames;
}

const std::array<absl::string_view, kFeatureCount>& FeatureLabels() {
  static constexpr std::array<absl::string_view, kFeatureCount> kLabels = {
      "authority",
      "capacity",
      "value",
      "arrow from authority to capacity",
      "arrow from capacity to authority",
      "arrow from authority to value",
      "arrow from value to authority",
      "arrow from capacity to value",
      "arrow from value to capacity",
  };
  return kLabels;
}

absl::string_view LayerLabel(Layer layer) {
  switch (layer) {
    case Layer::kUnknown:
      return "unknown layer";
    case Layer::kSystemic:
      return "systemic";
    case Layer::kSectoral:
      return "sectoral";
    case Layer::kFrontline:
      return "frontline";
    case Layer::kPublic:
      return "public";
  }
  return "unknown layer";
}

}  // namespace pulsetaker::assessment
