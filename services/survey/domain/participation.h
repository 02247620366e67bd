// Who took part in a wave: everyone on the roster in exactly one state, every
// nomination in exactly one place.

#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "services/survey/domain/instrument.h"
#include "services/survey/domain/participant.h"
#include "services/survey/domain/survey_store.h"

namespace pulsetaker::survey {

inline constexpr std::size_t kSectorCountMax = 1'000;
// Organisations that are counted apart; all others are counted together.
inline constexpr std::size_t kOrganisationCountMax = 1'000;

// Of one group of people in one network.
//
//   participants = invited + not_invited + opted_out
//   invited      = responded + responded_nobody + skipped + nonresponse
struct ParticipationCounts {
  std::int64_t participants = 0;
  std::int64_t invited = 0;
  std::int64_t responded = 0;
  std::int64_t responded_nobody = 0;
  std::int64_t skipped = 0;      // Answered, but not this network.
  std::int64_t nonresponse = 0;  // Answered nothing.
  std::int64_t not_invited = 0;
  std::int64_t opted_out = 0;
  std::int64_t withdrawn = 0;  // Of nonresponse: withdrew what they answered.

  // Nominations that these people made, by who is named.
  std::int64_t nominations_inside = 0;  // Invited people.
  std::int64_t nominations_to_not_invited = 0;
  std::int64_t nominations_to_opted_out = 0;
  std::int64_t nominations_off_roster = 0;
  std::int64_t nominations_of_self = 0;   // Under another id.
  std::int64_t nominations_repeated = 0;  // Of someone named under two ids.

  // People who named as many as the network's cap allows.
  std::int64_t respondents_at_cap = 0;

  ParticipationCounts& operator+=(const ParticipationCounts& other);

  friend bool operator==(const ParticipationCounts&,
                         const ParticipationCounts&) = default;
};

// Share of the invited who answered the network, in [0, 1]. Nothing if nobody
// is invited.
std::optional<double> ResponseRate(const ParticipationCounts& counts);

// What a response rate allows to be said of people by name. The numbers are
// those of the API.
enum class NamingGate : std::uint8_t {
  kNone = 0,      // Nobody is invited.
  kAllRoles = 1,  // 80 % or more.
  kHubsOnly = 2,  // 65 % up to that.
  kNoNames = 3,
};
NamingGate GateOf(const ParticipationCounts& counts);

// Whether enough of a sector answered, 50 %, to find that it is left out.
bool ExclusionMeasured(const ParticipationCounts& counts);

// The invited people who are named most: a tenth of the invited, rounded up,
// and all who are named as often as the last of these, but at least once.
struct MostNamed {
  std::int64_t people = 0;
  std::int64_t answered = 0;

  friend bool operator==(const MostNamed&, const MostNamed&) = default;
};

struct NetworkParticipation {
  std::string network_id;
  ParticipationCounts total;
  // Each adds up to the total. People without a sector are under "".
  std::map<std::string, ParticipationCounts> by_sector;
  std::map<Layer, ParticipationCounts> by_layer;  // By primary layer.
  // The kOrganisationCountMax with the most people, and all others together.
  std::map<std::string, ParticipationCounts> by_organisation;
  ParticipationCounts other_organisations;
  MostNamed most_named;
};

// One entry a network of `instrument`, the wave's, in its order.
//
// RESOURCE_EXHAUSTED, TOO_MANY_SECTORS: the roster has more than
// kSectorCountMax. Fails, too, if the snapshot cannot be read.
//
// Time O(participants * log(participants) + nominations), memory
// O(participants * networks).
absl::StatusOr<std::vector<NetworkParticipation>> CountParticipation(
    WaveSnapshot& snapshot, const Instrument& instrument);

}  // namespace pulsetaker::survey
