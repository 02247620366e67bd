// Who should meet: people with roles in different networks, so that what is
// known in the one comes to the other (K. Stephenson's pairs, such as the
// gatekeeper of innovation and the pulsetaker of expert knowledge).

#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "services/network/domain/analysis.h"
#include "services/network/domain/wave.h"

namespace pulsetaker::network {

inline constexpr int kIntroductionsMax = 200;
inline constexpr int kIntroductionsDefault = 20;

// A role in one network, or in any if `network_id` is empty.
struct RolePlace {
  Role role = Role::kNone;
  std::string network_id;

  friend bool operator==(const RolePlace&, const RolePlace&) = default;
};

// People who hold the first are paired with those who hold the second in
// another network.
struct RolePairing {
  RolePlace first;
  RolePlace second;

  friend bool operator==(const RolePairing&, const RolePairing&) = default;
};

// Which ties, either way, make an introduction needless.
enum class KnownBy : std::uint8_t {
  kNone = 0,           // Stands for kAnyNetwork.
  kTheirNetworks = 1,  // In one of the two networks of the pairing.
  kAnyNetwork = 2,
};

struct IntroductionRequest {
  // Empty stands for gatekeepers and pulsetakers of any networks.
  std::vector<RolePairing> pairings = {};
  KnownBy known_by = KnownBy::kNone;
  int count = 0;  // At most so many; 0 stands for kIntroductionsDefault.
};

// Why two people should meet: their roles in two networks.
struct IntroductionReason {
  RolePlace first;   // Of Introduction::person.
  RolePlace second;  // Of Introduction::other_person.
  // With the OR graphs of the two networks taken as one, and the two people
  // tied in it: how many come within two steps of the one, and of the other,
  // who were not. Somebody who comes near both counts twice; each of the two
  // counts for the other.
  int reach_gained = 0;

  friend bool operator==(const IntroductionReason&,
                         const IntroductionReason&) = default;
};

struct Introduction {
  std::string person;  // The smaller id.
  std::string other_person;
  int reach_gained = 0;  // The most of its reasons.
  // By reach gained, falling, then by networks and roles, ascending.
  std::vector<IntroductionReason> reasons;

  friend bool operator==(const Introduction&, const Introduction&) = default;
};

// Pairs of people, each once, by reach gained, falling, equal ones by ids. Only
// firm roles of `findings`, an analysis of the wave, count; networks that it
// lacks have none. That a pair is not there may mean that they are tied, so
// only who may read ties should see which pairs are missing.
//
// First match: INVALID_ARGUMENT, PARAMETER_OUT_OF_RANGE (metadata `field`): a
// count below 0 or over kIntroductionsMax, a pairing without a role, or of one
// network with itself; NOT_FOUND, NETWORK_NOT_FOUND (metadata `network`).
// CANCELLED.
//
// Time, for L networks with at most r firm holders each: O(L^2 * (arcs + r *
// (arcs within two steps) + r^2 * degree)).
absl::StatusOr<std::vector<Introduction>> SuggestIntroductions(
    const Wave& wave, absl::Span<const NetworkFindings> findings,
    const IntroductionRequest& request, IsCancelled is_cancelled);

}  // namespace pulsetaker::network
