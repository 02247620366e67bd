#include "services/network/rpc/analysis_decoder.h"

#include <cstdint>
#include <limits>
#include <string>
#include <type_traits>

#include "absl/strings/str_cat.h"
#include "common/base/status.h"
#include "pulsetaker/network/v1/analysis.pb.h"
#include "services/network/rpc/analysis_encoder.h"

namespace pulsetaker::network {
namespace {

absl::Status Unreadable(absl::string_view what) {
  return MakeError(absl::StatusCode::kDataLoss, "STORED_DATA_UNREADABLE",
                   absl::StrCat("a stored analysis is not one: ", what));
}

// A number of the API's enumeration as the domain's, whose numbers are the
// same. One that would not fit becomes none, which is what no stored value is.
template <typename Domain, typename Wire>
Domain FromWire(Wire value) {
  using Number = std::underlying_type_t<Domain>;
  const int number = value;
  return number < 0 || number > std::numeric_limits<Number>::max()
             ? Domain{}
             : static_cast<Domain>(number);
}

// `to` is left as it is where `from` has no such field.
#define PT_TAKE(from, to, field)                           \
  do {                                                     \
    if ((from).has_##field()) (to).field = (from).field(); \
  } while (false)

NullComparison FromProto(const v1::NullComparison& from) {
  NullComparison comparison;
  comparison.model = FromWire<NullModel>(from.model());
  comparison.draw_count = from.draw_count();
  comparison.mean = from.mean();
  comparison.standard_deviation = from.standard_deviation();
  PT_TAKE(from, comparison, z);
  comparison.percentile = from.percentile();
  comparison.p_high = from.p_high();
  comparison.p_low = from.p_low();
  return comparison;
}

Measure FromProto(const v1::Measure& from) {
  Measure measure;
  if (from.has_value()) {
    measure.value = from.value();
  } else {
    measure.not_measured = {
        FromWire<NotMeasuredReason>(from.not_measured().reason()),
        from.not_measured().detail()};
  }
  if (from.has_interval()) {
    measure.interval = Interval{from.interval().low(), from.interval().high()};
  }
  if (from.has_null_comparison()) {
    measure.null_comparison = FromProto(from.null_comparison());
  }
  return measure;
}

RoleFinding FromProto(const v1::RoleFinding& from) {
  RoleFinding finding;
  finding.person = from.person();
  finding.role = FromWire<Role>(from.role());
  finding.rule = FromWire<RoleRule>(from.rule());
  finding.certainty = FromWire<Certainty>(from.certainty());
  finding.inclusion_probability = from.inclusion_probability();
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

WithheldRole FromProto(const v1::WithheldRole& from) {
  WithheldRole withheld;
  withheld.role = FromWire<Role>(from.role());
  withheld.reason = FromWire<WithheldRole::Reason>(from.reason());
  PT_TAKE(from, withheld, person_count);
  return withheld;
}

NetworkFindings FromProto(const v1::NetworkFindings& from) {
  NetworkFindings findings;
  findings.network_id = from.network_id();
  findings.directed = from.directed();
  findings.gate = FromWire<Gate>(from.gate());
  findings.density = FromProto(from.density());
  findings.arc_reciprocity = FromProto(from.arc_reciprocity());
  findings.dyad_reciprocity = FromProto(from.dyad_reciprocity());
  for (const v1::RoleFinding& role : from.roles()) {
    findings.roles.push_back(FromProto(role));
  }
  for (const v1::WithheldRole& role : from.withheld_roles()) {
    findings.withheld_roles.push_back(FromProto(role));
  }
  return findings;
}

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

class ApiAnalysisDecoder final : public AnalysisDecoder {
 public:
  absl::StatusOr<AnalysisResult> Decode(
      const EncodedAnalysis& encoded) const override {
    v1::Analysis from;
    if (!from.ParseFromString(encoded.analysis)) return Unreadable(encoded.id);
    AnalysisResult result;
    Analysis& analysis = result.analysis;
    analysis.snapshot_digest = from.snapshot_digest();
    analysis.parameters = network::FromProto(from.parameters());
    analysis.engine_version = from.engine_version();
    for (const v1::NetworkFindings& network : from.networks()) {
      analysis.networks.push_back(FromProto(network));
    }
    const v1::CliqueRisk& risk = from.clique_risk();
    analysis.clique_risk.network_ids.assign(risk.network_ids().begin(),
                                            risk.network_ids().end());
    analysis.clique_risk.recurrence_threshold = risk.recurrence_threshold();
    result.persons.reserve(encoded.persons.size());
    for (const EncodedPerson& person : encoded.persons) {
      v1::PersonRoles roles;
      if (!roles.ParseFromString(person.roles)) {
        return Unreadable(absl::StrCat(encoded.id, ", ", person.person));
      }
      result.persons.push_back(FromProto(roles));
    }
    return result;
  }
};

}  // namespace

std::unique_ptr<AnalysisDecoder> MakeAnalysisDecoder() {
  return std::make_unique<ApiAnalysisDecoder>();
}

}  // namespace pulsetaker::network
