#include "services/survey/store/people_records.h"

#include "absl/strings/str_cat.h"
#include "common/base/resource_id.h"
#include "common/base/status.h"
#include "services/survey/domain/field_checks.h"
#include "services/survey/store/quality_rows.h"
#include "services/survey/store/records.h"
#include "services/survey/store/request_results.h"

namespace pulsetaker::survey {
namespace {

absl::StatusOr<PersonAlias> FromRecord(const keys::NumberedId& from,
                                       const storage::AliasRecord& record) {
  PersonAlias alias = {
      .from = from.id,
      .into = record.into(),
      .number = from.number,
      .reason = record.reason(),
      .merge_time = absl::FromUnixMicros(record.merge_time_micros()),
      .split_time = std::nullopt};
  if (record.has_split_time_micros()) {
    alias.split_time = absl::FromUnixMicros(record.split_time_micros());
  }
  if (!IsResourceId(alias.from) || alias.number < 1 ||
      !IsResourceId(alias.into) || alias.into == alias.from ||
      !CheckRequiredText("reason", alias.reason, kNoteLengthMax).ok()) {
    return kv::UnreadableError(
        absl::StrCat("alias ", from.id, ": not an AliasRecord"));
  }
  return alias;
}

OptOut FromRecord(absl::string_view person,
                  const storage::OptOutRecord& record) {
  return {.person = std::string(person),
          .opt_out_time = absl::FromUnixMicros(record.opt_out_time_micros())};
}

Withdrawal FromRecord(absl::string_view person,
                      const storage::WithdrawalRecord& record) {
  return {.person = std::string(person),
          .withdraw_time = absl::FromUnixMicros(record.withdraw_time_micros())};
}

}  // namespace

storage::OptOutRecord ToRecord(const OptOut& opt_out) {
  storage::OptOutRecord record;
  record.set_opt_out_time_micros(absl::ToUnixMicros(opt_out.opt_out_time));
  return record;
}

storage::AliasRecord ToRecord(const PersonAlias& alias) {
  storage::AliasRecord record;
  record.set_into(alias.into);
  record.set_reason(alias.reason);
  record.set_merge_time_micros(absl::ToUnixMicros(alias.merge_time));
  if (alias.split_time.has_value()) {
    record.set_split_time_micros(absl::ToUnixMicros(*alias.split_time));
  }
  return record;
}

storage::WithdrawalRecord ToRecord(const Withdrawal& withdrawal) {
  storage::WithdrawalRecord record;
  record.set_withdraw_time_micros(absl::ToUnixMicros(withdrawal.withdraw_time));
  return record;
}

absl::StatusOr<OptOut> DecodeOptOut(absl::string_view person,
                                    absl::string_view value) {
  PT_ASSIGN_OR_RETURN(const auto record,
                      ParseRecord<storage::OptOutRecord>(value, "an opt-out"));
  return FromRecord(person, record);
}

absl::StatusOr<PersonAlias> DecodeAlias(const keys::NumberedId& from,
                                        absl::string_view value) {
  PT_ASSIGN_OR_RETURN(const auto record,
                      ParseRecord<storage::AliasRecord>(value, "an alias"));
  return FromRecord(from, record);
}

absl::StatusOr<Withdrawal> DecodeWithdrawal(absl::string_view person,
                                            absl::string_view value) {
  PT_ASSIGN_OR_RETURN(const auto record, ParseRecord<storage::WithdrawalRecord>(
                                             value, "a withdrawal"));
  return FromRecord(person, record);
}

void SetResult(const PeopleResult& result, storage::RequestRecord& record) {
  if (const auto* const opt_out = std::get_if<OptOut>(&result)) {
    record.mutable_opt_out()->set_person(opt_out->person);
    *record.mutable_opt_out()->mutable_opt_out() = ToRecord(*opt_out);
  } else if (const auto* const alias = std::get_if<PersonAlias>(&result)) {
    record.mutable_alias()->set_from(alias->from);
    record.mutable_alias()->set_number(alias->number);
    *record.mutable_alias()->mutable_alias() = ToRecord(*alias);
  } else if (const auto* const gone = std::get_if<Withdrawal>(&result)) {
    record.mutable_withdrawal()->set_person(gone->person);
    *record.mutable_withdrawal()->mutable_withdrawal() = ToRecord(*gone);
  } else if (const auto* const flagged =
                 std::get_if<FlaggedResponse>(&result)) {
    record.mutable_review()->set_person(flagged->person);
    *record.mutable_review()->mutable_flagged() = ToRecord(*flagged);
  } else {
    record.mutable_revoked();
  }
}

absl::StatusOr<PeopleResult> PeopleResultOf(
    const storage::RequestRecord& record) {
  switch (record.result_case()) {
    case storage::RequestRecord::kOptOut:
      return FromRecord(record.opt_out().person(), record.opt_out().opt_out());
    case storage::RequestRecord::kRevoked:
      return Revoked();
    case storage::RequestRecord::kAlias: {
      PT_ASSIGN_OR_RETURN(const PersonAlias alias,
                          FromRecord(keys::NumberedId{record.alias().from(),
                                                      record.alias().number()},
                                     record.alias().alias()));
      return alias;
    }
    case storage::RequestRecord::kWithdrawal:
      return FromRecord(record.withdrawal().person(),
                        record.withdrawal().withdrawal());
    case storage::RequestRecord::kReview: {
      PT_ASSIGN_OR_RETURN(
          const FlaggedResponse flagged,
          FromRecord(record.review().person(), record.review().flagged()));
      return flagged;
    }
    default:
      return WrongKindOfRequest();
  }
}

}  // namespace pulsetaker::survey
