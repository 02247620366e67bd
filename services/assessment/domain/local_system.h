// The layers of a place with the people in them, their levels and the links
// within and between them, for a drawing beside the triangle.

#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "services/assessment/domain/measurement.h"
#include "services/assessment/domain/network_findings.h"
#include "services/assessment/domain/triangle.h"
#include "services/assessment/domain/wave.h"

namespace pulsetaker::assessment {

struct SystemLayer {
  Layer layer = Layer::kUnknown;
  std::int32_t invited_count = 0;
  // Why the count of respondents is not there: it is 0 then.
  Absence respondents = Absence::kNone;
  std::int32_t respondent_count = 0;
  std::array<Level, kCornerCount> corners;  // Indexed by Corner.
  LayerLink horizontal;

  friend bool operator==(const SystemLayer&, const SystemLayer&) = default;
};

struct LocalSystem {
  std::vector<SystemLayer> layers;  // Systemic to public: four.
  std::vector<LayerLink> vertical;  // By (low, high): six.
  std::int32_t unknown_layer_invited_count = 0;

  friend bool operator==(const LocalSystem&, const LocalSystem&) = default;
};

// `wave` went through Canonicalize, `triangle` and `network` are of it. A layer
// that nobody on the roster is in has its corners missing: kTooFewAnswers,
// unless the corner is missing for another reason itself. A pair of layers that
// the network analysis says nothing of is kNotAsked.
LocalSystem DescribeLocalSystem(const WaveData& wave, const Triangle& triangle,
                                const NetworkFindings& network,
                                std::int32_t min_cell_count);

}  // namespace pulsetaker::assessment
