// What the callers of requests were told, kept in the family `request_ids` to
// be told again.

#pragma once

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "services/survey/domain/survey_store.h"
#include "services/survey/store/record.pb.h"

namespace pulsetaker::survey {

// The keys of requests of a tenant and of a wave.
std::string RequestKey(absl::string_view tenant, const Request& request);
std::string RequestKey(const WaveKey& wave, const Request& request);

// Sets the result, and nothing else.
void SetResult(const Locality& locality, storage::RequestRecord& record);
void SetResult(const Survey& survey, storage::RequestRecord& record);
void SetResult(const Wave& wave, storage::RequestRecord& record);
void SetResult(const RosterCounts& counts, storage::RequestRecord& record);
// Of a revision only its number, which says where the rest is.
void SetResult(const Instrument& instrument, storage::RequestRecord& record);

// The result, of what has this key. DATA_LOSS, STORED_DATA_UNREADABLE: the
// record has another kind of result, or one that could not have been written.
absl::StatusOr<Locality> ResultOf(const LocalityKey& key,
                                  const storage::RequestRecord& record);
absl::StatusOr<Survey> ResultOf(const SurveyKey& key,
                                const storage::RequestRecord& record);
absl::StatusOr<Wave> ResultOf(const WaveKey& key,
                              const storage::RequestRecord& record);
absl::StatusOr<RosterCounts> RosterResultOf(
    const storage::RequestRecord& record);

// DATA_LOSS, STORED_DATA_UNREADABLE.
absl::Status WrongKindOfRequest();

}  // namespace pulsetaker::survey
