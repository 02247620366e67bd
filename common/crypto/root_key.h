// The key at the top: it wraps the keys of tenants, and is never in a database.

#pragma once

#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "common/crypto/secret_key.h"

namespace pulsetaker::crypto {

struct WrappedKey {
  std::string root_key_id;  // Of the root key that it is wrapped with.
  std::string bytes;
};

// Wraps keys, wherever the root key is: in a file, or in a key management
// service which never gives it away. Safe for use by any number of threads at
// once; may take as long as a call over the network.
class RootKey {
 public:
  virtual ~RootKey() = default;

  // Of the key that Wrap uses. A former one still unwraps.
  virtual std::string current_id() const = 0;

  // UNAVAILABLE: the one who has the key does not answer.
  virtual absl::StatusOr<WrappedKey> Wrap(
      const SecretKey& key, absl::string_view associated) const = 0;

  // The same; FAILED_PRECONDITION, ROOT_KEY_UNKNOWN: wrapped with a key that is
  // not here. DATA_LOSS, STORED_DATA_UNREADABLE as Open.
  virtual absl::StatusOr<SecretKey> Unwrap(
      const WrappedKey& wrapped, absl::string_view associated) const = 0;
};

// FAILED_PRECONDITION, ROOT_KEY_UNKNOWN.
absl::Status RootKeyUnknownError(absl::string_view id);

// Keys that this process holds. The first one is current; there is at least
// one.
std::unique_ptr<const RootKey> MakeRootKey(std::vector<SecretKey> keys);

// The name of a key, which does not tell the key: 16 digits of [0-9a-f].
std::string RootKeyIdOf(const SecretKey& key);

inline constexpr int kRootKeysMax = 16;

// Reads a file of 1 to kRootKeysMax keys, each a line of 64 hexadecimal digits
// as `openssl rand -hex 32` writes it; empty lines and those that begin with #
// are left out. FAILED_PRECONDITION, ROOT_KEY_FILE_INVALID, which names the
// file and the line, and never what is in it: it cannot be read, it is open to
// users who are neither its owner nor of its group, or it holds something else.
absl::StatusOr<std::unique_ptr<const RootKey>> ReadRootKeyFile(
    const std::string& path);

}  // namespace pulsetaker::crypto
