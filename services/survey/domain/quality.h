// Answers that somebody should look at before they count. What is found is
// flagged, and some of it quarantined: left out of snapshots until a person has
// decided. Nothing is deleted. docs/domain/quality.md has the rules and why.

#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "services/survey/domain/instrument.h"
#include "services/survey/domain/response.h"
#include "services/survey/domain/survey_store.h"

namespace pulsetaker::survey {

// The rules. Each is a convention of ours.
//
// Identical responses with at least so many answers, nominations and ratings
// together, of at least so many people, submitted within so long.
inline constexpr std::size_t kBurstAnswerCountMin = 10;
inline constexpr std::size_t kBurstPeopleMin = 5;
inline constexpr absl::Duration kBurstWindow = absl::Minutes(10);
// Ratings that are all the same.
inline constexpr std::size_t kStraightRatingCountMin = 15;
// Strong agreement or disagreement, as a place on the scale from 0 to 1, with
// statements and with their opposites.
inline constexpr double kAgreement = 0.75;
inline constexpr double kDisagreement = 0.25;
inline constexpr std::size_t kContradictedStatementsMin = 6;
inline constexpr std::size_t kContradictedOppositesMin = 3;

// Stored on disk as these numbers, which are those of the API: never renumber.
enum class QualityFlag : std::uint8_t {
  kUnknown = 0,         // Never valid.
  kIdenticalBurst = 1,  // Many people gave the same answers at once.
  kStraightLining = 2,  // All ratings are the same.
  kContradictory = 3,   // Agrees with statements and with their opposites.
  kAtCap = 4,           // Named as many as one may name.
};

// One thing that was found in a response.
struct QualityFinding {
  QualityFlag flag = QualityFlag::kUnknown;
  bool quarantines = false;
  // kAtCap: the network. Else empty.
  std::string subject;
  // kIdenticalBurst: responses in the burst, with this one; kStraightLining:
  // ratings; kContradictory: items; kAtCap: nominations.
  std::int64_t count = 0;

  friend bool operator==(const QualityFinding&,
                         const QualityFinding&) = default;
};

// Stored on disk as these numbers, which are those of the API: never renumber.
enum class ReviewState : std::uint8_t {
  kUnknown = 0,      // Never valid.
  kFlagged = 1,      // To be looked at. Counts.
  kQuarantined = 2,  // To be looked at. Left out until then.
  kKept = 3,         // Looked at. Counts.
  kExcluded = 4,     // Looked at. Left out.
};

// A response with findings, and what was decided on it.
struct FlaggedResponse {
  std::string person;
  std::int64_t revision = 0;             // Of the response that was looked at.
  std::vector<QualityFinding> findings;  // At least one, in a fixed order.
  ReviewState state = ReviewState::kFlagged;
  absl::Time check_time;                  // Whole microseconds.
  std::optional<absl::Time> review_time;  // In kKept and kExcluded.
  std::string note;                       // Of the one who decided.

  friend bool operator==(const FlaggedResponse&,
                         const FlaggedResponse&) = default;
};

// True if snapshots leave the response out.
bool IsLeftOut(const FlaggedResponse& flagged);

// All responses of the snapshot with findings, by person. `instrument` is the
// wave's. Time O(snapshot), memory O(responses).
absl::StatusOr<std::vector<FlaggedResponse>> FindFlaws(
    WaveSnapshot& snapshot, const Instrument& instrument, absl::Time now);

// What to keep of what is known (`former`, or nothing) and what was found: a
// decision on the same revision stands.
FlaggedResponse WithDecision(const std::optional<FlaggedResponse>& former,
                             const FlaggedResponse& found);

}  // namespace pulsetaker::survey
