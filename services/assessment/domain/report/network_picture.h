// What a report shows of a network analysis, as values. No person is in it by
// id or name: people are dots, or counted.

#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "services/assessment/domain/measurement.h"
#include "services/assessment/domain/network_findings.h"

namespace pulsetaker::assessment::report {

struct Range {
  double low = 0;
  double high = 0;

  friend bool operator==(const Range&, const Range&) = default;
};

// What chance alone would give for a figure.
struct Chance {
  std::string held_fixed;  // What the null model keeps, in words.
  double mean = 0;
  Range central;  // Where 95 % of the draws lie.

  friend bool operator==(const Chance&, const Chance&) = default;
};

// A figure of the network service, or why there is none.
struct Figure {
  std::optional<double> value;
  std::string why_not;            // In words; empty if there is a value.
  std::optional<Range> interval;  // 95 %.
  std::optional<Chance> chance;

  friend bool operator==(const Figure&, const Figure&) = default;
};

enum class Role : std::uint8_t { kHub = 0, kGatekeeper = 1, kPulsetaker = 2 };
inline constexpr int kRoleCount = 3;

// What the share of answers of a network allows to say of persons.
enum class Gate : std::uint8_t { kGroupOnly = 0, kHubsOnly = 1, kAllRoles = 2 };

struct WithheldRole {
  Role role = Role::kHub;
  std::string why;
  std::optional<std::int32_t> person_count;

  friend bool operator==(const WithheldRole&, const WithheldRole&) = default;
};

struct NetworkAnswers {
  std::string id;
  std::int32_t answered_count = 0;
  double response_rate = 0;  // In [0, 1].
  Gate gate = Gate::kGroupOnly;
  std::int64_t tie_count = 0;  // An undirected tie counts once.
  std::array<std::int32_t, kRoleCount> firm_counts{};
  std::vector<WithheldRole> withheld;
  std::vector<std::string> sectors_below_floor;

  friend bool operator==(const NetworkAnswers&,
                         const NetworkAnswers&) = default;
};

enum class DialKind : std::uint8_t {
  kStrength = 0,
  kExclusivity = 1,
  kFragility = 2,
  kConnectedDifference = 3,
};

struct DialPart {
  std::string name;  // In words.
  Figure value;      // On the dial's scale, in [0, 1].
  bool counted = false;

  friend bool operator==(const DialPart&, const DialPart&) = default;
};

struct Dial {
  DialKind kind = DialKind::kStrength;
  Figure value;  // In [0, 1].
  std::vector<DialPart> parts;

  friend bool operator==(const Dial&, const Dial&) = default;
};

struct SectorRow {
  std::string sector;
  SectorStanding standing = SectorStanding::kNotMeasured;
  std::string why_not;  // Why the standing is not measured.
  std::int32_t invited_count = 0;
  std::int32_t core_count = 0;
  Figure effort;  // These three divided by what is expected.
  Figure regard;
  Figure cohesion;

  friend bool operator==(const SectorRow&, const SectorRow&) = default;
};

struct CliquePicture {
  CliqueVerdict verdict = CliqueVerdict::kInsufficientData;
  std::vector<std::string> insufficiencies;
  bool fragile = false;
  bool robust = true;  // Whatever those would have said who did not answer.
  std::vector<Dial> dials;
  std::int32_t network_count = 0;
  std::int32_t recurrence_threshold = 0;
  std::int32_t all_networks_count = 0;
  std::int32_t pooled_core_count = 0;
  std::int32_t any_core_count = 0;
  Figure mean_jaccard;
  Figure core_share_of_periphery;
  Figure periphery_share_of_core;
  Figure reach_loss;
  Figure hybridity;
  Figure turnover;
  Figure renewal;
  std::vector<SectorRow> sectors;

  friend bool operator==(const CliquePicture&, const CliquePicture&) = default;
};

// The links within a layer (upper == lower) or between two.
struct LayerCell {
  Layer upper = Layer::kUnknown;
  Layer lower = Layer::kUnknown;
  Richness richness = Richness::kNotMeasured;
  std::string why_not;
  Figure coverage;          // In [0, 1].
  Figure relative_density;  // Divided by what chance gives.
  Figure redundancy;        // People who carry the ties.
  Figure resilience;        // In [0, 1].
  Figure rise;              // In [0, 1]; between layers only.
  Figure descent;           // In [0, 1]; between layers only.

  friend bool operator==(const LayerCell&, const LayerCell&) = default;
};

struct LayerPicture {
  std::string why_not;  // Why nothing is measured. Empty if something is.
  std::vector<LayerCell> cells;
  std::array<std::int32_t, kLayerCount> person_counts{};  // Indexed by Layer.

  friend bool operator==(const LayerPicture&, const LayerPicture&) = default;
};

// Coordinates of drawings of people: from left to right and from the top down.
inline constexpr std::int32_t kCanvasSize = 1'000;

// A person, of whom only this is told.
struct Dot {
  std::int32_t x = 0;  // In [0, kCanvasSize], both.
  std::int32_t y = 0;
  Layer layer = Layer::kUnknown;
  bool answered = false;                 // For any network that is drawn.
  std::array<bool, kRoleCount> roles{};  // Firm ones, in any of them.

  friend bool operator==(const Dot&, const Dot&) = default;
};

// A tie between two dots, whichever way it goes.
struct Line {
  std::int32_t a = 0;  // Numbers of dots, a < b.
  std::int32_t b = 0;
  std::int32_t network_count = 0;  // Networks in which they are tied.

  friend bool operator==(const Line&, const Line&) = default;
};

// More people than this are no drawing that anyone could read.
inline constexpr std::int32_t kDotsMax = 1'500;
inline constexpr std::int32_t kLinesMax = 20'000;

struct SociogramPicture {
  std::string why_not;  // Why there is none. Empty if there is.
  std::vector<std::string> network_ids;
  std::vector<Dot> dots;
  std::vector<Line> lines;  // Ascending by a, then b.

  friend bool operator==(const SociogramPicture&,
                         const SociogramPicture&) = default;
};

struct NetworkPicture {
  std::string analysis;  // Resource name.
  std::string snapshot_digest;
  std::string engine_version;
  std::int64_t seed = 0;
  std::int32_t null_draw_count = 0;
  std::int32_t replicate_count = 0;
  double role_share = 0;
  double all_roles_response_rate = 0;
  double hubs_only_response_rate = 0;

  std::int32_t invited_count = 0;
  std::int32_t responded_any_count = 0;
  std::int32_t not_invited_count = 0;
  std::int32_t opted_out_count = 0;

  std::vector<NetworkAnswers> networks;
  CliquePicture clique;
  LayerPicture layers;
  SociogramPicture sociogram;

  friend bool operator==(const NetworkPicture&,
                         const NetworkPicture&) = default;
};

}  // namespace pulsetaker::assessment::report
