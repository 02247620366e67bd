#pragma once

#include <cstdint>
#include <memory>

#include "absl/status/statusor.h"
#include "common/auth/jwk_set.h"

namespace pulsetaker::auth {

// The keys in force.
struct KeysInForce {
  std::shared_ptr<const JwkSet> keys;
  // Another number for another set.
  std::uint64_t generation = 0;
};

// Who knows the keys in force. Safe for use by any number of threads at once;
// never waits for a disk or a network.
class KeyProvider {
 public:
  virtual ~KeyProvider() = default;

  // UNAVAILABLE, TOKEN_KEYS_UNAVAILABLE: what is known is too old to be
  // believed.
  virtual absl::StatusOr<KeysInForce> Current() const = 0;

  // Says that a key was asked for that is not in force: perhaps it is new.
  virtual void ReportUnknownKey() = 0;
};

}  // namespace pulsetaker::auth
