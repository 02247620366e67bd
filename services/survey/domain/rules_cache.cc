#include "services/survey/domain/rules_cache.h"

#include <algorithm>
#include <utility>

namespace pulsetaker::survey {

std::shared_ptr<const WaveRules> RulesCache::Find(const WaveKey& wave) {
  MutexLock lock(mutex_);
  const auto found =
      std::find_if(rules_.begin(), rules_.end(),
                   [&](const auto& rules) { return rules->wave == wave; });
  if (found == rules_.end()) return nullptr;
  rules_.splice(rules_.begin(), rules_, found);
  return rules_.front();
}

void RulesCache::Put(std::shared_ptr<const WaveRules> rules) {
  MutexLock lock(mutex_);
  for (const auto& kept : rules_) {
    if (kept->wave == rules->wave) return;  // Another thread read the same.
  }
  rules_.push_front(std::move(rules));
  if (rules_.size() > waves_max_) rules_.pop_back();
}

}  // namespace pulsetaker::survey
