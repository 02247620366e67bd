// The keys of tenants, each of which wraps the keys of the tenant's people, and
// is wrapped itself: with the root key that the operator gives, or, where none
// is given, with one that lies in the store beside it. The latter keeps what is
// restored readable without anything else; but who has a backup then has all.

#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "common/base/mutex.h"
#include "common/crypto/root_key.h"
#include "common/crypto/secret_key.h"
#include "common/kv/rocks.h"
#include "rocksdb/write_batch.h"
#include "services/survey/store/record.pb.h"

namespace pulsetaker::survey {

// What a sealed or wrapped value of this row is bound to: it does not open in
// another one.
std::string PlaceOf(absl::string_view family, absl::string_view key);

// Safe for use by any number of threads at once.
class TenantKeys {
 public:
  using Key = std::shared_ptr<const crypto::SecretKey>;

  // `rocks` must outlive this. nullptr: the key of the store's own.
  TenantKeys(kv::Rocks& rocks, std::shared_ptr<const crypto::RootKey> root);

  // Whether all keys of tenants can be unwrapped. FAILED_PRECONDITION,
  // ROOT_KEY_UNKNOWN: not with the root key that was given, or one was used and
  // none was given. DATA_LOSS, STORED_DATA_UNREADABLE.
  absl::Status Check() const;

  // The same, and wraps with the current root key what was wrapped with
  // another: from then on a former one is not needed, and one that lay in the
  // store is gone from it. For when nobody else uses the store yet.
  absl::Status Rewrap();

  // The key of this number, or nullptr if the tenant has none. Kept in memory:
  // keys of tenants are few, and never change.
  absl::StatusOr<Key> Find(absl::string_view tenant, std::int32_t number) const;

  // Makes the tenant's key, whose number is kNumber, in `batch`. For the
  // committer, where Find has found none.
  static constexpr std::int32_t kNumber = 1;
  absl::StatusOr<Key> Make(absl::string_view tenant,
                           rocksdb::WriteBatch& batch) const;

 private:
  absl::StatusOr<crypto::SecretKey> Unwrap(absl::string_view row,
                                           absl::string_view value) const;
  // The one in the store, or nullptr.
  absl::StatusOr<std::unique_ptr<const crypto::RootKey>> FindStored() const;
  absl::StatusOr<bool> StageRewrap(rocksdb::WriteBatch& batch) const;
  absl::Status RemoveStored();

  kv::Rocks& rocks_;
  const std::shared_ptr<const crypto::RootKey> root_;
  kv::Rocks::Family* const root_keys_;
  kv::Rocks::Family* const tenant_keys_;
  mutable Mutex mutex_;
  mutable absl::flat_hash_map<std::string, Key> known_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace pulsetaker::survey
