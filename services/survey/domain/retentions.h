// The use cases of retention: what a tenant says of it, and erasing whoever is
// due. docs/privacy/retention.md has the rules.

#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "common/base/clock.h"
#include "services/survey/domain/erasures.h"
#include "services/survey/domain/people.h"
#include "services/survey/domain/retention_store.h"

namespace pulsetaker::survey {

// What became of a run.
struct RetentionRun {
  std::int64_t erased_count = 0;  // People.
  // One of each locality, and of each thing before them, that failed.
  std::vector<absl::Status> failures;
};

class Retentions {
 public:
  // All must outlive this.
  struct Parts {
    People& people;
    Erasures& erasures;
    const SurveyStore& store;
    RetentionStore& policies;
    Clock clock;
    // A random UUID, for a request or a receipt.
    std::function<std::string()> new_id;
    // Told how many people were erased from a locality, with the outcome of it.
    // An error is one of the run.
    std::function<absl::Status(const LocalityKey& locality, std::int64_t count,
                               const absl::Status& outcome)>
        record;
  };
  explicit Retentions(Parts parts) : parts_(std::move(parts)) {}

  // Safe for use by any number of threads at once, as what follows. Errors that
  // any call of a store may have.
  absl::StatusOr<RetentionPolicy> GetPolicy(absl::string_view tenant) const {
    return parts_.policies.GetPolicy(tenant);
  }

  // RETENTION_OUT_OF_RANGE; ABORTED, ETAG_MISMATCH, of the field
  // "retention_policy.etag".
  absl::StatusOr<RetentionPolicy> UpdatePolicy(
      absl::string_view tenant, std::int32_t erase_after_days,
      std::optional<std::int64_t> expected_revision);

  // Erases whoever is due by a policy that is in force: of each locality some
  // hundred people at once and, when nobody of it is due any more, all of their
  // bytes from the files of the store. What fails in one locality is tried
  // again by the next run, and the others go on. Ends early, between two steps,
  // once `stop` is true; the next run brings the rest on, and opening the store
  // what was begun. For one thread at a time.
  //
  // Time O(roster entries) of each locality with a wave that is over, and what
  // People::EraseChosen takes for each who is due.
  RetentionRun EraseDue(const std::function<bool()>& stop);

 private:
  void EraseOfTenant(const std::string& tenant,
                     const std::function<bool()>& stop, RetentionRun& run);
  absl::Status EraseInLocality(const LocalityKey& locality,
                               const std::function<bool()>& stop,
                               RetentionRun& run);
  // At most kBatchMax people; none if nobody is due.
  absl::StatusOr<std::vector<Erasure>> EraseSome(const LocalityKey& locality);

  const Parts parts_;
  // What a run has erased may be in files, or not be in the ledger.
  bool is_unfinished_ = false;
};

}  // namespace pulsetaker::survey
