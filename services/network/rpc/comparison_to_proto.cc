#include "services/network/rpc/comparison_to_proto.h"

#include <string>

#include "services/network/rpc/measure_to_proto.h"

namespace pulsetaker::network {
namespace {

using WireNotCompared = v1::NetworkComparison::NotCompared;

static_assert(static_cast<int>(NotCompared::kDirectionDiffers) ==
              v1::NetworkComparison::NOT_COMPARED_DIRECTION_DIFFERS);
static_assert(static_cast<int>(NotCompared::kDirectionDiffers) ==
              v1::NetworkComparison::NotCompared_MAX);
static_assert(static_cast<int>(RoleChange::Kind::kLost) ==
              v1::RoleChange::KIND_LOST);
static_assert(static_cast<int>(RoleChange::Kind::kLost) ==
              v1::RoleChange::Kind_MAX);
// What is claimed of a change is how sure the role is in its one wave.
static_assert(static_cast<int>(RoleChange::Claim::kFirmInOneWave) ==
              v1::CERTAINTY_FIRM);
static_assert(static_cast<int>(RoleChange::Claim::kTentativeInOneWave) ==
              v1::CERTAINTY_TENTATIVE);

void ToProto(const RosterChange& from, v1::RosterChange& to) {
  to.set_previous_count(from.previous_count);
  to.set_current_count(from.current_count);
  to.set_both_count(from.both_count);
  for (const std::string& person : from.joined) to.add_joined(person);
  to.set_left_count(from.left_count);
}

void ToProto(const CoreChange& from, v1::CoreChange& to) {
  ToProto(from.turnover, *to.mutable_turnover());
  ToProto(from.newcomer_entry_rate, *to.mutable_newcomer_entry_rate());
  if (from.previous_count) to.set_previous_count(*from.previous_count);
  if (from.current_count) to.set_current_count(*from.current_count);
  if (from.stayed_count) to.set_stayed_count(*from.stayed_count);
  if (from.dropped_count) to.set_dropped_count(*from.dropped_count);
  if (from.off_roster_count) to.set_off_roster_count(*from.off_roster_count);
  if (from.risen_count) to.set_risen_count(*from.risen_count);
  if (from.newcomer_count) to.set_newcomer_count(*from.newcomer_count);
}

void ToProto(const TieChange& from, v1::TieChange& to) {
  to.set_sender_count(from.sender_count);
  if (from.kept_count) to.set_kept_count(*from.kept_count);
  if (from.dissolved_count) to.set_dissolved_count(*from.dissolved_count);
  if (from.new_count) to.set_new_count(*from.new_count);
  if (from.previous_uncompared_count) {
    to.set_previous_uncompared_count(*from.previous_uncompared_count);
  }
  if (from.current_uncompared_count) {
    to.set_current_uncompared_count(*from.current_uncompared_count);
  }
  ToProto(from.jaccard, *to.mutable_jaccard());
  ToProto(from.turnover, *to.mutable_turnover());
}

void ToProto(const Renewal& from, v1::RenewalChange& to) {
  if (from.cross_sector_count) {
    to.set_cross_sector_count(*from.cross_sector_count);
  }
  if (from.new_count) to.set_new_count(*from.new_count);
  if (from.newcomer_tie_count) {
    to.set_newcomer_tie_count(*from.newcomer_tie_count);
  }
  ToProto(from.share, *to.mutable_share());
}

void ToProto(const MeasureChange& from, v1::MeasureChange& to) {
  ToProto(from.previous, *to.mutable_previous());
  ToProto(from.current, *to.mutable_current());
  ToProto(from.change, *to.mutable_change());
}

void ToProto(const RoleComparison& from, v1::RoleComparison& to) {
  to.set_role(ToWire<v1::Role>(from.role));
  if (from.not_compared.has_value()) {
    v1::RoleNotCompared& not_compared = *to.mutable_not_compared();
    not_compared.set_is_previous(from.not_compared->is_previous);
    not_compared.set_reason(
        ToWire<v1::WithheldRole::Reason>(from.not_compared->reason));
    return;
  }
  to.set_kept_count(from.kept_count);
  for (const RoleChange& change : from.changes) {
    v1::RoleChange& added = *to.add_changes();
    added.set_person(change.person);
    added.set_kind(ToWire<v1::RoleChange::Kind>(change.kind));
    added.set_certainty(ToWire<v1::Certainty>(change.claim));
    added.set_inclusion_probability(change.inclusion_probability);
  }
}

void ToProto(const NetworkComparison& from, v1::NetworkComparison& to) {
  to.set_network_id(from.network_id);
  if (from.not_compared != NotCompared::kNone) {
    to.set_not_compared(ToWire<WireNotCompared>(from.not_compared));
    return;
  }
  to.set_previous_gate(ToWire<v1::Gate>(from.previous_gate));
  to.set_current_gate(ToWire<v1::Gate>(from.current_gate));
  ToProto(from.core, *to.mutable_core());
  ToProto(from.ties, *to.mutable_ties());
  ToProto(from.renewal, *to.mutable_renewal());
  ToProto(from.density, *to.mutable_density());
  ToProto(from.arc_reciprocity, *to.mutable_arc_reciprocity());
  ToProto(from.dyad_reciprocity, *to.mutable_dyad_reciprocity());
  for (const RoleComparison& role : from.roles) ToProto(role, *to.add_roles());
}

}  // namespace

void ToProto(const WaveComparison& from, v1::CompareWavesResponse& to) {
  ToProto(from.roster, *to.mutable_roster());
  ToProto(from.pooled_core, *to.mutable_pooled_core());
  ToProto(from.renewal, *to.mutable_renewal());
  for (const NetworkComparison& network : from.networks) {
    ToProto(network, *to.add_networks());
  }
}

}  // namespace pulsetaker::network
