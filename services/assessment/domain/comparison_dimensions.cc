#include "services/assessment/domain/comparison_dimensions.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>

#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "services/assessment/domain/catalogue.h"
#include "services/assessment/domain/standard_catalogue.h"

namespace pulsetaker::assessment {
namespace {

constexpr char kPhase[] = "phase";
constexpr char kPhaseVerdict[] = "phase_verdict";
constexpr char kClosedCore[] = "closed_core";
constexpr char kClosedCoreMetric[] = "network.clique.closed_core";
constexpr char kRiskPrefix[] = "risk.";
constexpr char kNotMeasured[] = "not_measured";
constexpr double kStepsPerRange = 100;
constexpr double kLevelMax = 100;

constexpr Dial kDials[] = {
    {"network.clique.fragility_percentile", 0, 100},
    {"network.clique.renewal", 0, 1},
    {"network.clique.turnover", 0, 1},
    {"network.expert.ei_index", -1, 1},
    {"network.hybridity", 0, 2},
    {"network.layers.public_coverage", 0, 1},
    {"network.layers.rise_of_ideas", 0, 1},
    {"network.learning.ei_index", -1, 1},
    {"network.response_lowest", 0, 1},
};

constexpr std::array<const char*, 5> kSizeBandNames = {
    "under_50", "50_to_99", "100_to_199", "200_to_499", "500_or_more"};

constexpr std::array<const char*, kPhaseCount> kPhaseNames = {
    "latent", "design", "mobilisation", "mainstreaming", "embedding"};

constexpr std::array<const char*, 4> kVerdictNames = {
    "phase", "between", "indeterminate", kNotMeasured};

bool IsFeature(absl::string_view name) {
  const auto& features = FeatureNames();
  return std::find(features.begin(), features.end(), name) != features.end();
}

// The range of a feature or a dial.
std::optional<Dial> RangeOf(absl::string_view name) {
  if (IsFeature(name)) return Dial{name, 0, kLevelMax};
  for (const Dial& dial : kDials) {
    if (dial.name == name) return dial;
  }
  return std::nullopt;
}

std::vector<std::string> Bands(const Dial& range) {
  std::vector<std::string> bands;
  const double width = (range.high - range.low) / kBandCount;
  for (int band = 0; band < kBandCount; ++band) {
    bands.push_back(absl::StrCat(range.low + band * width, "..",
                                 range.low + (band + 1) * width));
  }
  bands.emplace_back(kNotMeasured);
  return bands;
}

int BandOf(const Dial& range, double value) {
  const double width = (range.high - range.low) / kBandCount;
  const double band = std::floor((value - range.low) / width);
  return static_cast<int>(std::clamp(band, 0.0, kBandCount - 1.0));
}

bool IsRisk(absl::string_view id) {
  const auto& risks = StandardCatalogue().risks;
  return std::any_of(
      risks.begin(), risks.end(),
      [&](const FindingDefinition& risk) { return risk.id == id; });
}

// Yes, no, not measured.
int FlagCategory(const std::optional<bool>& flag) {
  if (!flag.has_value()) return 2;
  return *flag ? 0 : 1;
}

std::optional<bool> ClosedCore(const PlaceSummary& place) {
  const auto it = place.network_metrics.find(kClosedCoreMetric);
  if (it == place.network_metrics.end() || !it->second.measured()) {
    return std::nullopt;
  }
  return it->second.value > 0;
}

std::optional<bool> Fired(const PlaceSummary& place, absl::string_view risk) {
  const auto it = place.risks.find(std::string(risk));
  if (it == place.risks.end()) return std::nullopt;
  if (it->second == FindingStatus::kFired) return true;
  if (it->second == FindingStatus::kNotFired) return false;
  return std::nullopt;
}

int IndexOf(const std::vector<std::string>& categories,
            absl::string_view category) {
  const auto it = std::find(categories.begin(), categories.end(), category);
  return static_cast<int>(it - categories.begin());
}

}  // namespace

SizeBand SizeBandOf(std::int32_t invited_count) {
  if (invited_count < 50) return SizeBand::kUnder50;
  if (invited_count < 100) return SizeBand::k50To99;
  if (invited_count < 200) return SizeBand::k100To199;
  if (invited_count < 500) return SizeBand::k200To499;
  return SizeBand::k500OrMore;
}

absl::string_view SizeBandName(SizeBand band) {
  return kSizeBandNames[static_cast<std::size_t>(band)];
}

std::string PhaseCategory(const PlaceSummary& place) {
  if (place.verdict == PhaseVerdict::kPhase) {
    return kPhaseNames[static_cast<std::size_t>(place.phase)];
  }
  return kVerdictNames[static_cast<std::size_t>(place.verdict)];
}

absl::Span<const Dial> Dials() { return kDials; }

std::optional<Dimension> FindDimension(absl::string_view name) {
  Dimension dimension;
  dimension.name = std::string(name);
  absl::string_view risk = name;
  if (name == kPhase) {
    dimension.categories.assign(kPhaseNames.begin(), kPhaseNames.end());
    dimension.categories.insert(dimension.categories.end(),
                                kVerdictNames.begin() + 1, kVerdictNames.end());
  } else if (name == kPhaseVerdict) {
    dimension.categories.assign(kVerdictNames.begin(), kVerdictNames.end());
  } else if (name == kClosedCore) {
    dimension.categories = {"closed", "not_closed", kNotMeasured};
  } else if (absl::ConsumePrefix(&risk, kRiskPrefix) && IsRisk(risk)) {
    dimension.categories = {"fired", "not_fired", kNotMeasured};
  } else if (const std::optional<Dial> range = RangeOf(name)) {
    dimension.categories = Bands(*range);
    dimension.mean_step = (range->high - range->low) / kStepsPerRange;
  } else {
    return std::nullopt;
  }
  return dimension;
}

DimensionValue ValueIn(const Dimension& dimension, const PlaceSummary& place) {
  absl::string_view risk = dimension.name;
  if (dimension.name == kPhase) {
    return {IndexOf(dimension.categories, PhaseCategory(place)), {}};
  }
  if (dimension.name == kPhaseVerdict) {
    return {static_cast<int>(place.verdict), {}};
  }
  if (dimension.name == kClosedCore) {
    return {FlagCategory(ClosedCore(place)), {}};
  }
  if (absl::ConsumePrefix(&risk, kRiskPrefix)) {
    return {FlagCategory(Fired(place, risk)), {}};
  }
  const Reading number = NumberIn(dimension.name, place);
  if (!number.measured()) return {kBandCount, number};
  return {BandOf(*RangeOf(dimension.name), number.value), number};
}

Reading NumberIn(absl::string_view name, const PlaceSummary& place) {
  for (std::size_t f = 0; f < FeatureNames().size(); ++f) {
    if (FeatureNames()[f] == name) return place.features[f];
  }
  const auto it = place.network_metrics.find(std::string(name));
  return it == place.network_metrics.end() || !RangeOf(name).has_value()
             ? Reading::Missing(Absence::kNotAsked)
             : it->second;
}

PercentileRange PercentileIn(const ToldTable& table, const Reading& value) {
  PercentileRange missing{Reading::Missing(Absence::kWithheld),
                          Reading::Missing(Absence::kWithheld)};
  const std::optional<Dial> range = RangeOf(table.dimension.name);
  if (!value.measured()) missing = {value, value};
  if (!value.measured() || !range.has_value()) return missing;
  // A count that is shown is off by at most this.
  constexpr std::int64_t kSlack = kCountBase / 2;
  const int own_band = BandOf(*range, value.value);
  CountInterval below;
  CountInterval level;
  CountInterval above;
  std::int64_t shown_least = 0;
  bool any_hidden = false;
  // Row 0 has the bands, "not measured" and the total.
  for (int band = 0; band <= kBandCount; ++band) {
    const ToldCell& cell = table.cells[static_cast<std::size_t>(band)];
    any_hidden |= cell.state != CellState::kShown;
    if (cell.state != CellState::kShown) continue;
    const std::int64_t least = std::max<std::int64_t>(0, cell.places - kSlack);
    shown_least += least;
    if (band == kBandCount) break;
    CountInterval& side =
        band < own_band ? below : (band == own_band ? level : above);
    side.low += least;
    side.high += cell.places + kSlack;
  }
  const std::int64_t total = table.cells[kBandCount + 1].places + kSlack;
  const std::int64_t hidden =
      any_hidden ? std::max<std::int64_t>(0, total - shown_least) : 0;
  const auto percent = [](std::int64_t part, std::int64_t rest) {
    constexpr double kPercent = 100;
    return Reading::Of(kPercent * static_cast<double>(part) /
                       static_cast<double>(part + rest));
  };
  const std::int64_t at_most = below.high + level.high + hidden;
  if (at_most + above.low == 0) return missing;
  return {percent(below.low, level.high + above.high + hidden),
          percent(at_most, above.low)};
}

}  // namespace pulsetaker::assessment
