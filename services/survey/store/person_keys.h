// Seals what is written of a person with a key of theirs, and opens it again.
//
// A person has one key in a locality, in all waves: random, wrapped with the
// tenant's key, in a row of its own. Without that row nothing that was written
// of the person can be read any more.

#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "common/crypto/secret_key.h"
#include "rocksdb/write_batch.h"
#include "services/survey/domain/locality.h"
#include "services/survey/store/stored_reader.h"
#include "services/survey/store/tenant_keys.h"

namespace pulsetaker::survey {

// The row that a text is in.
struct TextPlace {
  absl::string_view person;  // Whose it is.
  absl::string_view family;
  absl::string_view key;
};

// Opens texts of the people of one locality, with the keys that `reader` sees.
// For one thread at a time. No key of a person stays in memory: to find and
// unwrap one costs about as much as to look it up.
class PersonOpener {
 public:
  // Both must outlive this.
  PersonOpener(const Tables& tables, const StoredReader& reader,
               LocalityKey locality);

  // "" for "". DATA_LOSS, STORED_DATA_UNREADABLE: the person has no key, or the
  // text was not sealed with it for this place.
  absl::StatusOr<std::string> Open(const TextPlace& place,
                                   absl::string_view sealed) const;

  // The key of the person, or nothing.
  absl::StatusOr<std::optional<crypto::SecretKey>> FindKey(
      absl::string_view person) const;

  const LocalityKey& locality() const { return locality_; }

 private:
  const Tables& tables_;
  const StoredReader& reader_;
  const LocalityKey locality_;
  const std::string prefix_;
};

// Seals texts that go into one batch, and makes the keys that they need in it.
// For the committer's thread.
class PersonSealer {
 public:
  // Both must outlive this.
  PersonSealer(const Tables& tables, LocalityKey locality,
               rocksdb::WriteBatch& batch);

  // "" for "": there is nothing to seal, and no key is made for it.
  absl::StatusOr<std::string> Seal(const TextPlace& place,
                                   absl::string_view text);

  const LocalityKey& locality() const { return opener_.locality(); }

 private:
  absl::StatusOr<const crypto::SecretKey*> KeyOf(absl::string_view person);
  absl::StatusOr<crypto::SecretKey> Make(absl::string_view person);

  const Tables& tables_;
  rocksdb::WriteBatch& batch_;
  const StoredReader now_;
  const PersonOpener opener_;
  // Of the people whose texts were in this batch.
  std::map<std::string, crypto::SecretKey, std::less<>> keys_;
  TenantKeys::Key tenant_key_;  // Once one was needed.
};

}  // namespace pulsetaker::survey
