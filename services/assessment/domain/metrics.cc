#include "services/assessment/domain/metrics.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "services/assessment/domain/scores.h"
#include "services/assessment/domain/statistics.h"

namespace pulsetaker::assessment {
namespace {

Reading LevelReading(const Level& level) {
  return level.measured() ? Reading::Of(level.post_stratified)
                          : Reading::Missing(level.absence);
}

// Who is behind a level out of `invited_count` people who were asked.
Support SupportOfLevel(const Level& level, std::int32_t invited_count) {
  Support support;
  support.invited_count = invited_count;
  if (level.measured()) support.respondent_count = level.respondent_count;
  return support;
}

Reading Flag(bool is_set) { return Reading::Of(is_set ? 1 : 0); }

Reading NumberOf(std::size_t count) {
  return Reading::Of(static_cast<double>(count));
}

bool IsThin(Richness richness) {
  return richness == Richness::kThin || richness == Richness::kAtrophied;
}

// 1 if a link is thin; when `any` is false, only if all are. Missing when that
// hangs on a link that is not measured.
Reading ThinFlag(const NetworkFindings& network, Layer layer,
                 const std::vector<Layer>& others, bool any) {
  Absence missing = Absence::kNone;
  for (const Layer other : others) {
    const LayerLink* link = FindLink(network, layer, other);
    if (link == nullptr || link->richness == Richness::kNotMeasured) {
      missing = link == nullptr || link->absence == Absence::kNone
                    ? Absence::kNotAsked
                    : link->absence;
    } else if (IsThin(link->richness) == any) {
      return Flag(any);
    }
  }
  return missing != Absence::kNone ? Reading::Missing(missing) : Flag(!any);
}

class MetricBuilder {
 public:
  MetricBuilder(const MetricInputs& inputs, const Parameters& parameters)
      : wave_(inputs.wave),
        triangle_(inputs.triangle),
        network_(inputs.network),
        previous_network_(inputs.previous_network),
        parameters_(parameters) {}

  MetricTable Build() {
    AddFeatures();
    AddItems();
    AddTriangle();
    AddClique();
    AddLayers();
    AddSectors();
    AddInnovation();
    AddNetworks();
    return std::move(table_);
  }

 private:
  void AddFeatures() {
    for (int f = 0; f < kFeatureCount; ++f) {
      SetLevel(FeatureNames()[static_cast<std::size_t>(f)],
               triangle_.feature(f));
    }
  }

  void AddItems() {
    for (const MetricDefinition& metric : MetricDefinitions()) {
      constexpr absl::string_view kPrefix = "item.";
      if (metric.name.substr(0, kPrefix.size()) != kPrefix) continue;
      table_.Set(metric.name, Reading::Missing(Absence::kNotAsked));
      const absl::string_view id = metric.name.substr(kPrefix.size());
      for (const ItemResult& item : triangle_.items) {
        if (item.item_id == id) SetLevel(metric.name, item.level);
      }
    }
    Support money;
    const Reading reading = FrontlinePublicMoney(money);
    money.invited_count = InvitedCount({Layer::kFrontline, Layer::kPublic});
    table_.Set("item.oc7x.frontline_public", reading, money);
  }

  // A level of all who were invited.
  void SetLevel(absl::string_view metric, const Level& level) {
    Support support = SupportOfLevel(level, triangle_.invited_count);
    support.response_rate = triangle_.response_rate;
    if (level.measured()) {
      support.interval_low = level.interval_low;
      support.interval_high = level.interval_high;
    }
    table_.Set(metric, LevelReading(level), support);
  }

  // What rests on the items and is no level.
  void SetOfTriangle(absl::string_view metric, const Reading& reading) {
    Support support;
    support.invited_count = triangle_.invited_count;
    support.respondent_count = triangle_.respondent_count;
    support.response_rate = triangle_.response_rate;
    table_.Set(metric, reading, support);
  }

  // What rests on a network, or on all: then the lowest response counts.
  void SetOfNetwork(absl::string_view metric, const Reading& reading,
                    const NetworkSummary* network = nullptr) {
    const Reading rate =
        network != nullptr ? network->response_rate : LowestResponse();
    Support support;
    if (rate.measured()) support.response_rate = rate.value;
    table_.Set(metric, reading, support);
  }

  std::int32_t InvitedCount(const std::set<Layer>& layers) const {
    std::int32_t count = 0;
    for (const RosterStratum& cell : wave_.roster) {
      if (layers.count(cell.layer) > 0) count += cell.invited_count;
    }
    return count;
  }

  Reading FrontlinePublicMoney(Support& support) const {
    for (std::size_t i = 0; i < wave_.items.size(); ++i) {
      if (wave_.items[i].id != "oc7x") continue;
      const Level& level = triangle_.items[i].level;
      if (!level.measured()) return Reading::Missing(level.absence);
      const Scores scores = ScoreItems(RatingTable(wave_), {i});
      std::vector<double> values;
      for (std::size_t j = 0; j < scores.size(); ++j) {
        const Layer layer = wave_.respondents[j].layer;
        if (layer != Layer::kFrontline && layer != Layer::kPublic) continue;
        const std::optional<double>& score = scores[j];
        if (score) values.push_back(*score);
      }
      const Reading mean = MeanOfGroup(values, level.respondent_count);
      if (mean.measured()) {
        support.respondent_count = static_cast<std::int32_t>(values.size());
      }
      return mean;
    }
    return Reading::Missing(Absence::kNotAsked);
  }

  // The mean of a group, if neither it nor, by difference, the others are few.
  Reading MeanOfGroup(const std::vector<double>& values,
                      std::int32_t all_count) const {
    const auto count = static_cast<std::int32_t>(values.size());
    const std::int32_t other_count = all_count - count;
    if (count < parameters_.min_cell_count) {
      return Reading::Missing(Absence::kTooFewAnswers);
    }
    if (other_count > 0 && other_count < parameters_.min_cell_count) {
      return Reading::Missing(Absence::kWithheld);
    }
    return Reading::Of(Mean(values));
  }

  void AddTriangle() {
    const CornerResult& authority = triangle_.corners[0];
    SetOfTriangle("triangle.authority_dip_p", authority.dip_p_value);
    SetOfTriangle("triangle.value_dip_p", triangle_.corners[2].dip_p_value);
    SetOfTriangle("triangle.spread", triangle_.spread);
    Reading gap = triangle_.largest_perception_gap;
    gap.value = std::abs(gap.value);
    SetOfTriangle("triangle.perception_gap", gap);

    Reading frontline =
        Reading::Missing(authority.level.measured() ? Absence::kTooFewAnswers
                                                    : authority.level.absence);
    Support support;
    for (const LayerLevel& layer : authority.layers) {
      if (layer.layer == Layer::kFrontline) {
        frontline = LevelReading(layer.level);
        support = SupportOfLevel(layer.level, InvitedCount({layer.layer}));
      }
    }
    table_.Set("triangle.frontline_authority", frontline, support);
    SetOfTriangle("triangle.gate_failed", GateFailed());
    SetOfTriangle("triangle.gatekeeper_gap_sd", GatekeeperGap());
  }

  // Nothing asked: no gate to fail.
  Reading GateFailed() const {
    return Flag(!wave_.items.empty() &&
                (triangle_.respondent_count < parameters_.min_cell_count ||
                 triangle_.response_rate < parameters_.response_min));
  }

  // (mean of the others - mean of the gatekeepers) / sd of the others, of each
  // person's mean over the corners that they have a score on.
  Reading GatekeeperGap() const {
    for (const CornerResult& corner : triangle_.corners) {
      if (!corner.level.measured()) {
        return Reading::Missing(corner.level.absence);
      }
    }
    Absence missing = Absence::kNotAsked;
    std::set<std::string> gatekeepers;
    for (const NetworkSummary& network : network_.networks) {
      if (network.roles != Absence::kNone) {
        if (missing != Absence::kNone) missing = network.roles;
        continue;
      }
      missing = Absence::kNone;
      for (const RoleHolder& holder : network.gatekeepers) {
        gatekeepers.insert(holder.person);
      }
    }
    if (missing != Absence::kNone) return Reading::Missing(missing);

    std::vector<double> theirs;
    std::vector<double> others;
    const Scores scores = PersonMeans();
    for (std::size_t i = 0; i < scores.size(); ++i) {
      const std::optional<double>& score = scores[i];
      if (!score) continue;
      const bool is_gatekeeper =
          gatekeepers.count(wave_.respondents[i].person) > 0;
      (is_gatekeeper ? theirs : others).push_back(*score);
    }
    const auto min_count = static_cast<std::size_t>(parameters_.min_cell_count);
    if (theirs.size() < min_count || others.size() < min_count) {
      return Reading::Missing(Absence::kTooFewAnswers);
    }
    const double deviation = std::sqrt(Variance(others));
    if (deviation <= 0) return Reading::Missing(Absence::kUndefined);
    return Reading::Of((Mean(others) - Mean(theirs)) / deviation);
  }

  Scores PersonMeans() const {
    const RatingTable table(wave_);
    const auto features = FeatureItems(wave_);
    std::vector<double> sums(table.respondent_count());
    std::vector<int> counts(table.respondent_count());
    for (std::size_t c = 0; c < kCornerCount; ++c) {
      const Scores scores = ScoreItems(table, features[c]);
      for (std::size_t i = 0; i < scores.size(); ++i) {
        const std::optional<double>& score = scores[i];
        if (!score) continue;
        sums[i] += *score;
        ++counts[i];
      }
    }
    Scores means(sums.size());
    for (std::size_t i = 0; i < sums.size(); ++i) {
      if (counts[i] > 0) means[i] = sums[i] / counts[i];
    }
    return means;
  }

  void AddClique() {
    Reading closed = Reading::Missing(network_.clique);
    if (network_.clique == Absence::kNone) {
      switch (network_.clique_verdict) {
        case CliqueVerdict::kInsufficientData:
          closed = Reading::Missing(Absence::kTooFewAnswers);
          break;
        case CliqueVerdict::kIndeterminate:
          closed = Reading::Missing(Absence::kUndefined);
          break;
        case CliqueVerdict::kClosedCore:
          closed = Flag(true);
          break;
        case CliqueVerdict::kOpenSharedLeadership:
        case CliqueVerdict::kParallelCliques:
        case CliqueVerdict::kDiffuse:
          closed = Flag(false);
          break;
      }
    }
    SetOfNetwork("network.clique.closed_core", closed);
    SetOfNetwork("network.clique.fragile", network_.core_fragile);
    SetOfNetwork("network.clique.fragility_percentile",
                 network_.core_fragility_percentile);
    SetOfNetwork("network.clique.renewal", network_.renewal);
    SetOfNetwork("network.clique.turnover", network_.core_turnover);
    SetOfNetwork("network.hybridity", network_.hybridity);
    SetOfNetwork("network.introduction_count", network_.introduction_count);
  }

  void AddLayers() {
    SetOfNetwork("network.layers.public_coverage", PublicCoverage());
    SetOfNetwork("network.layers.rise_of_ideas", network_.rise_of_ideas);
    SetOfNetwork(
        "network.layers.public_thin",
        ThinFlag(network_, Layer::kPublic,
                 {Layer::kSystemic, Layer::kSectoral, Layer::kFrontline},
                 /*any=*/false));
    SetOfNetwork("network.layers.sectoral_thin",
                 ThinFlag(network_, Layer::kSectoral,
                          {Layer::kSystemic, Layer::kFrontline}, /*any=*/true));
    SetOfNetwork("network.layers.systemic_frontline_thin",
                 ThinFlag(network_, Layer::kSystemic, {Layer::kFrontline},
                          /*any=*/true));
  }

  // What is known for pairs of layers only gives bounds. The upper one, so that
  // too little is never found where there may be enough.
  Reading PublicCoverage() const {
    if (network_.public_coverage.measured()) return network_.public_coverage;
    double sum = 0;
    for (const Layer other :
         {Layer::kSystemic, Layer::kSectoral, Layer::kFrontline}) {
      const LayerLink* link = FindLink(network_, Layer::kPublic, other);
      if (link == nullptr) return Reading::Missing(Absence::kNotAsked);
      const Reading& coverage = link->low == Layer::kPublic
                                    ? link->low_coverage
                                    : link->high_coverage;
      if (!coverage.measured()) return coverage;
      sum += coverage.value;
    }
    return Reading::Of(std::min(1.0, sum));
  }

  void AddSectors() {
    std::size_t excluded = 0;
    std::size_t weak = 0;
    std::size_t below_floor = 0;
    std::size_t unknown = 0;
    for (const SectorFinding& sector : network_.sectors) {
      if (sector.below_response_floor) ++below_floor;
      if (sector.standing == SectorStanding::kExcluded) ++excluded;
      if (sector.standing == SectorStanding::kWeak ||
          sector.standing == SectorStanding::kDetached) {
        ++weak;
      }
      if (sector.standing == SectorStanding::kNotMeasured) ++unknown;
    }
    const Absence absence = network_.sector_standing;
    // None found among sectors that could all not be judged is not "none".
    const bool judged = unknown < network_.sectors.size();
    const auto count = [&](std::size_t found) {
      if (absence != Absence::kNone) return Reading::Missing(absence);
      return judged ? NumberOf(found)
                    : Reading::Missing(Absence::kTooFewAnswers);
    };
    SetOfNetwork("network.sectors.excluded_count", count(excluded));
    SetOfNetwork("network.sectors.weak_count", count(weak));
    SetOfNetwork("network.sectors.below_floor_count",
                 absence == Absence::kNone ? NumberOf(below_floor)
                                           : Reading::Missing(absence));
  }

  void AddInnovation() {
    const NetworkSummary* innovation =
        FindNetwork(network_, kInnovationNetwork);
    const NetworkSummary none;
    const NetworkSummary& network = innovation != nullptr ? *innovation : none;
    SetOfNetwork("network.innovation.broker_share", network.top_broker_share,
                 innovation);
    SetOfNetwork("network.innovation.liaison_count", network.liaison_count,
                 innovation);
    SetOfNetwork("network.innovation.outside_share", network.outside_share,
                 innovation);
    Reading hubs = Reading::Missing(network.roles);
    Reading systemic = hubs;
    if (network.roles == Absence::kNone) {
      hubs = NumberOf(network.hubs.size());
      systemic = NumberOf(static_cast<std::size_t>(std::count_if(
          network.hubs.begin(), network.hubs.end(), [](const RoleHolder& hub) {
            return hub.layer == Layer::kSystemic;
          })));
    }
    SetOfNetwork("network.innovation.hub_count", hubs, innovation);
    SetOfNetwork("network.innovation.systemic_hub_count", systemic, innovation);
    SetOfNetwork("network.innovation.lasting_hub_share", LastingHubShare(),
                 innovation);
  }

  // Hubs of the innovation network who are hubs of the work network too, in
  // this wave and in the one before, by all its hubs.
  Reading LastingHubShare() const {
    if (previous_network_ == nullptr) {
      return Reading::Missing(Absence::kNoPreviousWave);
    }
    std::vector<std::set<std::string>> hub_sets;
    for (const NetworkFindings* findings : {&network_, previous_network_}) {
      for (const absl::string_view id : {kInnovationNetwork, kWorkNetwork}) {
        const NetworkSummary* network = FindNetwork(*findings, id);
        const Absence absence =
            network != nullptr ? network->roles : Absence::kNotAsked;
        if (absence != Absence::kNone) return Reading::Missing(absence);
        std::set<std::string>& hubs = hub_sets.emplace_back();
        for (const RoleHolder& hub : network->hubs) hubs.insert(hub.person);
      }
    }
    if (hub_sets[0].empty()) return Reading::Missing(Absence::kUndefined);
    const auto lasting = std::count_if(
        hub_sets[0].begin(), hub_sets[0].end(), [&](const std::string& hub) {
          return hub_sets[1].count(hub) > 0 && hub_sets[2].count(hub) > 0 &&
                 hub_sets[3].count(hub) > 0;
        });
    return Reading::Of(static_cast<double>(lasting) /
                       static_cast<double>(hub_sets[0].size()));
  }

  void AddNetworks() {
    for (const absl::string_view id : {kExpertNetwork, kLearningNetwork}) {
      const NetworkSummary* network = FindNetwork(network_, id);
      SetOfNetwork(absl::StrCat("network.", id, ".ei_index"),
                   network != nullptr ? network->ei_index : Reading(), network);
    }
    SetOfNetwork("network.response_lowest", LowestResponse());
  }

  Reading LowestResponse() const {
    Reading lowest;
    for (const NetworkSummary& network : network_.networks) {
      const Reading& rate = network.response_rate;
      if (!rate.measured()) continue;
      if (!lowest.measured() || rate.value < lowest.value) lowest = rate;
    }
    return lowest;
  }

  const WaveData& wave_;
  const Triangle& triangle_;
  const NetworkFindings& network_;
  const NetworkFindings* previous_network_;
  const Parameters& parameters_;
  MetricTable table_;
};

}  // namespace

MetricTable ComputeMetrics(const MetricInputs& inputs,
                           const Parameters& parameters) {
  return MetricBuilder(inputs, parameters).Build();
}

}  // namespace pulsetaker::assessment
