// The roster of a wave: who is on it, what a valid entry is, and which changes
// the state of the wave allows.

#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "common/base/pii.h"
#include "services/survey/domain/wave.h"

namespace pulsetaker::survey {

inline constexpr std::size_t kImportCountMax = 5'000;
inline constexpr std::int64_t kParticipantCountMax = 1'000'000;

// The enums here are stored on disk and digested as their numbers, which are
// those of the API: never renumber.

enum class Layer : std::uint8_t {
  kUnknown = 0,
  kSystemic = 1,
  kSectoral = 2,
  kFrontline = 3,
  kPublic = 4,
};
inline constexpr std::size_t kLayerCount = 5;  // With kUnknown.

enum class Invitation : std::uint8_t {
  kUnknown = 0,  // Never valid.
  kInvited = 1,
  kNotInvited = 2,  // Outside of the boundary: may be named, is not asked.
  kOptedOut = 3,
};

// One person on the roster of one wave.
struct Participant {
  std::string person;         // The id.
  PersonalText display_name;  // In no snapshot, digest, log or key.
  std::string organisation;
  std::string sector;
  Layer layer = Layer::kUnknown;
  std::vector<Layer> secondary_layers;  // Ascending, once CanonicalRoster was.
  Invitation invitation = Invitation::kUnknown;
  std::map<std::string, std::string> attributes;  // Keys are ids.

  friend bool operator==(const Participant&, const Participant&) = default;
};

// INVALID_ARGUMENT, PARTICIPANT_COUNT_INVALID: an import of no one, or of more
// than kImportCountMax people.
absl::Status CheckImportCount(std::size_t count);

// Checks the people of an import and puts each into the one form that its
// content has: secondary layers ascending. INVALID_ARGUMENT with the metadata
// `field`, a path that begins with "participants"; the first that matches:
//   PARTICIPANT_COUNT_INVALID   as CheckImportCount
//   of the first person at fault:
//     ID_MALFORMED, PARTICIPANT_REPEATED   name
//     TEXT_TOO_LONG, TEXT_MALFORMED        display_name, organisation, sector
//     LAYER_INVALID                        layer, secondary_layers
//     INVITATION_UNKNOWN
//     TOO_MANY_ENTRIES, ID_MALFORMED, TEXT_TOO_LONG, TEXT_MALFORMED
//                                          attributes
absl::StatusOr<std::vector<Participant>> CanonicalRoster(
    std::vector<Participant> people);

// The three add up to the number of people of the import.
struct RosterCounts {
  std::int32_t created = 0;
  std::int32_t updated = 0;
  std::int32_t unchanged = 0;

  friend bool operator==(const RosterCounts&, const RosterCounts&) = default;
};

// What an import does to a roster.
struct RosterPlan {
  RosterCounts counts;
  std::vector<std::size_t> writes;  // Which of the people to write, ascending.
};

// Plans the import of `people`, of whom existing[i] is what the roster has of
// people[i]. Both are as CanonicalRoster makes them.
//
// FAILED_PRECONDITION, ROSTER_FIXED: an addition in neither DRAFT nor OPEN, or
// a change not in DRAFT; of the first such person, as the `field`.
// RESOURCE_EXHAUSTED, ROSTER_FULL: more than kParticipantCountMax.
absl::StatusOr<RosterPlan> PlanRosterImport(
    const Wave& wave, absl::Span<const Participant> people,
    absl::Span<const std::optional<Participant>> existing);

}  // namespace pulsetaker::survey
