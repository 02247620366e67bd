#include "services/survey/store/rocks_survey_store.h"

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/base/fault.h"
#include "common/base/status.h"
#include "services/survey/domain/effective_snapshot.h"
#include "services/survey/store/consent_rows.h"
#include "services/survey/store/keys.h"
#include "services/survey/store/people_reader.h"
#include "services/survey/store/records.h"
#include "services/survey/store/request_results.h"
#include "services/survey/store/roster_cache.h"
#include "services/survey/store/roster_import.h"
#include "services/survey/store/wave_rows.h"

namespace pulsetaker::survey {
namespace {

// What a change holds in memory, about, besides its own text.
constexpr std::size_t kWorkBytes = 4096;
// The rows of someone on a roster without their text: keys, seals, codes.
constexpr std::size_t kPersonRowsBytes = 300;

// What someone takes in memory and in the batch, about.
std::size_t BytesOf(const Participant& person) {
  std::size_t texts = person.display_name.Reveal().size() +
                      person.organisation.size() + person.sector.size();
  for (const auto& [key, value] : person.attributes) {
    texts += key.size() + value.size();
  }
  return sizeof(Participant) + kPersonRowsBytes + 2 * texts;
}

absl::Status AlreadyExists(absl::string_view reason,
                           absl::string_view message) {
  return MakeError(absl::StatusCode::kAlreadyExists, reason, message);
}

class RocksSurveyStore final : public SurveyStore {
 public:
  RocksSurveyStore(const Tables& tables, Committer& committer,
                   std::size_t cached_people_max)
      : tables_(tables), committer_(committer), rosters_(cached_people_max) {}

  absl::StatusOr<Locality> CreateLocality(const Locality& locality,
                                          const Request& request) override {
    return Commit<Locality>(
        locality.key, RequestKey(locality.key.tenant, request), request,
        [&](const StoredReader& now,
            rocksdb::WriteBatch& batch) -> absl::StatusOr<Locality> {
          PT_ASSIGN_OR_RETURN(const auto other, now.FindLocality(locality.key));
          if (other.has_value()) {
            return AlreadyExists("LOCALITY_EXISTS",
                                 "the tenant has a locality with this id");
          }
          Put(locality, batch);
          return locality;
        });
  }

  absl::StatusOr<Locality> GetLocality(const LocalityKey& key) const override {
    const auto view = committer_.durable_view();
    return Require(ReaderOf(*view).FindLocality(key), "LOCALITY_NOT_FOUND",
                   "the tenant has no such locality");
  }

  absl::StatusOr<std::vector<Locality>> ListLocalities(
      absl::string_view tenant, absl::string_view after,
      std::size_t limit) const override {
    const auto view = committer_.durable_view();
    return ReaderOf(*view).ListLocalities(tenant, after, limit);
  }

  absl::StatusOr<Locality> UpdateLocality(
      const LocalityKey& key, const Request& request,
      const Change<Locality>& change) override {
    return Commit<Locality>(
        key, RequestKey(key.tenant, request), request,
        [&](const StoredReader& now,
            rocksdb::WriteBatch& batch) -> absl::StatusOr<Locality> {
          PT_ASSIGN_OR_RETURN(
              const Locality current,
              Require(now.FindLocality(key), "LOCALITY_NOT_FOUND",
                      "the tenant has no such locality"));
          PT_ASSIGN_OR_RETURN(Locality changed, change(current));
          changed.key = key;
          Put(changed, batch);
          return changed;
        });
  }

  absl::StatusOr<Instrument> GetInstrument(
      const InstrumentRevisionKey& key) const override {
    const auto view = committer_.durable_view();
    const StoredReader reader = ReaderOf(*view);
    PT_ASSIGN_OR_RETURN(std::optional<Instrument> found,
                        reader.FindInstrumentRevision(key));
    if (found.has_value()) return *std::move(found);
    PT_RETURN_IF_ERROR(RequireInstrument(reader, key.instrument).status());
    return NoSuchRevision("revision", key.revision);
  }

  absl::StatusOr<Survey> CreateSurvey(const Survey& survey,
                                      const Request& request) override {
    const SurveyKey& key = survey.key;
    return Commit<Survey>(
        key, RequestKey(key.tenant, request), request,
        [&](const StoredReader& now,
            rocksdb::WriteBatch& batch) -> absl::StatusOr<Survey> {
          PT_RETURN_IF_ERROR(
              Require(now.FindLocality({key.tenant, key.locality}),
                      "LOCALITY_NOT_FOUND", "the tenant has no such locality")
                  .status());
          PT_ASSIGN_OR_RETURN(const auto other, now.FindSurvey(key));
          if (other.has_value()) {
            return AlreadyExists("SURVEY_EXISTS",
                                 "the locality has a survey with this id");
          }
          Put(survey, batch);
          return survey;
        });
  }

  absl::StatusOr<Survey> GetSurvey(const SurveyKey& key) const override {
    const auto view = committer_.durable_view();
    return Require(ReaderOf(*view).FindSurvey(key), "SURVEY_NOT_FOUND",
                   "the locality has no such survey");
  }

  absl::StatusOr<std::vector<Survey>> ListSurveys(
      const LocalityKey& locality, absl::string_view after,
      std::size_t limit) const override {
    const auto view = committer_.durable_view();
    return ReaderOf(*view).ListSurveys(locality, after, limit);
  }

  absl::StatusOr<Survey> UpdateSurvey(const SurveyKey& key,
                                      const Request& request,
                                      const Change<Survey>& change) override {
    return Commit<Survey>(
        key, RequestKey(key.tenant, request), request,
        [&](const StoredReader& now,
            rocksdb::WriteBatch& batch) -> absl::StatusOr<Survey> {
          PT_ASSIGN_OR_RETURN(const Survey current,
                              Require(now.FindSurvey(key), "SURVEY_NOT_FOUND",
                                      "the locality has no such survey"));
          PT_ASSIGN_OR_RETURN(Survey changed, change(current));
          changed.key = key;
          Put(changed, batch);
          return changed;
        });
  }

  absl::StatusOr<Wave> CreateWave(const Wave& wave,
                                  const Request& request) override {
    const WaveKey& key = wave.key;
    return Commit<Wave>(
        key, RequestKey(key.tenant, request), request,
        [&](const StoredReader& now,
            rocksdb::WriteBatch& batch) -> absl::StatusOr<Wave> {
          PT_RETURN_IF_ERROR(
              Require(now.FindSurvey({key.tenant, key.locality, key.survey}),
                      "SURVEY_NOT_FOUND", "the locality has no such survey")
                  .status());
          PT_ASSIGN_OR_RETURN(const Instrument shown,
                              RequireInstrument(now, wave.instrument_key()));
          Wave made = wave;
          PT_ASSIGN_OR_RETURN(made.instrument_revision,
                              RevisionToAsk(shown, wave.instrument_revision));
          PT_RETURN_IF_ERROR(CheckConsentTextExists(tables_, now, wave));
          PT_ASSIGN_OR_RETURN(const auto other, now.FindWave(key));
          if (other.has_value()) {
            return AlreadyExists("WAVE_EXISTS",
                                 "the survey has a wave with this id");
          }
          Put(made, batch);
          PutCounts(made, batch);
          return made;
        });
  }

  absl::StatusOr<Wave> GetWave(const WaveKey& key) const override {
    const auto view = committer_.durable_view();
    return ReaderOf(*view).GetWave(key);
  }

  absl::StatusOr<std::vector<Wave>> ListWaves(
      const SurveyKey& survey, std::int32_t after,
      std::size_t limit) const override {
    const auto view = committer_.durable_view();
    return ReaderOf(*view).ListWaves(survey, after, limit);
  }

  absl::StatusOr<Wave> UpdateWave(const WaveKey& key,
                                  const std::optional<Request>& request,
                                  const Change<Wave>& change) override {
    const auto make = [&](const StoredReader& now,
                          rocksdb::WriteBatch& batch) -> absl::StatusOr<Wave> {
      PT_ASSIGN_OR_RETURN(const Wave current, now.GetWave(key));
      PT_ASSIGN_OR_RETURN(Wave changed, change(current));
      changed.key = key;
      changed.participant_count = current.participant_count;
      changed.response_count = current.response_count;
      changed.change_count = current.change_count;
      Put(changed, batch);
      return changed;
    };
    if (request.has_value()) {
      return Commit<Wave>(key, RequestKey(key, *request), *request, make);
    }
    Wave wave;
    PT_RETURN_IF_ERROR(committer_.Run(
        kWorkBytes, [&](rocksdb::WriteBatch& batch) -> absl::Status {
          PT_ASSIGN_OR_RETURN(wave,
                              make(StoredReader(tables_, nullptr), batch));
          return absl::OkStatus();
        }));
    return wave;
  }

  absl::StatusOr<std::optional<Wave>> FindWaveUpdate(
      const WaveKey& key, const Request& request) const override {
    const auto view = committer_.durable_view();
    PT_ASSIGN_OR_RETURN(
        const auto before,
        ReaderOf(*view).FindRequest(RequestKey(key, request), request));
    if (!before.has_value()) return std::optional<Wave>();
    return ResultOf(key, *before);
  }

  absl::StatusOr<RosterCounts> ImportRoster(
      const WaveKey& key, const Request& request,
      absl::Span<const Participant> people) override {
    std::size_t bytes = kWorkBytes;
    for (const Participant& person : people) bytes += BytesOf(person);
    RosterCounts counts;
    const absl::Status kept =
        committer_.Run(bytes, [&](rocksdb::WriteBatch& batch) -> absl::Status {
          PT_ASSIGN_OR_RETURN(
              counts,
              StageRosterImport(tables_, {key, request, people}, batch));
          return absl::OkStatus();
        });
    // It may have been written, and become visible later.
    if (absl::IsResourceExhausted(kept)) {
      rosters_.Distrust(keys::ForWave(key));
    }
    PT_RETURN_IF_ERROR(kept);
    PT_KILL_POINT("store.roster_kept");
    if (!PT_PLANTED_BUG("roster_cache_stale"))
      rosters_.Forget(keys::ForWave(key));
    return counts;
  }

  absl::StatusOr<Participant> GetParticipant(
      const WaveKey& wave, absl::string_view person) const override {
    const auto view = committer_.durable_view();
    PT_ASSIGN_OR_RETURN(
        Participant found,
        Require(ReaderOf(*view).FindParticipant(wave, person),
                "PARTICIPANT_NOT_FOUND", "the wave has no such participant"));
    std::vector<Participant> shown = {std::move(found)};
    PT_RETURN_IF_ERROR(ShowOptOuts(*view, wave, shown));
    return std::move(shown.front());
  }

  absl::StatusOr<std::vector<Participant>> ListParticipants(
      const WaveKey& wave, absl::string_view after,
      std::size_t limit) const override {
    const auto view = committer_.durable_view();
    PT_ASSIGN_OR_RETURN(std::vector<Participant> people,
                        ReaderOf(*view).ListParticipants(wave, after, limit));
    PT_RETURN_IF_ERROR(ShowOptOuts(*view, wave, people));
    return people;
  }

  absl::StatusOr<std::vector<std::optional<Invitation>>> FindInvitations(
      const WaveKey& wave,
      absl::Span<const absl::string_view> people) const override {
    const std::string key = keys::ForWave(wave);
    std::shared_ptr<const Roster> roster = rosters_.Find(key);
    if (roster == nullptr) {
      const std::uint64_t epoch = rosters_.epoch();
      const auto view = committer_.durable_view();
      PT_ASSIGN_OR_RETURN(roster, ReaderOf(*view).ReadRoster(wave));
      rosters_.Put(key, roster, epoch);
    }
    std::vector<std::optional<Invitation>> invitations;
    invitations.reserve(people.size());
    for (const absl::string_view person : people) {
      const auto found = roster->find(person);
      if (found == roster->end()) {
        invitations.emplace_back();
      } else {
        invitations.emplace_back(found->second);
      }
    }
    return invitations;
  }

  absl::StatusOr<Response> GetResponse(
      const WaveKey& wave, absl::string_view person) const override {
    const auto view = committer_.durable_view();
    return Require(ReaderOf(*view).FindResponse(wave, person),
                   "RESPONSE_NOT_FOUND",
                   "the wave has no response of this person");
  }

  absl::StatusOr<Upload> GetUpload(const UploadKey& key) const override {
    const auto view = committer_.durable_view();
    return Require(ReaderOf(*view).FindUpload(key), "UPLOAD_NOT_FOUND",
                   "the wave has no such upload");
  }

  absl::StatusOr<std::unique_ptr<WaveSnapshot>> ReadSnapshot(
      const WaveKey& key) const override {
    PT_ASSIGN_OR_RETURN(WaveRows read,
                        ReadWaveRows(tables_, committer_.durable_view(), key));
    return MakeEffectiveSnapshot(std::move(read.rows), read.overlay);
  }

 private:
  StoredReader ReaderOf(const DurableView& view) const {
    return StoredReader(tables_, view.snapshot());
  }

  // Lets those who opted out of the locality read so.
  absl::Status ShowOptOuts(const DurableView& view, const WaveKey& wave,
                           std::vector<Participant>& people) const {
    PT_ASSIGN_OR_RETURN(
        const Overlay overlay,
        PeopleReader(tables_, view.snapshot())
            .ReadOverlay(LocalityKey{wave.tenant, wave.locality}));
    if (overlay.opted_out.empty()) return absl::OkStatus();
    const OverlayIndex index(overlay);
    for (Participant& person : people) {
      if (index.HasOptedOut(person.person)) {
        person.invitation = Invitation::kOptedOut;
      }
    }
    return absl::OkStatus();
  }

  template <typename T>
  static absl::StatusOr<T> Require(absl::StatusOr<std::optional<T>> found,
                                   absl::string_view reason,
                                   absl::string_view message) {
    if (!found.ok()) return std::move(found).status();
    if (!found->has_value()) return NotFound(reason, message);
    return *std::move(*found);
  }

  static absl::StatusOr<Instrument> RequireInstrument(
      const StoredReader& reader, const InstrumentKey& key) {
    return Require(reader.FindInstrument(key), "INSTRUMENT_NOT_FOUND",
                   "the tenant has no such instrument");
  }

  // Carries out a request, or gives what it was told before. `make` adds the
  // rows; what it returns is kept for a repeat in the same batch.
  template <typename T, typename Key>
  absl::StatusOr<T> Commit(
      const Key& key, const std::string& request_key, const Request& request,
      const std::function<absl::StatusOr<T>(
          const StoredReader& now, rocksdb::WriteBatch& batch)>& make) {
    T result;
    PT_RETURN_IF_ERROR(committer_.Run(
        kWorkBytes, [&](rocksdb::WriteBatch& batch) -> absl::Status {
          const StoredReader now(tables_, nullptr);
          PT_ASSIGN_OR_RETURN(const auto before,
                              now.FindRequest(request_key, request));
          if (before.has_value()) {
            PT_ASSIGN_OR_RETURN(result, ResultOf(key, *before));
            return absl::OkStatus();
          }
          PT_ASSIGN_OR_RETURN(result, make(now, batch));
          PT_KILL_POINT("store.change_put");
          storage::RequestRecord record;
          SetResult(result, record);
          PutRequest(request_key, request, record, batch);
          return absl::OkStatus();
        }));
    return result;
  }

  void Put(const Locality& locality, rocksdb::WriteBatch& batch) const {
    batch.Put(tables_.localities, keys::ForLocality(locality.key),
              ToRecord(locality).SerializeAsString());
  }

  void Put(const Survey& survey, rocksdb::WriteBatch& batch) const {
    batch.Put(tables_.surveys, keys::ForSurvey(survey.key),
              ToRecord(survey).SerializeAsString());
  }

  void Put(const Wave& wave, rocksdb::WriteBatch& batch) const {
    batch.Put(tables_.waves, keys::ForWave(wave.key),
              ToRecord(wave).SerializeAsString());
  }

  void PutCounts(const Wave& wave, rocksdb::WriteBatch& batch) const {
    batch.Put(tables_.wave_counts, keys::ForWave(wave.key),
              ToCountsRecord(wave).SerializeAsString());
  }

  void PutRequest(const std::string& key, const Request& request,
                  storage::RequestRecord& record,
                  rocksdb::WriteBatch& batch) const {
    record.set_digest(request.digest);
    batch.Put(tables_.request_ids, key, record.SerializeAsString());
  }

  const Tables& tables_;
  Committer& committer_;
  mutable RosterCache rosters_;
};

}  // namespace

std::unique_ptr<SurveyStore> MakeRocksSurveyStore(
    const Tables& tables, Committer& committer, std::size_t cached_people_max) {
  return std::make_unique<RocksSurveyStore>(tables, committer,
                                            cached_people_max);
}

}  // namespace pulsetaker::survey
