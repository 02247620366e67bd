#include "services/survey/store/roster_cache.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace pulsetaker::survey {
namespace {

// What a roster takes of people_max: even an empty one is an entry.
std::size_t WeightOf(const Roster& roster) { return roster.size() + 64; }

}  // namespace

std::shared_ptr<const Roster> RosterCache::Find(absl::string_view wave) {
  MutexLock lock(mutex_);
  // There are as many entries as waves that are open at once: few.
  const auto found =
      std::find_if(entries_.begin(), entries_.end(),
                   [&](const Entry& entry) { return entry.wave == wave; });
  if (found == entries_.end()) return nullptr;
  entries_.splice(entries_.begin(), entries_, found);
  return entries_.front().roster;
}

std::uint64_t RosterCache::epoch() const {
  MutexLock lock(mutex_);
  return epoch_;
}

void RosterCache::Put(absl::string_view wave,
                      std::shared_ptr<const Roster> roster,
                      std::uint64_t epoch) {
  MutexLock lock(mutex_);
  if (epoch != epoch_ || distrusted_.contains(wave)) return;
  for (auto entry = entries_.begin(); entry != entries_.end(); ++entry) {
    if (entry->wave == wave) return;  // Another thread has read the same.
  }
  weight_ += WeightOf(*roster);
  entries_.push_front({std::string(wave), std::move(roster)});
  while (weight_ > people_max_ && entries_.size() > 1) {
    Drop(std::prev(entries_.end()));
  }
}

void RosterCache::Forget(absl::string_view wave) {
  MutexLock lock(mutex_);
  ForgetLocked(wave);
}

void RosterCache::ForgetLocked(absl::string_view wave) {
  ++epoch_;
  for (auto entry = entries_.begin(); entry != entries_.end(); ++entry) {
    if (entry->wave != wave) continue;
    Drop(entry);
    return;
  }
}

void RosterCache::Distrust(absl::string_view wave) {
  MutexLock lock(mutex_);
  ForgetLocked(wave);
  distrusted_.emplace(wave);
}

void RosterCache::Drop(std::list<Entry>::iterator entry) {
  weight_ -= WeightOf(*entry->roster);
  entries_.erase(entry);
}

}  // namespace pulsetaker::survey
