#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "common/base/random.h"
#include "services/network/domain/graph.h"
#include "services/network/domain/snapshot.h"
#include "services/network/domain/wave.h"

// Null model N4: the same nominations, in other networks. Whether the same
// people lead everywhere by one general reputation, or by a role in each
// network: compare recurrence, participation and the like with the draws.

namespace pulsetaker::network {

// One of several networks among the same people.
struct LabelledNetwork {
  absl::Span<const Arc> arcs;  // i -> j: i names j. Each once.
  const NodeFlags& answered;   // One flag a node: its row is known.
};

// Random multiplexes with the labels of nominations exchanged: i -> j in
// network l becomes i -> j in another one. Every draw keeps
//
// - of each pair i, j the number of networks in which i names j: so each
//   person's total in-degree (prominence) and total out-degree, who names whom
//   at all, and how often;
// - of each network the number of arcs, exactly;
// - that nobody names anybody twice in one network, nor in a network that they
//   did not answer for.
//
// and no person's in-degree in any one network. All multiplexes that agree in
// this are equally likely.
//
// Sizes exactly, not in expectation, is a design choice: if i names j in
// network l with odds exp(a_ij + b_l), independently, then a reputation a_ij
// that knows no networks is all there is; and of such data what is kept here
// are the sufficient statistics (G. Rasch, 1960), so the conditional test is
// exact and has no rates to estimate first.
//
// Method: two networks at a time pool the pairs that are in just one of them,
// by people who answered for both, and deal them out anew, as many to each as
// before: an exact draw given the other networks (G. Strona and others, "A fast
// and unbiased procedure to randomize ecological binary matrices", 2014). All
// pairs of networks in random order are a sweep, kSweeps of them a Shuffle.
// Two networks are drawn exactly; of 3 to 12, the one where an arc ends up is
// within 2e-5 of its distribution, in total variation, wherever it began (worst
// of 600 orders of trades each). Where people answered for sets of networks of
// which hardly two are alike, some multiplexes may be out of reach; with all
// answered for, none is.
class NetworkLabelShuffler {
 public:
  static constexpr int kSweeps = 8;

  // Orders of arcs make no difference; weights are ignored. Undirected networks
  // are given by their reports and made undirected after, so that their number
  // of ties is kept only as far as reports agree.
  //
  // INVALID_ARGUMENT: NETWORK_COUNT_OUT_OF_RANGE, not 1 to kNetworksMax;
  // ANSWERED_MISMATCH, flags of different numbers of nodes; NODE_OUT_OF_RANGE;
  // SELF_LOOP; ROW_NOT_ANSWERED; REPEATED_ARC. O(m log m), m arcs in all.
  static absl::StatusOr<NetworkLabelShuffler> Create(
      absl::Span<const LabelledNetwork> networks);

  // Starts from the result of the last Shuffle. O(L^2 * pairs).
  // CANCELLED: `is_cancelled`, asked once a pair of networks, said yes; what is
  // kept is right then too.
  absl::Status Shuffle(Random& random, IsCancelled is_cancelled);

  // A draw after that of a Shuffle: one of all that are equally likely too, but
  // not quite independent of the one before; several times faster. First those
  // pairs of people that are in just one network, most of them, are dealt
  // anew all at once, among people who answered for the same networks. Then
  // each two networks trade once the pairs that are in several, and as many of
  // the others. CANCELLED, in the same way.
  absl::Status ShuffleOn(Random& random, IsCancelled is_cancelled);

  // The networks in the order given, each by from, then to; weights 1. O(m).
  std::vector<std::vector<Arc>> Networks() const;

 private:
  // A pair of people, with one bit a network.
  struct Pair {
    NodeId from = 0;
    NodeId to = 0;
    std::uint32_t named = 0;     // Networks in which `from` names `to`.
    std::uint32_t answered = 0;  // Networks that `from` answered for.
  };

  NetworkLabelShuffler(std::vector<Pair> pairs, std::size_t network_count);

  // All pairs of networks in random order, each trading `traders`.
  absl::Status Sweep(absl::Span<const std::size_t> traders, Random& random,
                     IsCancelled is_cancelled);
  void Trade(std::uint32_t a, std::uint32_t b,
             absl::Span<const std::size_t> traders, Random& random);
  void DealSingles(Random& random);
  // Those of several networks, and some of the singles by lot.
  std::vector<std::size_t> SomeTraders(Random& random);

  std::vector<Pair> pairs_;  // By from, then to.
  std::size_t network_count_;
  // Numbers of pairs; how many networks a pair is in never changes.
  std::vector<std::size_t> all_;
  std::vector<std::size_t> singles_;  // In one network; by `answered`.
  std::vector<std::size_t> several_;
  std::vector<std::size_t> chosen_;  // The same; those chosen last come first.
  std::vector<std::uint32_t> labels_;  // Of DealSingles.
  std::vector<std::size_t> pooled_;    // Of Trade: one place a pair.
};

}  // namespace pulsetaker::network
