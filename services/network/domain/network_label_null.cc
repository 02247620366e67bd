#include "services/network/domain/network_label_null.h"

#include <algorithm>
#include <bit>
#include <numeric>
#include <tuple>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/base/status.h"

namespace pulsetaker::network {
namespace {

// Of the pairs in one network, at least an eighth trades.
constexpr std::size_t kShareMin = 8;

absl::Status Invalid(absl::string_view reason, absl::string_view problem) {
  return MakeError(absl::StatusCode::kInvalidArgument, reason, problem);
}

absl::Status CheckArc(const LabelledNetwork& network, const Arc& arc) {
  const std::string what = absl::StrCat("arc ", arc.from, " -> ", arc.to);
  const std::size_t nodes = network.answered.size();
  if (arc.from >= nodes || arc.to >= nodes) {
    return Invalid("NODE_OUT_OF_RANGE",
                   absl::StrCat(what, " among ", nodes, " nodes"));
  }
  if (arc.from == arc.to) {
    return Invalid("SELF_LOOP", absl::StrCat(what, " is a self-loop"));
  }
  if (network.answered[arc.from] == 0) {
    return Invalid("ROW_NOT_ANSWERED",
                   absl::StrCat(what, " starts at a missing row"));
  }
  return absl::OkStatus();
}

absl::Status CheckNetworks(absl::Span<const LabelledNetwork> networks) {
  if (networks.empty() || networks.size() > std::size_t{kNetworksMax}) {
    return Invalid(
        "NETWORK_COUNT_OUT_OF_RANGE",
        absl::StrCat(networks.size(), " networks, not 1 to ", kNetworksMax));
  }
  for (const LabelledNetwork& network : networks) {
    if (network.answered.size() != networks.front().answered.size()) {
      return Invalid("ANSWERED_MISMATCH",
                     "networks are not of the same people");
    }
    for (const Arc& arc : network.arcs) {
      PT_RETURN_IF_ERROR(CheckArc(network, arc));
    }
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<NetworkLabelShuffler> NetworkLabelShuffler::Create(
    absl::Span<const LabelledNetwork> networks) {
  PT_RETURN_IF_ERROR(CheckNetworks(networks));
  std::vector<std::uint32_t> answered(networks.front().answered.size(), 0);
  std::vector<Pair> nominations;
  for (std::size_t l = 0; l < networks.size(); ++l) {
    const std::uint32_t bit = std::uint32_t{1} << l;
    for (std::size_t node = 0; node < answered.size(); ++node) {
      if (networks[l].answered[node] != 0) answered[node] |= bit;
    }
    for (const Arc& arc : networks[l].arcs) {
      nominations.push_back({arc.from, arc.to, bit, 0});
    }
  }
  std::sort(nominations.begin(), nominations.end(),
            [](const Pair& a, const Pair& b) {
              return std::tie(a.from, a.to) < std::tie(b.from, b.to);
            });
  std::vector<Pair> pairs;
  for (const Pair& nomination : nominations) {
    if (pairs.empty() || pairs.back().from != nomination.from ||
        pairs.back().to != nomination.to) {
      pairs.push_back(
          {nomination.from, nomination.to, 0, answered[nomination.from]});
    }
    if ((pairs.back().named & nomination.named) != 0) {
      return Invalid(
          "REPEATED_ARC",
          absl::StrCat("arc ", nomination.from, " -> ", nomination.to,
                       " is more than once in a network"));
    }
    pairs.back().named |= nomination.named;
  }
  return NetworkLabelShuffler(std::move(pairs), networks.size());
}

NetworkLabelShuffler::NetworkLabelShuffler(std::vector<Pair> pairs,
                                           std::size_t network_count)
    : pairs_(std::move(pairs)),
      network_count_(network_count),
      all_(pairs_.size()),
      pooled_(pairs_.size()) {
  std::iota(all_.begin(), all_.end(), std::size_t{0});
  for (const std::size_t i : all_) {
    (std::has_single_bit(pairs_[i].named) ? singles_ : several_).push_back(i);
  }
  std::stable_sort(singles_.begin(), singles_.end(),
                   [this](std::size_t a, std::size_t b) {
                     return pairs_[a].answered < pairs_[b].answered;
                   });
  chosen_ = singles_;
}

absl::Status NetworkLabelShuffler::Shuffle(Random& random,
                                           IsCancelled is_cancelled) {
  for (int sweep = 0; sweep < kSweeps; ++sweep) {
    PT_RETURN_IF_ERROR(Sweep(all_, random, is_cancelled));
  }
  return absl::OkStatus();
}

absl::Status NetworkLabelShuffler::ShuffleOn(Random& random,
                                             IsCancelled is_cancelled) {
  DealSingles(random);
  return Sweep(SomeTraders(random), random, is_cancelled);
}

absl::Status NetworkLabelShuffler::Sweep(absl::Span<const std::size_t> traders,
                                         Random& random,
                                         IsCancelled is_cancelled) {
  std::vector<std::pair<std::uint32_t, std::uint32_t>> trades;
  for (std::size_t b = 1; b < network_count_; ++b) {
    for (std::size_t a = 0; a < b; ++a) {
      trades.emplace_back(std::uint32_t{1} << a, std::uint32_t{1} << b);
    }
  }
  random.Shuffle(absl::MakeSpan(trades));
  for (const auto& [a, b] : trades) {
    if (is_cancelled()) {
      return absl::CancelledError("shuffling network labels");
    }
    Trade(a, b, traders, random);
  }
  return absl::OkStatus();
}

void NetworkLabelShuffler::Trade(std::uint32_t a, std::uint32_t b,
                                 absl::Span<const std::size_t> traders,
                                 Random& random) {
  const std::uint32_t both = a | b;
  std::uint64_t to_come = 0;
  std::uint64_t in_a = 0;
  // Whether a pair is pooled is as good as random: counted without a branch,
  // which would be foreseen wrongly.
  for (const std::size_t i : traders) {
    const Pair& pair = pairs_[i];
    const bool only_a = (pair.named & both) == a;
    const bool only_b = (pair.named & both) == b;
    const bool free = (pair.answered & both) == both;
    pooled_[to_come] = i;
    to_come += (only_a || only_b) && free ? 1 : 0;
    in_a += only_a && free ? 1 : 0;
  }
  // Each set of `in_a` of them is as likely: one after the other is taken with
  // the share that is still wanted of those still to come.
  for (std::size_t next = 0; to_come > 0; ++next, --to_come) {
    const bool to_a =
        random.Uniform32(static_cast<std::uint32_t>(to_come)) < in_a;
    in_a -= to_a ? 1 : 0;
    Pair& pair = pairs_[pooled_[next]];
    pair.named = (pair.named & ~both) | (to_a ? a : b);
  }
}

void NetworkLabelShuffler::DealSingles(Random& random) {
  const auto answered = [this](std::size_t place) {
    return pairs_[singles_[place]].answered;
  };
  for (std::size_t first = 0, end = 0; first < singles_.size(); first = end) {
    labels_.clear();
    for (end = first; end < singles_.size() && answered(end) == answered(first);
         ++end) {
      labels_.push_back(pairs_[singles_[end]].named);
    }
    random.Shuffle(absl::MakeSpan(labels_));
    for (std::size_t i = 0; i < labels_.size(); ++i) {
      pairs_[singles_[first + i]].named = labels_[i];
    }
  }
}

std::vector<std::size_t> NetworkLabelShuffler::SomeTraders(Random& random) {
  std::vector<std::size_t> traders = several_;
  // Enough to trade between people who answered for other networks, too.
  const std::size_t count = std::min(
      chosen_.size(),
      std::max({several_.size(), chosen_.size() / kShareMin, std::size_t{2}}));
  for (std::size_t i = 0; i < count; ++i) {
    const std::uint64_t other = random.Uniform(chosen_.size() - i);
    std::swap(chosen_[i], chosen_[i + static_cast<std::size_t>(other)]);
    traders.push_back(chosen_[i]);
  }
  return traders;
}

std::vector<std::vector<Arc>> NetworkLabelShuffler::Networks() const {
  std::vector<std::vector<Arc>> networks(network_count_);
  for (const Pair& pair : pairs_) {
    for (std::size_t l = 0; l < network_count_; ++l) {
      if ((pair.named >> l & 1) != 0) {
        networks[l].push_back({pair.from, pair.to});
      }
    }
  }
  return networks;
}

}  // namespace pulsetaker::network
