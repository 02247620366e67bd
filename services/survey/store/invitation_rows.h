// Invitations and the keys of their tokens as rows.

#pragma once

#include <cstdint>
#include <optional>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "services/survey/domain/invitation.h"
#include "services/survey/domain/invitation_store.h"
#include "services/survey/domain/wave.h"
#include "services/survey/store/record.pb.h"
#include "services/survey/store/stored_reader.h"

namespace pulsetaker::survey {

// What could not have been written is DATA_LOSS, STORED_DATA_UNREADABLE.

storage::InvitationRecord ToRecord(const IssuedInvitation& invitation);
absl::StatusOr<IssuedInvitation> FromRecord(
    absl::string_view person, const storage::InvitationRecord& record);
absl::StatusOr<IssuedInvitation> ReadInvitation(absl::string_view person,
                                                absl::string_view value);

storage::InvitationKeyRecord ToRecord(const InvitationKey& key);

absl::StatusOr<std::optional<IssuedInvitation>> FindInvitation(
    const Tables& tables, const StoredReader& reader, const WaveKey& wave,
    absl::string_view person);

absl::StatusOr<std::optional<InvitationKey>> FindInvitationKey(
    const Tables& tables, const StoredReader& reader, absl::string_view tenant,
    std::int32_t number);

// The number of the tenant's newest key, 0 if there is none.
absl::StatusOr<std::int32_t> NewestKeyNumber(const Tables& tables,
                                             const StoredReader& reader,
                                             absl::string_view tenant);

}  // namespace pulsetaker::survey
