// Who should meet: people with roles in different networks, so that what is
// known in the one comes to the other (K. Stephenson's pairs, such as the
// gatekeeper of innovation and the pulsetaker of expert knowledge).

#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "services/network/domain/analysis.h"
#include "services/network/domain/wave.h"

namespace pulsetaker::network {

inline constexpr int kIntroductionsMax = 200;
inline constexpr int kIntroductionsDefault = 20;
inline constexpr std::size_t kPairingsMax = 100;

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

// Which ties, either way, make an introduction needless. Whoever is within two
// steps in the two networks of the pairing taken as one needs none in any case.
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
  // counts for the other. Absent unless the gates of both networks are
  // kAllRoles.
  std::optional<int> reach_gained;

  friend bool operator==(const IntroductionReason&,
                         const IntroductionReason&) = default;
};

struct Introduction {
  std::string person;  // The smaller id.
  std::string other_person;
  std::optional<int> reach_gained;  // The most of its reasons, if any has one.
  // By reach gained, falling, absent ones last, then by networks and roles,
  // ascending.
  std::vector<IntroductionReason> reasons;

  friend bool operator==(const Introduction&, const Introduction&) = default;
};

// Pairs of people, each once, by reach gained, falling, absent ones last, equal
// ones by ids. Only firm roles of `result`, an analysis of the wave, count.
// That a pair is not there may mean that they are tied, or both to somebody, so
// only who may read ties should see which pairs are missing.
//
// First match: INVALID_ARGUMENT, ANALYSIS_OF_OTHER_WAVE; PARAMETER_OUT_OF_RANGE
// (metadata `field`): a count below 0 or over kIntroductionsMax, more pairings
// than kPairingsMax, one without a role, or of one network with itself;
// NOT_FOUND, NETWORK_NOT_FOUND (metadata `network`). CANCELLED.
//
// Time, for L networks with at most r firm holders of a role each: O(L^2 *
// (arcs + r * (arcs within two steps) + r^2 * (L + degree))). Memory: two
// networks' arcs, a bit for each person and each holder of two networks, and
// what is returned; pairs that are not are not kept.
absl::StatusOr<std::vector<Introduction>> SuggestIntroductions(
    const Wave& wave, const AnalysisResult& result,
    const IntroductionRequest& request, IsCancelled is_cancelled);

}  // namespace pulsetaker::network
