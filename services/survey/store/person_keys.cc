#include "services/survey/store/person_keys.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "common/base/fault.h"
#include "common/base/status.h"
#include "common/crypto/aead.h"
#include "services/survey/store/keys.h"
#include "services/survey/store/records.h"

namespace pulsetaker::survey {

PersonOpener::PersonOpener(const Tables& tables, const StoredReader& reader,
                           LocalityKey locality)
    : tables_(tables),
      reader_(reader),
      locality_(std::move(locality)),
      prefix_(keys::SurveysPrefix(locality_)) {}

absl::StatusOr<std::string> PersonOpener::Open(const TextPlace& place,
                                               absl::string_view sealed) const {
  if (sealed.empty() || PT_PLANTED_BUG("texts_in_clear")) {
    return std::string(sealed);
  }
  PT_ASSIGN_OR_RETURN(const auto key, FindKey(place.person));
  if (!key.has_value())
    return kv::UnreadableError("the key of a person is gone");
  return crypto::Open(*key, sealed, PlaceOf(place.family, place.key));
}

absl::StatusOr<std::optional<crypto::SecretKey>> PersonOpener::FindKey(
    absl::string_view person) const {
  const std::string row = absl::StrCat(prefix_, person);
  std::string value;
  PT_ASSIGN_OR_RETURN(const bool found,
                      reader_.Get(tables_.person_keys, row, value));
  if (!found) return std::optional<crypto::SecretKey>();
  PT_ASSIGN_OR_RETURN(const auto record, ParseRecord<storage::PersonKeyRecord>(
                                             value, "a key of a person"));
  PT_ASSIGN_OR_RETURN(const TenantKeys::Key wrapping,
                      tables_.tenant_key_ring.Find(locality_.tenant,
                                                   record.tenant_key_number()));
  if (wrapping == nullptr) {
    return kv::UnreadableError("the key of a tenant is gone");
  }
  PT_ASSIGN_OR_RETURN(crypto::SecretKey key,
                      crypto::UnwrapKey(*wrapping, record.wrapped(),
                                        PlaceOf(keys::kPersonKeysFamily, row)));
  return std::optional<crypto::SecretKey>(std::move(key));
}

PersonSealer::PersonSealer(const Tables& tables, LocalityKey locality,
                           rocksdb::WriteBatch& batch)
    : tables_(tables),
      batch_(batch),
      now_(tables, nullptr),
      opener_(tables, now_, std::move(locality)) {}

absl::StatusOr<std::string> PersonSealer::Seal(const TextPlace& place,
                                               absl::string_view text) {
  if (text.empty() || PT_PLANTED_BUG("texts_in_clear")) {
    return std::string(text);
  }
  PT_ASSIGN_OR_RETURN(const crypto::SecretKey* const key, KeyOf(place.person));
  return crypto::Seal(*key, text, PlaceOf(place.family, place.key));
}

absl::StatusOr<const crypto::SecretKey*> PersonSealer::KeyOf(
    absl::string_view person) {
  const auto known = keys_.find(person);
  if (known != keys_.end()) return &known->second;
  PT_ASSIGN_OR_RETURN(auto key, opener_.FindKey(person));
  if (!key.has_value()) {
    PT_ASSIGN_OR_RETURN(key, Make(person));
  }
  const auto [added, is_new] =
      keys_.emplace(std::string(person), *std::move(key));
  return &added->second;
}

absl::StatusOr<crypto::SecretKey> PersonSealer::Make(absl::string_view person) {
  const std::string& tenant = locality().tenant;
  if (tenant_key_ == nullptr) {
    PT_ASSIGN_OR_RETURN(
        tenant_key_, tables_.tenant_key_ring.Find(tenant, TenantKeys::kNumber));
  }
  if (tenant_key_ == nullptr) {
    PT_ASSIGN_OR_RETURN(tenant_key_,
                        tables_.tenant_key_ring.Make(tenant, batch_));
  }
  crypto::SecretKey key = crypto::SecretKey::Random();
  const std::string row = keys::ForPersonKey(locality(), person);
  storage::PersonKeyRecord record;
  record.set_tenant_key_number(TenantKeys::kNumber);
  record.set_wrapped(crypto::WrapKey(*tenant_key_, key,
                                     PlaceOf(keys::kPersonKeysFamily, row)));
  batch_.Put(tables_.person_keys, row, record.SerializeAsString());
  return key;
}

}  // namespace pulsetaker::survey
