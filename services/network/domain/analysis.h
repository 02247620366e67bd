// The analysis of one snapshot. The fields mirror those of the API, whose
// comments say what each means.

#pragma once

#include <optional>
#include <string>
#include <vector>

#include "services/network/domain/clique_findings.h"
#include "services/network/domain/layer_findings.h"
#include "services/network/domain/measure.h"
#include "services/network/domain/parameters.h"
#include "services/network/domain/role_findings.h"

namespace pulsetaker::network {

struct ParticipantCounts {
  int invited = 0;
  int not_invited = 0;
  int opted_out = 0;
  int responded_any = 0;
  int sector_count = 0;
  int sector_unknown = 0;
  int layer_unknown = 0;

  friend bool operator==(const ParticipantCounts&,
                         const ParticipantCounts&) = default;
};

struct ResponseCounts {
  int responded = 0;
  int responded_nobody = 0;
  int skipped = 0;
  int nonresponse = 0;
  int not_invited = 0;
  int opted_out = 0;

  friend bool operator==(const ResponseCounts&,
                         const ResponseCounts&) = default;
};

struct SectorResponse {
  std::string sector;  // Empty for people without one.
  int invited_count = 0;
  int respondent_count = 0;
  bool meets_floor = false;

  friend bool operator==(const SectorResponse&,
                         const SectorResponse&) = default;
};

struct LeftOutNominations {
  int not_invited = 0;
  int off_roster = 0;
  int outside_person_count = 0;
  int opted_out = 0;
  int self = 0;
  int repeated = 0;
  int by_uninvited = 0;

  friend bool operator==(const LeftOutNominations&,
                         const LeftOutNominations&) = default;
};

struct NetworkCore {
  std::optional<NotMeasured> not_measured;  // Then nothing below is measured.
  int size = 0;
  Measure fit;
  Measure density_ratio;
  Measure external_internal;

  friend bool operator==(const NetworkCore&, const NetworkCore&) = default;
};

struct NetworkFindings {
  std::string network_id;
  bool directed = true;
  ResponseCounts responses;
  double response_rate = 0.0;
  Gate gate = Gate::kNone;
  std::vector<SectorResponse> sector_responses;  // By sector, ascending.
  int node_count = 0;
  int arc_count = 0;
  Measure density;
  Measure arc_reciprocity;
  Measure dyad_reciprocity;
  Measure centralisation;
  Measure transitivity;
  int component_count = 0;
  double largest_component_share = 0.0;
  int isolate_count = 0;
  int unknown_isolate_count = 0;
  LeftOutNominations left_out;
  int nomination_cap = 0;
  int respondents_at_cap = 0;
  std::vector<RoleFinding> roles;               // By role, then person.
  std::vector<WithheldRole> withheld_roles;     // By role, then reason.
  std::vector<RoleStability> role_stabilities;  // Every role, ascending.
  Measure closeness_degree_correlation;
  bool role_weakly_identified = false;
  NetworkCore core;
  LayerLinks layer_links;

  friend bool operator==(const NetworkFindings&,
                         const NetworkFindings&) = default;
};

struct Analysis {
  std::string snapshot_digest;
  AnalysisParameters parameters;  // Canonical.
  std::string engine_version;
  ParticipantCounts participants;
  std::vector<NetworkFindings> networks;  // In the instrument's order.
  CliqueRisk clique_risk;
  LayerLinks layer_links;
  AnalysisThresholds thresholds;

  friend bool operator==(const Analysis&, const Analysis&) = default;
};

// An analysis, and what is known of each invited person.
struct AnalysisResult {
  Analysis analysis;
  std::vector<PersonRoles> persons;  // By person, ascending.

  friend bool operator==(const AnalysisResult&,
                         const AnalysisResult&) = default;
};

}  // namespace pulsetaker::network
