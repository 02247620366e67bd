#include "services/network/rpc/roles_from_proto.h"

#include "services/network/rpc/measure_from_proto.h"

namespace pulsetaker::network {
namespace {

using network::FromProto;  // Or those below would hide it.

// `to` is left as it is where `from` has no such field.
#define PT_TAKE(from, to, field)                           \
  do {                                                     \
    if ((from).has_##field()) (to).field = (from).field(); \
  } while (false)

PersonNetworkMeasures FromProto(const v1::PersonNetworkMeasures& from) {
  PersonNetworkMeasures measures;
  measures.network_id = from.network_id();
  measures.gate = FromWire<Gate>(from.gate());
  PT_TAKE(from, measures, in_degree);
  PT_TAKE(from, measures, out_degree);
  PT_TAKE(from, measures, in_degree_share);
  PT_TAKE(from, measures, in_degree_share_percentile);
  PT_TAKE(from, measures, betweenness);
  PT_TAKE(from, measures, betweenness_percentile);
  PT_TAKE(from, measures, harmonic_in_closeness);
  PT_TAKE(from, measures, harmonic_in_closeness_percentile);
  PT_TAKE(from, measures, information);
  PT_TAKE(from, measures, information_percentile);
  PT_TAKE(from, measures, component_id);
  PT_TAKE(from, measures, constraint);
  PT_TAKE(from, measures, effective_size);
  PT_TAKE(from, measures, core_number);
  PT_TAKE(from, measures, in_core);
  for (int i = 0; i < from.roles_size(); ++i) {
    measures.roles.push_back(FromWire<Role>(from.roles(i)));
  }
  return measures;
}

}  // namespace

RoleFinding FromProto(const v1::RoleFinding& from) {
  RoleFinding finding;
  finding.person = from.person();
  finding.role = FromWire<Role>(from.role());
  finding.rule = FromWire<RoleRule>(from.rule());
  finding.certainty = FromWire<Certainty>(from.certainty());
  finding.inclusion_probability = from.inclusion_probability();
  finding.missing_rows = FromProto(from.missing_rows());
  for (const v1::Evidence& evidence : from.evidence()) {
    finding.evidence.push_back(
        {FromWire<Evidence::Metric>(evidence.metric()), evidence.value(),
         FromWire<Evidence::Comparison>(evidence.comparison()),
         evidence.threshold()});
  }
  finding.cut_off_persons.assign(from.cut_off_persons().begin(),
                                 from.cut_off_persons().end());
  finding.sector = from.sector();
  finding.layer = FromWire<Layer>(from.layer());
  return finding;
}

MissingRowsEffect FromProto(const v1::MissingRowsEffect& from) {
  return {.robustness = FromWire<Robustness>(from.robustness()),
          .bounds = {from.low(), from.high()},
          .kept_share = from.kept_share()};
}

RoleStability FromProto(const v1::RoleStability& from) {
  return {.role = FromWire<Role>(from.role()),
          .coefficient = FromProto(from.coefficient()),
          .band = FromWire<RoleStability::Band>(from.band()),
          .firm_count = from.firm_count(),
          .tentative_count = from.tentative_count(),
          .suppressed_count = from.suppressed_count(),
          .not_robust_count = from.not_robust_count()};
}

WithheldRole FromProto(const v1::WithheldRole& from) {
  WithheldRole withheld;
  withheld.role = FromWire<Role>(from.role());
  withheld.reason = FromWire<WithheldRole::Reason>(from.reason());
  PT_TAKE(from, withheld, person_count);
  return withheld;
}

PersonRoles FromProto(const v1::PersonRoles& from) {
  PersonRoles person;
  person.person = from.person();
  person.sector = from.sector();
  person.layer = FromWire<Layer>(from.layer());
  for (const v1::PersonNetworkMeasures& network : from.networks()) {
    person.networks.push_back(FromProto(network));
  }
  PT_TAKE(from, person, core_network_count);
  return person;
}

#undef PT_TAKE

}  // namespace pulsetaker::network
