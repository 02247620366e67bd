// Verifies tokens for a service: with the keys in force, at the time it is, and
// without doing so for each call of a caller who comes again.

#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <list>
#include <memory>
#include <string>
#include <unordered_map>

#include "absl/base/thread_annotations.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "common/auth/key_provider.h"
#include "common/auth/token.h"
#include "common/base/clock.h"
#include "common/base/mutex.h"

namespace pulsetaker::auth {

inline constexpr std::size_t kVerifiedTokensMaxDefault = 4096;

// Claims of tokens that were verified, by the SHA-256 of the token: who reads
// our memory does not find tokens in it. The one that was not asked for longest
// makes room for another. Safe for use by any number of threads at once.
class VerifiedTokens {
 public:
  // 0 is taken for 1.
  explicit VerifiedTokens(std::size_t size_max)
      : size_max_(std::max<std::size_t>(size_max, 1)) {}

  // The claims of the token of this digest, or nullptr. Only what was added
  // for this generation of keys, and is not expired.
  std::shared_ptr<const TokenClaims> Find(const std::string& digest,
                                          std::uint64_t generation,
                                          absl::Time now);

  // Nothing happens if the keys have changed since.
  void Add(const std::string& digest, std::uint64_t generation,
           std::shared_ptr<const TokenClaims> claims);

  std::size_t size() const;

 private:
  struct Entry {
    std::string digest;
    std::shared_ptr<const TokenClaims> claims;
  };
  using Entries = std::list<Entry>;

  // Drops all tokens of a generation before this one.
  void TurnTo(std::uint64_t generation) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  const std::size_t size_max_;
  mutable Mutex mutex_;
  std::uint64_t generation_ ABSL_GUARDED_BY(mutex_) = 0;
  Entries entries_ ABSL_GUARDED_BY(mutex_);  // The last asked for in front.
  std::unordered_map<std::string, Entries::iterator> by_digest_
      ABSL_GUARDED_BY(mutex_);
};

// Safe for use by any number of threads at once.
class TokenVerifier {
 public:
  // `keys` must outlive it. `clock` is that of the world, which tokens name
  // times of.
  TokenVerifier(KeyProvider& keys, TokenRules rules, Clock clock,
                std::size_t verified_max = kVerifiedTokensMaxDefault);

  // What the token says. Never waits for a disk or a network. A token of a key
  // that is no longer in force is refused from the next call on, and one that
  // has expired, whether it was verified before or not.
  //
  // UNAUTHENTICATED: see VerifyToken. After TOKEN_KEY_UNKNOWN keys are read
  // again, so that the token of a new key is taken soon.
  // UNAVAILABLE, TOKEN_KEYS_UNAVAILABLE: see KeyProvider.
  absl::StatusOr<std::shared_ptr<const TokenClaims>> Verify(
      absl::string_view token);

  // How many tokens need not be verified again.
  std::size_t verified_count() const { return verified_.size(); }

 private:
  KeyProvider& keys_;
  const TokenRules rules_;
  const Clock clock_;
  VerifiedTokens verified_;
};

}  // namespace pulsetaker::auth
