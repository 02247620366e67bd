#include "common/crypto/root_key.h"

#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "common/base/secret.h"
#include "common/base/status.h"
#include "common/crypto/aead.h"

namespace pulsetaker::crypto {
namespace {

constexpr std::size_t kIdBytes = 8;
// Longer than any line that is one.
constexpr std::size_t kLineBytesMax = 4096;

class RootKeySet final : public RootKey {
 public:
  explicit RootKeySet(std::vector<SecretKey> keys) {
    for (SecretKey& key : keys) {
      std::string id = RootKeyIdOf(key);
      keys_.emplace_back(std::move(id), std::move(key));
    }
    if (keys_.empty()) FailStop("there is no root key");
  }

  std::string current_id() const override { return keys_.front().first; }

  absl::StatusOr<WrappedKey> Wrap(const SecretKey& key,
                                  absl::string_view associated) const override {
    return WrappedKey{current_id(),
                      WrapKey(keys_.front().second, key, associated)};
  }

  absl::StatusOr<SecretKey> Unwrap(
      const WrappedKey& wrapped, absl::string_view associated) const override {
    for (const auto& [id, key] : keys_) {
      if (id == wrapped.root_key_id) {
        return UnwrapKey(key, wrapped.bytes, associated);
      }
    }
    return RootKeyUnknownError(wrapped.root_key_id);
  }

 private:
  std::vector<std::pair<std::string, SecretKey>> keys_;
};

absl::Status FileInvalid(const std::string& path, absl::string_view why) {
  return MakeError(absl::StatusCode::kFailedPrecondition,
                   "ROOT_KEY_FILE_INVALID", absl::StrCat(path, ": ", why));
}

absl::Status CheckMode(const std::string& path) {
  struct stat file = {};
  if (::stat(path.c_str(), &file) != 0) {
    return FileInvalid(path, std::strerror(errno));
  }
  if (!S_ISREG(file.st_mode)) return FileInvalid(path, "is not a file");
  if ((file.st_mode & S_IRWXO) != 0) {
    return FileInvalid(path,
                       "every user of the machine may use it: chmod o= it");
  }
  return absl::OkStatus();
}

// The key of a line, which is wiped.
absl::StatusOr<SecretKey> KeyOf(const std::string& path, int number,
                                std::string& line) {
  const absl::string_view digits = absl::StripAsciiWhitespace(line);
  const bool is_key =
      digits.size() == 2 * SecretKey::kBytes &&
      std::all_of(digits.begin(), digits.end(), absl::ascii_isxdigit);
  std::string bytes = is_key ? absl::HexStringToBytes(digits) : std::string();
  absl::StatusOr<SecretKey> key = SecretKey::FromBytes(bytes);
  Wipe(bytes.data(), bytes.size());
  if (key.ok()) return key;
  return FileInvalid(
      path, absl::StrCat("line ", number, " is not ", 2 * SecretKey::kBytes,
                         " hexadecimal digits"));
}

bool IsLeftOut(absl::string_view line) {
  const absl::string_view text = absl::StripAsciiWhitespace(line);
  return text.empty() || text[0] == '#';
}

}  // namespace

absl::Status RootKeyUnknownError(absl::string_view id) {
  return MakeError(absl::StatusCode::kFailedPrecondition, "ROOT_KEY_UNKNOWN",
                   absl::StrCat("keys are wrapped with the root key ", id,
                                ", which is not among those that are given"));
}

std::string RootKeyIdOf(const SecretKey& key) {
  return absl::BytesToHexString(
      HmacSha256(key.bytes(), "pulsetaker root key id").substr(0, kIdBytes));
}

std::unique_ptr<const RootKey> MakeRootKey(std::vector<SecretKey> keys) {
  return std::make_unique<const RootKeySet>(std::move(keys));
}

absl::StatusOr<std::unique_ptr<const RootKey>> ReadRootKeyFile(
    const std::string& path) {
  PT_RETURN_IF_ERROR(CheckMode(path));
  // Unbuffered: a buffer would keep the keys.
  std::ifstream file;
  file.rdbuf()->pubsetbuf(nullptr, 0);
  file.open(path);
  if (!file) return FileInvalid(path, "cannot be read");
  std::vector<SecretKey> keys;
  std::string line;
  line.reserve(kLineBytesMax);
  for (int number = 1; std::getline(file, line); ++number) {
    if (line.size() > kLineBytesMax) {
      return FileInvalid(path, absl::StrCat("line ", number, " is too long"));
    }
    if (IsLeftOut(line)) continue;
    absl::StatusOr<SecretKey> key = KeyOf(path, number, line);
    Wipe(line.data(), line.size());
    if (!key.ok()) return key.status();
    keys.push_back(*std::move(key));
    if (keys.size() > kRootKeysMax) {
      return FileInvalid(path,
                         absl::StrCat("has more than ", kRootKeysMax, " keys"));
    }
  }
  if (file.bad()) return FileInvalid(path, "cannot be read");
  if (keys.empty()) return FileInvalid(path, "has no key");
  return MakeRootKey(std::move(keys));
}

}  // namespace pulsetaker::crypto
