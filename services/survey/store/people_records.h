// What is known of people to records and back. As in records.h: what is read is
// checked as strictly as a caller is.

#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "services/survey/domain/people_store.h"
#include "services/survey/domain/person.h"
#include "services/survey/store/keys.h"
#include "services/survey/store/record.pb.h"

namespace pulsetaker::survey {

storage::OptOutRecord ToRecord(const OptOut& opt_out);
storage::AliasRecord ToRecord(const PersonAlias& alias);
storage::WithdrawalRecord ToRecord(const Withdrawal& withdrawal);

absl::StatusOr<OptOut> DecodeOptOut(absl::string_view person,
                                    absl::string_view value);
absl::StatusOr<PersonAlias> DecodeAlias(const keys::NumberedId& from,
                                        absl::string_view value);
absl::StatusOr<Withdrawal> DecodeWithdrawal(absl::string_view person,
                                            absl::string_view value);

// Sets the result, and nothing else.
void SetResult(const PeopleResult& result, storage::RequestRecord& record);
absl::StatusOr<PeopleResult> PeopleResultOf(
    const storage::RequestRecord& record);

}  // namespace pulsetaker::survey
