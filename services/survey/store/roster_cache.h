// Who is on the rosters of the waves that responses come in for, in memory:
// every row of an upload asks, and a roster hardly ever changes while it does.

#pragma once

#include <cstddef>
#include <cstdint>
#include <list>
#include <memory>
#include <string>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/strings/string_view.h"
#include "common/base/mutex.h"
#include "services/survey/domain/participant.h"

namespace pulsetaker::survey {

// The roster of one wave.
using Roster = absl::flat_hash_map<std::string, Invitation>;

// Safe for use by any number of threads at once.
class RosterCache {
 public:
  // Keeps rosters of at most so many people together, or a single one: about
  // 60 bytes a person.
  explicit RosterCache(std::size_t people_max) : people_max_(people_max) {}

  // The roster of the wave with this key in keys.h, or nullptr.
  std::shared_ptr<const Roster> Find(absl::string_view wave);

  // Says which Forget was the last. A roster that is read after this call may
  // be given to Put with what the call returned.
  std::uint64_t epoch() const;

  // Keeps the roster, unless anything was forgotten since `epoch`: then it may
  // be of before that.
  void Put(absl::string_view wave, std::shared_ptr<const Roster> roster,
           std::uint64_t epoch);

  // The roster has changed, and reads see it.
  void Forget(absl::string_view wave);

  // The roster may change at any moment: it is never kept again. For the rare
  // change of which no one knows when reads will see it.
  void Distrust(absl::string_view wave);

 private:
  struct Entry {
    std::string wave;
    std::shared_ptr<const Roster> roster;
  };
  void ForgetLocked(absl::string_view wave)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void Drop(std::list<Entry>::iterator entry)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  const std::size_t people_max_;
  mutable Mutex mutex_;
  // Those used last come first.
  std::list<Entry> entries_ ABSL_GUARDED_BY(mutex_);
  std::size_t weight_ ABSL_GUARDED_BY(mutex_) = 0;
  std::uint64_t epoch_ ABSL_GUARDED_BY(mutex_) = 0;
  absl::flat_hash_set<std::string> distrusted_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace pulsetaker::survey
