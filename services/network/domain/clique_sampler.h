// Measures clique risk on the networks that count: once as they are, and again
// on each random counterpart of them.

#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "absl/status/statusor.h"
#include "services/network/domain/clique_findings.h"
#include "services/network/domain/clique_measures.h"
#include "services/network/domain/core_periphery.h"
#include "services/network/domain/graph.h"
#include "services/network/domain/wave.h"

namespace pulsetaker::network {

// A pooled core of fewer people is none.
inline constexpr int kPooledCoreMin = 3;

// Above so many people, counterparts keep the cores that were found, as finding
// them again costs the square of their number.
inline constexpr NodeId kCoresSearchedNodesMax = 600;

// Numbers of one set of graphs. Absent is what could not be measured on it.
struct CliqueSample {
  std::optional<double> recurrence_raw;
  std::optional<double> recurrent_share;
  std::optional<double> all_share;
  std::optional<double> jaccard;
  std::optional<double> concentration;
  std::optional<double> fit;
  std::optional<double> density_ratio;
  std::optional<double> external_internal;
  std::optional<double> asymmetry;
  std::optional<double> inwardness;
  std::optional<double> core_share_of_periphery;
  std::optional<double> periphery_share_of_core;
  std::optional<double> blau;
  std::optional<double> reach_loss;
  std::optional<double> fragmentation_gain;
  std::optional<double> cross_share;
  std::optional<double> sector_reach;
};

// What was found on the networks as they are.
struct CliqueObservation {
  std::vector<std::size_t> networks;    // Numbers of those that count.
  std::vector<Core> cores;              // Parallel to `networks`.
  std::vector<NodeFlags> core_members;  // The same as flags.
  int threshold = 0;
  Recurrence recurrence;
  std::vector<NodeId> pooled;  // In at least `threshold` cores; ascending.
  NodeFlags pooled_members;
  CliqueRisk::ExclusivityBasis basis = CliqueRisk::ExclusivityBasis::kNone;
  // Whose closedness and departure is measured, parallel to `networks`: the
  // pooled core, or without one the most named people of each network, as many
  // as its core has. Not that core itself: it was chosen for its inner ties, so
  // it would look closed in any network with structure.
  std::vector<NodeFlags> groups;
  CliqueSample sample;
};

class CliqueSampler {
 public:
  // Networks count if their gate is above kGroupOnly, they have the people and
  // arcs that roles need, and a core. `wave` must outlive this. CANCELLED.
  static absl::StatusOr<CliqueSampler> Create(const Wave& wave,
                                              IsCancelled is_cancelled);

  const CliqueObservation& observation() const { return observation_; }

  // How much of a counterpart is measured.
  enum class Extent : std::uint8_t {
    kAll,
    kDegreesKept,  // Only what is compared with N3.
    kVerdict,      // Only what recurrence and exclusivity are made of.
    kRecurrence,   // Only what follows from the cores.
  };

  // The numbers of `graphs`, which are parallel to observation().networks and
  // of the same people. Cores are found anew. The group that stands for the
  // pooled core are the people most often in them: with degrees kept, as many
  // as it has; else all who reach the threshold, at least kPooledCoreMin. The
  // most named people are those of the counterpart, as many as the core has
  // that is measured, or its own.
  // Must not be called where no network counts. CANCELLED.
  absl::StatusOr<CliqueSample> Sample(const std::vector<Digraph>& graphs,
                                      Extent extent,
                                      IsCancelled is_cancelled) const;

 private:
  explicit CliqueSampler(const Wave& wave) : wave_(&wave) {}

  absl::Status Observe(const std::vector<Digraph>& graphs,
                       IsCancelled is_cancelled);
  // Everything but what follows from the cores alone.
  absl::Status Measure(const std::vector<Digraph>& graphs,
                       const std::vector<NodeFlags>& groups, Extent extent,
                       CliqueSample& sample, IsCancelled is_cancelled) const;
  std::vector<CoreView> ViewsOf(const std::vector<Digraph>& graphs,
                                const std::vector<NodeFlags>& groups) const;
  // As CliqueObservation::groups.
  std::vector<NodeFlags> GroupsOf(const std::vector<Digraph>& graphs,
                                  absl::Span<const NodeId> pooled,
                                  const std::vector<Core>& cores) const;

  const Wave* wave_;
  CliqueObservation observation_;
};

// Flags of `members` among `node_count`.
NodeFlags FlagsOf(absl::Span<const NodeId> members, NodeId node_count);

}  // namespace pulsetaker::network
