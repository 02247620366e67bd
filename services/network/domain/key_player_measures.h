// What a set of key players is worth, and what each further member would make
// of it. For key_player_sets.cc; callers want key_player_sets.h.

#pragma once

#include <memory>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "services/network/domain/graph.h"

namespace pulsetaker::network {

class KeyPlayerMeasure {
 public:
  virtual ~KeyPlayerMeasure() = default;

  // Of this set; its nodes are different. CANCELLED.
  virtual absl::StatusOr<double> ValueOf(absl::Span<const NodeId> members,
                                         IsCancelled is_cancelled) = 0;

  // Of `members` and each of `candidates`, none of which is a member, one at a
  // time. Equal sets have bit-equal values, whoever joined last. CANCELLED.
  virtual absl::StatusOr<std::vector<double>> ValuesWith(
      absl::Span<const NodeId> members, absl::Span<const NodeId> candidates,
      IsCancelled is_cancelled) = 0;
};

// Fragmentation by component without the set. One depth-first search for all
// candidates together. `graph` must outlive the measure, as below.
std::unique_ptr<KeyPlayerMeasure> ComponentFragmentation(const Graph& graph);

// Fragmentation of ordered pairs without the set, by paths or by distances. One
// search from everyone for each candidate. `named_by.row(u)` lists the v of all
// arcs v -> u.
std::unique_ptr<KeyPlayerMeasure> PathFragmentation(const Rows& named_by);
std::unique_ptr<KeyPlayerMeasure> DistanceFragmentation(const Rows& named_by);

// The share of nodes within `steps` of the set, and the mean over all nodes of
// 1 / distance from it, members counting 1. For each candidate one search of
// whom it is nearer to than the set is. `out.row(u)` lists the v of all arcs
// u -> v.
std::unique_ptr<KeyPlayerMeasure> StepReach(const Rows& out, NodeId steps);
std::unique_ptr<KeyPlayerMeasure> DistanceReach(const Rows& out);

}  // namespace pulsetaker::network
