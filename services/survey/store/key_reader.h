// Reads keys from disk back into what they are of. Strict: a key that no
// function of keys.h made is DATA_LOSS, STORED_DATA_UNREADABLE.

#pragma once

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "services/survey/domain/instrument.h"
#include "services/survey/domain/locality.h"
#include "services/survey/domain/survey.h"
#include "services/survey/domain/wave.h"

namespace pulsetaker::survey::keys {

absl::StatusOr<LocalityKey> ReadLocalityKey(absl::string_view key);
absl::StatusOr<InstrumentKey> ReadInstrumentKey(absl::string_view key);
absl::StatusOr<SurveyKey> ReadSurveyKey(absl::string_view key);
absl::StatusOr<WaveKey> ReadWaveKey(absl::string_view key);

// A key of a tenant's tokens.
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

// A request, of a wave or of a tenant: `wave.wave` is 0 then, and only the
// tenant is set.
struct StoredRequestKey {
  WaveKey wave;
  std::string id;  // A UUID.
};
absl::StatusOr<StoredRequestKey> ReadRequestKey(absl::string_view key);

}  // namespace pulsetaker::survey::keys
