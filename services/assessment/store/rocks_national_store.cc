#include "services/assessment/store/rocks_national_store.h"

#include <cstdint>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "common/base/big_endian.h"
#include "common/base/crc32.h"
#include "common/base/status.h"
#include "rocksdb/write_batch.h"
#include "services/assessment/store/keys.h"
#include "services/assessment/store/record.pb.h"

namespace pulsetaker::assessment {
namespace {

std::uint32_t RowCrc32(absl::string_view key,
                       const storage::NationalRecord& record) {
  std::string bytes = absl::StrCat(key, record.message());
  AppendBigEndian64(static_cast<std::uint64_t>(record.create_time_micros()),
                    bytes);
  return Crc32(bytes);
}

std::string ToRecord(absl::string_view key, const StoredNational& national) {
  storage::NationalRecord record;
  record.set_message(national.message);
  record.set_create_time_micros(absl::ToUnixMicros(national.create_time));
  record.set_crc32(RowCrc32(key, record));
  return record.SerializeAsString();
}

absl::StatusOr<StoredNational> FromRecord(std::string name,
                                          absl::string_view key,
                                          absl::string_view value) {
  storage::NationalRecord record;
  if (!record.ParseFromArray(value.data(), static_cast<int>(value.size()))) {
    return kv::UnreadableError(absl::StrCat(name, ": not a NationalRecord"));
  }
  if (record.crc32() != RowCrc32(key, record)) {
    return kv::UnreadableError(
        absl::StrCat(name, ": a record of another key or content"));
  }
  StoredNational national;
  national.name = std::move(name);
  national.message = std::move(*record.mutable_message());
  national.create_time = absl::FromUnixMicros(record.create_time_micros());
  return national;
}

class RocksNationalStore final : public NationalStore {
 public:
  explicit RocksNationalStore(kv::Rocks& rocks)
      : rocks_(rocks), nationals_(rocks.family(keys::kNationalFamily)) {}

  absl::StatusOr<StoredNational> Put(const StoredNational& national) override {
    PT_ASSIGN_OR_RETURN(const std::string key,
                        keys::ForNational(national.name));
    PT_ASSIGN_OR_RETURN(const std::optional<std::string> stored,
                        rocks_.Get(nationals_, key));
    if (stored.has_value()) return FromRecord(national.name, key, *stored);
    rocksdb::WriteBatch batch = kv::NewBatch();
    batch.Put(nationals_, key, ToRecord(key, national));
    PT_RETURN_IF_ERROR(rocks_.Commit(batch));
    return national;
  }

  absl::StatusOr<StoredNational> Get(absl::string_view name) const override {
    PT_ASSIGN_OR_RETURN(const std::string key, keys::ForNational(name));
    PT_ASSIGN_OR_RETURN(const std::optional<std::string> value,
                        rocks_.Get(nationals_, key));
    if (!value.has_value()) {
      return MakeError(absl::StatusCode::kNotFound,
                       "NATIONAL_ASSESSMENT_NOT_FOUND",
                       "the tenant has no such national assessment");
    }
    return FromRecord(std::string(name), key, *value);
  }

  absl::StatusOr<std::vector<StoredNational>> List(absl::string_view tenant,
                                                   absl::string_view after_id,
                                                   int limit) const override {
    PT_ASSIGN_OR_RETURN(const std::string prefix,
                        keys::NationalPrefixOf(tenant));
    std::string start = absl::StrCat(prefix, after_id);
    start.push_back('\0');  // The first key above it.
    std::vector<StoredNational> page;
    const auto it = rocks_.NewPrefixIterator(nationals_, prefix);
    for (it->Seek(start); it->Valid() && static_cast<int>(page.size()) < limit;
         it->Next()) {
      PT_ASSIGN_OR_RETURN(const std::string id, keys::IdOf(it->key(), prefix));
      PT_ASSIGN_OR_RETURN(
          StoredNational national,
          FromRecord(absl::StrCat(tenant, "/nationalAssessments/", id),
                     it->key(), it->value()));
      page.push_back(std::move(national));
    }
    PT_RETURN_IF_ERROR(it->status());
    return page;
  }

 private:
  kv::Rocks& rocks_;
  kv::Rocks::Family* const nationals_;
};

}  // namespace

std::vector<std::string> NationalStoreFamilies() {
  return {keys::kNationalFamily};
}

std::unique_ptr<NationalStore> MakeRocksNationalStore(kv::Rocks& rocks) {
  return std::make_unique<RocksNationalStore>(rocks);
}

}  // namespace pulsetaker::assessment
