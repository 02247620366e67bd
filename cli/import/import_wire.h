// Between a plan and the messages of the survey API.

#pragma once

#include <map>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "cli/import/plan.h"
#include "pulsetaker/survey/v1/instrument.pb.h"
#include "pulsetaker/survey/v1/participant.pb.h"
#include "pulsetaker/survey/v1/response.pb.h"
#include "pulsetaker/survey/v1/wave.pb.h"

namespace pulsetaker::cli {

// An instrument in the JSON form of its message. Unknown fields are errors.
absl::StatusOr<survey::v1::Instrument> ParseInstrument(absl::string_view json);

// The instrument that pulsetaker ships: seven networks and the items of the
// strategic triangle.
const survey::v1::Instrument& StandardInstrument();

InstrumentSpec ToSpec(const survey::v1::Instrument& instrument);

// An instrument of the networks of `spec`, with those items of the standard
// instrument that `spec` has.
survey::v1::Instrument DerivedInstrument(const InstrumentSpec& spec,
                                         absl::string_view display_name);

survey::v1::Participant ToParticipant(const PlannedPerson& person,
                                      absl::string_view wave_name);
survey::v1::Response ToResponse(const PlannedResponse& response);

// SHA-256 of what the wave will hold, names of people included; the same for
// the same content in any order of rows.
std::string ContentDigest(const PlannedWave& wave);

// SHA-256 of one person of the roster, the name included.
std::string DigestOf(const PlannedPerson& person);

// A UUID that follows from `content`: the same content, the same UUID.
std::string DerivedUuid(absl::string_view content);

// Takes in the pieces of a snapshot and says whether it has what was planned.
class SnapshotComparison {
 public:
  explicit SnapshotComparison(const PlannedWave& wave);

  void Take(const survey::v1::StreamWaveSnapshotResponse& piece);

  // Roster and responses are as planned, and there are no others.
  bool IsSame() const;
  // Whoever and whatever was planned is there as planned; others may be, too.
  bool HasAll() const;

 private:
  std::map<std::string, std::string> people_;     // Id -> serialised.
  std::map<std::string, std::string> responses_;  // Person -> serialised.
  bool has_others_ = false;
  bool has_different_ = false;
  std::size_t people_found_ = 0;
  std::size_t responses_found_ = 0;
};

}  // namespace pulsetaker::cli
