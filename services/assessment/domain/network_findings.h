// What the assessment needs of a network analysis, as numbers that may be
// missing. A gate that the network service applied arrives as kWithheld.

#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "services/assessment/domain/measurement.h"

namespace pulsetaker::assessment {

// Ids of the standard instrument's networks that findings are about. A wave
// without such a network has these findings not measured.
inline constexpr absl::string_view kWorkNetwork = "work";
inline constexpr absl::string_view kInnovationNetwork = "innovation";
inline constexpr absl::string_view kExpertNetwork = "expert";
inline constexpr absl::string_view kLearningNetwork = "learning";

// Someone whose role is firm.
struct RoleHolder {
  std::string person;
  Layer layer = Layer::kUnknown;

  friend bool operator==(const RoleHolder&, const RoleHolder&) = default;
};

struct NetworkSummary {
  std::string network_id;
  Reading response_rate;  // Responded divided by invited, in [0, 1].

  // Why `hubs` and `gatekeepers` are not there; kNone if they are, even empty.
  Absence roles = Absence::kNotAsked;
  std::vector<RoleHolder> hubs;
  std::vector<RoleHolder> gatekeepers;

  Reading ei_index;          // External minus internal by sector, in [-1, 1].
  Reading hybridity;         // Cross-sector ties, observed divided by expected.
  Reading outside_share;     // Nominations to outside the roster, in [0, 1].
  Reading liaison_count;     // Liaison two-paths (Gould and Fernandez).
  Reading top_broker_share;  // Largest share one person has of the
                             // cross-sector betweenness, in [0, 1].

  friend bool operator==(const NetworkSummary&,
                         const NetworkSummary&) = default;
};

enum class CliqueVerdict : std::uint8_t {
  kInsufficientData = 0,
  kOpenSharedLeadership = 1,
  kClosedCore = 2,
  kParallelCliques = 3,
  kDiffuse = 4,
  kIndeterminate = 5,
};

enum class SectorStanding : std::uint8_t {
  kNotMeasured = 0,  // Not surveyed, or below its response floor.
  kIncluded = 1,
  kCourted = 2,
  kExcluded = 3,
  kDetached = 4,
  kWeak = 5,
  kIndeterminate = 6,
};

struct SectorFinding {
  std::string sector;
  SectorStanding standing = SectorStanding::kNotMeasured;
  bool below_response_floor = false;

  friend bool operator==(const SectorFinding&, const SectorFinding&) = default;
};

enum class Richness : std::uint8_t {
  kNotMeasured = 0,
  kRich = 1,
  kModerate = 2,
  kThin = 3,
  kAtrophied = 4,  // Counts as thin wherever thin is asked for.
};

// The links within a layer (low == high) or between two (low < high).
struct LayerLink {
  Layer low = Layer::kUnknown;
  Layer high = Layer::kUnknown;
  Absence absence = Absence::kNone;  // Why it is not measured.
  Richness richness = Richness::kNotMeasured;
  Reading low_coverage;   // Share of `low` with a tie to `high`, in [0, 1].
  Reading high_coverage;  // Share of `high` with a tie to `low`.

  friend bool operator==(const LayerLink&, const LayerLink&) = default;
};

struct NetworkFindings {
  std::vector<NetworkSummary> networks;

  Absence clique = Absence::kNotAsked;  // Why there is no verdict.
  CliqueVerdict clique_verdict = CliqueVerdict::kInsufficientData;
  Reading core_fragile;  // 1 if the verdict carries the modifier, else 0.
  Reading core_fragility_percentile;  // K7 within its null, in [0, 100].
  Reading core_turnover;              // K6, in [0, 1].
  Reading hybridity;                  // K8a, observed divided by expected.
  Reading renewal;                    // K8c, in [0, 1].

  Absence sector_standing = Absence::kNotAsked;  // Why `sectors` is empty.
  std::vector<SectorFinding> sectors;

  std::vector<LayerLink> layer_links;  // At most one a pair.
  // Share of the public layer with a tie to any other layer, in [0, 1]. Where
  // it is missing, layer_links give the most that it can be.
  Reading public_coverage;
  Reading rise_of_ideas;       // Share of the public layer that a systemic
                               // person hears within 3 steps, in [0, 1].
  Reading introduction_count;  // Innovation gatekeeper and expert pulsetaker
                               // more than 2 steps apart: pairs.

  friend bool operator==(const NetworkFindings&,
                         const NetworkFindings&) = default;
};

// The network of this id, or null.
const NetworkSummary* FindNetwork(const NetworkFindings& findings,
                                  absl::string_view network_id);

// The links between `a` and `b`, in any order, or null.
const LayerLink* FindLink(const NetworkFindings& findings, Layer a, Layer b);

}  // namespace pulsetaker::assessment
