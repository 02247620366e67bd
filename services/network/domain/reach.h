// What the people of a network can reach, figures of the network that follow
// from it, and who gains or loses a path between two states of it.
//
// "Path" is one in the OR graph, direction ignored, as for components and cuts
// elsewhere; only kSystemicNearby has a direction and a length.

#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "services/network/domain/distances.h"
#include "services/network/domain/graph.h"
#include "services/network/domain/measure.h"
#include "services/network/domain/wave.h"

namespace pulsetaker::network {

// Whom a person can have a path to; always somebody else.
enum class PathTarget : std::uint8_t {
  kNone = 0,
  kAnybody = 1,
  kMainPart = 2,  // In the largest component; of equal ones the first.
  kCore = 3,
  kSystemic = 4,  // Somebody of this layer, as first or further one.
  kSectoral = 5,
  kFrontline = 6,
  kPublic = 7,
  // Somebody systemic names the person, or names who names, ..., in at most
  // three steps: so far ideas rise (ReachedFromUpper). Not of people who are
  // of the systemic layer themselves.
  kSystemicNearby = 8,
};
inline constexpr int kPathTargetCount = 8;  // Known ones.

inline constexpr NodeId kNearbyStepsMax = 3;

// Bit number t is PathTarget t.
using PathTargets = std::uint16_t;
constexpr PathTargets BitOf(PathTarget target) {
  return static_cast<PathTargets>(1U << static_cast<unsigned>(target));
}

// Who is what a path can lead to. Empty flags are nobody.
struct TargetPeople {
  NodeFlags core;
  std::array<NodeFlags, kLayerCount> layers;  // Of SharesOf above 0.
  // Why ReachFigures::systemic_reach is not measured, if the layer is to blame.
  std::optional<NotMeasured> systemic_problem;
};

// The layers of those who are not in `gone`, which is empty or has one flag a
// node; without a core. A layer with a LayerProblem is nobody, so that nothing
// is told of paths to it.
TargetPeople LayerTargets(const Wave& wave, const NodeFlags& answered,
                          const NodeFlags& gone);

// Who answered for a network whose gate is above kGroupOnly.
NodeFlags AnsweredForUnited(const Wave& wave);

// The targets of which somebody is left who is not in `gone`, which is empty or
// has one flag a node. kAnybody and kMainPart are always among them.
PathTargets TargetsLeft(const TargetPeople& people, NodeId node_count,
                        const NodeFlags& gone);

// Figures of n people; 0 where n < 2, unless a line says otherwise.
struct ReachFigures {
  int person_count = 0;  // n
  // K7, on the OR graph; in [0, 1].
  Fragmentation fragmentation;
  // The same along the nominations: d(i, j) is the length of the path from i to
  // j, pairs are ordered. Turning all arcs round changes neither figure, so
  // they are those of the flow of information too. In [0, 1], at least what
  // `fragmentation` has.
  Fragmentation directed_fragmentation;
  // People in the largest component of the OR graph / n; 1 for n = 1, 0 for
  // n = 0.
  double largest_component_share = 0.0;
  // Mean of the harmonic in-closeness of InDistances, in [0, 1]. It is 1 -
  // directed_fragmentation.by_distance.
  double mean_harmonic_closeness = 0.0;
  // Of the people who are not systemic, those with kSystemicNearby; in [0, 1].
  // Else TargetPeople::systemic_problem; kLayerAbsent without systemic people;
  // kTooFewPeople with fewer others than the floor for groups.
  Measure systemic_reach;

  friend bool operator==(const ReachFigures&, const ReachFigures&) = default;
};

struct Reach {
  ReachFigures figures;
  std::vector<PathTargets> paths;  // Of each node; 0 for those who are gone.
};

// Of the graph without those in `gone`, which is empty or has one flag a node.
// Cost of DistancesIn twice. CANCELLED.
absl::StatusOr<Reach> ReachOf(const Digraph& graph, const NodeFlags& gone,
                              const TargetPeople& people,
                              IsCancelled is_cancelled);

// People of one sector.
struct SectorPathChange {
  std::string sector;       // Empty for people without one.
  int changed_count = 0;    // Who has the path in one state only.
  int with_path_count = 0;  // Who has it in the state with more.
  int person_count = 0;     // Of the sector, those who are gone left out.

  friend bool operator==(const SectorPathChange&,
                         const SectorPathChange&) = default;
};

// Who has a path to this target in one of two states and not in the other.
struct PathChange {
  PathTarget target = PathTarget::kNone;
  int person_count = 0;
  std::vector<std::string> persons;       // Ascending; empty if withheld.
  std::vector<SectorPathChange> sectors;  // Told ones, with a change.

  friend bool operator==(const PathChange&, const PathChange&) = default;
};

// Of what the changes are told.
//
// Sectors of which too few answered are not told. Unless persons are named,
// those with fewer people than the floor for groups are not told either; and
// where one is not told, nor is the smallest of the others (of equal ones the
// first), so that the total less the sectors that are told is of several of
// them. Which ones are told follows from who is there and who answered, never
// from the changes.
struct PathChangeScope {
  PathTargets targets = 0;  // Others are left out.
  NodeFlags answered;       // One flag a node.
  NodeFlags gone;           // Empty, or people who are left out.
  bool names_persons = true;
};

// Who has a path in `more` and none in `less`, by target, ascending; targets
// without anybody are left out. Both are of the people of `wave`. Losses:
// before, after; gains: after, before.
std::vector<PathChange> PathChanges(const Wave& wave, const Reach& more,
                                    const Reach& less,
                                    const PathChangeScope& scope);

}  // namespace pulsetaker::network
