#include "services/assessment/domain/local_system.h"

#include <algorithm>
#include <cstddef>

#include "services/assessment/domain/disclosure.h"
#include "services/assessment/domain/scores.h"

namespace pulsetaker::assessment {
namespace {

constexpr std::array<Layer, kLayerCount - 1> kLayers = {
    Layer::kSystemic, Layer::kSectoral, Layer::kFrontline, Layer::kPublic};

using LayerCounts = std::vector<std::int32_t>;  // Indexed by Layer.

LayerCounts InvitedCounts(const WaveData& wave) {
  LayerCounts counts(kLayerCount);
  for (const RosterStratum& stratum : wave.roster) {
    counts[static_cast<std::size_t>(stratum.layer)] += stratum.invited_count;
  }
  return counts;
}

LayerCounts RespondentCounts(const WaveData& wave) {
  const RatingTable table(wave);
  LayerCounts counts(kLayerCount);
  for (std::size_t i = 0; i < wave.respondents.size(); ++i) {
    if (!table.rated_any(i)) continue;
    ++counts[static_cast<std::size_t>(wave.respondents[i].layer)];
  }
  return counts;
}

Level LevelOf(const CornerResult& corner, Layer layer) {
  for (const LayerLevel& each : corner.layers) {
    if (each.layer == layer) return each.level;
  }
  Level nobody;
  nobody.absence =
      corner.level.measured() ? Absence::kTooFewAnswers : corner.level.absence;
  return nobody;
}

LayerLink LinkOf(const NetworkFindings& network, Layer low, Layer high) {
  const LayerLink* link = FindLink(network, low, high);
  if (link != nullptr) return *link;
  return {.low = low,
          .high = high,
          .absence = Absence::kNotAsked,
          .low_coverage = Reading::Missing(Absence::kNotAsked),
          .high_coverage = Reading::Missing(Absence::kNotAsked)};
}

}  // namespace

LocalSystem DescribeLocalSystem(const WaveData& wave, const Triangle& triangle,
                                const NetworkFindings& network,
                                std::int32_t min_cell_count) {
  const LayerCounts invited = InvitedCounts(wave);
  const LayerCounts respondents = RespondentCounts(wave);
  const std::vector<Absence> absences =
      CellAbsences(respondents, min_cell_count);
  LocalSystem system;
  system.unknown_layer_invited_count = invited[0];
  for (const Layer layer : kLayers) {
    const auto index = static_cast<std::size_t>(layer);
    SystemLayer& part = system.layers.emplace_back();
    part.layer = layer;
    part.invited_count = invited[index];
    part.respondents = absences[index];
    if (part.respondents == Absence::kNone) {
      part.respondent_count = respondents[index];
    }
    for (std::size_t i = 0; i < kCornerCount; ++i) {
      part.corners[i] = LevelOf(triangle.corners[i], layer);
    }
    part.horizontal = LinkOf(network, layer, layer);
    for (const Layer lower : kLayers) {
      if (layer < lower) {
        system.vertical.push_back(LinkOf(network, layer, lower));
      }
    }
  }
  return system;
}

}  // namespace pulsetaker::assessment
