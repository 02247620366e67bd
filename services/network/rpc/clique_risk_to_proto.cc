#include "services/network/rpc/clique_risk_to_proto.h"

#include <string>

#include "services/network/rpc/measure_to_proto.h"
#include "services/network/rpc/roles_to_proto.h"

namespace pulsetaker::network {
namespace {

static_assert(static_cast<int>(CliqueRisk::Verdict::kInsufficientData) ==
              v1::CliqueRisk::VERDICT_INSUFFICIENT_DATA);
static_assert(static_cast<int>(CliqueRisk::Verdict::kInsufficientData) ==
              v1::CliqueRisk::Verdict_MAX);
static_assert(
    static_cast<int>(CliqueRisk::RecurrenceReading::kBeyondReputation) ==
    v1::CliqueRisk::RECURRENCE_READING_BEYOND_REPUTATION);
static_assert(
    static_cast<int>(CliqueRisk::RecurrenceReading::kBeyondReputation) ==
    v1::CliqueRisk::RecurrenceReading_MAX);
static_assert(static_cast<int>(CliqueRisk::ExclusivityBasis::kOwnCores) ==
              v1::CliqueRisk::EXCLUSIVITY_BASIS_OWN_CORES);
static_assert(static_cast<int>(CliqueRisk::ExclusivityBasis::kOwnCores) ==
              v1::CliqueRisk::ExclusivityBasis_MAX);
static_assert(static_cast<int>(SectorStanding::Status::kNotMeasured) ==
              v1::SectorStanding::STATUS_NOT_MEASURED);
static_assert(static_cast<int>(SectorStanding::Status::kNotMeasured) ==
              v1::SectorStanding::Status_MAX);
static_assert(static_cast<int>(Dial::Kind::kConnectedDifference) ==
              v1::Dial::KIND_CONNECTED_DIFFERENCE);
static_assert(static_cast<int>(Dial::Kind::kConnectedDifference) ==
              v1::Dial::Kind_MAX);
static_assert(static_cast<int>(DialComponent::Part::kRenewal) ==
              v1::DialComponent::PART_RENEWAL);
static_assert(static_cast<int>(DialComponent::Part::kRenewal) ==
              v1::DialComponent::Part_MAX);

void ToProto(const Fragility& from, v1::Fragility& to) {
  ToProto(from.reach_loss, *to.mutable_reach_loss());
  ToProto(from.fragmentation_gain, *to.mutable_fragmentation_gain());
  for (const double loss : from.reach_loss_by_count) {
    to.add_reach_loss_by_count(loss);
  }
  for (const std::string& sector : from.isolated_sectors) {
    to.add_isolated_sectors(sector);
  }
}

void ToProto(const SectorStanding& from, v1::SectorStanding& to) {
  to.set_sector(from.sector);
  to.set_status(ToWire<v1::SectorStanding::Status>(from.status));
  if (from.not_measured.has_value()) {
    ToProto(*from.not_measured, *to.mutable_not_measured());
  }
  to.set_invited_count(from.invited_count);
  to.set_core_count(from.core_count);
  to.set_response_rate(from.response_rate);
  ToProto(from.representation_ratio, *to.mutable_representation_ratio());
  if (from.representation_p_low.has_value()) {
    to.set_representation_p_low(*from.representation_p_low);
  }
  if (from.representation_p_high.has_value()) {
    to.set_representation_p_high(*from.representation_p_high);
  }
  ToProto(from.cohesion, *to.mutable_cohesion());
  ToProto(from.effort, *to.mutable_effort());
  ToProto(from.regard, *to.mutable_regard());
}

void ToProto(const Dial& from, v1::Dial& to) {
  to.set_kind(ToWire<v1::Dial::Kind>(from.kind));
  ToProto(from.value, *to.mutable_value());
  for (const DialComponent& component : from.components) {
    v1::DialComponent& added = *to.add_components();
    added.set_part(ToWire<v1::DialComponent::Part>(component.part));
    ToProto(component.value, *added.mutable_value());
    added.set_counted(component.counted);
  }
}

void ToProto(const CliqueIndex& from, v1::CliqueIndex& to) {
  ToProto(from.value, *to.mutable_value());
  if (!from.sensitivity.has_value()) return;
  to.set_sensitivity_low(from.sensitivity->low);
  to.set_sensitivity_high(from.sensitivity->high);
}

void ToProto(const VerdictRobustness& from, v1::VerdictRobustness& to) {
  if (from.not_measured.has_value()) {
    ToProto(*from.not_measured, *to.mutable_not_measured());
  }
  if (from.recurrence.has_value()) {
    ToProto(*from.recurrence, *to.mutable_recurrence());
  }
  if (from.exclusivity.has_value()) {
    ToProto(*from.exclusivity, *to.mutable_exclusivity());
  }
}

// What the verdict is, and what it rests on.
void PutVerdict(const CliqueRisk& from, v1::CliqueRisk& to) {
  to.set_verdict(ToWire<v1::CliqueRisk::Verdict>(from.verdict));
  to.set_fragile(from.fragile);
  for (const NotMeasured& insufficiency : from.insufficiencies) {
    ToProto(insufficiency, *to.add_insufficiencies());
  }
  ToProto(from.recurrence, *to.mutable_recurrence());
  ToProto(from.exclusivity, *to.mutable_exclusivity());
  to.set_exclusivity_basis(
      ToWire<v1::CliqueRisk::ExclusivityBasis>(from.exclusivity_basis));
}

void PutCounts(const CliqueRisk& from, v1::CliqueRisk& to) {
  to.set_network_count(static_cast<int>(from.network_ids.size()));
  for (const std::string& id : from.network_ids) to.add_network_ids(id);
  to.set_recurrence_threshold(from.recurrence_threshold);
  to.set_any_core_count(from.any_core_count);
  to.set_all_networks_count(from.all_networks_count);
  to.set_pooled_core_count(from.pooled_core_count);
  for (const int count : from.core_count_histogram) {
    to.add_core_count_histogram(count);
  }
}

// K1 to K6 and K8.
void PutMeasures(const CliqueRisk& from, v1::CliqueRisk& to) {
  ToProto(from.all_networks_share, *to.mutable_all_networks_share());
  ToProto(from.recurrent_share, *to.mutable_recurrent_share());
  ToProto(from.mean_jaccard, *to.mutable_mean_jaccard());
  ToProto(from.concentration, *to.mutable_concentration());
  ToProto(from.core_fit, *to.mutable_core_fit());
  ToProto(from.core_density_ratio, *to.mutable_core_density_ratio());
  ToProto(from.external_internal, *to.mutable_external_internal());
  ToProto(from.listening_asymmetry, *to.mutable_listening_asymmetry());
  ToProto(from.core_share_of_periphery, *to.mutable_core_share_of_periphery());
  ToProto(from.periphery_share_of_core, *to.mutable_periphery_share_of_core());
  ToProto(from.core_blau, *to.mutable_core_blau());
  ToProto(from.roster_blau, *to.mutable_roster_blau());
  ToProto(from.core_rao_stirling, *to.mutable_core_rao_stirling());
  ToProto(from.turnover, *to.mutable_turnover());
  ToProto(from.hybridity, *to.mutable_hybridity());
  ToProto(from.sector_reach, *to.mutable_sector_reach());
  ToProto(from.renewal, *to.mutable_renewal());
}

}  // namespace

void ToProto(const CliqueRisk& from, const AnalysisThresholds& thresholds,
             v1::CliqueRisk& to) {
  PutVerdict(from, to);
  v1::VerdictBands& bands = *to.mutable_bands();
  bands.set_recurrence(thresholds.recurrence_band);
  bands.set_exclusivity(thresholds.exclusivity_band);
  bands.set_fragility_percentile(thresholds.fragility_percentile);
  PutCounts(from, to);
  PutMeasures(from, to);
  ToProto(from.fragility, *to.mutable_fragility());
  for (const SectorStanding& sector : from.sectors) {
    ToProto(sector, *to.add_sectors());
  }
  to.set_excluded_sector_count(from.excluded_sector_count);
  for (const Dial& dial : from.dials) ToProto(dial, *to.add_dials());
  ToProto(from.most_named_recurrence, *to.mutable_most_named_recurrence());
  to.set_recurrence_reading(
      ToWire<v1::CliqueRisk::RecurrenceReading>(from.recurrence_reading));
  ToProto(from.index, *to.mutable_index());
  ToProto(from.verdict_robustness, *to.mutable_verdict_robustness());
}

}  // namespace pulsetaker::network
