// Links within and between layers. Enumerations are numbered as in the API,
// whose comments say what each value and field means.

#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include "services/network/domain/measure.h"
#include "services/network/domain/snapshot.h"

namespace pulsetaker::network {

struct LayerCell {
  enum class Richness : std::uint8_t {
    kNone = 0,
    kRich = 1,
    kModerate = 2,
    kThin = 3,
    kAtrophied = 4,
  };

  Layer upper = Layer::kUnknown;
  Layer lower = Layer::kUnknown;
  bool adjacent = false;
  std::optional<NotMeasured> not_measured;  // Then nothing below is measured.
  Richness richness = Richness::kNone;
  Measure density_up;
  Measure density_down;
  Measure relative_density;
  Measure reciprocity;
  Measure coverage;
  Measure upper_coverage;
  Measure lower_coverage;
  Measure redundancy;
  Measure resilience;
  Measure largest_component_share;
  Measure rise;
  Measure descent;

  friend bool operator==(const LayerCell&, const LayerCell&) = default;
};

struct LayerLinks {
  std::optional<NotMeasured> not_measured;  // Then no cell is measured.
  std::vector<LayerCell> horizontal;        // kLayerCount, by layer.
  std::vector<LayerCell> vertical;          // Six, by (upper, lower).
  Measure external_internal;
  std::array<int, kLayerCount + 1> person_counts{};  // Indexed by Layer.

  friend bool operator==(const LayerLinks&, const LayerLinks&) = default;
};

}  // namespace pulsetaker::network
