// What is known about one dominant group. Enumerations are numbered as in the
// API, whose comments say what each value and field means; the letters K1 to K8
// are those of docs/domain/network.md.

#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "services/network/domain/measure.h"
#include "services/network/domain/role_findings.h"

namespace pulsetaker::network {

// K7.
struct Fragility {
  Measure reach_loss;
  Measure fragmentation_gain;
  std::vector<double> reach_loss_by_count;
  std::vector<std::string> isolated_sectors;

  friend bool operator==(const Fragility&, const Fragility&) = default;
};

struct SectorStanding {
  enum class Status : std::uint8_t {
    kNone = 0,
    kIncluded = 1,
    kExcluded = 2,
    kCourted = 3,
    kDetached = 4,
    kWeak = 5,
    kNotSurveyed = 6,
    kNotMeasured = 7,
  };

  std::string sector;
  Status status = Status::kNone;
  std::optional<NotMeasured> not_measured;
  int invited_count = 0;
  int core_count = 0;
  double response_rate = 0.0;
  Measure representation_ratio;
  std::optional<double> representation_p_low;
  std::optional<double> representation_p_high;
  Measure cohesion;
  Measure effort;
  Measure regard;

  friend bool operator==(const SectorStanding&,
                         const SectorStanding&) = default;
};

struct DialComponent {
  enum class Part : std::uint8_t {
    kNone = 0,
    kRecurrence = 1,
    kCoreFit = 2,
    kSectorReach = 3,
    kClosure = 4,
    kListeningAsymmetry = 5,
    kHomogeneity = 6,
    kFrozenness = 7,
    kExcludedSectors = 8,
    kReachLoss = 9,
    kHybridity = 10,
    kRenewal = 11,
  };

  Part part = Part::kNone;
  Measure value;
  bool counted = false;

  friend bool operator==(const DialComponent&, const DialComponent&) = default;
};

struct Dial {
  enum class Kind : std::uint8_t {
    kNone = 0,
    kStrength = 1,
    kExclusivity = 2,
    kFragility = 3,
    kConnectedDifference = 4,
  };

  Kind kind = Kind::kNone;
  Measure value;
  std::vector<DialComponent> components;

  friend bool operator==(const Dial&, const Dial&) = default;
};

// CR, with the range that other weights give it.
struct CliqueIndex {
  Measure value;
  std::optional<Interval> sensitivity;

  friend bool operator==(const CliqueIndex&, const CliqueIndex&) = default;
};

// What the verdict would rest on if something else stood in the missing rows.
struct VerdictRobustness {
  std::optional<NotMeasured> not_measured;  // Set if the two are not.
  std::optional<MissingRowsEffect>
      recurrence;  // The side of its edge it is on.
  std::optional<MissingRowsEffect> exclusivity;

  friend bool operator==(const VerdictRobustness&,
                         const VerdictRobustness&) = default;
};

struct CliqueRisk {
  enum class Verdict : std::uint8_t {
    kNone = 0,
    kOpenSharedLeadership = 1,
    kClosedCore = 2,
    kParallelCliques = 3,
    kDiffuse = 4,
    kIndeterminate = 5,
    kInsufficientData = 6,
  };
  enum class ExclusivityBasis : std::uint8_t {
    kNone = 0,
    kPooledCore = 1,
    kOwnCores = 2,
  };

  enum class RecurrenceReading : std::uint8_t {
    kNone = 0,
    kOneReputation = 1,
    kDistinctRoles = 2,
    kBeyondReputation = 3,
  };

  Verdict verdict = Verdict::kNone;
  bool fragile = false;
  std::vector<NotMeasured> insufficiencies;
  Measure recurrence;   // R
  Measure exclusivity;  // X
  ExclusivityBasis exclusivity_basis = ExclusivityBasis::kNone;

  std::vector<std::string> network_ids;  // Those that count; L of them.
  int recurrence_threshold = 0;          // k
  int any_core_count = 0;
  int all_networks_count = 0;
  int pooled_core_count = 0;
  std::vector<int> core_count_histogram;  // L + 1 entries.

  Measure all_networks_share;  // K1, to concentration
  Measure recurrent_share;
  Measure mean_jaccard;
  Measure concentration;
  Measure core_fit;  // K2, and the next
  Measure core_density_ratio;
  Measure external_internal;    // K3
  Measure listening_asymmetry;  // K4, and the next two
  Measure core_share_of_periphery;
  Measure periphery_share_of_core;
  Measure core_blau;  // K5, and the next two
  Measure roster_blau;
  Measure core_rao_stirling;
  Measure turnover;  // K6
  Fragility fragility;
  Measure hybridity;     // K8a
  Measure sector_reach;  // K8b
  Measure renewal;       // K8c

  std::vector<SectorStanding> sectors;  // By sector, ascending.
  int excluded_sector_count = 0;
  std::vector<Dial> dials;  // Four, in the order of Dial::Kind.

  Measure most_named_recurrence;  // Beside N4.
  RecurrenceReading recurrence_reading = RecurrenceReading::kNone;
  CliqueIndex index;
  VerdictRobustness verdict_robustness;

  friend bool operator==(const CliqueRisk&, const CliqueRisk&) = default;
};

}  // namespace pulsetaker::network
