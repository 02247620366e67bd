#include "services/survey/store/request_audit.h"

#include "common/base/status.h"
#include "services/survey/store/invitation_rows.h"
#include "services/survey/store/people_records.h"
#include "services/survey/store/records.h"
#include "services/survey/store/request_results.h"

namespace pulsetaker::survey {
namespace {

// What a result may refer to.
struct Rows {
  const Tables& tables;
  const StoredReader& reader;
};

// The id of what was made is not kept with a request, and any will do.
absl::Status CheckTenantResult(const Rows& rows, const WaveKey& key,
                               absl::string_view row,
                               const storage::RequestRecord& record) {
  using Record = storage::RequestRecord;
  switch (record.result_case()) {
    case Record::kLocality:
      return ResultOf(LocalityKey{key.tenant, "x"}, record).status();
    case Record::kInstrument:
      return absl::OkStatus();
    case Record::kSurvey:
      return ResultOf(SurveyKey{key.tenant, "x", "x"}, record).status();
    case Record::kWave:
      return ResultOf(WaveKey{key.tenant, "x", "x", 1}, record).status();
    case Record::kInstrumentDraft:
      return FromRecord(InstrumentKey{key.tenant, "x"},
                        record.instrument_draft())
          .status();
    case Record::kInvitationKey:
      return record.invitation_key().number() > 0 ? absl::OkStatus()
                                                  : WrongKindOfRequest();
    case Record::kConsentText:
      return record.consent_text().version() > 0 ? absl::OkStatus()
                                                 : WrongKindOfRequest();
    case Record::kOptOut:
    case Record::kRevoked:
    case Record::kAlias:
    case Record::kErasure:
      return PeopleResultOf(rows.tables, rows.reader,
                            {key.tenant, key.locality}, row, record)
          .status();
    default:
      return WrongKindOfRequest();
  }
}

absl::Status CheckWaveResult(const Rows& rows, const WaveKey& key,
                             absl::string_view row,
                             const storage::RequestRecord& record) {
  using Record = storage::RequestRecord;
  switch (record.result_case()) {
    case Record::kWave:
      return ResultOf(key, record).status();
    case Record::kRoster:
      return RosterResultOf(record).status();
    case Record::kWithdrawal:
    case Record::kReview:
      return PeopleResultOf(rows.tables, rows.reader,
                            {key.tenant, key.locality}, row, record)
          .status();
    case Record::kResponse:
      return record.response().revision() > 0 ? absl::OkStatus()
                                              : WrongKindOfRequest();
    case Record::kIssue:
      return record.issue().persons_size() == record.issue().issues_size()
                 ? absl::OkStatus()
                 : WrongKindOfRequest();
    case Record::kInvitation:
      return FromRecord("x", record.invitation()).status();
    case Record::kReminders:
      return record.reminders().recorded() > 0 ? absl::OkStatus()
                                               : WrongKindOfRequest();
    default:
      return WrongKindOfRequest();
  }
}

}  // namespace

absl::Status CheckRequestResult(const Tables& tables,
                                const StoredReader& reader,
                                const keys::StoredRequestKey& request,
                                absl::string_view row,
                                const storage::RequestRecord& record) {
  const Rows rows = {tables, reader};
  return request.wave.wave == 0
             ? CheckTenantResult(rows, request.wave, row, record)
             : CheckWaveResult(rows, request.wave, row, record);
}

}  // namespace pulsetaker::survey
