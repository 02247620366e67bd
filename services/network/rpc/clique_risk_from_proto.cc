#include "services/network/rpc/clique_risk_from_proto.h"

#include "services/network/rpc/measure_from_proto.h"
#include "services/network/rpc/roles_from_proto.h"

namespace pulsetaker::network {
namespace {

using network::FromProto;  // Or those below would hide it.

Fragility FromProto(const v1::Fragility& from) {
  Fragility fragility;
  fragility.reach_loss = FromProto(from.reach_loss());
  fragility.fragmentation_gain = FromProto(from.fragmentation_gain());
  fragility.reach_loss_by_count.assign(from.reach_loss_by_count().begin(),
                                       from.reach_loss_by_count().end());
  fragility.isolated_sectors.assign(from.isolated_sectors().begin(),
                                    from.isolated_sectors().end());
  return fragility;
}

SectorStanding FromProto(const v1::SectorStanding& from) {
  SectorStanding sector;
  sector.sector = from.sector();
  sector.status = FromWire<SectorStanding::Status>(from.status());
  if (from.has_not_measured()) {
    sector.not_measured = FromProto(from.not_measured());
  }
  sector.invited_count = from.invited_count();
  sector.core_count = from.core_count();
  sector.response_rate = from.response_rate();
  sector.representation_ratio = FromProto(from.representation_ratio());
  if (from.has_representation_p_low()) {
    sector.representation_p_low = from.representation_p_low();
  }
  if (from.has_representation_p_high()) {
    sector.representation_p_high = from.representation_p_high();
  }
  sector.cohesion = FromProto(from.cohesion());
  sector.effort = FromProto(from.effort());
  sector.regard = FromProto(from.regard());
  return sector;
}

Dial FromProto(const v1::Dial& from) {
  Dial dial;
  dial.kind = FromWire<Dial::Kind>(from.kind());
  dial.value = FromProto(from.value());
  for (const v1::DialComponent& component : from.components()) {
    dial.components.push_back({FromWire<DialComponent::Part>(component.part()),
                               FromProto(component.value()),
                               component.counted()});
  }
  return dial;
}

CliqueIndex FromProto(const v1::CliqueIndex& from) {
  CliqueIndex index;
  index.value = FromProto(from.value());
  if (from.has_sensitivity_low()) {
    index.sensitivity =
        Interval{from.sensitivity_low(), from.sensitivity_high()};
  }
  return index;
}

VerdictRobustness FromProto(const v1::VerdictRobustness& from) {
  VerdictRobustness robustness;
  if (from.has_not_measured()) {
    robustness.not_measured = FromProto(from.not_measured());
  }
  if (from.has_recurrence()) {
    robustness.recurrence = FromProto(from.recurrence());
  }
  if (from.has_exclusivity()) {
    robustness.exclusivity = FromProto(from.exclusivity());
  }
  return robustness;
}

// The verdict, and what it rests on.
void TakeVerdict(const v1::CliqueRisk& from, CliqueRisk& to) {
  to.verdict = FromWire<CliqueRisk::Verdict>(from.verdict());
  to.fragile = from.fragile();
  for (const v1::NotMeasured& insufficiency : from.insufficiencies()) {
    to.insufficiencies.push_back(FromProto(insufficiency));
  }
  to.recurrence = FromProto(from.recurrence());
  to.exclusivity = FromProto(from.exclusivity());
  to.exclusivity_basis =
      FromWire<CliqueRisk::ExclusivityBasis>(from.exclusivity_basis());
  to.verdict_robustness = FromProto(from.verdict_robustness());
}

void TakeCounts(const v1::CliqueRisk& from, CliqueRisk& to) {
  to.network_ids.assign(from.network_ids().begin(), from.network_ids().end());
  to.recurrence_threshold = from.recurrence_threshold();
  to.any_core_count = from.any_core_count();
  to.all_networks_count = from.all_networks_count();
  to.pooled_core_count = from.pooled_core_count();
  to.core_count_histogram.assign(from.core_count_histogram().begin(),
                                 from.core_count_histogram().end());
}

// K1 to K6 and K8, and how the most named recur.
void TakeMeasures(const v1::CliqueRisk& from, CliqueRisk& to) {
  to.all_networks_share = FromProto(from.all_networks_share());
  to.recurrent_share = FromProto(from.recurrent_share());
  to.mean_jaccard = FromProto(from.mean_jaccard());
  to.concentration = FromProto(from.concentration());
  to.core_fit = FromProto(from.core_fit());
  to.core_density_ratio = FromProto(from.core_density_ratio());
  to.external_internal = FromProto(from.external_internal());
  to.listening_asymmetry = FromProto(from.listening_asymmetry());
  to.core_share_of_periphery = FromProto(from.core_share_of_periphery());
  to.periphery_share_of_core = FromProto(from.periphery_share_of_core());
  to.core_blau = FromProto(from.core_blau());
  to.roster_blau = FromProto(from.roster_blau());
  to.core_rao_stirling = FromProto(from.core_rao_stirling());
  to.turnover = FromProto(from.turnover());
  to.hybridity = FromProto(from.hybridity());
  to.sector_reach = FromProto(from.sector_reach());
  to.renewal = FromProto(from.renewal());
  to.most_named_recurrence = FromProto(from.most_named_recurrence());
  to.recurrence_reading =
      FromWire<CliqueRisk::RecurrenceReading>(from.recurrence_reading());
}

}  // namespace

CliqueRisk FromProto(const v1::CliqueRisk& from) {
  CliqueRisk risk;
  TakeVerdict(from, risk);
  TakeCounts(from, risk);
  TakeMeasures(from, risk);
  risk.fragility = FromProto(from.fragility());
  for (const v1::SectorStanding& sector : from.sectors()) {
    risk.sectors.push_back(FromProto(sector));
  }
  risk.excluded_sector_count = from.excluded_sector_count();
  for (const v1::Dial& dial : from.dials()) {
    risk.dials.push_back(FromProto(dial));
  }
  risk.index = FromProto(from.index());
  return risk;
}

}  // namespace pulsetaker::network
