// Reads keys from disk back into what they are of. Strict: a key that no
// function of keys.h made is DATA_LOSS, STORED_DATA_UNREADABLE.

#pragma once

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "services/survey/domain/instrument.h"
#include "services/survey/domain/locality.h"
#include "services/survey/domain/person.h"
#include "services/survey/domain/survey.h"
#include "services/survey/domain/wave.h"
#include "services/survey/store/keys.h"

namespace pulsetaker::survey::keys {

absl::StatusOr<LocalityKey> ReadLocalityKey(absl::string_view key);
absl::StatusOr<InstrumentKey> ReadInstrumentKey(absl::string_view key);
// A revision of an instrument; kDraftRevision is the draft.
absl::StatusOr<InstrumentRevisionKey> ReadInstrumentRevisionKey(
    absl::string_view key);
absl::StatusOr<SurveyKey> ReadSurveyKey(absl::string_view key);
absl::StatusOr<WaveKey> ReadWaveKey(absl::string_view key);

// The number of a key in `root_keys`.
absl::StatusOr<std::int32_t> ReadRootKeyKey(absl::string_view key);

// A key of a tenant's tokens, or one that wraps those of its people.
struct StoredInvitationKey {
  std::string tenant;
  std::int32_t number = 0;
};
absl::StatusOr<StoredInvitationKey> ReadInvitationKeyKey(absl::string_view key);

// A version of a survey's consent text.
struct ConsentTextKey {
  SurveyKey survey;
  std::int32_t version = 0;
};
absl::StatusOr<ConsentTextKey> ReadConsentTextKey(absl::string_view key);

// What lies within a wave: a person, an upload, or a person's invitation.
struct WaveChildKey {
  WaveKey wave;
  std::string id;
};
absl::StatusOr<WaveChildKey> ReadWaveChildKey(absl::string_view key);

// A revision of a response, that another took the place of.
struct RevisionKey {
  WaveKey wave;
  NumberedId revision;
};
absl::StatusOr<RevisionKey> ReadRevisionKey(absl::string_view key);

// Someone of a locality, and one of their merges.
absl::StatusOr<PersonKey> ReadPersonKey(absl::string_view key);
struct AliasKey {
  LocalityKey locality;
  NumberedId alias;
};
absl::StatusOr<AliasKey> ReadAliasKey(absl::string_view key);

// The tenant of a policy.
absl::StatusOr<std::string> ReadRetentionPolicyKey(absl::string_view key);

// A request, of a wave or of a tenant: `wave.wave` is 0 then, and only the
// tenant is set.
struct StoredRequestKey {
  WaveKey wave;
  std::string id;  // A UUID.
};
absl::StatusOr<StoredRequestKey> ReadRequestKey(absl::string_view key);

}  // namespace pulsetaker::survey::keys
