// What a valid response is.

#pragma once

#include <cstddef>
#include <optional>
#include <string>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "services/survey/domain/instrument.h"
#include "services/survey/domain/participant.h"
#include "services/survey/domain/response.h"

namespace pulsetaker::survey {

// An instrument with its networks and items to be found by their ids. Never
// changes: any number of threads may use one.
class InstrumentIndex {
 public:
  // `instrument` is one that CheckInstrument finds nothing wrong with.
  explicit InstrumentIndex(Instrument instrument);

  InstrumentIndex(const InstrumentIndex&) = delete;
  InstrumentIndex& operator=(const InstrumentIndex&) = delete;

  const Instrument& instrument() const { return instrument_; }

  // Where in the instrument it is, or nothing. `guess` is looked at first.
  std::optional<std::size_t> FindNetwork(absl::string_view network_id,
                                         std::size_t guess = 0) const;
  std::optional<std::size_t> FindItem(absl::string_view item_id,
                                      std::size_t guess = 0) const;

 private:
  const Instrument instrument_;
  absl::flat_hash_map<absl::string_view, std::size_t> networks_;
  absl::flat_hash_map<absl::string_view, std::size_t> items_;
};

// OK if the one who answers may. `invitation` is what the roster says, nothing
// if the person is not on it. FAILED_PRECONDITION, with the `field` given:
// RESPONDENT_NOT_ON_ROSTER, RESPONDENT_NOT_INVITED or RESPONDENT_OPTED_OUT.
absl::Status CheckRespondent(std::optional<Invitation> invitation,
                             absl::string_view field);

// Checks what `person` answered and returns it in canonical form.
// INVALID_ARGUMENT with the metadata `field`, a path from the response such as
// "network_answers[2].nominations[0].person"; the first that matches:
//   of the first network answer at fault, and of its first nomination:
//     NETWORK_UNKNOWN, NETWORK_REPEATED, ANSWER_STATE_UNKNOWN,
//     NOMINATIONS_MISSING, NOMINATIONS_UNEXPECTED, TOO_MANY_NOMINATIONS,
//       ID_MALFORMED, SELF_NOMINATION, NOMINATION_REPEATED,
//       WEIGHT_OUT_OF_RANGE
//   of the first item answer at fault:
//     ITEM_UNKNOWN, ITEM_REPEATED, ITEM_ANSWER_MISSING, RATING_OUT_OF_RANGE
//
// Time O(nominations * log(nominations) + answers).
absl::StatusOr<Answers> CheckAnswers(const InstrumentIndex& index,
                                     absl::string_view person, Answers answers);

}  // namespace pulsetaker::survey
