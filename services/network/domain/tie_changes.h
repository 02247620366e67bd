// Matches the people of two waves and compares their ties and cores.

#pragma once

#include <optional>
#include <vector>

#include "absl/types/span.h"
#include "services/network/domain/compare_waves.h"
#include "services/network/domain/wave.h"

namespace pulsetaker::network {

inline constexpr NodeId kNoNode = kNodesMax;

// Where the people of one wave are in the other, by id.
struct MatchedPeople {
  std::vector<NodeId> in_current;   // Of each previous node, or kNoNode.
  std::vector<NodeId> in_previous;  // Of each current node, or kNoNode.
};

MatchedPeople MatchPeople(const Wave& previous, const Wave& current);

RosterChange RosterChangeOf(const MatchedPeople& people, const Wave& current);

// One network in both waves; both directed, or neither.
struct MatchedNetwork {
  const MatchedPeople& people;
  const WaveNetwork& previous;
  const WaveNetwork& current;
};

TieChange TieChangeOf(const MatchedNetwork& network);

// `current` is the wave of network.current.
Renewal RenewalOf(const MatchedNetwork& network, const Wave& current);

// The sum of several networks' renewal, without those of too few senders;
// kTooFewNetworks if none is left.
Renewal SumOf(absl::Span<const Renewal> renewals);

// Flags of the members of both cores; empty where there is none.
CoreChange CoreChangeOf(const MatchedPeople& people, const NodeFlags& previous,
                        const NodeFlags& current);

}  // namespace pulsetaker::network
