// What a caller can choose of an analysis, and what the engine has chosen.

#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "services/network/domain/role_findings.h"

namespace pulsetaker::network {

// Part of the identity of every result: change it whenever one could change.
inline constexpr char kEngineVersion[] = "network-5";

inline constexpr std::int64_t kSeedDefault = 1;
inline constexpr int kNullDrawsMin = 19;
inline constexpr int kNullDrawsMax = 9'999;
inline constexpr int kNullDrawsDefault = 999;
inline constexpr int kReplicatesMin = 20;
inline constexpr int kReplicatesMax = 9'999;
inline constexpr int kReplicatesDefault = 100;
inline constexpr double kRoleShareMax = 0.25;
inline constexpr double kRoleShareDefault = 0.05;
inline constexpr int kSectorDistancesMax = 1'000;

// How unlike two sectors are; order makes no difference.
struct SectorDistance {
  std::string sector;
  std::string other_sector;
  double distance = 1.0;  // In [0, 1].

  friend bool operator==(const SectorDistance&,
                         const SectorDistance&) = default;
};

// 0, kNone and empty mean the default.
struct AnalysisParameters {
  std::int64_t seed = 0;
  int null_draw_count = 0;
  int replicate_count = 0;
  double role_share = 0.0;
  RoleRule pulsetaker_rule = RoleRule::kNone;
  // Initialised, so that the others can be named alone.
  std::vector<SectorDistance> sector_distances = {};

  friend bool operator==(const AnalysisParameters&,
                         const AnalysisParameters&) = default;
};

// Checks `parameters`, fills the defaults in and puts the distances in order,
// so that parameters that mean the same become equal.
//
// INVALID_ARGUMENT, PARAMETER_OUT_OF_RANGE, of the first field at fault; its
// path is relative to the parameters.
absl::StatusOr<AnalysisParameters> Canonical(AnalysisParameters parameters);

// What names the result: the first 32 hexadecimal digits of the SHA-256 over
// digest, parameters and kEngineVersion. `parameters` must be canonical.
std::string AnalysisId(absl::string_view snapshot_digest,
                       const AnalysisParameters& parameters);

// The choices of this engine version. docs/domain/network.md gives reasons.
struct AnalysisThresholds {
  double all_roles_response_rate = 0.80;
  double hubs_only_response_rate = 0.65;
  double group_response_rate = 0.50;
  int role_node_count_min = 10;
  int role_arc_count_min = 15;
  int hub_in_degree_min = 3;
  double firm_inclusion = 0.80;
  double tentative_inclusion = 0.50;
  double weak_identification_correlation = 0.95;
  int verdict_node_count_min = 30;
  double replicate_drop_share = 0.10;
  double known_group_share = 0.80;
  int group_person_count_min = 3;
  double recurrence_band = 0.40;
  double exclusivity_band = 0.75;
  double fragility_percentile = 0.95;
  double stability_min = 0.25;
  double stability_preferred = 0.50;
  int random_row_draw_count = 200;
  int case_drop_draw_count = 100;

  friend bool operator==(const AnalysisThresholds&,
                         const AnalysisThresholds&) = default;
};
inline constexpr AnalysisThresholds kThresholds;

}  // namespace pulsetaker::network
