#include "services/survey/store/stored_reader.h"

#include <algorithm>
#include <memory>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/base/fault.h"
#include "common/base/status.h"
#include "services/survey/store/keys.h"
#include "services/survey/store/participant_record.h"
#include "services/survey/store/person_keys.h"
#include "services/survey/store/records.h"

namespace pulsetaker::survey {

Tables::Tables(kv::Rocks& open_rocks, const TenantKeys& keys_of_tenants)
    : rocks(open_rocks),
      tenant_key_ring(keys_of_tenants),
      localities(rocks.family(keys::kLocalitiesFamily)),
      instruments(rocks.family(keys::kInstrumentsFamily)),
      surveys(rocks.family(keys::kSurveysFamily)),
      waves(rocks.family(keys::kWavesFamily)),
      wave_counts(rocks.family(keys::kWaveCountsFamily)),
      participants(rocks.family(keys::kParticipantsFamily)),
      responses(rocks.family(keys::kResponsesFamily)),
      uploads(rocks.family(keys::kUploadsFamily)),
      request_ids(rocks.family(keys::kRequestIdsFamily)),
      invitations(rocks.family(keys::kInvitationsFamily)),
      invitation_keys(rocks.family(keys::kInvitationKeysFamily)),
      consent_texts(rocks.family(keys::kConsentTextsFamily)),
      instrument_revisions(rocks.family(keys::kInstrumentRevisionsFamily)),
      response_revisions(rocks.family(keys::kResponseRevisionsFamily)),
      withdrawals(rocks.family(keys::kWithdrawalsFamily)),
      opt_outs(rocks.family(keys::kOptOutsFamily)),
      person_aliases(rocks.family(keys::kPersonAliasesFamily)),
      people_revisions(rocks.family(keys::kPeopleRevisionsFamily)),
      quality_reviews(rocks.family(keys::kQualityReviewsFamily)),
      person_keys(rocks.family(keys::kPersonKeysFamily)),
      erasures(rocks.family(keys::kErasuresFamily)),
      retention_policies(rocks.family(keys::kRetentionPoliciesFamily)) {}

namespace {

// The value of a row of `instrument_revisions`.
absl::StatusOr<Instrument> ReadRevision(const InstrumentRevisionKey& key,
                                        absl::string_view value) {
  PT_ASSIGN_OR_RETURN(const auto record, ParseRecord<storage::InstrumentRecord>(
                                             value, "a revision"));
  PT_ASSIGN_OR_RETURN(Instrument instrument,
                      FromRecord(key.instrument, record));
  const bool is_draft = key.revision == keys::kDraftRevision;
  if (instrument.is_draft() != is_draft ||
      (!is_draft && instrument.revision != key.revision)) {
    return kv::UnreadableError("a revision is another one");
  }
  return instrument;
}

}  // namespace

absl::Status NotFound(absl::string_view reason, absl::string_view message) {
  return MakeError(absl::StatusCode::kNotFound, reason, message);
}

absl::StatusOr<bool> StoredReader::Get(kv::Rocks::Family* family,
                                       absl::string_view key,
                                       std::string& value) const {
  rocksdb::ReadOptions options;
  options.snapshot = snapshot_;
  const rocksdb::Status found =
      tables_.rocks.db().Get(options, family, kv::ToSlice(key), &value);
  if (found.IsNotFound()) return false;
  if (!found.ok()) return kv::ReadError(found);
  return true;
}

absl::Status StoredReader::Scan(
    kv::Rocks::Family* family, absl::string_view prefix,
    absl::string_view start,
    const std::function<absl::StatusOr<bool>(
        absl::string_view key, absl::string_view value)>& row) const {
  const auto it = tables_.rocks.NewPrefixIterator(family, prefix, snapshot_);
  for (it->Seek(start); it->Valid(); it->Next()) {
    PT_ASSIGN_OR_RETURN(const bool go_on, row(it->key(), it->value()));
    if (!go_on) return absl::OkStatus();
  }
  return it->status();
}

absl::StatusOr<std::optional<Locality>> StoredReader::FindLocality(
    const LocalityKey& key) const {
  std::string value;
  PT_ASSIGN_OR_RETURN(const bool found,
                      Get(tables_.localities, keys::ForLocality(key), value));
  if (!found) return std::optional<Locality>();
  PT_ASSIGN_OR_RETURN(const auto record, ParseRecord<storage::LocalityRecord>(
                                             value, "a locality"));
  return FromRecord(key, record);
}

absl::StatusOr<std::optional<Instrument>> StoredReader::FindInstrument(
    const InstrumentKey& key) const {
  std::string value;
  PT_ASSIGN_OR_RETURN(const bool found, Get(tables_.instruments,
                                            keys::ForInstrument(key), value));
  if (!found) return std::optional<Instrument>();
  PT_ASSIGN_OR_RETURN(const auto record, ParseRecord<storage::InstrumentRecord>(
                                             value, "an instrument"));
  return FromRecord(key, record);
}

absl::StatusOr<std::optional<Instrument>> StoredReader::FindRevisionRow(
    const InstrumentRevisionKey& key) const {
  std::string value;
  PT_ASSIGN_OR_RETURN(const bool found,
                      Get(tables_.instrument_revisions,
                          keys::ForInstrumentRevision(key), value));
  if (!found) return std::optional<Instrument>();
  return ReadRevision(key, value);
}

absl::StatusOr<std::optional<Instrument>> StoredReader::FindInstrumentRevision(
    const InstrumentRevisionKey& key) const {
  if (key.revision < 1) return std::optional<Instrument>();
  PT_ASSIGN_OR_RETURN(std::optional<Instrument> found, FindRevisionRow(key));
  if (found.has_value()) return found;
  PT_ASSIGN_OR_RETURN(found, FindInstrument(key.instrument));
  if (!found.has_value() || found->is_draft() ||
      found->revision < key.revision) {
    return std::optional<Instrument>();
  }
  if (found->revision > key.revision) {
    return kv::UnreadableError("a revision is gone");
  }
  return found;
}

absl::StatusOr<InstrumentVersions> StoredReader::FindInstrumentVersions(
    const InstrumentKey& key) const {
  InstrumentVersions versions;
  PT_ASSIGN_OR_RETURN(std::optional<Instrument> shown, FindInstrument(key));
  if (!shown.has_value()) return versions;
  if (shown->is_draft()) {
    versions.draft = std::move(shown);
    return versions;
  }
  versions.latest = std::move(shown);
  PT_ASSIGN_OR_RETURN(versions.draft,
                      FindRevisionRow({key, keys::kDraftRevision}));
  if (versions.draft.has_value() &&
      versions.draft->revision != versions.latest->revision) {
    return kv::UnreadableError("a draft is of another revision");
  }
  return versions;
}

absl::StatusOr<std::vector<Instrument>> StoredReader::ListInstrumentRevisions(
    const InstrumentKey& key, std::int32_t after, std::size_t limit) const {
  std::vector<Instrument> revisions;
  PT_ASSIGN_OR_RETURN(std::optional<Instrument> latest, FindInstrument(key));
  if (!latest.has_value() || latest->is_draft() || limit == 0 ||
      after >= latest->revision) {
    return revisions;
  }
  const std::string prefix = keys::RevisionsPrefix(key);
  std::int32_t next = std::max(after, 0) + 1;
  PT_RETURN_IF_ERROR(
      Scan(tables_.instrument_revisions, prefix,
           keys::ForInstrumentRevision({key, next}),
           [&](absl::string_view bytes,
               absl::string_view value) -> absl::StatusOr<bool> {
             PT_ASSIGN_OR_RETURN(const std::int32_t number,
                                 keys::RevisionOf(bytes, prefix));
             if (number != next)
               return kv::UnreadableError("a revision is gone");
             PT_ASSIGN_OR_RETURN(Instrument revision,
                                 ReadRevision({key, number}, value));
             revisions.push_back(std::move(revision));
             ++next;
             return revisions.size() < limit;
           }));
  if (revisions.size() == limit) return revisions;
  if (next != latest->revision) {
    return kv::UnreadableError("a revision is gone");
  }
  revisions.push_back(*std::move(latest));
  return revisions;
}

absl::StatusOr<std::optional<Survey>> StoredReader::FindSurvey(
    const SurveyKey& key) const {
  std::string value;
  PT_ASSIGN_OR_RETURN(const bool found,
                      Get(tables_.surveys, keys::ForSurvey(key), value));
  if (!found) return std::optional<Survey>();
  PT_ASSIGN_OR_RETURN(const auto record,
                      ParseRecord<storage::SurveyRecord>(value, "a survey"));
  return FromRecord(key, record);
}

absl::StatusOr<std::optional<Wave>> StoredReader::FindWave(
    const WaveKey& key) const {
  const std::string bytes = keys::ForWave(key);
  std::string value;
  PT_ASSIGN_OR_RETURN(bool found, Get(tables_.waves, bytes, value));
  if (!found) return std::optional<Wave>();
  PT_ASSIGN_OR_RETURN(const auto record,
                      ParseRecord<storage::WaveRecord>(value, "a wave"));
  PT_ASSIGN_OR_RETURN(found, Get(tables_.wave_counts, bytes, value));
  if (!found) return kv::UnreadableError("a wave has no counts");
  PT_ASSIGN_OR_RETURN(const auto counts, ParseRecord<storage::WaveCountsRecord>(
                                             value, "counts of a wave"));
  return FromRecord(key, record, counts);
}

absl::StatusOr<Wave> StoredReader::GetWave(const WaveKey& key) const {
  PT_ASSIGN_OR_RETURN(std::optional<Wave> wave, FindWave(key));
  if (!wave.has_value()) {
    return NotFound("WAVE_NOT_FOUND", "the survey has no such wave");
  }
  return *std::move(wave);
}

absl::StatusOr<std::optional<Participant>> StoredReader::FindParticipant(
    const WaveKey& wave, absl::string_view person) const {
  const std::string key = absl::StrCat(keys::ForWave(wave), person);
  std::string value;
  PT_ASSIGN_OR_RETURN(const bool found, Get(tables_.participants, key, value));
  if (!found) return std::optional<Participant>();
  return DecodeParticipant(
      PersonOpener(tables_, *this, {wave.tenant, wave.locality}), key, person,
      value);
}

absl::StatusOr<std::optional<Response>> StoredReader::FindResponse(
    const WaveKey& wave, absl::string_view person) const {
  std::string value;
  PT_ASSIGN_OR_RETURN(
      const bool found,
      Get(tables_.responses, absl::StrCat(keys::ForWave(wave), person), value));
  if (!found) return std::optional<Response>();
  return DecodeResponse(person, value);
}

absl::StatusOr<std::optional<Upload>> StoredReader::FindUpload(
    const UploadKey& key) const {
  std::string value;
  PT_ASSIGN_OR_RETURN(
      const bool found,
      Get(tables_.uploads, absl::StrCat(keys::ForWave(key.wave), key.upload),
          value));
  if (!found) return std::optional<Upload>();
  PT_ASSIGN_OR_RETURN(const auto record,
                      ParseRecord<storage::UploadRecord>(value, "an upload"));
  return FromRecord(key, record);
}

absl::StatusOr<std::optional<storage::RequestRecord>> StoredReader::FindRequest(
    absl::string_view key, const Request& request) const {
  std::string value;
  PT_ASSIGN_OR_RETURN(const bool found, Get(tables_.request_ids, key, value));
  if (!found) return std::optional<storage::RequestRecord>();
  PT_ASSIGN_OR_RETURN(auto record,
                      ParseRecord<storage::RequestRecord>(value, "a request"));
  if (record.digest() != request.digest &&
      !PT_PLANTED_BUG("request_digest_ignored")) {
    return MakeError(absl::StatusCode::kAlreadyExists, "REQUEST_ID_REUSED",
                     "the request id came before with other content");
  }
  return record;
}

template <typename T>
absl::StatusOr<std::vector<T>> StoredReader::List(
    kv::Rocks::Family* family, const Page& page,
    const std::function<absl::StatusOr<T>(
        const std::string& id, absl::string_view value)>& read) const {
  std::vector<T> entries;
  if (page.limit == 0) return entries;
  std::string start = absl::StrCat(page.prefix, page.after);
  if (!page.after.empty()) start.push_back('\0');  // The first key above it.
  PT_RETURN_IF_ERROR(Scan(family, page.prefix, start,
                          [&](absl::string_view key,
                              absl::string_view value) -> absl::StatusOr<bool> {
                            PT_ASSIGN_OR_RETURN(const std::string id,
                                                keys::IdOf(key, page.prefix));
                            PT_ASSIGN_OR_RETURN(T entry, read(id, value));
                            entries.push_back(std::move(entry));
                            return entries.size() < page.limit;
                          }));
  return entries;
}

absl::StatusOr<std::vector<Locality>> StoredReader::ListLocalities(
    absl::string_view tenant, absl::string_view after,
    std::size_t limit) const {
  return List<Locality>(
      tables_.localities, {keys::TenantPrefix(tenant), after, limit},
      [&](const std::string& id,
          absl::string_view value) -> absl::StatusOr<Locality> {
        PT_ASSIGN_OR_RETURN(
            const auto record,
            ParseRecord<storage::LocalityRecord>(value, "a locality"));
        return FromRecord(LocalityKey{std::string(tenant), id}, record);
      });
}

absl::StatusOr<std::vector<Instrument>> StoredReader::ListInstruments(
    absl::string_view tenant, absl::string_view after,
    std::size_t limit) const {
  return List<Instrument>(
      tables_.instruments, {keys::TenantPrefix(tenant), after, limit},
      [&](const std::string& id,
          absl::string_view value) -> absl::StatusOr<Instrument> {
        PT_ASSIGN_OR_RETURN(
            const auto record,
            ParseRecord<storage::InstrumentRecord>(value, "an instrument"));
        return FromRecord(InstrumentKey{std::string(tenant), id}, record);
      });
}

absl::StatusOr<std::vector<Survey>> StoredReader::ListSurveys(
    const LocalityKey& locality, absl::string_view after,
    std::size_t limit) const {
  return List<Survey>(
      tables_.surveys, {keys::SurveysPrefix(locality), after, limit},
      [&](const std::string& id,
          absl::string_view value) -> absl::StatusOr<Survey> {
        PT_ASSIGN_OR_RETURN(
            const auto record,
            ParseRecord<storage::SurveyRecord>(value, "a survey"));
        return FromRecord(SurveyKey{locality.tenant, locality.locality, id},
                          record);
      });
}

absl::StatusOr<std::vector<Wave>> StoredReader::ListWaves(
    const SurveyKey& survey, std::int32_t after, std::size_t limit) const {
  std::vector<Wave> waves;
  if (limit == 0) return waves;
  const std::string prefix = keys::WavesPrefix(survey);
  WaveKey key = {survey.tenant, survey.locality, survey.survey, after};
  const std::string start = after > 0 ? keys::ForWave(key) + '\0' : prefix;
  PT_RETURN_IF_ERROR(Scan(
      tables_.waves, prefix, start,
      [&](absl::string_view bytes, absl::string_view) -> absl::StatusOr<bool> {
        PT_ASSIGN_OR_RETURN(key.wave, keys::WaveOf(bytes, prefix));
        PT_ASSIGN_OR_RETURN(Wave wave, GetWave(key));
        waves.push_back(std::move(wave));
        return waves.size() < limit;
      }));
  return waves;
}

absl::StatusOr<std::vector<Participant>> StoredReader::ListParticipants(
    const WaveKey& wave, absl::string_view after, std::size_t limit) const {
  const std::string prefix = keys::ForWave(wave);
  const PersonOpener opener(tables_, *this, {wave.tenant, wave.locality});
  return List<Participant>(
      tables_.participants, {prefix, after, limit},
      [&](const std::string& person, absl::string_view value) {
        return DecodeParticipant(opener, absl::StrCat(prefix, person), person,
                                 value);
      });
}

absl::StatusOr<std::vector<Response>> StoredReader::ListResponses(
    const WaveKey& wave, absl::string_view after, std::size_t limit) const {
  return List<Response>(tables_.responses, {keys::ForWave(wave), after, limit},
                        DecodeResponse);
}

absl::StatusOr<std::shared_ptr<const Roster>> StoredReader::ReadRoster(
    const WaveKey& wave) const {
  const std::string prefix = keys::ForWave(wave);
  auto roster = std::make_shared<Roster>();
  PT_RETURN_IF_ERROR(
      Scan(tables_.participants, prefix, prefix,
           [&](absl::string_view key,
               absl::string_view value) -> absl::StatusOr<bool> {
             PT_ASSIGN_OR_RETURN(std::string person, keys::IdOf(key, prefix));
             PT_ASSIGN_OR_RETURN(const Invitation invitation,
                                 DecodeInvitation(person, value));
             roster->emplace(std::move(person), invitation);
             return true;
           }));
  return roster;
}

}  // namespace pulsetaker::survey
