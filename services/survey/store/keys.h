// The key space of the survey store, all of it. Layout 1:
//
//   family        key                                     value
//   localities    0x01 tenant 0x00 locality               LocalityRecord
//   instruments   INSTRUMENT                              InstrumentRecord
//   instrument_revisions
//                 INSTRUMENT 0x00 revision                InstrumentRecord
//   surveys       0x01 tenant 0x00 locality 0x00 survey   SurveyRecord
//   waves         WAVE                                    WaveRecord
//   wave_counts   WAVE                                    WaveCountsRecord
//   participants  WAVE person                             ParticipantRecord
//   responses     WAVE person                             ResponseRecord
//   uploads       WAVE upload                             UploadRecord
//   invitations   WAVE person                             InvitationRecord
//   invitation_keys
//                 0x01 tenant 0x00 number                 InvitationKeyRecord
//   consent_texts 0x01 tenant 0x00 locality 0x00 survey 0x00 number
//                                                         ConsentTextRecord
//   request_ids   0x01 tenant 0x00 request_id             RequestRecord
//                 WAVE request_id                         RequestRecord
//
//   quality_reviews     WAVE person                       QualityRecord
//   response_revisions  WAVE person 0x00 nth              ResponseRecord
//   withdrawals         WAVE person                       WithdrawalRecord
//   opt_outs            LOCALITY person                   OptOutRecord
//   person_aliases      LOCALITY person 0x00 nth          AliasRecord
//   people_revisions    0x01 tenant 0x00 locality         PeopleRevisionRecord
//   root_keys           0x01 number                       RootKeyRecord
//   tenant_keys         0x01 tenant 0x00 number           TenantKeyRecord
//   person_keys         LOCALITY person                   PersonKeyRecord
//   erasures            LOCALITY person                   ErasureRecord
//   retention_policies  0x01 tenant                       RetentionRecord
//
//   WAVE        0x01 tenant 0x00 locality 0x00 survey 0x00 wave
//   LOCALITY    0x01 tenant 0x00 locality 0x00
//   INSTRUMENT  0x01 tenant 0x00 instrument
//
//   0x01        the layout. Another layout takes another byte; none is reused.
//   tenant and  1 to 63 bytes of [a-z0-9_-]. They cannot hold 0x00, so 0x00
//   other ids   ends one that is followed by more, and all of `north` sorts
//               before all of `north-west`.
//   wave        4 bytes, most significant first: byte order is numeric order,
//               so waves lie in order and a page of a list is one forward scan.
//   number      of a key or a version: 1 to 2^31 - 1, as `wave`.
//   revision    4 bytes, most significant first. 0 is the draft.
//   nth         8 bytes, most significant first: the revision of a response
//               that was superseded, or which merge of an id it is; from 1.
//   request_id  36 bytes, the text form of a UUID. Those of localities,
//               instruments, surveys and new waves are of the tenant, all
//               others of the wave. The two forms cannot meet: what is after
//               the first 0x00 has a 0x00 in the one and none in the other.
//
// The counts of a wave have a row of their own because they change with every
// frame, and the rest of the wave hardly ever.
//
// `instruments` has the latest revision of each instrument or, if it has none,
// its draft, so that a list of instruments is one scan; `instrument_revisions`
// has the rest: the revisions before the latest, and the draft of an instrument
// that has a revision. A latest revision moves there when the next one is
// published. Records of before there were revisions lie in `instruments` alone,
// and are revision 1.
//
// These bytes are on disks that we don't own. keys_test.cc pins them; a change
// that breaks it needs a new layout byte and a migration, not a new golden.

#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "services/survey/domain/instrument.h"
#include "services/survey/domain/locality.h"
#include "services/survey/domain/survey.h"
#include "services/survey/domain/wave.h"

namespace pulsetaker::survey::keys {

inline constexpr char kLocalitiesFamily[] = "localities";
inline constexpr char kInstrumentsFamily[] = "instruments";
inline constexpr char kInstrumentRevisionsFamily[] = "instrument_revisions";
inline constexpr char kSurveysFamily[] = "surveys";
inline constexpr char kWavesFamily[] = "waves";
inline constexpr char kWaveCountsFamily[] = "wave_counts";
inline constexpr char kParticipantsFamily[] = "participants";
inline constexpr char kResponsesFamily[] = "responses";
inline constexpr char kUploadsFamily[] = "uploads";
inline constexpr char kRequestIdsFamily[] = "request_ids";
inline constexpr char kInvitationsFamily[] = "invitations";
inline constexpr char kInvitationKeysFamily[] = "invitation_keys";
inline constexpr char kConsentTextsFamily[] = "consent_texts";
inline constexpr char kResponseRevisionsFamily[] = "response_revisions";
inline constexpr char kWithdrawalsFamily[] = "withdrawals";
inline constexpr char kOptOutsFamily[] = "opt_outs";
inline constexpr char kPersonAliasesFamily[] = "person_aliases";
inline constexpr char kPeopleRevisionsFamily[] = "people_revisions";
inline constexpr char kQualityReviewsFamily[] = "quality_reviews";
inline constexpr char kRootKeysFamily[] = "root_keys";
inline constexpr char kTenantKeysFamily[] = "tenant_keys";
inline constexpr char kPersonKeysFamily[] = "person_keys";
inline constexpr char kErasuresFamily[] = "erasures";
inline constexpr char kRetentionPoliciesFamily[] = "retention_policies";

// All of the above.
std::vector<std::string> Families();

// What all keys of localities, of instruments and of the tenant's own requests
// start with.
std::string TenantPrefix(absl::string_view tenant);

// What all keys of surveys, of waves, of opt-outs and of aliases of one
// locality start with.
std::string SurveysPrefix(const LocalityKey& locality);

// What all keys of waves of one survey start with.
std::string WavesPrefix(const SurveyKey& survey);

std::string ForLocality(const LocalityKey& key);
std::string ForInstrument(const InstrumentKey& key);

// What all keys of revisions of one instrument start with.
std::string RevisionsPrefix(const InstrumentKey& key);

// The key in `instrument_revisions`.
inline constexpr std::int32_t kDraftRevision = 0;
std::string ForInstrumentRevision(const InstrumentRevisionKey& key);

std::string ForSurvey(const SurveyKey& key);

// The key in `waves` and `wave_counts`, and what all keys within the wave start
// with: append the id of the person, upload or request.
std::string ForWave(const WaveKey& key);

// The key in `invitation_keys`; TenantPrefix is what all of a tenant start
// with.
std::string ForInvitationKey(absl::string_view tenant, std::int32_t number);

// The key in `root_keys`, and that in `tenant_keys`; TenantPrefix is what all
// of a tenant start with.
std::string ForRootKey(std::int32_t number);
std::string ForTenantKey(absl::string_view tenant, std::int32_t number);

// The key in `person_keys` and `erasures`.
std::string ForPersonKey(const LocalityKey& locality, absl::string_view person);

// The key in `retention_policies`.
std::string ForRetentionPolicy(absl::string_view tenant);

// The key in `consent_texts`; WavesPrefix is what all of a survey start with.
std::string ForConsentText(const SurveyKey& survey, std::int32_t version);

// 0x00 and the 8 bytes, to be appended to an id.
std::string NumberSuffix(std::int64_t number);

// The id that is left of `key` after `prefix`, where ids are the last part.
// DATA_LOSS, STORED_DATA_UNREADABLE if no function of this file made the key: a
// key from disk is input, so it is checked, and never asserted.
absl::StatusOr<std::string> IdOf(absl::string_view key,
                                 absl::string_view prefix);

// The same for the number of a wave after WavesPrefix, or any other number that
// is the last part.
absl::StatusOr<std::int32_t> WaveOf(absl::string_view key,
                                    absl::string_view prefix);

// The same for a revision after RevisionsPrefix; kDraftRevision for the draft.
absl::StatusOr<std::int32_t> RevisionOf(absl::string_view key,
                                        absl::string_view prefix);

// The same for an id and its number, 1 or more.
struct NumberedId {
  std::string id;
  std::int64_t number = 0;

  friend bool operator==(const NumberedId&, const NumberedId&) = default;
};
absl::StatusOr<NumberedId> NumberedIdOf(absl::string_view key,
                                        absl::string_view prefix);

}  // namespace pulsetaker::survey::keys
