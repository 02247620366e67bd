// The use case of erasing a person for good.
//
// What is told as erased is on disk as erased, is in the ledger, and its bytes
// are gone from the files of the store: each in this order, so that whoever
// repeats a request that failed between them brings it on.

#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "services/survey/domain/erasure.h"
#include "services/survey/domain/erasure_ledger.h"
#include "services/survey/domain/people.h"

namespace pulsetaker::survey {

// Safe for use by any number of threads at once.
class Erasures {
 public:
  // All must outlive this.
  Erasures(People& people, PeopleStore& store, ErasureLedger& ledger)
      : people_(people), store_(store), ledger_(ledger) {}

  // Erases all ids of the person from the locality. One who was erased before
  // stays so, with the receipt of then. The errors of People; UNAVAILABLE or
  // RESOURCE_EXHAUSTED, DISK_FULL: the person is erased, and the ledger or the
  // files do not yet say so.
  absl::StatusOr<ErasureReceipt> ErasePerson(const PersonKey& key,
                                             const std::string& request_id);

  // Brings on what was erased from the locality and is in the store alone:
  // takes it out of the files, then puts it into the ledger. In this order, so
  // that who is not in the ledger may still be in a file, and FinishAll knows.
  absl::Status Finish(const LocalityKey& locality,
                      const std::vector<Erasure>& erasures);

  // The same for whoever the store has and the ledger has not.
  absl::Status FinishAll();

  // Makes the store and the ledger agree: who is in the ledger is erased from
  // the store, and who was erased in the store is in the ledger. For a store
  // that no one uses yet: it may be an old backup. Returns how many were erased
  // again.
  absl::StatusOr<int> Replay();

 private:
  People& people_;
  PeopleStore& store_;
  ErasureLedger& ledger_;
};

}  // namespace pulsetaker::survey
