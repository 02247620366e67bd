// Who holds a role, by which rule, on what evidence; and the place of each
// person in each network. Enumerations are numbered as in the API, whose
// comments say what each value and field means.

#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "services/network/domain/measure.h"
#include "services/network/domain/snapshot.h"

namespace pulsetaker::network {

enum class Role : std::uint8_t {
  kNone = 0,
  kHub = 1,
  kGatekeeper = 2,
  kPulsetaker = 3,
};
inline constexpr int kRoleCount = 3;

enum class RoleRule : std::uint8_t {
  kNone = 0,
  kNamedByMost = 1,
  kBetweenHubs = 2,
  kBetweenness = 3,
  kConnectorNamed = 4,
  kCloseness = 5,
  kResidualInformation = 6,
  kQuadrant = 7,
};

enum class Gate : std::uint8_t {
  kNone = 0,
  kAllRoles = 1,
  kHubsOnly = 2,
  kGroupOnly = 3,
};

enum class Certainty : std::uint8_t {
  kNone = 0,
  kFirm = 1,
  kTentative = 2,
};

struct Evidence {
  enum class Metric : std::uint8_t {
    kNone = 0,
    kInDegreeShare = 1,  // H
    kInDegree = 2,
    kHubBetweenness = 3,       // G1
    kBetweenness = 4,          // G1, fallen back
    kCutOffCount = 5,          // G2
    kFragmentationGain = 6,    // G2
    kSectorGateCount = 7,      // G3
    kHarmonicInCloseness = 8,  // Cin
    kInformationResidual = 9,  // P1
    kConnectorCount = 10,      // P2
    kConnectorP = 11,          // P2
    kEigenvector = 12,
  };
  enum class Comparison : std::uint8_t {
    kNone = 0,
    kAtLeast = 1,
    kAbove = 2,
    kBelow = 3,
    kAtMost = 4,
  };

  Metric metric = Metric::kNone;
  double value = 0.0;
  Comparison comparison = Comparison::kNone;
  double threshold = 0.0;

  friend bool operator==(const Evidence&, const Evidence&) = default;
};

// What is said if something else stood in the missing rows.
enum class Robustness : std::uint8_t {
  kNone = 0,
  kRobust = 1,
  kNotRobust = 2,  // Another treatment of missing rows says something else.
};

// The range of a figure over the treatments, without the random draws that are
// left off: see BoundsOf.
struct TreatmentBounds {
  double low = 0.0;
  double high = 0.0;

  friend bool operator==(const TreatmentBounds&,
                         const TreatmentBounds&) = default;
};

// A finding under the treatments of missing rows.
struct MissingRowsEffect {
  Robustness robustness = Robustness::kNone;
  TreatmentBounds bounds = {};
  double kept_share = 0.0;

  friend bool operator==(const MissingRowsEffect&,
                         const MissingRowsEffect&) = default;
};

// How well the ranking that a role rests on holds without some respondents, and
// what became of those who have the role.
struct RoleStability {
  enum class Band : std::uint8_t {
    kNone = 0,
    kBelowMin = 1,
    kAcceptable = 2,
    kPreferred = 3,
  };

  Role role = Role::kNone;
  Measure coefficient = {};  // CS
  Band band = Band::kNone;
  int firm_count = 0;
  int tentative_count = 0;  // Named or not.
  int suppressed_count = 0;
  int not_robust_count = 0;

  friend bool operator==(const RoleStability&, const RoleStability&) = default;
};

struct RoleFinding {
  std::string person;
  Role role = Role::kNone;
  RoleRule rule = RoleRule::kNone;
  Certainty certainty = Certainty::kNone;
  double inclusion_probability = 0.0;
  MissingRowsEffect missing_rows;
  std::vector<Evidence> evidence;
  std::vector<std::string> cut_off_persons;  // Ascending.
  std::string sector;
  Layer layer = Layer::kUnknown;

  friend bool operator==(const RoleFinding&, const RoleFinding&) = default;
};

struct WithheldRole {
  enum class Reason : std::uint8_t {
    kNone = 0,
    kResponseGate = 1,
    kTooFewNodes = 2,
    kTooFewArcs = 3,
    kNoClearSeparation = 4,
    kUnstable = 5,
    kTentative = 6,
  };

  Role role = Role::kNone;
  Reason reason = Reason::kNone;
  std::optional<int> person_count;

  friend bool operator==(const WithheldRole&, const WithheldRole&) = default;
};

// Absent is what the gate forbids to say, or what is undefined.
struct PersonNetworkMeasures {
  std::string network_id;
  Gate gate = Gate::kNone;
  std::optional<int> in_degree;
  std::optional<int> out_degree;
  std::optional<double> in_degree_share;
  std::optional<double> in_degree_share_percentile;
  std::optional<double> betweenness;
  std::optional<double> betweenness_percentile;
  std::optional<double> harmonic_in_closeness;
  std::optional<double> harmonic_in_closeness_percentile;
  std::optional<double> information;
  std::optional<double> information_percentile;
  std::optional<int> component_id;
  std::optional<double> constraint;
  std::optional<double> effective_size;
  std::optional<int> core_number;
  std::optional<bool> in_core;
  std::vector<Role> roles;  // Ascending.

  friend bool operator==(const PersonNetworkMeasures&,
                         const PersonNetworkMeasures&) = default;
};

struct PersonRoles {
  std::string person;
  std::string sector;
  Layer layer = Layer::kUnknown;
  std::vector<PersonNetworkMeasures> networks;  // In the instrument's order.
  std::optional<int> core_network_count;

  friend bool operator==(const PersonRoles&, const PersonRoles&) = default;
};

}  // namespace pulsetaker::network
