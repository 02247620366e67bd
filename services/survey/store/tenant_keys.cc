#include "services/survey/store/tenant_keys.h"

#include <optional>
#include <utility>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "common/base/status.h"
#include "common/crypto/aead.h"
#include "rocksdb/options.h"
#include "services/survey/store/key_reader.h"
#include "services/survey/store/keys.h"
#include "services/survey/store/records.h"

namespace pulsetaker::survey {
namespace {

constexpr std::int32_t kStoredRootKeyNumber = 1;
// More tenants than are served by one store.
constexpr std::size_t kKnownMax = 10'000;

std::string ValueOf(const crypto::WrappedKey& wrapped) {
  storage::TenantKeyRecord record;
  record.set_root_key_id(wrapped.root_key_id);
  record.set_wrapped(wrapped.bytes);
  return record.SerializeAsString();
}

absl::StatusOr<crypto::WrappedKey> ReadWrapped(absl::string_view value) {
  PT_ASSIGN_OR_RETURN(const auto record, ParseRecord<storage::TenantKeyRecord>(
                                             value, "a tenant's key"));
  if (record.root_key_id().empty()) {
    return kv::UnreadableError("a tenant's key");
  }
  return crypto::WrappedKey{record.root_key_id(), record.wrapped()};
}

// Says where it is, if it is damage.
absl::Status In(absl::string_view family, absl::string_view key,
                const absl::Status& status) {
  if (!absl::IsDataLoss(status)) return status;
  return kv::UnreadableError(absl::StrCat("family ", family, ", key ",
                                          absl::BytesToHexString(key), ": ",
                                          status.message()));
}

std::unique_ptr<const crypto::RootKey> RootKeyOf(crypto::SecretKey key) {
  std::vector<crypto::SecretKey> keys;
  keys.push_back(std::move(key));
  return crypto::MakeRootKey(std::move(keys));
}

}  // namespace

std::string PlaceOf(absl::string_view family, absl::string_view key) {
  return absl::StrCat(family, absl::string_view("\0", 1), key);
}

TenantKeys::TenantKeys(kv::Rocks& rocks,
                       std::shared_ptr<const crypto::RootKey> root)
    : rocks_(rocks),
      root_(std::move(root)),
      root_keys_(rocks.family(keys::kRootKeysFamily)),
      tenant_keys_(rocks.family(keys::kTenantKeysFamily)) {}

absl::Status TenantKeys::Check() const {
  const auto it = rocks_.NewPrefixIterator(tenant_keys_, "");
  for (; it->Valid(); it->Next()) {
    absl::Status row = keys::ReadInvitationKeyKey(it->key()).status();
    if (row.ok()) row = Unwrap(it->key(), it->value()).status();
    if (!row.ok()) return In(keys::kTenantKeysFamily, it->key(), row);
  }
  return it->status();
}

absl::Status TenantKeys::Rewrap() {
  PT_RETURN_IF_ERROR(Check());
  if (root_ == nullptr) return absl::OkStatus();
  rocksdb::WriteBatch batch = kv::NewBatch();
  PT_ASSIGN_OR_RETURN(const bool had_stored, StageRewrap(batch));
  if (batch.Count() == 0) return absl::OkStatus();
  PT_RETURN_IF_ERROR(rocks_.Commit(batch));
  return had_stored ? RemoveStored() : absl::OkStatus();
}

absl::StatusOr<bool> TenantKeys::StageRewrap(rocksdb::WriteBatch& batch) const {
  const auto it = rocks_.NewPrefixIterator(tenant_keys_, "");
  for (; it->Valid(); it->Next()) {
    PT_ASSIGN_OR_RETURN(const auto wrapped, ReadWrapped(it->value()));
    if (wrapped.root_key_id == root_->current_id()) continue;
    PT_ASSIGN_OR_RETURN(const crypto::SecretKey key,
                        Unwrap(it->key(), it->value()));
    PT_ASSIGN_OR_RETURN(
        const auto anew,
        root_->Wrap(key, PlaceOf(keys::kTenantKeysFamily, it->key())));
    batch.Put(tenant_keys_, kv::ToSlice(it->key()), ValueOf(anew));
  }
  PT_RETURN_IF_ERROR(it->status());
  PT_ASSIGN_OR_RETURN(const auto stored, FindStored());
  if (stored == nullptr) return false;
  batch.Delete(root_keys_, keys::ForRootKey(kStoredRootKeyNumber));
  return true;
}

// Its bytes, too: a delete alone leaves them in the files until some day.
absl::Status TenantKeys::RemoveStored() {
  PT_RETURN_IF_ERROR(rocks_.Flush());
  rocksdb::CompactRangeOptions options;
  options.bottommost_level_compaction =
      rocksdb::BottommostLevelCompaction::kForce;
  for (kv::Rocks::Family* const family : {root_keys_, tenant_keys_}) {
    const rocksdb::Status done =
        rocks_.db().CompactRange(options, family, nullptr, nullptr);
    if (!done.ok()) return kv::ReadError(done);
  }
  return absl::OkStatus();
}

absl::StatusOr<TenantKeys::Key> TenantKeys::Find(absl::string_view tenant,
                                                 std::int32_t number) const {
  const std::string row = keys::ForTenantKey(tenant, number);
  {
    MutexLock lock(mutex_);
    const auto known = known_.find(row);
    if (known != known_.end()) return known->second;
  }
  PT_ASSIGN_OR_RETURN(const std::optional<std::string> value,
                      rocks_.Get(tenant_keys_, row));
  if (!value.has_value()) return Key();
  PT_ASSIGN_OR_RETURN(crypto::SecretKey unwrapped, Unwrap(row, *value));
  auto key = std::make_shared<const crypto::SecretKey>(std::move(unwrapped));
  MutexLock lock(mutex_);
  if (known_.size() >= kKnownMax) known_.clear();
  known_.emplace(row, key);
  return key;
}

// What is made is not kept as known: its batch may still come to nothing.
absl::StatusOr<TenantKeys::Key> TenantKeys::Make(
    absl::string_view tenant, rocksdb::WriteBatch& batch) const {
  const std::string row = keys::ForTenantKey(tenant, kNumber);
  auto key =
      std::make_shared<const crypto::SecretKey>(crypto::SecretKey::Random());
  std::unique_ptr<const crypto::RootKey> stored;
  if (root_ == nullptr) {
    PT_ASSIGN_OR_RETURN(stored, FindStored());
    if (stored == nullptr) {
      crypto::SecretKey made = crypto::SecretKey::Random();
      storage::RootKeyRecord record;
      record.set_secret(std::string(made.bytes()));
      batch.Put(root_keys_, keys::ForRootKey(kStoredRootKeyNumber),
                record.SerializeAsString());
      stored = RootKeyOf(std::move(made));
    }
  }
  const crypto::RootKey& root = root_ == nullptr ? *stored : *root_;
  PT_ASSIGN_OR_RETURN(const auto wrapped,
                      root.Wrap(*key, PlaceOf(keys::kTenantKeysFamily, row)));
  batch.Put(tenant_keys_, row, ValueOf(wrapped));
  return key;
}

absl::StatusOr<crypto::SecretKey> TenantKeys::Unwrap(
    absl::string_view row, absl::string_view value) const {
  PT_ASSIGN_OR_RETURN(const auto wrapped, ReadWrapped(value));
  const std::string place = PlaceOf(keys::kTenantKeysFamily, row);
  PT_ASSIGN_OR_RETURN(const auto stored, FindStored());
  if (stored != nullptr && stored->current_id() == wrapped.root_key_id) {
    return stored->Unwrap(wrapped, place);
  }
  if (root_ != nullptr) return root_->Unwrap(wrapped, place);
  return crypto::RootKeyUnknownError(wrapped.root_key_id);
}

absl::StatusOr<std::unique_ptr<const crypto::RootKey>> TenantKeys::FindStored()
    const {
  PT_ASSIGN_OR_RETURN(
      const std::optional<std::string> value,
      rocks_.Get(root_keys_, keys::ForRootKey(kStoredRootKeyNumber)));
  if (!value.has_value()) return std::unique_ptr<const crypto::RootKey>();
  const auto record = ParseRecord<storage::RootKeyRecord>(*value, "a root key");
  auto key = crypto::SecretKey::FromBytes(record.ok() ? record->secret() : "");
  if (!key.ok()) {
    return In(keys::kRootKeysFamily, keys::ForRootKey(kStoredRootKeyNumber),
              kv::UnreadableError("a root key"));
  }
  return RootKeyOf(*std::move(key));
}

}  // namespace pulsetaker::survey
