#include "services/network/rpc/what_if_to_proto.h"

#include <string>
#include <vector>

#include "services/network/rpc/measure_to_proto.h"

namespace pulsetaker::network {
namespace {

static_assert(kPathTargetCount == v1::PATH_TARGET_SYSTEMIC_NEARBY);
static_assert(kPathTargetCount == v1::PathTarget_MAX);
static_assert(static_cast<int>(PathTarget::kSystemicNearby) ==
              v1::PATH_TARGET_SYSTEMIC_NEARBY);
static_assert(static_cast<int>(TieOutcome::kWithheld) ==
              v1::TIE_OUTCOME_WITHHELD);
static_assert(static_cast<int>(TieOutcome::kWithheld) == v1::TieOutcome_MAX);

void ToProto(const Fragmentation& from, v1::Fragmentation& to) {
  to.set_by_component(from.by_component);
  to.set_by_distance(from.by_distance);
}

void ToProto(const ReachFigures& from, v1::ReachFigures& to) {
  to.set_person_count(from.person_count);
  ToProto(from.fragmentation, *to.mutable_fragmentation());
  ToProto(from.directed_fragmentation, *to.mutable_directed_fragmentation());
  to.set_largest_component_share(from.largest_component_share);
  to.set_mean_harmonic_closeness(from.mean_harmonic_closeness);
  ToProto(from.systemic_reach, *to.mutable_systemic_reach());
}

void ToProto(const PathChange& from, v1::PathChange& to) {
  to.set_target(ToWire<v1::PathTarget>(from.target));
  to.set_person_count(from.person_count);
  for (const std::string& person : from.persons) to.add_persons(person);
  for (const SectorPathChange& sector : from.sectors) {
    v1::SectorPathChange& added = *to.add_sectors();
    added.set_sector(sector.sector);
    added.set_changed_count(sector.changed_count);
    added.set_with_path_count(sector.with_path_count);
    added.set_person_count(sector.person_count);
  }
}

void ToProto(const DepartureEffect& from, v1::DepartureEffect& to) {
  ToProto(from.before, *to.mutable_before());
  if (from.not_measured.has_value()) {
    return ToProto(*from.not_measured, *to.mutable_not_measured());
  }
  ToProto(from.after, *to.mutable_after());
  if (from.core_count) to.set_core_count(*from.core_count);
  if (from.core_leaving_count) {
    to.set_core_leaving_count(*from.core_leaving_count);
  }
  for (const PathTarget target : from.targets_gone) {
    to.add_targets_gone(ToWire<v1::PathTarget>(target));
  }
  for (const PathChange& change : from.lost_paths) {
    ToProto(change, *to.add_lost_paths());
  }
}

void ToProto(const LeavingRole& from, v1::LeavingRole& to) {
  to.set_role(ToWire<v1::Role>(from.role));
  to.set_holder_count(from.holder_count);
  for (const LeavingHolder& holder : from.leaving) {
    v1::LeavingHolder& added = *to.add_leaving();
    added.set_person(holder.person);
    added.set_certainty(ToWire<v1::Certainty>(holder.certainty));
  }
}

void ToProto(const TieEffect& from, v1::TieEffect& to) {
  if (from.added_count) to.set_added_count(*from.added_count);
  ToProto(from.before, *to.mutable_before());
  if (from.not_measured.has_value()) {
    return ToProto(*from.not_measured, *to.mutable_not_measured());
  }
  ToProto(from.after, *to.mutable_after());
  for (const PathChange& change : from.gained_paths) {
    ToProto(change, *to.add_gained_paths());
  }
}

}  // namespace

void ToProto(const Departures& from, v1::SimulateDeparturesResponse& to) {
  for (const std::string& person : from.persons) to.add_persons(person);
  for (const NetworkDeparture& network : from.networks) {
    v1::NetworkDeparture& added = *to.add_networks();
    added.set_network_id(network.network_id);
    added.set_gate(ToWire<v1::Gate>(network.gate));
    ToProto(network.effect, *added.mutable_effect());
    for (const LeavingRole& role : network.roles) {
      ToProto(role, *added.add_roles());
    }
  }
  if (from.united.has_value()) ToProto(*from.united, *to.mutable_united());
}

void ToProto(const TieSimulation& from, v1::SimulateTiesResponse& to) {
  for (const TieOutcome outcome : from.outcomes) {
    to.add_outcomes(ToWire<v1::TieOutcome>(outcome));
  }
  for (const NetworkTieEffect& network : from.networks) {
    v1::NetworkTieEffect& added = *to.add_networks();
    added.set_network_id(network.network_id);
    added.set_gate(ToWire<v1::Gate>(network.gate));
    ToProto(network.effect, *added.mutable_effect());
  }
  if (from.united.has_value()) ToProto(*from.united, *to.mutable_united());
}

}  // namespace pulsetaker::network
