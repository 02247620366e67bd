// The port through which the domain keeps what it knows of people beyond a
// single wave, and what became of their responses. The domain owns this header
// and store/ implements it.

#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "services/survey/domain/erasure.h"
#include "services/survey/domain/locality.h"
#include "services/survey/domain/overlay.h"
#include "services/survey/domain/person.h"
#include "services/survey/domain/quality.h"
#include "services/survey/domain/response.h"
#include "services/survey/domain/survey_store.h"
#include "services/survey/domain/wave.h"

namespace pulsetaker::survey {

// The rows of a wave, and what lies over them.
struct WaveRows {
  std::unique_ptr<WaveSnapshot> rows;  // As they are stored.
  Overlay overlay;
};

// What is known of the people of a locality, all of one instant.
class PeopleView {
 public:
  virtual ~PeopleView() = default;

  // One more with each change to the people of the locality.
  virtual std::int64_t revision() const = 0;

  // Aliases, opt-outs and who was erased; nothing of any wave.
  virtual const Overlay& overlay() const = 0;

  virtual absl::StatusOr<std::optional<OptOut>> FindOptOut(
      absl::string_view person) const = 0;

  // The latest merge of this id, split or not.
  virtual absl::StatusOr<std::optional<PersonAlias>> FindAlias(
      absl::string_view from) const = 0;

  // All merges that ever were, ascending by the alias and then from the first
  // to the last, without their reasons.
  virtual absl::StatusOr<std::vector<PersonAlias>> ListMerges() const = 0;

  virtual absl::StatusOr<std::optional<Withdrawal>> FindWithdrawal(
      const WaveKey& wave, absl::string_view person) const = 0;

  virtual absl::StatusOr<std::optional<FlaggedResponse>> FindFlagged(
      const WaveKey& wave, absl::string_view person) const = 0;

  // The erasure of this id.
  virtual absl::StatusOr<std::optional<Erasure>> FindErasure(
      absl::string_view id) const = 0;

  // All waves of the locality.
  virtual absl::StatusOr<std::vector<Wave>> ListWaves() const = 0;

  // The ids on the roster of the wave, ascending: without opening any entry.
  virtual absl::StatusOr<std::vector<std::string>> ListRosterIds(
      const WaveKey& wave) const = 0;

  // WAVE_NOT_FOUND.
  virtual absl::StatusOr<WaveRows> ReadWave(const WaveKey& wave) const = 0;
};

// What is to be written of people. Nothing: only the result.
struct AddOptOut {
  OptOut opt_out;
};
struct RemoveOptOut {
  std::string person;
};
struct PutAlias {
  PersonAlias alias;  // A merge; with a split_time, its end.
};
// Erases all revisions of the responses of these ids, and bars the ids.
struct EraseResponses {
  WaveKey wave;
  std::vector<std::string> people;
  absl::Time withdraw_time;
};
// A decision on a response with findings.
struct PutReview {
  WaveKey wave;
  FlaggedResponse reviewed;
};
// Erases people from the locality; at least one.
struct EraseIds {
  std::vector<Erasure> erasures;
  // Not while one of the ids is on the roster of a wave that is not closed:
  // then it is to be done again.
  bool only_if_closed = false;
};
using PeopleChange =
    std::variant<std::monostate, AddOptOut, RemoveOptOut, PutAlias,
                 EraseResponses, PutReview, EraseIds>;

// What a caller is told.
struct Revoked {
  friend bool operator==(const Revoked&, const Revoked&) = default;
};
// Of erasures, the first one, with its receipt.
using PeopleResult = std::variant<OptOut, Revoked, PersonAlias, Withdrawal,
                                  FlaggedResponse, Erasure>;

// What the snapshot of a closed wave shows after the change.
struct ClosedWave {
  WaveKey wave;
  std::int64_t revision = 0;  // Of the wave when it was read.
  std::string digest;         // Of its snapshot after the change.
};

struct PeopleCommit {
  LocalityKey locality;
  // The wave of EraseResponses, whose requests are its own.
  std::optional<WaveKey> request_wave;
  Request request;
  std::int64_t revision = 0;  // Of the view that the change was made from.
  PeopleChange change;
  PeopleResult result;
  // All closed waves that the change can reach: the one of EraseResponses, or
  // those of the locality.
  std::vector<ClosedWave> closed_waves;
};

// Safe for use by any number of threads at once. Durability, repeats of
// requests and errors are as in SurveyStore; request ids are among those of the
// wave for withdrawals, of the tenant for all others.
class PeopleStore {
 public:
  virtual ~PeopleStore() = default;

  // LOCALITY_NOT_FOUND.
  virtual absl::StatusOr<std::unique_ptr<PeopleView>> ReadPeople(
      const LocalityKey& locality) const = 0;

  // What the request was told, or nothing if it did not come. With a wave,
  // among the requests of that, else of the tenant. ALREADY_EXISTS,
  // REQUEST_ID_REUSED.
  virtual absl::StatusOr<std::optional<PeopleResult>> FindResult(
      const LocalityKey& locality, const std::optional<WaveKey>& wave,
      const Request& request) const = 0;

  // Writes the change, its result, and the new digests of the closed waves
  // whose snapshot it changes, all at once. A wave that is CLOSING gets another
  // view_revision.
  //
  // Returns the result as it was written: that of the commit, or of EraseIds
  // the erasure with its receipt.
  //
  // Nothing, and nothing is written: the people of the locality have another
  // revision, a wave that the change can reach is closed and not listed with
  // its revision, what EraseIds says of waves that are not, or the request has
  // come before. To be done again from a new view.
  //
  // FAILED_PRECONDITION, BOTH_RESPONDED (metadata `wave`): a merge, and two ids
  // of the person have a response in a wave. NOT_FOUND, RESPONSE_NOT_FOUND:
  // there is nothing to erase. NOT_FOUND, FLAGGED_RESPONSE_NOT_FOUND: the
  // response that was decided on is not in place any more.
  virtual absl::StatusOr<std::optional<PeopleResult>> Commit(
      const PeopleCommit& commit) = 0;

  // Each erasure of the store, once.
  virtual absl::StatusOr<std::vector<Erasure>> ListErasures() const = 0;

  // Returns OK when nothing that was erased from the locality before the call
  // is in any file of the store. Takes the time to write the rows of the
  // locality anew; callers at the same time share it.
  virtual absl::Status PurgeErased(const LocalityKey& locality) = 0;

  // OPT_OUT_NOT_FOUND.
  virtual absl::StatusOr<OptOut> GetOptOut(const PersonKey& key) const = 0;
  // The first `limit` of the locality with an id above `after`, ascending.
  virtual absl::StatusOr<std::vector<OptOut>> ListOptOuts(
      const LocalityKey& locality, absl::string_view after,
      std::size_t limit) const = 0;
  // The first `limit` merges of the locality after that of this id and number,
  // ascending by both.
  virtual absl::StatusOr<std::vector<PersonAlias>> ListAliases(
      const LocalityKey& locality, absl::string_view after_from,
      std::int64_t after_number, std::size_t limit) const = 0;

  // The first `limit` revisions of a response above `after`, ascending, the one
  // in place included. RESPONSE_NOT_FOUND.
  virtual absl::StatusOr<std::vector<Response>> ListResponseRevisions(
      const ResponseKey& key, std::int64_t after, std::size_t limit) const = 0;
};

}  // namespace pulsetaker::survey
