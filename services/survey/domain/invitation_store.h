// The port through which invitations are kept, and the keys that their tokens
// are signed with. Tokens are not kept. The domain owns this header and store/
// implements it.

#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "services/survey/domain/invitation.h"
#include "services/survey/domain/survey_store.h"
#include "services/survey/domain/wave.h"

namespace pulsetaker::survey {

// What the tokens of a tenant are signed with. `secret` never leaves the domain
// and the store.
struct InvitationKey {
  std::int32_t number = 0;  // 1 for the first of the tenant.
  std::string secret;       // kTokenSecretBytes random bytes.
  absl::Time create_time;   // Whole microseconds.
};

inline constexpr std::int32_t kInvitationKeysMax = 1'000;

// Whom to invite.
struct IssueOrder {
  WaveKey wave;
  std::vector<std::string> persons;
  // Leaves out whoever is not pending any more, instead of refusing those who
  // are not invited and issuing again for those who have an invitation.
  bool pending_only = false;
  std::string next_after;  // Kept for a repeat.
  std::string language;
  absl::Time expire_time;
  Request request;
  absl::Time now;  // Whole microseconds.
};

// What was issued, from which the tokens follow.
struct IssuedBatch {
  struct Entry {
    std::string person;
    std::int32_t issue = 0;
  };
  InvitationKey key;
  std::vector<Entry> entries;
  std::string next_after;
  absl::Time expire_time;
};

// A page of a scan that looks at a bounded number of rows.
template <typename T>
struct ScanPage {
  std::vector<T> entries;
  std::string next_after;  // Where to go on; empty at the end.
};

// What a scan begins after, finds at most, and looks at at most.
struct ScanBounds {
  absl::string_view after;
  std::size_t limit = 0;
  std::size_t row_count_max = 0;
};

// People who were reminded.
struct ReminderOrder {
  WaveKey wave;
  std::vector<std::string> persons;
  absl::Time send_time;
  Request request;
  absl::Time now;  // Whole microseconds.
};

// Safe for use by any number of threads at once. What SurveyStore says of
// durability, of repeats and of errors that any call may have holds here, too;
// ids of requests are among those of the wave, but for RotateKey.
class InvitationStore {
 public:
  virtual ~InvitationStore() = default;

  // Issues an invitation, as NextIssue makes it, for each person, with the
  // newest key of the tenant, which is made if there is none. In order:
  //   NOT_FOUND, WAVE_NOT_FOUND
  //   ALREADY_EXISTS, REQUEST_ID_REUSED
  //   CheckInvitable, CheckExpireTime
  //   CheckRespondent of the first person at fault, as "persons[2]"
  virtual absl::StatusOr<IssuedBatch> Issue(const IssueOrder& order) = 0;

  // INVITATION_NOT_FOUND.
  virtual absl::StatusOr<IssuedInvitation> GetInvitation(
      const WaveKey& wave, absl::string_view person) const = 0;
  // The first `limit` of the wave with a person above `after`, ascending.
  virtual absl::StatusOr<std::vector<IssuedInvitation>> ListInvitations(
      const WaveKey& wave, absl::string_view after,
      std::size_t limit) const = 0;

  // People of the roster who are invited and have neither a response nor an
  // invitation, ascending.
  virtual absl::StatusOr<ScanPage<std::string>> ListPending(
      const WaveKey& wave, const ScanBounds& bounds) const = 0;
  // Invitations that IsDue, of people who are invited and have no response,
  // ascending by person.
  virtual absl::StatusOr<ScanPage<IssuedInvitation>> ListDue(
      const WaveKey& wave, const DueFilter& filter,
      const ScanBounds& bounds) const = 0;

  // INVITATION_NOT_FOUND, then what `change` fails with.
  virtual absl::StatusOr<IssuedInvitation> UpdateInvitation(
      const WaveKey& wave, absl::string_view person, const Request& request,
      const Change<IssuedInvitation>& change) = 0;

  // Counts a reminder for each person, and returns for how many. CheckSendTime,
  // then INVITATION_NOT_FOUND with the `field`.
  virtual absl::StatusOr<std::int32_t> RecordReminders(
      const ReminderOrder& order) = 0;

  // Makes the next key of the tenant, which Issue uses from here on. The secret
  // of what is returned is empty. RESOURCE_EXHAUSTED, TOO_MANY_KEYS.
  virtual absl::StatusOr<InvitationKey> RotateKey(const std::string& tenant,
                                                  const Request& request,
                                                  absl::Time now) = 0;
  // Nothing if the tenant has no key of this number.
  virtual absl::StatusOr<std::optional<InvitationKey>> FindKey(
      absl::string_view tenant, std::int32_t number) const = 0;
};

}  // namespace pulsetaker::survey
