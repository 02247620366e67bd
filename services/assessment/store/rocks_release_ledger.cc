#include "services/assessment/store/rocks_release_ledger.h"

#include <cstdint>
#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "common/base/crc32.h"
#include "common/base/status.h"
#include "rocksdb/write_batch.h"
#include "services/assessment/store/keys.h"
#include "services/assessment/store/record.pb.h"

namespace pulsetaker::assessment {
namespace {

// `record` without its checksum.
std::uint32_t RowCrc32(absl::string_view key,
                       const storage::ReleaseRecord& record) {
  return Crc32(absl::StrCat(key, record.SerializeAsString()));
}

std::string ToRow(absl::string_view key, const LedgerEntry& entry) {
  storage::ReleaseRecord record;
  for (const Contributor& from : entry.release.contributors) {
    storage::ReleaseRecord::Contributor& to = *record.add_contributors();
    to.set_place(from.place);
    to.set_snapshot(from.snapshot);
    to.set_people(from.people);
  }
  for (const Figure& from : entry.release.figures) {
    storage::ReleaseRecord::Figure& to = *record.add_figures();
    to.set_measure(from.measure);
    to.mutable_members()->Add(from.members.begin(), from.members.end());
  }
  record.set_reply(entry.reply);
  record.set_crc32(RowCrc32(key, record));
  return record.SerializeAsString();
}

bool IsConsistent(const storage::ReleaseRecord& record) {
  for (const auto& figure : record.figures()) {
    std::int32_t before = -1;
    for (const std::int32_t member : figure.members()) {
      if (member <= before || member >= record.contributors_size())
        return false;
      before = member;
    }
  }
  return true;
}

absl::StatusOr<storage::ReleaseRecord> FromRow(absl::string_view key,
                                               absl::string_view value) {
  storage::ReleaseRecord record;
  if (record.ParseFromArray(value.data(), static_cast<int>(value.size()))) {
    const std::uint32_t crc32 = record.crc32();
    record.clear_crc32();
    if (crc32 == RowCrc32(key, record) && IsConsistent(record)) return record;
  }
  return kv::UnreadableError(absl::StrCat("not a ReleaseRecord of its key: ",
                                          absl::BytesToHexString(key)));
}

Release ToRelease(const storage::ReleaseRecord& record) {
  Release release;
  for (const auto& from : record.contributors()) {
    release.contributors.push_back(
        {from.place(), from.snapshot(), from.people()});
  }
  for (const auto& from : record.figures()) {
    release.figures.push_back(
        {from.measure(), {from.members().begin(), from.members().end()}});
  }
  return release;
}

class RocksReleaseLedger final : public ReleaseLedger {
 public:
  explicit RocksReleaseLedger(kv::Rocks& rocks)
      : rocks_(rocks), releases_(rocks.family(keys::kReleasesFamily)) {}

  absl::StatusOr<std::optional<std::string>> FindReply(
      absl::string_view tenant, absl::string_view digest) const override {
    PT_ASSIGN_OR_RETURN(const std::string key,
                        keys::ForRelease(tenant, digest));
    PT_ASSIGN_OR_RETURN(const std::optional<std::string> value,
                        rocks_.Get(releases_, key));
    if (!value.has_value()) return std::optional<std::string>();
    PT_ASSIGN_OR_RETURN(storage::ReleaseRecord record, FromRow(key, *value));
    return std::optional(std::move(*record.mutable_reply()));
  }

  absl::StatusOr<std::vector<Release>> ReadReleases(
      absl::string_view tenant) const override {
    // An empty one would be everyone.
    if (tenant.empty()) return absl::InternalError("no tenant");
    PT_ASSIGN_OR_RETURN(const std::string prefix, keys::PrefixOfTenant(tenant));
    std::vector<Release> releases;
    const auto it = rocks_.NewPrefixIterator(releases_, prefix);
    for (it->Seek(prefix); it->Valid(); it->Next()) {
      PT_ASSIGN_OR_RETURN(const storage::ReleaseRecord record,
                          FromRow(it->key(), it->value()));
      releases.push_back(ToRelease(record));
    }
    PT_RETURN_IF_ERROR(it->status());
    return releases;
  }

  absl::Status Append(const LedgerEntry& entry) override {
    PT_ASSIGN_OR_RETURN(const std::string key,
                        keys::ForRelease(entry.tenant, entry.digest));
    PT_ASSIGN_OR_RETURN(const std::optional<std::string> stored,
                        rocks_.Get(releases_, key));
    if (stored.has_value()) return FromRow(key, *stored).status();
    rocksdb::WriteBatch batch = kv::NewBatch();
    batch.Put(releases_, key, ToRow(key, entry));
    return rocks_.Commit(batch);
  }

 private:
  kv::Rocks& rocks_;
  kv::Rocks::Family* const releases_;
};

}  // namespace

std::unique_ptr<ReleaseLedger> MakeRocksReleaseLedger(kv::Rocks& rocks) {
  return std::make_unique<RocksReleaseLedger>(rocks);
}

}  // namespace pulsetaker::assessment
