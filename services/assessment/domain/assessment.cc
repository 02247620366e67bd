#include "services/assessment/domain/assessment.h"

#include <algorithm>
#include <bit>
#include <cstdint>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/base/digest.h"
#include "common/base/status.h"
#include "services/assessment/domain/catalogue.h"
#include "services/assessment/domain/metrics.h"
#include "services/assessment/domain/standard_catalogue.h"

namespace pulsetaker::assessment {
namespace {

constexpr double kPervasiveLevelMin = 60;
constexpr std::size_t kIdLength = 32;

const ItemResult* FindItem(const WaveData& wave, const Triangle& triangle,
                           ItemKind kind) {
  for (std::size_t i = 0; i < wave.items.size(); ++i) {
    if (wave.items[i].kind == kind) return &triangle.items[i];
  }
  return nullptr;
}

// The median of the phases that respondents chose, 0 for the lowest option.
Reading SelfPlacedPhase(const WaveData& wave, const Triangle& triangle) {
  const ItemResult* result =
      FindItem(wave, triangle, ItemKind::kSelfPlacedPhase);
  if (result == nullptr) return Reading::Missing(Absence::kNotAsked);
  if (!result->level.measured()) {
    return Reading::Missing(result->level.absence);
  }
  const auto item = std::find_if(
      wave.items.begin(), wave.items.end(),
      [&](const Item& candidate) { return candidate.id == result->item_id; });
  if (item->scale_max - item->scale_min + 1 != kPhaseCount) {
    return Reading::Missing(Absence::kUndefined);
  }
  std::vector<int> phases;
  for (const Respondent& respondent : wave.respondents) {
    for (const ItemAnswer& answer : respondent.answers) {
      if (answer.item_id != item->id || answer.kind != AnswerKind::kRating) {
        continue;
      }
      phases.push_back(answer.rating - item->scale_min);
    }
  }
  std::sort(phases.begin(), phases.end());
  const std::size_t middle = phases.size() / 2;
  if (phases.size() % 2 == 1) return Reading::Of(phases[middle]);
  return Reading::Of((phases[middle - 1] + phases[middle]) / 2.0);
}

// 1 if a measured link between two layers is thin, else 0.
Reading AnyThinLink(const NetworkFindings& network) {
  bool measured = false;
  Absence why = Absence::kNotAsked;
  for (const LayerLink& link : network.layer_links) {
    if (link.low == link.high) continue;
    switch (link.richness) {
      case Richness::kThin:
      case Richness::kAtrophied:
        return Reading::Of(1);
      case Richness::kRich:
      case Richness::kModerate:
        measured = true;
        break;
      case Richness::kNotMeasured:
        why = link.absence == Absence::kNone ? why : link.absence;
        break;
    }
  }
  return measured ? Reading::Of(0) : Reading::Missing(why);
}

Reading Pervasive(const AssessmentInputs& inputs, const Triangle& triangle,
                  const PhaseResult& phase) {
  if (phase.verdict == PhaseVerdict::kNotMeasured) {
    return Reading::Missing(phase.absence);
  }
  const ItemResult* item =
      FindItem(inputs.wave, triangle, ItemKind::kPervasive);
  if (item == nullptr) return Reading::Missing(Absence::kNotAsked);
  if (!item->level.measured()) return Reading::Missing(item->level.absence);
  const Reading thin = AnyThinLink(inputs.network);
  if (!thin.measured()) return thin;
  const bool pervasive = phase.verdict == PhaseVerdict::kPhase &&
                         phase.phase == Phase::kEmbedding &&
                         item->level.post_stratified >= kPervasiveLevelMin &&
                         thin.value == 0;
  return Reading::Of(pervasive ? 1 : 0);
}

// Lists of the findings whose order could show in a result.
void Canonicalize(NetworkFindings& network) {
  std::sort(network.networks.begin(), network.networks.end(),
            [](const NetworkSummary& a, const NetworkSummary& b) {
              return a.network_id < b.network_id;
            });
  std::sort(network.sectors.begin(), network.sectors.end(),
            [](const SectorFinding& a, const SectorFinding& b) {
              return a.sector < b.sector;
            });
  std::sort(network.layer_links.begin(), network.layer_links.end(),
            [](const LayerLink& a, const LayerLink& b) {
              return std::minmax(a.low, a.high) < std::minmax(b.low, b.high);
            });
}

Assessment Describe(const AssessmentInputs& inputs) {
  Assessment assessment;
  assessment.snapshot_digest = inputs.wave.snapshot_digest;
  assessment.instrument_digest = inputs.wave.instrument_digest;
  assessment.analysis = inputs.analysis;
  if (inputs.previous) {
    assessment.previous_assessment = inputs.previous->assessment;
  }
  assessment.parameters_version = std::string(kParametersVersion);
  assessment.engine_version = std::string(kEngineVersion);
  assessment.parameters = inputs.parameters;
  assessment.name = AssessmentName(
      {inputs.wave.wave, inputs.analysis, assessment.previous_assessment,
       inputs.wave.snapshot_digest, inputs.parameters});
  return assessment;
}

}  // namespace

std::string AssessmentName(const AssessmentKey& key) {
  Sha256 digest;
  digest.UpdateText(kEngineVersion)
      .UpdateText(kParametersVersion)
      .UpdateText(key.wave)
      .UpdateText(key.snapshot_digest)
      .UpdateText(key.analysis)
      .UpdateText(key.previous_assessment)
      .UpdateNumber(static_cast<std::uint64_t>(key.parameters.seed))
      .UpdateNumber(static_cast<std::uint64_t>(key.parameters.replicate_count))
      .UpdateNumber(static_cast<std::uint64_t>(key.parameters.min_cell_count))
      .UpdateNumber(std::bit_cast<std::uint64_t>(key.parameters.response_min));
  return absl::StrCat(key.wave, "/assessments/",
                      digest.FinishHex().substr(0, kIdLength));
}

absl::StatusOr<Assessment> AssessWave(AssessmentInputs inputs) {
  PT_RETURN_IF_ERROR(Canonicalize(inputs.wave));
  Canonicalize(inputs.network);
  std::optional<PhaseDistribution> previous_posterior;
  if (inputs.previous) {
    PT_RETURN_IF_ERROR(Canonicalize(inputs.previous->wave));
    Canonicalize(inputs.previous->network);
    previous_posterior = inputs.previous->posterior;
  }

  Assessment assessment = Describe(inputs);
  assessment.triangle = ScoreTriangle(inputs.wave, inputs.parameters);
  assessment.phase = ClassifyPhase(assessment.triangle, previous_posterior);
  for (std::size_t i = 0; i < kCornerCount; ++i) {
    assessment.triangle.corners[i].importance =
        CornerImportance(assessment.phase, static_cast<Corner>(i));
  }
  assessment.phase.self_placed_phase =
      SelfPlacedPhase(inputs.wave, assessment.triangle);
  assessment.phase.pervasive =
      Pervasive(inputs, assessment.triangle, assessment.phase);

  const NetworkFindings* previous_network = nullptr;
  if (inputs.previous) {
    previous_network = &inputs.previous->network;
    const Triangle previous_triangle =
        ScoreTriangle(inputs.previous->wave, inputs.parameters);
    assessment.change = CompareWaves(
        {inputs.previous->wave, previous_triangle, inputs.previous->network},
        {inputs.wave, assessment.triangle, inputs.network}, previous_posterior,
        assessment.phase, inputs.parameters);
  }
  const MetricTable metrics = ComputeMetrics(
      {inputs.wave, assessment.triangle, inputs.network, previous_network},
      inputs.parameters);
  const Catalogue& catalogue = StandardCatalogue();
  assessment.risks =
      DecideAll(catalogue.risks, metrics, assessment.phase, inputs.network);
  assessment.recommendations = DecideAll(catalogue.recommendations, metrics,
                                         assessment.phase, inputs.network);
  assessment.local_system =
      DescribeLocalSystem(inputs.wave, assessment.triangle, inputs.network,
                          inputs.parameters.min_cell_count);
  return assessment;
}

}  // namespace pulsetaker::assessment
