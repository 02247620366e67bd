#include "services/survey/store/store_audit.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "common/base/status.h"
#include "services/survey/domain/content_digest.h"
#include "services/survey/domain/effective_snapshot.h"
#include "services/survey/store/consent_rows.h"
#include "services/survey/store/erasure_rows.h"
#include "services/survey/store/invitation_rows.h"
#include "services/survey/store/key_reader.h"
#include "services/survey/store/keys.h"
#include "services/survey/store/participant_record.h"
#include "services/survey/store/people_records.h"
#include "services/survey/store/person_keys.h"
#include "services/survey/store/quality_rows.h"
#include "services/survey/store/records.h"
#include "services/survey/store/request_audit.h"
#include "services/survey/store/retention_rows.h"
#include "services/survey/store/stored_reader.h"
#include "services/survey/store/tenant_keys.h"
#include "services/survey/store/wave_rows.h"

namespace pulsetaker::survey {
namespace {

constexpr std::size_t kRequestDigestLength = 32;

// What the rows of a wave add up to, in whichever order they are read.
struct WaveTally {
  bool has_wave = false;
  bool has_counts = false;
  std::int64_t participants = 0;
  std::int64_t responses = 0;
  std::int64_t later_revisions = 0;  // Of its responses, beyond their first.
  std::int64_t uploaded = 0;         // What uploads say they have stored,
  std::int64_t superseded = 0;       // and superseded.
  std::int64_t submissions = 0;      // Requests for a single response.
  std::int64_t withdrawals = 0;      // Ids whose response may have been erased.
};

class Auditor {
 public:
  Auditor(kv::Rocks& rocks, const TenantKeys& tenant_keys)
      : tables_(rocks, tenant_keys),
        view_(std::make_shared<const DurableView>(rocks)),
        reader_(tables_, view_->snapshot()) {}

  using ReadRow = absl::Status (Auditor::*)(absl::string_view key,
                                            absl::string_view value);

  absl::Status ReadLocality(absl::string_view key, absl::string_view value) {
    PT_ASSIGN_OR_RETURN(const LocalityKey locality, keys::ReadLocalityKey(key));
    PT_ASSIGN_OR_RETURN(const auto record, ParseRecord<storage::LocalityRecord>(
                                               value, "a locality"));
    return FromRecord(locality, record).status();
  }

  absl::Status ReadInstrument(absl::string_view key, absl::string_view value) {
    PT_ASSIGN_OR_RETURN(const InstrumentKey id, keys::ReadInstrumentKey(key));
    PT_ASSIGN_OR_RETURN(
        const auto record,
        ParseRecord<storage::InstrumentRecord>(value, "an instrument"));
    PT_ASSIGN_OR_RETURN(const Instrument instrument, FromRecord(id, record));
    if (ContentDigest(instrument) != instrument.content_digest) {
      return kv::UnreadableError("its digest is of other content");
    }
    return absl::OkStatus();
  }

  absl::Status ReadInstrumentRevision(absl::string_view key,
                                      absl::string_view value) {
    PT_ASSIGN_OR_RETURN(const InstrumentRevisionKey id,
                        keys::ReadInstrumentRevisionKey(key));
    PT_RETURN_IF_ERROR(
        Require(reader_.FindInstrument(id.instrument), "its instrument"));
    PT_ASSIGN_OR_RETURN(
        const auto record,
        ParseRecord<storage::InstrumentRecord>(value, "a revision"));
    PT_ASSIGN_OR_RETURN(const Instrument revision,
                        FromRecord(id.instrument, record));
    const std::int32_t number =
        revision.is_draft() ? keys::kDraftRevision : revision.revision;
    if (number != id.revision) {
      return kv::UnreadableError("a revision is another one");
    }
    if (ContentDigest(revision) != revision.content_digest) {
      return kv::UnreadableError("its digest is of other content");
    }
    return absl::OkStatus();
  }

  // Findings go with their response, of the same revision.
  absl::Status ReadFlagged(absl::string_view key, absl::string_view value) {
    PT_ASSIGN_OR_RETURN(const auto child, keys::ReadWaveChildKey(key));
    PT_ASSIGN_OR_RETURN(
        const FlaggedResponse flagged,
        DecodeFlagged(OpenerOf(child.wave), key, child.id, value));
    PT_ASSIGN_OR_RETURN(const auto response,
                        reader_.FindResponse(child.wave, child.id));
    if (!response.has_value() || response->revision != flagged.revision) {
      return kv::UnreadableError("its response is not there");
    }
    return absl::OkStatus();
  }

  absl::Status ReadSurvey(absl::string_view key, absl::string_view value) {
    PT_ASSIGN_OR_RETURN(const SurveyKey survey, keys::ReadSurveyKey(key));
    PT_ASSIGN_OR_RETURN(const auto record,
                        ParseRecord<storage::SurveyRecord>(value, "a survey"));
    PT_RETURN_IF_ERROR(FromRecord(survey, record).status());
    return Require(reader_.FindLocality({survey.tenant, survey.locality}),
                   "its locality");
  }

  // Reads the counts as well, which FindWave needs.
  absl::Status ReadWave(absl::string_view key, absl::string_view) {
    PT_ASSIGN_OR_RETURN(const WaveKey wave_key, keys::ReadWaveKey(key));
    PT_ASSIGN_OR_RETURN(const Wave wave, reader_.GetWave(wave_key));
    PT_RETURN_IF_ERROR(
        Require(reader_.FindSurvey(
                    {wave_key.tenant, wave_key.locality, wave_key.survey}),
                "its survey"));
    PT_RETURN_IF_ERROR(
        Require(reader_.FindInstrumentRevision(wave.instrument_revision_key()),
                "its instrument"));
    if (!CheckConsentTextExists(tables_, reader_, wave).ok()) {
      return kv::UnreadableError("its consent text is not there");
    }
    tallies_[std::string(key)].has_wave = true;
    return absl::OkStatus();
  }

  absl::Status ReadCounts(absl::string_view key, absl::string_view value) {
    PT_RETURN_IF_ERROR(keys::ReadWaveKey(key).status());
    tallies_[std::string(key)].has_counts = true;
    return ParseRecord<storage::WaveCountsRecord>(value, "counts of a wave")
        .status();
  }

  absl::Status ReadParticipant(absl::string_view key, absl::string_view value) {
    PT_ASSIGN_OR_RETURN(const auto child, keys::ReadWaveChildKey(key));
    ++TallyOf(child.wave).participants;
    return DecodeParticipant(OpenerOf(child.wave), key, child.id, value)
        .status();
  }

  absl::Status ReadResponse(absl::string_view key, absl::string_view value) {
    PT_ASSIGN_OR_RETURN(const auto child, keys::ReadWaveChildKey(key));
    PT_ASSIGN_OR_RETURN(const Response response,
                        DecodeResponse(child.id, value));
    WaveTally& tally = TallyOf(child.wave);
    ++tally.responses;
    tally.later_revisions += response.revision - 1;
    return absl::OkStatus();
  }

  absl::Status ReadUpload(absl::string_view key, absl::string_view value) {
    PT_ASSIGN_OR_RETURN(const auto child, keys::ReadWaveChildKey(key));
    PT_ASSIGN_OR_RETURN(const auto record,
                        ParseRecord<storage::UploadRecord>(value, "an upload"));
    PT_ASSIGN_OR_RETURN(const Upload upload,
                        FromRecord(UploadKey{child.wave, child.id}, record));
    WaveTally& tally = TallyOf(child.wave);
    tally.uploaded += upload.stored_count;
    tally.superseded += upload.superseded_count;
    return absl::OkStatus();
  }

  absl::Status ReadInvitation(absl::string_view key, absl::string_view value) {
    PT_ASSIGN_OR_RETURN(const auto child, keys::ReadWaveChildKey(key));
    PT_ASSIGN_OR_RETURN(const IssuedInvitation invitation,
                        survey::ReadInvitation(child.id, value));
    PT_RETURN_IF_ERROR(Require(reader_.FindParticipant(child.wave, child.id),
                               "its participant"));
    return Require(FindInvitationKey(tables_, reader_, child.wave.tenant,
                                     invitation.key_number),
                   "its key");
  }

  absl::Status ReadInvitationKey(absl::string_view key, absl::string_view) {
    PT_ASSIGN_OR_RETURN(const auto id, keys::ReadInvitationKeyKey(key));
    return Require(FindInvitationKey(tables_, reader_, id.tenant, id.number),
                   "the key");
  }

  absl::Status ReadConsentText(absl::string_view key, absl::string_view value) {
    PT_ASSIGN_OR_RETURN(const auto id, keys::ReadConsentTextKey(key));
    PT_RETURN_IF_ERROR(
        survey::ReadConsentText(id.survey, id.version, value).status());
    return Require(reader_.FindSurvey(id.survey), "its survey");
  }

  absl::Status ReadRequest(absl::string_view key, absl::string_view value) {
    PT_ASSIGN_OR_RETURN(const auto request, keys::ReadRequestKey(key));
    PT_ASSIGN_OR_RETURN(const auto record, ParseRecord<storage::RequestRecord>(
                                               value, "a request"));
    if (record.digest().size() != kRequestDigestLength) {
      return kv::UnreadableError("a request has no digest");
    }
    if (request.wave.wave != 0) {
      WaveTally& tally = TallyOf(request.wave);
      tally.submissions += record.has_response() ? 1 : 0;
    }
    return CheckRequestResult(tables_, reader_, request, key, record);
  }

  absl::Status ReadRevision(absl::string_view key, absl::string_view value) {
    PT_ASSIGN_OR_RETURN(const auto read, keys::ReadRevisionKey(key));
    const keys::NumberedId& id = read.revision;
    PT_ASSIGN_OR_RETURN(const Response former, DecodeResponse(id.id, value));
    PT_ASSIGN_OR_RETURN(const auto current,
                        reader_.FindResponse(read.wave, id.id));
    if (former.revision == id.number && current.has_value() &&
        current->revision > id.number) {
      return absl::OkStatus();
    }
    return kv::UnreadableError("no later revision took its place");
  }

  absl::Status ReadWithdrawal(absl::string_view key, absl::string_view value) {
    PT_ASSIGN_OR_RETURN(const auto child, keys::ReadWaveChildKey(key));
    PT_RETURN_IF_ERROR(DecodeWithdrawal(child.id, value).status());
    ++TallyOf(child.wave).withdrawals;
    PT_ASSIGN_OR_RETURN(const auto response,
                        reader_.FindResponse(child.wave, child.id));
    if (!response.has_value()) return absl::OkStatus();
    return kv::UnreadableError("a response that was withdrawn is there");
  }

  absl::Status ReadOptOut(absl::string_view key, absl::string_view value) {
    PT_ASSIGN_OR_RETURN(const PersonKey person, keys::ReadPersonKey(key));
    PT_RETURN_IF_ERROR(DecodeOptOut(person.person, value).status());
    return Require(reader_.FindLocality(person.locality), "its locality");
  }

  absl::Status ReadAlias(absl::string_view key, absl::string_view value) {
    PT_ASSIGN_OR_RETURN(const auto read, keys::ReadAliasKey(key));
    const PersonOpener opener(tables_, reader_, read.locality);
    PT_RETURN_IF_ERROR(DecodeAlias(opener, key, read.alias, value).status());
    return Require(reader_.FindLocality(read.locality), "its locality");
  }

  absl::Status ReadPeopleRevision(absl::string_view key,
                                  absl::string_view value) {
    PT_ASSIGN_OR_RETURN(const LocalityKey locality, keys::ReadLocalityKey(key));
    PT_ASSIGN_OR_RETURN(const auto record,
                        ParseRecord<storage::PeopleRevisionRecord>(
                            value, "a revision of people"));
    if (record.revision() < 1) return kv::UnreadableError("no revision");
    return Require(reader_.FindLocality(locality), "its locality");
  }

  // All of them could be unwrapped, or there would be no audit.
  absl::Status ReadTenantKey(absl::string_view key, absl::string_view value) {
    PT_RETURN_IF_ERROR(keys::ReadInvitationKeyKey(key).status());
    return ParseRecord<storage::TenantKeyRecord>(value, "a tenant's key")
        .status();
  }

  absl::Status ReadRootKey(absl::string_view key, absl::string_view value) {
    PT_RETURN_IF_ERROR(keys::ReadRootKeyKey(key).status());
    PT_ASSIGN_OR_RETURN(const auto record, ParseRecord<storage::RootKeyRecord>(
                                               value, "a root key"));
    return crypto::SecretKey::FromBytes(record.secret()).ok()
               ? absl::OkStatus()
               : kv::UnreadableError("a root key");
  }

  absl::Status ReadPersonKeyRow(absl::string_view key, absl::string_view) {
    PT_ASSIGN_OR_RETURN(const PersonKey person, keys::ReadPersonKey(key));
    PT_RETURN_IF_ERROR(
        Require(reader_.FindLocality(person.locality), "its locality"));
    return PersonOpener(tables_, reader_, person.locality)
        .FindKey(person.person)
        .status();
  }

  // What was erased may have been told by uploads, as what was withdrawn.
  absl::Status ReadErasure(absl::string_view key, absl::string_view value) {
    PT_ASSIGN_OR_RETURN(const PersonKey person, keys::ReadPersonKey(key));
    PT_ASSIGN_OR_RETURN(const auto record, ParseRecord<storage::ErasureRecord>(
                                               value, "an erasure"));
    PT_ASSIGN_OR_RETURN(const Erasure erasure, FromRecord(record));
    ++erased_counts_[keys::ForLocality(person.locality)];
    if (erasure.locality == person.locality &&
        std::count(erasure.ids.begin(), erasure.ids.end(), person.person) > 0) {
      return Require(reader_.FindLocality(person.locality), "its locality");
    }
    return kv::UnreadableError("an erasure is of someone else");
  }

  absl::Status ReadRetentionPolicy(absl::string_view key,
                                   absl::string_view value) {
    PT_ASSIGN_OR_RETURN(const std::string tenant,
                        keys::ReadRetentionPolicyKey(key));
    return DecodeRetentionPolicy(tenant, value).status();
  }

  absl::StatusOr<StoreAudit> Run();

 private:
  PersonOpener OpenerOf(const WaveKey& wave) const {
    return PersonOpener(tables_, reader_, {wave.tenant, wave.locality});
  }

  template <typename T>
  static absl::Status Require(const absl::StatusOr<std::optional<T>>& found,
                              absl::string_view what) {
    PT_RETURN_IF_ERROR(found.status());
    if (found->has_value()) return absl::OkStatus();
    return kv::UnreadableError(absl::StrCat(what, " is not there"));
  }

  WaveTally& TallyOf(const WaveKey& wave) {
    return tallies_[keys::ForWave(wave)];
  }

  absl::Status ReadFamily(const std::string& family, StoreAudit& audit);
  absl::Status CheckWave(absl::string_view key, const WaveTally& tally,
                         StoreAudit& audit);

  const Tables tables_;
  const std::shared_ptr<const DurableView> view_;
  const StoredReader reader_;
  // Ids that were erased, of each locality that has some.
  std::map<std::string, std::int64_t> erased_counts_;
  std::map<std::string, WaveTally, std::less<>> tallies_;
};

struct FamilyReader {
  const char* family;
  Auditor::ReadRow read_row;
};
constexpr FamilyReader kReaders[] = {
    {keys::kLocalitiesFamily, &Auditor::ReadLocality},
    {keys::kInstrumentsFamily, &Auditor::ReadInstrument},
    {keys::kSurveysFamily, &Auditor::ReadSurvey},
    {keys::kWavesFamily, &Auditor::ReadWave},
    {keys::kWaveCountsFamily, &Auditor::ReadCounts},
    {keys::kParticipantsFamily, &Auditor::ReadParticipant},
    {keys::kResponsesFamily, &Auditor::ReadResponse},
    {keys::kUploadsFamily, &Auditor::ReadUpload},
    {keys::kRequestIdsFamily, &Auditor::ReadRequest},
    {keys::kInvitationsFamily, &Auditor::ReadInvitation},
    {keys::kInvitationKeysFamily, &Auditor::ReadInvitationKey},
    {keys::kConsentTextsFamily, &Auditor::ReadConsentText},
    {keys::kResponseRevisionsFamily, &Auditor::ReadRevision},
    {keys::kWithdrawalsFamily, &Auditor::ReadWithdrawal},
    {keys::kOptOutsFamily, &Auditor::ReadOptOut},
    {keys::kPersonAliasesFamily, &Auditor::ReadAlias},
    {keys::kPeopleRevisionsFamily, &Auditor::ReadPeopleRevision},
    {keys::kInstrumentRevisionsFamily, &Auditor::ReadInstrumentRevision},
    {keys::kQualityReviewsFamily, &Auditor::ReadFlagged},
    {keys::kRootKeysFamily, &Auditor::ReadRootKey},
    {keys::kTenantKeysFamily, &Auditor::ReadTenantKey},
    {keys::kPersonKeysFamily, &Auditor::ReadPersonKeyRow},
    {keys::kErasuresFamily, &Auditor::ReadErasure},
    {keys::kRetentionPoliciesFamily, &Auditor::ReadRetentionPolicy},
};

// Says where the problem is. One of the disk is not one of the row.
absl::Status In(absl::string_view family, absl::string_view key,
                const absl::Status& status) {
  if (absl::IsUnavailable(status)) return status;
  return kv::UnreadableError(absl::StrCat("family ", family, ", key ",
                                          absl::BytesToHexString(key), ": ",
                                          status.message()));
}

absl::Status Disagree(absl::string_view what, std::int64_t rows,
                      std::int64_t counted) {
  return kv::UnreadableError(absl::StrCat("the wave has ", rows, " ", what,
                                          ", and its counts say ", counted));
}

// Whether `found` is what uploads have told, and at most what single
// submissions can have added to it.
absl::Status CheckTold(absl::string_view what, std::int64_t found,
                       std::int64_t told, std::int64_t submissions) {
  if (found >= told && found <= told + submissions) return absl::OkStatus();
  return kv::UnreadableError(
      absl::StrCat("the wave has ", found, " ", what, ", but its uploads told ",
                   told, " and there were ", submissions, " submissions"));
}

absl::Status Auditor::ReadFamily(const std::string& family, StoreAudit& audit) {
  ReadRow read_row = nullptr;
  for (const FamilyReader& reader : kReaders) {
    if (family == reader.family) read_row = reader.read_row;
  }
  if (read_row == nullptr) {
    return absl::InternalError(
        absl::StrCat("no audit can read the family ", family));
  }
  std::int64_t& count = audit.row_counts[family];
  const auto it = tables_.rocks.NewPrefixIterator(tables_.rocks.family(family),
                                                  "", view_->snapshot());
  for (; it->Valid(); it->Next(), ++count) {
    const absl::Status read = (this->*read_row)(it->key(), it->value());
    if (!read.ok()) return In(family, it->key(), read);
  }
  const absl::Status end = it->status();
  return end.ok() ? end : In(family, "", end);
}

absl::Status Auditor::CheckWave(absl::string_view key, const WaveTally& tally,
                                StoreAudit& audit) {
  if (!tally.has_wave || !tally.has_counts) {
    return kv::UnreadableError("rows of a wave that is not there");
  }
  PT_ASSIGN_OR_RETURN(const WaveKey wave_key, keys::ReadWaveKey(key));
  PT_ASSIGN_OR_RETURN(const Wave wave, reader_.GetWave(wave_key));
  if (wave.participant_count != tally.participants) {
    return Disagree("people", tally.participants, wave.participant_count);
  }
  if (wave.response_count != tally.responses) {
    return Disagree("responses", tally.responses, wave.response_count);
  }
  // What was withdrawn or erased was told, and is not there; nobody knows how
  // many revisions it had.
  const std::int64_t gone =
      tally.withdrawals +
      erased_counts_[keys::ForLocality({wave_key.tenant, wave_key.locality})];
  PT_RETURN_IF_ERROR(CheckTold("responses", tally.responses,
                               std::max(std::int64_t{0}, tally.uploaded - gone),
                               tally.submissions + gone));
  PT_RETURN_IF_ERROR(CheckTold(
      "later revisions", tally.later_revisions, gone > 0 ? 0 : tally.superseded,
      tally.submissions + (gone > 0 ? tally.superseded : 0)));
  if (wave.state != WaveState::kClosed) return absl::OkStatus();
  const std::string wanted = wave.snapshot_digest;
  const auto instrument =
      reader_.FindInstrumentRevision(wave.instrument_revision_key());
  PT_RETURN_IF_ERROR(Require(instrument, "its instrument"));
  PT_ASSIGN_OR_RETURN(WaveRows read, ReadWaveRows(tables_, view_, wave_key));
  PT_ASSIGN_OR_RETURN(
      const std::unique_ptr<WaveSnapshot> snapshot,
      MakeEffectiveSnapshot(std::move(read.rows), read.overlay));
  PT_ASSIGN_OR_RETURN(const std::string digest,
                      SnapshotDigest(*snapshot, **instrument));
  if (digest != wanted) {
    return kv::UnreadableError(absl::StrCat("its snapshot has the digest ",
                                            digest, ", and was closed with ",
                                            wanted));
  }
  ++audit.digested_wave_count;
  return absl::OkStatus();
}

absl::StatusOr<StoreAudit> Auditor::Run() {
  StoreAudit audit;
  for (const std::string& family : keys::Families()) {
    PT_RETURN_IF_ERROR(ReadFamily(family, audit));
  }
  for (const auto& [key, tally] : tallies_) {
    const absl::Status agrees = CheckWave(key, tally, audit);
    if (!agrees.ok()) return In(keys::kWavesFamily, key, agrees);
  }
  return audit;
}

}  // namespace

absl::StatusOr<StoreAudit> AuditStore(
    kv::Rocks& rocks, std::shared_ptr<const crypto::RootKey> root_key) {
  const TenantKeys tenant_keys(rocks, std::move(root_key));
  PT_RETURN_IF_ERROR(tenant_keys.Check());
  return Auditor(rocks, tenant_keys).Run();
}

std::vector<std::string> AuditedFamilies() {
  std::vector<std::string> families;
  for (const FamilyReader& reader : kReaders) {
    families.emplace_back(reader.family);
  }
  return families;
}

}  // namespace pulsetaker::survey
