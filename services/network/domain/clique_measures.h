// The components K1 to K8 of clique risk, each for a given core. Formulas and
// readings: docs/domain/network.md.

#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "services/network/domain/graph.h"
#include "services/network/domain/parameters.h"
#include "services/network/domain/wave.h"

namespace pulsetaker::network {

// K1. Counted over L cores, in people of which there are n.
struct Recurrence {
  std::vector<int> core_counts;  // Of each person: cores it is in.
  std::vector<int> histogram;    // Entry w: people in exactly w; L + 1 entries.
  int any_count = 0;
  int all_count = 0;
  int recurrent_count = 0;             // In at least the threshold.
  double all_share = 0.0;              // all_count / mean core size.
  double recurrent_share = 0.0;        // recurrent_count / mean core size.
  std::optional<double> mean_jaccard;  // Absent for one core.
  double concentration = 0.0;

  // Mean of recurrent_share, at most 1, and mean_jaccard.
  std::optional<double> raw_score() const;
};

// ceil(5 / 7 * network_count): 5 of 7.
int RecurrenceThreshold(int network_count);

// Each core ascending and not empty; at least one. `threshold` in [1, L].
Recurrence RecurrenceOf(absl::Span<const std::vector<NodeId>> cores,
                        NodeId node_count, int threshold);

// A network and the group in it that is looked at.
struct CoreView {
  const Digraph* graph = nullptr;
  const NodeFlags* members = nullptr;
  bool directed = true;
};

// K3 and K4, nominations of all views pooled.
struct Listening {
  std::optional<double> external_internal;
  // Of the directed views alone: without direction nobody listens more.
  std::optional<double> core_share_of_periphery;  // l_in
  std::optional<double> periphery_share_of_core;  // l_out
  std::optional<double> asymmetry;
  // 1 - l_out / (1 - s), at least 0: how much less the core looks out than
  // evenly mixed nominations would.
  std::optional<double> inwardness;
};

Listening ListeningOf(absl::Span<const CoreView> views);

// K7, means over the views: what fragmentation grows by when the members leave.
struct Loss {
  double reach = 0.0;          // By distance.
  double fragmentation = 0.0;  // By component.
};

// At least one view. CANCELLED.
absl::StatusOr<Loss> LossOf(absl::Span<const CoreView> views,
                            IsCancelled is_cancelled);

// K5. Of the people with a known sector: 1 - sum of p_g^2. nullopt if there is
// none.
std::optional<double> Blau(const NodeFlags& members,
                           absl::Span<const GroupId> sector);

// K5. Sum over ordered pairs of different sectors of p_g * p_h * d_gh.
std::optional<double> RaoStirling(const NodeFlags& members, const Wave& wave,
                                  absl::Span<const SectorDistance> distances);

// K8a. Of the ties whose both ends have a known sector, over all graphs: the
// share that joins two different ones. nullopt without such ties.
std::optional<double> CrossSectorShare(absl::Span<const Graph> tied,
                                       absl::Span<const GroupId> sector);

// The mean of K8a over all ways to deal the sectors anew among people of the
// same stratum, where everybody's sector is known. Else the mean number of ties
// that join two sectors, divided by that of the ties whose ends are known.
// nullopt where no deal leaves such a tie.
std::optional<double> ExpectedCrossSectorShare(
    absl::Span<const Graph> tied, absl::Span<const GroupId> sector,
    absl::Span<const std::uint32_t> strata);

// K8b. Mean over graphs and people with a known sector of the other sectors
// within two steps / the other sectors there are. nullopt for under two
// sectors.
std::optional<double> SectorReach(absl::Span<const Graph> tied,
                                  absl::Span<const GroupId> sector,
                                  int sector_count);

// Of `population` people, `marked` of them marked, `drawn` are drawn: chances
// to get `seen` marked ones or fewer, and or more.
struct Hypergeometric {
  double p_low = 1.0;
  double p_high = 1.0;
};
Hypergeometric HypergeometricTails(int population, int marked, int drawn,
                                   int seen);

// The `count` people with the largest in-degree; equal ones by out-degree, then
// by node. Ascending.
std::vector<NodeId> MostNamedPeople(const Digraph& graph, std::size_t count);

// The `count` people who are in the most cores; equal ones by degree over all
// graphs, then by node. Ascending.
std::vector<NodeId> MostOftenInCore(absl::Span<const int> core_counts,
                                    absl::Span<const Digraph> graphs,
                                    int count);

}  // namespace pulsetaker::network
