// What the network service knows of a wave: the frozen snapshot of a closed
// one, without names of people and without answers to items.

#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace pulsetaker::network {

inline constexpr int kNetworksMax = 12;

// Whose wave, and which.
struct WaveKey {
  std::string tenant;
  std::string locality;
  std::string survey;
  std::int32_t wave = 0;  // 1 or more.

  friend bool operator==(const WaveKey&, const WaveKey&) = default;
};

// A level of the local innovation system, from the top down. Numbered as in the
// API.
enum class Layer : std::uint8_t {
  kUnknown = 0,
  kSystemic = 1,
  kSectoral = 2,
  kFrontline = 3,
  kPublic = 4,
};
inline constexpr int kLayerCount = 4;  // Known ones.

enum class Invitation : std::uint8_t {
  kInvited,
  kNotInvited,  // Outside of the boundary: counted, never a node.
  kOptedOut,    // Removed from every network.
};

struct NetworkDefinition {
  std::string id;
  bool directed = true;
  std::int32_t nomination_cap = 0;  // 0: none.

  friend bool operator==(const NetworkDefinition&,
                         const NetworkDefinition&) = default;
};

struct Participant {
  std::string id;
  std::string organisation;  // Empty if unknown.
  std::string sector;        // Empty if unknown.
  Layer layer = Layer::kUnknown;
  std::vector<Layer> secondary_layers;
  Invitation invitation = Invitation::kInvited;

  friend bool operator==(const Participant&, const Participant&) = default;
};

enum class AnswerState : std::uint8_t {
  kSkipped,
  kResponded,
  kRespondedNobody,
};

struct Nomination {
  std::string person;  // A participant's id, or off the roster.
  std::int32_t weight = 1;

  friend bool operator==(const Nomination&, const Nomination&) = default;
};

// What somebody answered for one network.
struct NetworkAnswer {
  std::string network_id;
  AnswerState state = AnswerState::kSkipped;
  std::vector<Nomination> nominations;  // Empty unless kResponded.

  friend bool operator==(const NetworkAnswer&, const NetworkAnswer&) = default;
};

// Networks without an answer are skipped. Who has no Response did not respond.
struct Response {
  std::string person;
  std::vector<NetworkAnswer> answers;

  friend bool operator==(const Response&, const Response&) = default;
};

// Orders of participants, responses, answers and nominations make no
// difference to any result.
struct WaveSnapshot {
  std::string digest;                       // SHA-256, 64 digits of [0-9a-f].
  std::vector<NetworkDefinition> networks;  // 1 to kNetworksMax.
  std::vector<Participant> participants;
  std::vector<Response> responses;

  friend bool operator==(const WaveSnapshot&, const WaveSnapshot&) = default;
};

// DATA_LOSS, SNAPSHOT_INVALID, of the first thing that contradicts the
// description above: no or too many networks, an id twice or empty, a digest of
// another form, a response by somebody who is not on the roster, an answer for
// a network that is not there or twice, nominations where there can be none.
absl::Status CheckSnapshot(const WaveSnapshot& snapshot);

}  // namespace pulsetaker::network
