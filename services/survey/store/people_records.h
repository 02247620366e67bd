// What is known of people to records and back. As in records.h: what is read is
// checked as strictly as a caller is.

#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "services/survey/domain/people_store.h"
#include "services/survey/domain/person.h"
#include "services/survey/store/keys.h"
#include "services/survey/store/person_keys.h"
#include "services/survey/store/record.pb.h"

namespace pulsetaker::survey {

storage::OptOutRecord ToRecord(const OptOut& opt_out);
// `place` is that of the row that the record goes into, with the alias as the
// person.
absl::StatusOr<storage::AliasRecord> ToRecord(PersonSealer& sealer,
                                              const TextPlace& place,
                                              const PersonAlias& alias);
storage::WithdrawalRecord ToRecord(const Withdrawal& withdrawal);

absl::StatusOr<OptOut> DecodeOptOut(absl::string_view person,
                                    absl::string_view value);
absl::StatusOr<PersonAlias> DecodeAlias(const PersonOpener& opener,
                                        absl::string_view key,
                                        const keys::NumberedId& from,
                                        absl::string_view value);
// The same without the reason, which alone is sealed.
absl::StatusOr<PersonAlias> DecodeAliasLink(const keys::NumberedId& from,
                                            absl::string_view value);
absl::StatusOr<Withdrawal> DecodeWithdrawal(absl::string_view person,
                                            absl::string_view value);

// Sets the result of the request with this key in `request_ids`, and nothing
// else.
absl::Status SetResult(PersonSealer& sealer, absl::string_view key,
                       const PeopleResult& result,
                       storage::RequestRecord& record);
// Of a request in this locality; of a merge only its tenant is needed.
absl::StatusOr<PeopleResult> PeopleResultOf(
    const Tables& tables, const StoredReader& reader,
    const LocalityKey& locality, absl::string_view key,
    const storage::RequestRecord& record);

}  // namespace pulsetaker::survey
