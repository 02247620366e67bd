#include "services/network/domain/random_graph_null.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "common/base/status.h"

namespace pulsetaker::network {
namespace {

std::uint64_t DyadCount(NodeId node_count) {
  return node_count < 2 ? 0 : std::uint64_t{node_count} * (node_count - 1) / 2;
}

absl::Status CheckSize(NodeId node_count, std::uint64_t arc_count) {
  if (node_count <= kNodesMax && arc_count <= kArcsMax) {
    return absl::OkStatus();
  }
  return MakeError(
      absl::StatusCode::kResourceExhausted, "GRAPH_TOO_LARGE",
      absl::StrCat(node_count, " nodes and ", arc_count, " arcs are more than ",
                   kNodesMax, " and ", kArcsMax));
}

absl::Status CheckCount(absl::string_view reason, std::uint64_t count,
                        std::uint64_t count_max) {
  if (count <= count_max) return absl::OkStatus();
  return MakeError(
      absl::StatusCode::kInvalidArgument, reason,
      absl::StrCat(count, " where at most ", count_max, " can be"));
}

std::uint64_t Below(std::uint64_t bound, Random& random) {
  return bound <= std::numeric_limits<std::uint32_t>::max()
             ? random.Uniform32(static_cast<std::uint32_t>(bound))
             : random.Uniform(bound);
}

// Numbers below a bound, as one bit each: quick where they are not few.
class DenseSet {
 public:
  explicit DenseSet(std::uint64_t bound)
      : words_(static_cast<std::size_t>(bound / 64 + 1), 0) {}

  // False if it is in already.
  bool Insert(std::uint64_t number) {
    std::uint64_t& word = words_[static_cast<std::size_t>(number / 64)];
    const std::uint64_t bit = std::uint64_t{1} << (number % 64);
    const bool is_new = (word & bit) == 0;
    word |= bit;
    return is_new;
  }

  std::vector<std::uint64_t> Sorted() const {
    std::vector<std::uint64_t> numbers;
    for (std::size_t i = 0; i < words_.size(); ++i) {
      for (std::uint64_t word = words_[i]; word != 0; word &= word - 1) {
        numbers.push_back(64 * i +
                          static_cast<std::uint64_t>(std::countr_zero(word)));
      }
    }
    return numbers;
  }

 private:
  std::vector<std::uint64_t> words_;
};

// The same, where most are not in.
class SparseSet {
 public:
  bool Insert(std::uint64_t number) { return numbers_.insert(number).second; }

  std::vector<std::uint64_t> Sorted() const {
    std::vector<std::uint64_t> numbers(numbers_.begin(), numbers_.end());
    std::sort(numbers.begin(), numbers.end());
    return numbers;
  }

 private:
  absl::flat_hash_set<std::uint64_t> numbers_;
};

template <typename Set>
std::vector<std::uint64_t> DrawInto(Set chosen, std::uint64_t bound,
                                    std::uint64_t count, Random& random) {
  for (std::uint64_t last = bound - count; last < bound; ++last) {
    if (!chosen.Insert(Below(last + 1, random))) chosen.Insert(last);
  }
  return chosen.Sorted();
}

// `count` different numbers below `bound`, ascending; each set is as likely. By
// R. Floyd (J. Bentley and R. Floyd, "A sample of brilliance", 1987).
std::vector<std::uint64_t> RandomSubset(std::uint64_t bound,
                                        std::uint64_t count, Random& random) {
  constexpr std::uint64_t kBitsPerNumberMax = 1'024;
  return bound / kBitsPerNumberMax <= count
             ? DrawInto(DenseSet(bound), bound, count, random)
             : DrawInto(SparseSet(), bound, count, random);
}

// Dyads (0, 1), (0, 2), (1, 2), (0, 3), ... have the numbers 0, 1, 2, 3, ...
Arc DyadNumber(std::uint64_t number) {
  auto high = static_cast<std::uint64_t>(
      (1 + std::sqrt(1 + 8 * static_cast<double>(number))) / 2);
  // The root may be off by one unit in the last place.
  while (high * (high - 1) / 2 > number) --high;
  while (high * (high + 1) / 2 <= number) ++high;
  const std::uint64_t low = number - high * (high - 1) / 2;
  return {static_cast<NodeId>(low), static_cast<NodeId>(high)};
}

// Arcs in order of from, then to.
Arc ArcNumber(NodeId node_count, std::uint64_t number) {
  const auto from = static_cast<NodeId>(number / (node_count - 1));
  const auto to = static_cast<NodeId>(number % (node_count - 1));
  return {from, to < from ? to : to + 1};
}

// Of each number below `count` a fair coin.
std::vector<std::uint64_t> CoinFlips(std::uint64_t count, Random& random) {
  std::vector<std::uint64_t> heads;
  std::uint64_t bits = 0;
  for (std::uint64_t number = 0; number < count; ++number) {
    if (number % 64 == 0) bits = random.Next();
    if ((bits >> (number % 64) & 1) != 0) heads.push_back(number);
  }
  return heads;
}

absl::StatusOr<Digraph> FromArcNumbers(
    NodeId node_count, const std::vector<std::uint64_t>& numbers) {
  std::vector<Arc> arcs;
  arcs.reserve(numbers.size());
  for (const std::uint64_t number : numbers) {
    arcs.push_back(ArcNumber(node_count, number));
  }
  return Digraph::FromArcs(node_count, arcs);
}

absl::StatusOr<Graph> FromDyadNumbers(
    NodeId node_count, const std::vector<std::uint64_t>& numbers) {
  std::vector<Arc> edges;
  edges.reserve(numbers.size());
  for (const std::uint64_t number : numbers) {
    edges.push_back(DyadNumber(number));
  }
  return Graph::FromEdges(node_count, edges);
}

// How many are in both; each ascends.
std::uint64_t SharedCount(absl::Span<const NodeId> a,
                          absl::Span<const NodeId> b) {
  std::uint64_t shared = 0;
  std::size_t i = 0;
  std::size_t j = 0;
  while (i < a.size() && j < b.size()) {
    const NodeId left = a[i];
    const NodeId right = b[j];
    shared += left == right ? 1 : 0;
    i += left <= right ? 1 : 0;
    j += right <= left ? 1 : 0;
  }
  return shared;
}

}  // namespace

DyadCensus DyadCensusOf(const Digraph& graph) {
  std::uint64_t answered = 0;
  for (NodeId node = 0; node < graph.node_count(); ++node) {
    answered += SharedCount(graph.out(node), graph.in(node));
  }
  DyadCensus census;
  census.mutual = answered / 2;
  census.asymmetric = graph.arc_count() - answered;
  census.null =
      DyadCount(graph.node_count()) - census.mutual - census.asymmetric;
  return census;
}

absl::StatusOr<Digraph> UniformDigraph(NodeId node_count, Random& random) {
  const std::uint64_t arcs_max = 2 * DyadCount(node_count);
  PT_RETURN_IF_ERROR(CheckSize(node_count, arcs_max));
  return FromArcNumbers(node_count, CoinFlips(arcs_max, random));
}

absl::StatusOr<Digraph> UniformDigraphWithArcs(NodeId node_count,
                                               std::size_t arc_count,
                                               Random& random) {
  const std::uint64_t arcs_max = 2 * DyadCount(node_count);
  PT_RETURN_IF_ERROR(CheckCount("TOO_MANY_ARCS", arc_count, arcs_max));
  PT_RETURN_IF_ERROR(CheckSize(node_count, arc_count));
  return FromArcNumbers(node_count, RandomSubset(arcs_max, arc_count, random));
}

absl::StatusOr<std::uint64_t> MutualDyadsOfArcs(NodeId node_count,
                                                std::size_t arc_count,
                                                Random& random) {
  const std::uint64_t arcs_max = 2 * DyadCount(node_count);
  PT_RETURN_IF_ERROR(CheckCount("TOO_MANY_ARCS", arc_count, arcs_max));
  PT_RETURN_IF_ERROR(CheckSize(node_count, arc_count));
  // The two arcs of dyad k are 2k and 2k + 1.
  const std::vector<std::uint64_t> arcs =
      RandomSubset(arcs_max, arc_count, random);
  std::uint64_t mutual = 0;
  for (std::size_t i = 1; i < arcs.size(); ++i) {
    mutual += arcs[i] == arcs[i - 1] + 1 && arcs[i] % 2 == 1 ? 1 : 0;
  }
  return mutual;
}

absl::StatusOr<std::vector<Arc>> UniformArcsWithDyads(NodeId node_count,
                                                      const DyadCensus& census,
                                                      Random& random) {
  const std::uint64_t dyads = DyadCount(node_count);
  // Compared one by one, as a sum could wrap round.
  if (census.mutual > dyads || census.asymmetric > dyads - census.mutual ||
      census.null != dyads - census.mutual - census.asymmetric) {
    return MakeError(absl::StatusCode::kInvalidArgument, "DYAD_CENSUS_MISMATCH",
                     absl::StrCat(census.mutual, " mutual, ", census.asymmetric,
                                  " asymmetric and ", census.null,
                                  " null dyads are not ", dyads));
  }
  PT_RETURN_IF_ERROR(
      CheckSize(node_count, 2 * census.mutual + census.asymmetric));
  std::uint64_t mutual = census.mutual;
  std::uint64_t to_come = census.mutual + census.asymmetric;
  std::vector<Arc> arcs;
  arcs.reserve(static_cast<std::size_t>(to_come + mutual));
  for (const std::uint64_t number : RandomSubset(dyads, to_come, random)) {
    const Arc dyad = DyadNumber(number);
    const Arc turned = {dyad.to, dyad.from};
    if (random.Uniform(to_come--) < mutual) {
      --mutual;
      arcs.push_back(dyad);
      arcs.push_back(turned);
    } else {
      arcs.push_back(random.Uniform(2) == 0 ? dyad : turned);
    }
  }
  return arcs;
}

absl::StatusOr<Digraph> UniformDigraphWithDyads(NodeId node_count,
                                                const DyadCensus& census,
                                                Random& random) {
  PT_ASSIGN_OR_RETURN(const std::vector<Arc> arcs,
                      UniformArcsWithDyads(node_count, census, random));
  return Digraph::FromArcs(node_count, arcs);
}

absl::StatusOr<Graph> UniformGraph(NodeId node_count, Random& random) {
  const std::uint64_t dyads = DyadCount(node_count);
  PT_RETURN_IF_ERROR(CheckSize(node_count, dyads));
  return FromDyadNumbers(node_count, CoinFlips(dyads, random));
}

absl::StatusOr<Graph> UniformGraphWithEdges(NodeId node_count,
                                            std::size_t edge_count,
                                            Random& random) {
  const std::uint64_t dyads = DyadCount(node_count);
  PT_RETURN_IF_ERROR(CheckCount("TOO_MANY_EDGES", edge_count, dyads));
  PT_RETURN_IF_ERROR(CheckSize(node_count, edge_count));
  return FromDyadNumbers(node_count, RandomSubset(dyads, edge_count, random));
}

}  // namespace pulsetaker::network
