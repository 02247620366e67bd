#include "common/auth/token_verifier.h"

#include <utility>

#include "common/base/digest.h"
#include "common/base/status.h"

namespace pulsetaker::auth {

void VerifiedTokens::TurnTo(std::uint64_t generation) {
  if (generation <= generation_) return;
  generation_ = generation;
  by_digest_.clear();
  entries_.clear();
}

std::shared_ptr<const TokenClaims> VerifiedTokens::Find(
    const std::string& digest, std::uint64_t generation, absl::Time now) {
  MutexLock lock(mutex_);
  TurnTo(generation);
  const auto found = by_digest_.find(digest);
  // Who asks for a generation that is over knows what it may verify with; we
  // don't any longer.
  if (generation != generation_ || found == by_digest_.end()) return nullptr;
  const Entries::iterator entry = found->second;
  if (now >= entry->claims->expire_time) {
    by_digest_.erase(found);
    entries_.erase(entry);
    return nullptr;
  }
  entries_.splice(entries_.begin(), entries_, entry);
  return entry->claims;
}

void VerifiedTokens::Add(const std::string& digest, std::uint64_t generation,
                         std::shared_ptr<const TokenClaims> claims) {
  MutexLock lock(mutex_);
  TurnTo(generation);
  if (generation != generation_ || by_digest_.count(digest) != 0) return;
  if (entries_.size() >= size_max_) {
    by_digest_.erase(entries_.back().digest);
    entries_.pop_back();
  }
  entries_.push_front({digest, std::move(claims)});
  by_digest_.emplace(digest, entries_.begin());
}

std::size_t VerifiedTokens::size() const {
  MutexLock lock(mutex_);
  return entries_.size();
}

TokenVerifier::TokenVerifier(KeyProvider& keys, TokenRules rules, Clock clock,
                             std::size_t verified_max)
    : keys_(keys),
      rules_(std::move(rules)),
      clock_(std::move(clock)),
      verified_(verified_max) {}

absl::StatusOr<std::shared_ptr<const TokenClaims>> TokenVerifier::Verify(
    absl::string_view token) {
  PT_ASSIGN_OR_RETURN(const KeysInForce in_force, keys_.Current());
  const absl::Time now = clock_();
  // What can be no token is not worth a digest.
  if (token.size() > kTokenBytesMax) {
    return VerifyToken(token, *in_force.keys, rules_, now).status();
  }
  const std::string digest = Sha256().Update(token).Finish();
  if (auto known = verified_.Find(digest, in_force.generation, now)) {
    // Clocks may be set back.
    PT_RETURN_IF_ERROR(CheckTokenTimes(*known, rules_, now));
    return known;
  }
  auto verified = VerifyToken(token, *in_force.keys, rules_, now);
  if (!verified.ok()) {
    if (ReasonOf(verified.status()) == "TOKEN_KEY_UNKNOWN") {
      keys_.ReportUnknownKey();
    }
    return verified.status();
  }
  auto claims = std::make_shared<const TokenClaims>(*std::move(verified));
  if (now < claims->expire_time) {
    verified_.Add(digest, in_force.generation, claims);
  }
  return claims;
}

}  // namespace pulsetaker::auth
