// A snapshot as graphs: who is a node, who answered, who names whom, and what
// was said that is not part of a network.

#pragma once

#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "services/network/domain/analysis.h"
#include "services/network/domain/graph.h"
#include "services/network/domain/snapshot.h"

namespace pulsetaker::network {

// The number of a sector, or of another group, of a Wave.
using GroupId = std::uint32_t;
inline constexpr GroupId kNoGroup = std::numeric_limits<GroupId>::max();

// One flag a node.
using NodeFlags = std::vector<char>;

// One network among the invited people, whose numbers are their nodes.
struct WaveNetwork {
  NetworkDefinition definition;
  NodeFlags answered;         // Named people, or said that there is nobody.
  std::vector<Arc> reported;  // Of who answered; each once, weight 1.
  Digraph graph;              // GraphOf all of `reported`.
  ResponseCounts responses;
  LeftOutNominations left_out;
  int respondents_at_cap = 0;
  double response_rate = 0.0;
  Gate gate = Gate::kNone;
};

struct Wave {
  NodeId node_count() const { return static_cast<NodeId>(people.size()); }

  std::string snapshot_digest;
  std::vector<Participant> people;             // Invited ones, ascending by id.
  std::vector<std::string> sectors;            // Of invited people, ascending.
  std::vector<GroupId> sector;                 // Of each node, or kNoGroup.
  std::vector<std::string> uninvited_sectors;  // Of other people alone.
  NodeFlags answered_any;
  std::vector<WaveNetwork> networks;
  ParticipantCounts counts;
};

// The nominations in `reported` by all who are not in `dropped`, which is
// empty or has one flag a node. Undirected ties run both ways.
absl::StatusOr<Digraph> GraphOf(const WaveNetwork& network, NodeId node_count,
                                const NodeFlags& dropped);

// From 80 % all roles, from 65 % hubs, below groups only. Nobody invited is
// below.
Gate GateOf(int respondent_count, int invited_count);

// `snapshot` must be one that CheckSnapshot accepts. The order of what is in it
// makes no difference. RESOURCE_EXHAUSTED, GRAPH_TOO_LARGE.
absl::StatusOr<Wave> BuildWave(const WaveSnapshot& snapshot);

}  // namespace pulsetaker::network
