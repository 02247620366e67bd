#include "services/network/domain/reputation.h"

#include <algorithm>
#include <cstddef>
#include <numeric>
#include <tuple>
#include <utility>

#include "absl/types/span.h"
#include "common/base/status.h"
#include "services/network/domain/network_label_null.h"
#include "services/network/domain/parallel.h"

namespace pulsetaker::network {
namespace {

bool Names(absl::Span<const Arc> arcs, NodeId from, NodeId to) {
  return std::binary_search(
      arcs.begin(), arcs.end(), Arc{from, to}, [](const Arc& a, const Arc& b) {
        return std::tie(a.from, a.to) < std::tie(b.from, b.to);
      });
}

// As MostNamedPeople of the network that the arcs make. They are by from, then
// to. Without building its rows, which would cost more than all the rest.
std::vector<NodeId> MostNamed(absl::Span<const Arc> arcs, bool directed,
                              NodeId node_count, std::size_t count) {
  std::vector<std::pair<std::uint32_t, std::uint32_t>> degrees(node_count);
  for (const Arc& arc : arcs) {
    ++degrees[arc.to].first;
    ++degrees[arc.from].second;
    // A tie without direction names both, once.
    if (directed || Names(arcs, arc.to, arc.from)) continue;
    ++degrees[arc.from].first;
    ++degrees[arc.to].second;
  }
  std::vector<NodeId> order(node_count);
  std::iota(order.begin(), order.end(), NodeId{0});
  const auto end = order.begin() +
                   static_cast<std::ptrdiff_t>(std::min(count, order.size()));
  std::partial_sort(order.begin(), end, order.end(), [&](NodeId a, NodeId b) {
    return degrees[a] != degrees[b] ? degrees[a] > degrees[b] : a < b;
  });
  order.erase(end, order.end());
  std::sort(order.begin(), order.end());
  return order;
}

// The networks that count, as what is said of them.
class Nominations {
 public:
  explicit Nominations(const CounterpartBasis& basis) : basis_(basis) {
    for (const std::size_t i : basis.sampler.observation().networks) {
      const WaveNetwork& network = basis.wave.networks[i];
      reported_.push_back(network.reported);
      labelled_.push_back({network.reported, network.answered});
    }
  }

  absl::StatusOr<NetworkLabelShuffler> MakeShuffler() const {
    return NetworkLabelShuffler::Create(labelled_);
  }

  const std::vector<std::vector<Arc>>& reported() const { return reported_; }

  CliqueSample Sample(const std::vector<std::vector<Arc>>& networks) const {
    const CliqueObservation& observation = basis_.sampler.observation();
    const NodeId node_count = basis_.wave.node_count();
    std::vector<std::vector<NodeId>> named;
    for (std::size_t l = 0; l < networks.size(); ++l) {
      const WaveNetwork& network =
          basis_.wave.networks[observation.networks[l]];
      named.push_back(MostNamed(networks[l], network.definition.directed,
                                node_count,
                                observation.cores[l].members.size()));
    }
    const Recurrence recurrence =
        RecurrenceOf(named, node_count, observation.threshold);
    CliqueSample sample;
    sample.recurrence_raw = recurrence.raw_score();
    sample.recurrent_share = recurrence.recurrent_share;
    sample.jaccard = recurrence.mean_jaccard;
    return sample;
  }

 private:
  const CounterpartBasis& basis_;
  std::vector<std::vector<Arc>> reported_;
  std::vector<LabelledNetwork> labelled_;
};

}  // namespace

absl::StatusOr<Reputation> CompareWithReputation(const CounterpartBasis& basis,
                                                 const Random& random) {
  Reputation reputation;
  if (basis.sampler.observation().networks.size() < 2) return reputation;
  const Nominations nominations(basis);
  reputation.observed = nominations.Sample(nominations.reported());
  PT_ASSIGN_OR_RETURN(const NetworkLabelShuffler begin,
                      nominations.MakeShuffler());

  const auto draw_count =
      static_cast<std::size_t>(basis.parameters.null_draw_count);
  reputation.draws.resize(draw_count);
  const std::size_t chains = (draw_count + kDrawsPerChain - 1) / kDrawsPerChain;
  const auto is_cancelled = [&] { return basis.observer.cancelled(); };
  const auto draw_chain = [&](std::size_t chain) -> absl::Status {
    NetworkLabelShuffler shuffler = begin;
    Random own = random.Fork(chain);
    const std::size_t first = chain * kDrawsPerChain;
    const std::size_t end = std::min(draw_count, first + kDrawsPerChain);
    for (std::size_t draw = first; draw < end; ++draw) {
      PT_RETURN_IF_ERROR(draw == first ? shuffler.Shuffle(own, is_cancelled)
                                       : shuffler.ShuffleOn(own, is_cancelled));
      reputation.draws[draw] = nominations.Sample(shuffler.Networks());
    }
    return absl::OkStatus();
  };
  PT_RETURN_IF_ERROR(ParallelFor(chains, basis.thread_count, draw_chain));
  return reputation;
}

}  // namespace pulsetaker::network
