#include "services/survey/store/rocks_instrument_store.h"

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "common/base/status.h"
#include "services/survey/store/keys.h"
#include "services/survey/store/records.h"
#include "services/survey/store/request_results.h"

namespace pulsetaker::survey {
namespace {

// What a change holds in memory, about: few instruments are larger.
constexpr std::size_t kWorkBytes = std::size_t{64} << 10;

class RocksInstrumentStore final : public InstrumentStore {
 public:
  RocksInstrumentStore(const Tables& tables, Committer& committer)
      : tables_(tables), committer_(committer) {}

  absl::StatusOr<Instrument> CreateInstrument(const Instrument& instrument,
                                              const Request& request) override {
    return Commit(
        instrument.key, request,
        [&](const StoredReader& now,
            rocksdb::WriteBatch& batch) -> absl::StatusOr<Instrument> {
          PT_ASSIGN_OR_RETURN(const auto other,
                              now.FindInstrument(instrument.key));
          if (other.has_value()) {
            return MakeError(absl::StatusCode::kAlreadyExists,
                             "INSTRUMENT_EXISTS",
                             "the tenant has an instrument with this id");
          }
          PutShown(instrument, batch);
          return instrument;
        });
  }

  absl::StatusOr<Instrument> UpdateInstrument(
      const InstrumentKey& key, const Request& request,
      const VersionsChange& change) override {
    return Commit(
        key, request,
        [&](const StoredReader& now,
            rocksdb::WriteBatch& batch) -> absl::StatusOr<Instrument> {
          PT_ASSIGN_OR_RETURN(const InstrumentVersions current,
                              RequireVersions(now, key));
          PT_ASSIGN_OR_RETURN(InstrumentStep step, change(current));
          Put(key, current, step.next, batch);
          return std::move(step.told);
        });
  }

  absl::StatusOr<std::vector<Instrument>> GetInstruments(
      const InstrumentKey& key,
      absl::Span<const InstrumentSelector> selectors) const override {
    const auto view = committer_.durable_view();
    const StoredReader reader(tables_, view->snapshot());
    PT_ASSIGN_OR_RETURN(const InstrumentVersions versions,
                        RequireVersions(reader, key));
    std::vector<Instrument> selected;
    for (const InstrumentSelector& selector : selectors) {
      PT_ASSIGN_OR_RETURN(selected.emplace_back(),
                          Select(reader, key, versions, selector));
    }
    return selected;
  }

  absl::StatusOr<std::vector<Instrument>> ListInstruments(
      absl::string_view tenant, absl::string_view after,
      std::size_t limit) const override {
    const auto view = committer_.durable_view();
    return StoredReader(tables_, view->snapshot())
        .ListInstruments(tenant, after, limit);
  }

  absl::StatusOr<std::vector<Instrument>> ListInstrumentRevisions(
      const InstrumentKey& key, std::int32_t after,
      std::size_t limit) const override {
    const auto view = committer_.durable_view();
    return StoredReader(tables_, view->snapshot())
        .ListInstrumentRevisions(key, after, limit);
  }

 private:
  using Make = std::function<absl::StatusOr<Instrument>(
      const StoredReader& now, rocksdb::WriteBatch& batch)>;

  static absl::StatusOr<InstrumentVersions> RequireVersions(
      const StoredReader& reader, const InstrumentKey& key) {
    PT_ASSIGN_OR_RETURN(InstrumentVersions versions,
                        reader.FindInstrumentVersions(key));
    if (!versions.latest.has_value() && !versions.draft.has_value()) {
      return NotFound("INSTRUMENT_NOT_FOUND",
                      "the tenant has no such instrument");
    }
    return versions;
  }

  static absl::StatusOr<Instrument> Select(const StoredReader& reader,
                                           const InstrumentKey& key,
                                           const InstrumentVersions& versions,
                                           const InstrumentSelector& selector) {
    if (selector.draft) {
      if (versions.draft.has_value()) return *versions.draft;
      return NotFound("INSTRUMENT_DRAFT_NOT_FOUND",
                      "the instrument has no draft");
    }
    if (selector.revision == 0) return Shown(versions);
    PT_ASSIGN_OR_RETURN(
        std::optional<Instrument> found,
        reader.FindInstrumentRevision({key, selector.revision}));
    if (!found.has_value()) {
      return NoSuchRevision(selector.field, selector.revision);
    }
    return *std::move(found);
  }

  // Carries out a request, or gives what it was told before. `make` adds the
  // rows; what it returns is kept for a repeat in the same batch.
  absl::StatusOr<Instrument> Commit(const InstrumentKey& key,
                                    const Request& request, const Make& make) {
    const std::string request_key = RequestKey(key.tenant, request);
    Instrument told;
    PT_RETURN_IF_ERROR(committer_.Run(
        kWorkBytes, [&](rocksdb::WriteBatch& batch) -> absl::Status {
          const StoredReader now(tables_, nullptr);
          PT_ASSIGN_OR_RETURN(const auto before,
                              now.FindRequest(request_key, request));
          if (before.has_value()) {
            PT_ASSIGN_OR_RETURN(told, ResultOf(now, key, *before));
            return absl::OkStatus();
          }
          PT_ASSIGN_OR_RETURN(told, make(now, batch));
          storage::RequestRecord record;
          SetResult(told, record);
          record.set_digest(request.digest);
          batch.Put(tables_.request_ids, request_key,
                    record.SerializeAsString());
          return absl::OkStatus();
        }));
    return told;
  }

  static absl::StatusOr<Instrument> ResultOf(
      const StoredReader& reader, const InstrumentKey& key,
      const storage::RequestRecord& record) {
    if (record.has_instrument_draft()) {
      return FromRecord(key, record.instrument_draft());
    }
    if (!record.has_instrument()) return WrongKindOfRequest();
    const std::int32_t revision =
        record.instrument().has_revision() ? record.instrument().revision() : 1;
    PT_ASSIGN_OR_RETURN(std::optional<Instrument> found,
                        reader.FindInstrumentRevision({key, revision}));
    if (!found.has_value()) return WrongKindOfRequest();
    return *std::move(found);
  }

  // Turns the rows of one state of an instrument into those of another.
  void Put(const InstrumentKey& key, const InstrumentVersions& from,
           const InstrumentVersions& to, rocksdb::WriteBatch& batch) const {
    if (!to.latest.has_value() && !to.draft.has_value()) {
      batch.Delete(tables_.instruments, keys::ForInstrument(key));
      return;
    }
    if (Shown(from) != Shown(to)) PutShown(Shown(to), batch);
    if (from.latest.has_value() && from.latest != to.latest) {
      PutRevision({key, from.latest->revision}, *from.latest, batch);
    }
    if (!to.latest.has_value() || !from.latest.has_value()) return;
    // The draft lies in a row of its own.
    const InstrumentRevisionKey draft = {key, keys::kDraftRevision};
    if (to.draft.has_value()) {
      PutRevision(draft, *to.draft, batch);
    } else if (from.draft.has_value()) {
      batch.Delete(tables_.instrument_revisions,
                   keys::ForInstrumentRevision(draft));
    }
  }

  void PutShown(const Instrument& instrument,
                rocksdb::WriteBatch& batch) const {
    batch.Put(tables_.instruments, keys::ForInstrument(instrument.key),
              ToRecord(instrument).SerializeAsString());
  }

  void PutRevision(const InstrumentRevisionKey& key,
                   const Instrument& instrument,
                   rocksdb::WriteBatch& batch) const {
    batch.Put(tables_.instrument_revisions, keys::ForInstrumentRevision(key),
              ToRecord(instrument).SerializeAsString());
  }

  const Tables& tables_;
  Committer& committer_;
};

}  // namespace

std::unique_ptr<InstrumentStore> MakeRocksInstrumentStore(
    const Tables& tables, Committer& committer) {
  return std::make_unique<RocksInstrumentStore>(tables, committer);
}

}  // namespace pulsetaker::survey
