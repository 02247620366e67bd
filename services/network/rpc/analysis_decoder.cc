#include "services/network/rpc/analysis_decoder.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "common/base/status.h"
#include "pulsetaker/network/v1/analysis.pb.h"
#include "services/network/rpc/analysis_encoder.h"
#include "services/network/rpc/clique_risk_from_proto.h"
#include "services/network/rpc/layer_links_from_proto.h"
#include "services/network/rpc/measure_from_proto.h"
#include "services/network/rpc/roles_from_proto.h"

namespace pulsetaker::network {
namespace {

using network::FromProto;  // Or those below would hide it.

absl::Status Unreadable(absl::string_view what) {
  return MakeError(absl::StatusCode::kDataLoss, "STORED_DATA_UNREADABLE",
                   absl::StrCat("a stored analysis is not one: ", what));
}

AnalysisThresholds FromProto(const v1::AnalysisThresholds& from,
                             const v1::VerdictBands& bands) {
  AnalysisThresholds thresholds;
  thresholds.all_roles_response_rate = from.all_roles_response_rate();
  thresholds.hubs_only_response_rate = from.hubs_only_response_rate();
  thresholds.group_response_rate = from.group_response_rate();
  thresholds.role_node_count_min = from.role_node_count_min();
  thresholds.role_arc_count_min = from.role_arc_count_min();
  thresholds.hub_in_degree_min = from.hub_in_degree_min();
  thresholds.firm_inclusion = from.firm_inclusion();
  thresholds.tentative_inclusion = from.tentative_inclusion();
  thresholds.weak_identification_correlation =
      from.weak_identification_correlation();
  thresholds.verdict_node_count_min = from.verdict_node_count_min();
  thresholds.replicate_drop_share = from.replicate_drop_share();
  thresholds.known_group_share = from.known_group_share();
  thresholds.group_person_count_min = from.group_person_count_min();
  thresholds.stability_min = from.stability_min();
  thresholds.stability_preferred = from.stability_preferred();
  thresholds.random_row_draw_count = from.random_row_draw_count();
  thresholds.case_drop_draw_count = from.case_drop_draw_count();
  thresholds.recurrence_band = bands.recurrence();
  thresholds.exclusivity_band = bands.exclusivity();
  thresholds.fragility_percentile = bands.fragility_percentile();
  return thresholds;
}

ParticipantCounts FromProto(const v1::ParticipantCounts& from) {
  ParticipantCounts counts;
  counts.invited = from.invited();
  counts.not_invited = from.not_invited();
  counts.opted_out = from.opted_out();
  counts.responded_any = from.responded_any();
  counts.sector_count = from.sector_count();
  counts.sector_unknown = from.sector_unknown();
  counts.layer_unknown = from.layer_unknown();
  return counts;
}

ResponseCounts FromProto(const v1::ResponseCounts& from) {
  ResponseCounts counts;
  counts.responded = from.responded();
  counts.responded_nobody = from.responded_nobody();
  counts.skipped = from.skipped();
  counts.nonresponse = from.nonresponse();
  counts.not_invited = from.not_invited();
  counts.opted_out = from.opted_out();
  return counts;
}

LeftOutNominations FromProto(const v1::LeftOutNominations& from) {
  LeftOutNominations left_out;
  left_out.not_invited = from.not_invited();
  left_out.off_roster = from.off_roster();
  left_out.outside_person_count = from.outside_person_count();
  left_out.opted_out = from.opted_out();
  left_out.self = from.self();
  left_out.repeated = from.repeated();
  left_out.by_uninvited = from.by_uninvited();
  return left_out;
}

NetworkCore FromProto(const v1::NetworkCore& from) {
  NetworkCore core;
  if (from.has_not_measured()) {
    core.not_measured = FromProto(from.not_measured());
  }
  core.size = from.size();
  core.fit = FromProto(from.fit());
  core.density_ratio = FromProto(from.density_ratio());
  core.external_internal = FromProto(from.external_internal());
  return core;
}

// Who answered, and what may be said of them.
void TakeResponses(const v1::NetworkFindings& from, NetworkFindings& to) {
  to.network_id = from.network_id();
  to.directed = from.directed();
  to.responses = FromProto(from.responses());
  to.response_rate = from.response_rate();
  to.gate = FromWire<Gate>(from.gate());
  for (const v1::SectorResponse& sector : from.sector_responses()) {
    to.sector_responses.push_back({sector.sector(), sector.invited_count(),
                                   sector.respondent_count(),
                                   sector.meets_floor()});
  }
  to.left_out = FromProto(from.left_out());
  to.nomination_cap = from.nomination_cap();
  to.respondents_at_cap = from.respondents_at_cap();
}

NetworkFindings FromProto(const v1::NetworkFindings& from) {
  NetworkFindings findings;
  TakeResponses(from, findings);
  findings.node_count = from.node_count();
  findings.arc_count = from.arc_count();
  findings.density = FromProto(from.density());
  findings.arc_reciprocity = FromProto(from.arc_reciprocity());
  findings.dyad_reciprocity = FromProto(from.dyad_reciprocity());
  findings.centralisation = FromProto(from.centralisation());
  findings.transitivity = FromProto(from.transitivity());
  findings.component_count = from.component_count();
  findings.largest_component_share = from.largest_component_share();
  findings.isolate_count = from.isolate_count();
  findings.unknown_isolate_count = from.unknown_isolate_count();
  for (const v1::RoleFinding& role : from.roles()) {
    findings.roles.push_back(FromProto(role));
  }
  for (const v1::WithheldRole& role : from.withheld_roles()) {
    findings.withheld_roles.push_back(FromProto(role));
  }
  for (const v1::RoleStability& stability : from.role_stabilities()) {
    findings.role_stabilities.push_back(FromProto(stability));
  }
  findings.closeness_degree_correlation =
      FromProto(from.closeness_degree_correlation());
  findings.role_weakly_identified = from.role_weakly_identified();
  findings.core = FromProto(from.core());
  findings.layer_links = FromProto(from.layer_links());
  return findings;
}

Analysis FromProto(const v1::Analysis& from) {
  Analysis analysis;
  analysis.snapshot_digest = from.snapshot_digest();
  analysis.parameters = FromProto(from.parameters());
  analysis.engine_version = from.engine_version();
  analysis.participants = FromProto(from.participants());
  for (const v1::NetworkFindings& network : from.networks()) {
    analysis.networks.push_back(FromProto(network));
  }
  analysis.clique_risk = FromProto(from.clique_risk());
  analysis.layer_links = FromProto(from.layer_links());
  analysis.thresholds =
      FromProto(from.thresholds(), from.clique_risk().bands());
  return analysis;
}

class ApiAnalysisDecoder final : public AnalysisDecoder {
 public:
  absl::StatusOr<AnalysisResult> Decode(
      const EncodedAnalysis& encoded) const override {
    v1::Analysis analysis;
    if (!analysis.ParseFromString(encoded.analysis)) {
      return Unreadable(encoded.id);
    }
    AnalysisResult result;
    result.analysis = FromProto(analysis);
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
