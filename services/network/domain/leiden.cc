#include "services/network/domain/leiden.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "common/base/random.h"
#include "common/base/status.h"
#include "services/network/domain/leiden_level.h"
#include "services/network/domain/leiden_phases.h"
#include "services/network/domain/modularity.h"

namespace pulsetaker::network {
namespace {

// After as many, starts are compared, and only the best goes on.
constexpr int kIterationsOfAStart = 2;

absl::Status CheckRange(bool is_within, absl::string_view reason,
                        absl::string_view found, absl::string_view wanted) {
  if (is_within) return absl::OkStatus();
  return MakeError(absl::StatusCode::kInvalidArgument, reason,
                   absl::StrCat(found, ", want ", wanted));
}

absl::Status CheckOptions(const LeidenOptions& options) {
  PT_RETURN_IF_ERROR(CheckRange(
      options.resolution > 0 && options.resolution <= kLeidenResolutionMax,
      "RESOLUTION_OUT_OF_RANGE",
      absl::StrCat("resolution ", options.resolution),
      absl::StrCat("above 0 and at most ", kLeidenResolutionMax)));
  PT_RETURN_IF_ERROR(
      CheckRange(options.starts >= 1 && options.starts <= kLeidenStartsMax,
                 "STARTS_OUT_OF_RANGE", absl::StrCat(options.starts, " starts"),
                 absl::StrCat("1 to ", kLeidenStartsMax)));
  return CheckRange(options.iterations_max >= 1 &&
                        options.iterations_max <= kLeidenIterationsMax,
                    "ITERATIONS_OUT_OF_RANGE",
                    absl::StrCat(options.iterations_max, " iterations"),
                    absl::StrCat("1 to ", kLeidenIterationsMax));
}

// Where the parts of each community are, as communities of the parts.
Membership CommunityOfParts(const Membership& community, const Membership& part,
                            NodeId part_count) {
  Membership of_parts(part_count);
  for (NodeId u = 0; u < part.size(); ++u) of_parts[part[u]] = community[u];
  NumberWithoutGaps(static_cast<NodeId>(part.size()), of_parts);
  return of_parts;
}

// One iteration, from any partition to one that is no worse.
absl::Status Improve(const LeidenLevel& base, double resolution, Random& random,
                     IsCancelled is_cancelled, Membership& community) {
  LeidenLevel above;
  const LeidenLevel* level = &base;
  // Which node of the level each node of the base is part of.
  Membership place = EachAlone(base.node_count());
  Membership at_level = community;
  for (;;) {
    PT_RETURN_IF_ERROR(
        MoveNodes(*level, resolution, random, is_cancelled, at_level));
    Membership part = RefinedParts(*level, resolution, at_level, random);
    const NodeId part_count = NumberWithoutGaps(level->node_count(), part);
    for (NodeId u = 0; u < place.size(); ++u) {
      community[u] = at_level[place[u]];
      place[u] = part[place[u]];
    }
    if (part_count == level->node_count()) return absl::OkStatus();
    at_level = CommunityOfParts(at_level, part, part_count);
    above = Aggregated(*level, part, part_count);
    level = &above;
  }
}

// The connected pieces of each group, as communities. Taking apart what is not
// connected loses no weight within, so it never costs modularity.
Communities ConnectedPieces(const Graph& graph, const Membership& group) {
  constexpr NodeId kUnseen = std::numeric_limits<NodeId>::max();
  Communities pieces;
  pieces.id.assign(graph.node_count(), kUnseen);
  std::vector<NodeId> found;
  for (NodeId first = 0; first < graph.node_count(); ++first) {
    if (pieces.id[first] != kUnseen) continue;
    const auto piece = static_cast<NodeId>(pieces.size.size());
    pieces.id[first] = piece;
    found.assign(1, first);
    for (std::size_t i = 0; i < found.size(); ++i) {
      for (const NodeId v : graph.neighbors(found[i])) {
        if (pieces.id[v] != kUnseen || group[v] != group[first]) continue;
        pieces.id[v] = piece;
        found.push_back(v);
      }
    }
    pieces.size.push_back(static_cast<NodeId>(found.size()));
  }
  return pieces;
}

// Where one start has got to.
struct Run {
  Random random;
  Communities communities;
  bool gains = true;  // Whether the last iteration did.
};

absl::Status Iterate(const Graph& graph, const LeidenLevel& base,
                     double resolution, IsCancelled is_cancelled, Run& run) {
  Membership community = run.communities.id;
  PT_RETURN_IF_ERROR(
      Improve(base, resolution, run.random, is_cancelled, community));
  Communities pieces = ConnectedPieces(graph, community);
  pieces.modularity = Modularity(graph, pieces.id, resolution);
  // Nothing is less than any number.
  run.gains = run.communities.modularity < pieces.modularity;
  if (run.gains) run.communities = std::move(pieces);
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<Communities> LeidenCommunities(const Graph& graph,
                                              const LeidenOptions& options,
                                              IsCancelled is_cancelled) {
  PT_RETURN_IF_ERROR(CheckOptions(options));
  const Communities alone =
      ConnectedPieces(graph, EachAlone(graph.node_count()));
  if (graph.edge_count() == 0) return alone;
  const LeidenLevel base = LevelOf(graph);
  if (!std::isfinite(base.total)) {
    return MakeError(absl::StatusCode::kOutOfRange, "WEIGHTS_TOO_LARGE",
                     "the sum of the weights is more than a double can hold");
  }
  const Random random(options.seed);
  std::optional<Run> best;
  const int first_iterations =
      std::min(options.iterations_max, kIterationsOfAStart);
  for (int start = 0; start < options.starts; ++start) {
    Run run{random.Fork(static_cast<std::uint64_t>(start)), alone};
    for (int i = 0; run.gains && i < first_iterations; ++i) {
      PT_RETURN_IF_ERROR(
          Iterate(graph, base, options.resolution, is_cancelled, run));
    }
    if (!best || best->communities.modularity < run.communities.modularity) {
      best = std::move(run);
    }
  }
  for (int i = kIterationsOfAStart; best->gains && i < options.iterations_max;
       ++i) {
    PT_RETURN_IF_ERROR(
        Iterate(graph, base, options.resolution, is_cancelled, *best));
  }
  return std::move(best->communities);
}

}  // namespace pulsetaker::network
