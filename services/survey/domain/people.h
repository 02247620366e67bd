// The use cases of people: opting out, merging and splitting ids, withdrawing a
// response. docs/domain/people.md has the rules and why they are so.
//
// A change reads what every closed wave that it can reach would show after it,
// and is then written together with the digests that differ. So there is no
// moment at which a snapshot has the digest of another content.

#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "common/base/clock.h"
#include "services/survey/domain/people_store.h"
#include "services/survey/domain/person.h"
#include "services/survey/domain/quality.h"
#include "services/survey/domain/response.h"
#include "services/survey/domain/survey_store.h"

namespace pulsetaker::survey {

// A merge that someone asks for.
struct Merge {
  LocalityKey locality;
  std::string from;
  std::string into;
  std::string reason;
};

// What someone decided on a response with findings.
struct Review {
  ResponseKey response;
  std::int64_t revision = 0;  // Of the response, as they saw it.
  ReviewState decision = ReviewState::kUnknown;  // kKept or kExcluded.
  std::string note;
};

// Safe for use by any number of threads at once. Keys and request ids are
// well-formed; the rest is not checked.
//
// Every method fails with REQUEST_ID_REUSED, then LOCALITY_NOT_FOUND, then its
// own errors, then ABORTED, PEOPLE_CHANGED: others were faster, again and
// again. Time O(snapshots of the closed waves of the locality).
class People {
 public:
  // Both must outlive this.
  People(PeopleStore& people, const SurveyStore& store, Clock clock);

  // One who opted out before stays so, with the time of then. PERSON_ERASED.
  absl::StatusOr<OptOut> OptOutPerson(const PersonKey& key,
                                      const std::string& request_id);

  // OPT_OUT_NOT_FOUND.
  absl::Status RevokeOptOut(const PersonKey& key,
                            const std::string& request_id);

  // Before all others: INVALID_ARGUMENT, MERGE_WITH_ITSELF; of the reason
  // FIELD_REQUIRED, TEXT_TOO_LONG, TEXT_MALFORMED. FAILED_PRECONDITION:
  // PERSON_ERASED, PERSON_MERGED, PERSON_HAS_ALIASES, with the metadata
  // `person`, and BOTH_RESPONDED, with the metadata `wave`.
  absl::StatusOr<PersonAlias> MergePeople(const Merge& merge,
                                          const std::string& request_id);

  // FAILED_PRECONDITION, PERSON_NOT_MERGED.
  absl::StatusOr<PersonAlias> SplitPeople(const PersonKey& from,
                                          const std::string& request_id);

  // Erases the response under all ids of the person. One that was withdrawn
  // before stays so, with the time of then. WAVE_NOT_FOUND, also where there is
  // no such locality; RESPONSE_NOT_FOUND. Time O(snapshot of the wave).
  absl::StatusOr<Withdrawal> WithdrawResponse(const ResponseKey& key,
                                              const std::string& request_id);

  // Erases all ids of the person from the locality, and keeps them out. One who
  // was erased before stays so, with the receipt of then. Erasures is what is
  // to be called.
  absl::StatusOr<Erasure> ErasePerson(const PersonKey& key,
                                      const std::string& request_id);

  // Erases again whoever of these was erased in another state of the store,
  // with the receipts of then, all at once; all are of the locality. Returns
  // how many: none if they are erased in this one, or if it has no such
  // locality.
  absl::StatusOr<int> EraseAgain(const LocalityKey& locality,
                                 const std::vector<Erasure>& erasures);

  // Erases all of the people that `choose` gives of what it is shown, at once,
  // each with a receipt of their own. It may be called several times; nobody of
  // them is erased who meanwhile is on the roster of a wave that is not closed.
  // Returns who was erased: none, and nothing is written, if none were chosen.
  using ChooseErasures = std::function<absl::StatusOr<std::vector<Erasure>>(
      const PeopleView& view)>;
  absl::StatusOr<std::vector<Erasure>> EraseChosen(
      const LocalityKey& locality, const std::string& request_id,
      const ChooseErasures& choose);

  // Before all others: TEXT_TOO_LONG, TEXT_MALFORMED, of the note.
  // WAVE_NOT_FOUND, FLAGGED_RESPONSE_NOT_FOUND; ABORTED, ETAG_MISMATCH: the
  // findings are of another revision. Time O(snapshot of the wave).
  absl::StatusOr<FlaggedResponse> ReviewResponse(const Review& review,
                                                 const std::string& request_id);

 private:
  struct Plan {
    PeopleChange change;
    PeopleResult result;
  };
  using Planner = std::function<absl::StatusOr<Plan>(const PeopleView& view)>;

  struct Asked {
    LocalityKey locality;
    std::optional<WaveKey> wave;  // The only one that changes, if it is one.
    Request request;
  };

  // Plans and commits until no one else was faster, or gives what the request
  // was told before.
  absl::StatusOr<PeopleResult> Carry(const Asked& asked,
                                     const Planner& planner);

  // What all closed waves that the change can reach show after it.
  absl::StatusOr<std::vector<ClosedWave>> Digest(
      const Asked& asked, const PeopleView& view,
      const PeopleChange& change) const;

  absl::Time Now() const;

  PeopleStore& people_;
  const SurveyStore& store_;
  const Clock clock_;
};

// What the overlay of a wave is after the change.
Overlay Changed(Overlay overlay, const WaveKey& wave,
                const PeopleChange& change);

}  // namespace pulsetaker::survey
