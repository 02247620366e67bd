// Random counterparts of a wave: rewired (N3), relabelled (N2), and without
// some respondents. Each replicate and each chain of draws has a stream of its
// own, so any number of threads gives the same.

#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/statusor.h"
#include "common/base/mutex.h"
#include "common/base/random.h"
#include "services/network/domain/analyze.h"
#include "services/network/domain/clique_sampler.h"
#include "services/network/domain/jackknife.h"
#include "services/network/domain/network_measures.h"
#include "services/network/domain/wave.h"

namespace pulsetaker::network {

// What the draws are made from. All must outlive the calls.
struct CounterpartBasis {
  const Wave& wave;
  const CliqueSampler& sampler;
  const std::vector<NetworkMeasures>& measures;  // One for each network.
  const AnalysisParameters& parameters;          // Canonical.
  AnalysisObserver& observer;
  int thread_count = 1;
};

// Draws of N3 and N4 are made in chains of so many, each begun anew from the
// networks as they are. Only the first draw of a chain is shuffled as often as
// it takes to forget where it began; each other is a shorter shuffle away from
// the one before, which leaves under a twentieth of the arcs where they were
// beyond what chance does. A p-value needs no more than that every draw is one
// of all that are equally likely.
inline constexpr std::size_t kDrawsPerChain = 37;
inline constexpr std::size_t kChainAttemptsPerArc = 5;

// Tells an observer of steps that many threads finish.
class StepCounter {
 public:
  StepCounter(AnalysisObserver& observer, AnalysisPhase phase,
              std::int64_t total);

  void Step();

 private:
  AnalysisObserver& observer_;
  const AnalysisPhase phase_;
  const std::int64_t total_;
  Mutex mutex_;
  std::int64_t done_ ABSL_GUARDED_BY(mutex_) = 0;
};

// Whether network number `network` counts for clique risk.
bool Counts(const CliqueObservation& observation, std::size_t network);

// The network with in- and out-degrees kept. Undirected: each tie gets a random
// direction, is rewired and made undirected again; a tie that comes out twice
// counts once. CANCELLED.
absl::StatusOr<Digraph> Rewired(const WaveNetwork& network, Random& random,
                                IsCancelled is_cancelled);

struct NullDraws {
  std::vector<CliqueSample> degrees_kept;  // N3; empty if no network counts.
  std::vector<CliqueSample> relabelled;    // N2; the same.
  // For each network, for each draw of N3: connectors that name each candidate.
  std::vector<std::vector<std::vector<int>>> connector_counts;
};

absl::StatusOr<NullDraws> DrawNullModels(const CounterpartBasis& basis,
                                         const Random& random);

// How often each person keeps a role, parallel to the members in
// NetworkMeasures.
struct RoleInclusions {
  std::vector<int> hubs;
  std::vector<int> gatekeepers;
  std::vector<int> pulsetakers;
};

struct Replicates {
  std::vector<CliqueSample> cliques;  // Empty if no network counts.
  std::vector<RoleInclusions> roles;  // One for each network.
  Jackknife jackknife;
};

// Each without a tenth of who answered for any network, at least one person.
// None if nobody answered, or only one person.
absl::StatusOr<Replicates> DrawReplicates(const CounterpartBasis& basis,
                                          const Random& random);

}  // namespace pulsetaker::network
