#include "services/survey/store/invitation_use.h"

#include "absl/strings/str_cat.h"
#include "common/base/status.h"
#include "services/survey/store/invitation_rows.h"
#include "services/survey/store/keys.h"

namespace pulsetaker::survey {

absl::Status StageTokenUse(const Tables& tables, const StoredReader& now,
                           const Submission& submission,
                           rocksdb::WriteBatch& batch) {
  if (!submission.token.has_value()) return absl::OkStatus();
  const ResponseKey& key = submission.key;
  PT_ASSIGN_OR_RETURN(auto invitation,
                      FindInvitation(tables, now, key.wave, key.person));
  PT_RETURN_IF_ERROR(CheckToken(invitation.has_value() ? &*invitation : nullptr,
                                *submission.token, submission.receive_time));
  invitation->use_time = submission.receive_time;
  invitation->used_by = submission.request.id;
  batch.Put(tables.invitations,
            absl::StrCat(keys::ForWave(key.wave), key.person),
            ToRecord(*invitation).SerializeAsString());
  return absl::OkStatus();
}

}  // namespace pulsetaker::survey
