// What becomes of results when somebody is erased of whom they were made.
//
// A result says of which snapshot of its wave it was made. Erasing somebody
// gives every closed wave that had anything of them another digest, so in a
// locality from which somebody was erased, whatever is not of the snapshot that
// its wave shows now is withdrawn. That takes along results that were stale for
// another reason, and leaves none that used the person.

#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <set>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace pulsetaker::erasure {

// Names, here and below, are those of resources.
struct KeptResult {
  std::string name;
  std::string wave;
  std::string snapshot_digest;
  // The result of an earlier wave that this one was compared with; empty if
  // there is none. What is left when it goes was made of the same people.
  std::string based_on;
};

// A port: what a service keeps. Safe for use by any number of threads at once.
class ResultStore {
 public:
  virtual ~ResultStore() = default;

  // All results of the locality, each after the one that it is based on.
  virtual absl::StatusOr<std::vector<KeptResult>> ListResults(
      absl::string_view locality) const = 0;

  // Deletes the result, and keeps only that it was there. On OK that survives a
  // crash of the machine.
  virtual absl::Status Withdraw(const KeptResult& result) = 0;

  // Takes whatever was withdrawn and not yet purged out of the files of the
  // store; does nothing if there is nothing of that kind.
  virtual absl::Status Purge() = 0;
};

// A port: what waves show. Safe for use by any number of threads at once.
class WaveDigests {
 public:
  virtual ~WaveDigests() = default;

  // The digest of the snapshot that the wave shows now; empty if it shows none,
  // as it is not closed, or not there. Any other error: it is not known.
  virtual absl::StatusOr<std::string> CurrentDigest(absl::string_view wave) = 0;
};

// A port: operations, whose responses are copies of results. Safe for use by
// any number of threads at once.
class ResultOperations {
 public:
  virtual ~ResultOperations() = default;

  // Forgets the operations of the locality's tenant that are done and whose
  // response is a result of the locality of which `is_kept` says no. Returns
  // whether an operation runs that may yet bring forth a result of the
  // locality.
  virtual absl::StatusOr<bool> Forget(
      absl::string_view locality,
      const std::function<bool(absl::string_view result)>& is_kept) = 0;
};

class Withdrawals {
 public:
  // All must outlive this.
  Withdrawals(ResultStore& results, WaveDigests& digests,
              ResultOperations& operations)
      : results_(results), digests_(digests), operations_(operations) {}

  // Withdraws what has to be in these localities, which somebody was erased
  // from. Returns the localities in which operations run that may have read the
  // former snapshot and not yet kept what they make of it: they are to be
  // looked at again. After an error, all of them are. CANCELLED:
  // `is_cancelled`, asked before each of them, said yes.
  absl::StatusOr<std::set<std::string>> Withdraw(
      const std::set<std::string>& localities,
      absl::FunctionRef<bool()> is_cancelled);

  std::int64_t withdrawn_count() const { return withdrawn_count_; }

 private:
  // The names of the results that are kept.
  absl::StatusOr<std::set<std::string, std::less<>>> WithdrawIn(
      absl::string_view locality);

  ResultStore& results_;
  WaveDigests& digests_;
  ResultOperations& operations_;
  std::atomic<std::int64_t> withdrawn_count_ = 0;
};

}  // namespace pulsetaker::erasure
