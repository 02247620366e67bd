#include "services/network/store/rocks_analysis_store.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/base/crc32.h"
#include "common/base/status.h"
#include "common/erasure/withdrawn_rows.h"
#include "common/kv/keys.h"
#include "common/kv/rocks_operation_store.h"
#include "rocksdb/write_batch.h"
#include "services/network/store/keys.h"
#include "services/network/store/record.pb.h"

namespace pulsetaker::network {
namespace {

// People are written in pieces of about this size, so that a wave of any size
// needs no batch of its size.
constexpr std::size_t kBatchBytes = std::size_t{4} << 20;

std::uint32_t RowCrc32(absl::string_view key, absl::string_view message) {
  return Crc32(absl::StrCat(key, message));
}

std::string ToRecord(absl::string_view key, const std::string& message) {
  storage::ResultRecord record;
  record.set_message(message);
  record.set_crc32(RowCrc32(key, message));
  return record.SerializeAsString();
}

// The message in a row.
absl::StatusOr<std::string> FromRecord(absl::string_view key,
                                       absl::string_view value) {
  storage::ResultRecord record;
  if (!record.ParseFromArray(value.data(), static_cast<int>(value.size()))) {
    return kv::UnreadableError("not a ResultRecord");
  }
  if (record.crc32() != RowCrc32(key, record.message())) {
    return kv::UnreadableError("a ResultRecord of another key or content");
  }
  return std::move(*record.mutable_message());
}

class RocksAnalysisStore final : public AnalysisStore {
 public:
  explicit RocksAnalysisStore(kv::Rocks& rocks)
      : rocks_(rocks),
        analyses_(rocks.family(keys::kAnalysesFamily)),
        persons_(rocks.family(keys::kPersonsFamily)),
        withdrawn_(rocks) {}

  absl::Status Put(const WaveKey& wave,
                   const EncodedAnalysis& analysis) override {
    const std::string key = keys::ForAnalysis(wave, analysis.id);
    PT_ASSIGN_OR_RETURN(const std::optional<std::string> stored,
                        rocks_.Get(analyses_, key));
    if (stored.has_value()) return FromRecord(key, *stored).status();

    rocksdb::WriteBatch batch = kv::NewBatch();
    for (const EncodedPerson& person : analysis.persons) {
      const std::string row = keys::ForPerson(wave, analysis.id, person.person);
      batch.Put(persons_, row, ToRecord(row, person.roles));
      if (batch.GetDataSize() < kBatchBytes) continue;
      PT_RETURN_IF_ERROR(rocks_.WriteUnsynced(batch));
      batch = kv::NewBatch();
    }
    // The row that makes the analysis be there comes last: the log keeps the
    // order of writes, so after a crash it is not there without its people.
    batch.Put(analyses_, key, ToRecord(key, analysis.analysis));
    withdrawn_.Remove(key, batch);
    return rocks_.Commit(batch);
  }

  absl::StatusOr<std::string> Get(const WaveKey& wave,
                                  absl::string_view id) const override {
    const std::string key = keys::ForAnalysis(wave, id);
    PT_ASSIGN_OR_RETURN(const std::optional<std::string> value,
                        rocks_.Get(analyses_, key));
    if (!value.has_value()) return NotFound(key);
    return FromRecord(key, *value);
  }

  absl::StatusOr<std::vector<EncodedAnalysis>> List(const WaveKey& wave,
                                                    absl::string_view after_id,
                                                    int limit) const override {
    std::vector<EncodedAnalysis> page;
    const auto it = rocks_.NewPrefixIterator(analyses_, keys::Prefix(wave));
    for (it->Seek(Above(keys::ForAnalysis(wave, after_id)));
         it->Valid() && static_cast<int>(page.size()) < limit; it->Next()) {
      EncodedAnalysis analysis;
      PT_ASSIGN_OR_RETURN(analysis.id, keys::IdOf(it->key(), wave));
      PT_ASSIGN_OR_RETURN(analysis.analysis,
                          FromRecord(it->key(), it->value()));
      page.push_back(std::move(analysis));
    }
    PT_RETURN_IF_ERROR(it->status());
    return page;
  }

  absl::StatusOr<std::vector<EncodedPerson>> ListPersons(
      const WaveKey& wave, absl::string_view id, absl::string_view after_person,
      int limit) const override {
    const std::string key = keys::ForAnalysis(wave, id);
    PT_ASSIGN_OR_RETURN(const std::optional<std::string> analysis,
                        rocks_.Get(analyses_, key));
    if (!analysis.has_value()) return NotFound(key);
    std::vector<EncodedPerson> page;
    const auto it =
        rocks_.NewPrefixIterator(persons_, keys::PersonsPrefix(wave, id));
    for (it->Seek(Above(keys::ForPerson(wave, id, after_person)));
         it->Valid() && static_cast<int>(page.size()) < limit; it->Next()) {
      EncodedPerson person;
      PT_ASSIGN_OR_RETURN(person.person, keys::PersonOf(it->key(), wave, id));
      PT_ASSIGN_OR_RETURN(person.roles, FromRecord(it->key(), it->value()));
      page.push_back(std::move(person));
    }
    PT_RETURN_IF_ERROR(it->status());
    return page;
  }

 private:
  // The first key above `key`.
  static std::string Above(std::string key) {
    key.push_back('\0');
    return key;
  }

  absl::Status NotFound(absl::string_view key) const {
    return withdrawn_.NotFound(key, "ANALYSIS_WITHDRAWN", "ANALYSIS_NOT_FOUND");
  }

  kv::Rocks& rocks_;
  kv::Rocks::Family* const analyses_;
  kv::Rocks::Family* const persons_;
  const erasure::WithdrawnRows withdrawn_;
};

class RocksWithdrawableAnalyses final : public WithdrawableAnalyses {
 public:
  RocksWithdrawableAnalyses(kv::Rocks& rocks, Clock clock)
      : rocks_(rocks),
        clock_(std::move(clock)),
        analyses_(rocks.family(keys::kAnalysesFamily)),
        persons_(rocks.family(keys::kPersonsFamily)),
        operations_(rocks.family(kv::kOperationsFamily)),
        withdrawn_(rocks) {}

  absl::Status Visit(absl::string_view tenant, absl::string_view locality,
                     const Visitor& visitor) const override {
    const auto it = rocks_.NewPrefixIterator(
        analyses_, keys::LocalityPrefix(tenant, locality));
    for (; it->Valid(); it->Next()) {
      PT_ASSIGN_OR_RETURN(keys::AnalysisKey key,
                          keys::AnalysisKeyOf(it->key()));
      EncodedAnalysis analysis;
      analysis.id = std::move(key.id);
      PT_ASSIGN_OR_RETURN(analysis.analysis,
                          FromRecord(it->key(), it->value()));
      PT_RETURN_IF_ERROR(visitor(key.wave, analysis));
    }
    return it->status();
  }

  absl::Status Withdraw(const WaveKey& wave, absl::string_view id) override {
    const std::string key = keys::ForAnalysis(wave, id);
    rocksdb::WriteBatch batch = kv::NewBatch();
    batch.Delete(analyses_, key);
    withdrawn_.Add(key, clock_(), batch);
    DeletePeople(keys::PersonsPrefix(wave, id), batch);
    return rocks_.Commit(batch);
  }

  absl::Status DropUnfinished() override {
    const auto it = rocks_.NewPrefixIterator(persons_, "");
    while (it->Valid()) {
      PT_ASSIGN_OR_RETURN(const std::string key,
                          keys::AnalysisOfPerson(it->key()));
      PT_ASSIGN_OR_RETURN(const std::optional<std::string> analysis,
                          rocks_.Get(analyses_, key));
      if (!analysis.has_value()) {
        rocksdb::WriteBatch batch = kv::NewBatch();
        DeletePeople(key, batch);
        withdrawn_.AddUnpurged(batch);
        PT_RETURN_IF_ERROR(rocks_.Commit(batch));
      }
      it->Seek(kv::PrefixEnd(key));
    }
    return it->status();
  }

  absl::Status Purge() override {
    return withdrawn_.Purge(
        {{{analyses_, ""}, {persons_, ""}, {operations_, ""}}});
  }

 private:
  // All that have a key with this prefix, however many they are.
  void DeletePeople(const std::string& prefix,
                    rocksdb::WriteBatch& batch) const {
    batch.DeleteRange(persons_, prefix, kv::PrefixEnd(prefix));
  }

  kv::Rocks& rocks_;
  const Clock clock_;
  kv::Rocks::Family* const analyses_;
  kv::Rocks::Family* const persons_;
  kv::Rocks::Family* const operations_;
  const erasure::WithdrawnRows withdrawn_;
};

}  // namespace

std::vector<std::string> AnalysisStoreFamilies() {
  return {keys::kAnalysesFamily, keys::kPersonsFamily,
          erasure::kWithdrawnFamily};
}

std::unique_ptr<AnalysisStore> MakeRocksAnalysisStore(kv::Rocks& rocks) {
  return std::make_unique<RocksAnalysisStore>(rocks);
}

std::unique_ptr<WithdrawableAnalyses> MakeRocksWithdrawableAnalyses(
    kv::Rocks& rocks, Clock clock) {
  return std::make_unique<RocksWithdrawableAnalyses>(rocks, std::move(clock));
}

}  // namespace pulsetaker::network
