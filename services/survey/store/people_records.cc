#include "services/survey/store/people_records.h"

#include <cstdint>
#include <optional>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/base/resource_id.h"
#include "common/base/status.h"
#include "services/survey/domain/field_checks.h"
#include "services/survey/store/erasure_rows.h"
#include "services/survey/store/quality_rows.h"
#include "services/survey/store/records.h"
#include "services/survey/store/request_results.h"

namespace pulsetaker::survey {
namespace {

absl::Status Unreadable(absl::string_view alias) {
  return kv::UnreadableError(
      absl::StrCat("alias ", alias, ": not an AliasRecord"));
}

// All but the reason.
absl::StatusOr<PersonAlias> LinkOf(const keys::NumberedId& from,
                                   const storage::AliasRecord& record) {
  PersonAlias alias = {
      .from = from.id,
      .into = record.into(),
      .number = from.number,
      .reason = "",
      .merge_time = absl::FromUnixMicros(record.merge_time_micros()),
      .split_time = std::nullopt};
  if (record.has_split_time_micros()) {
    alias.split_time = absl::FromUnixMicros(record.split_time_micros());
  }
  if (!IsResourceId(alias.from) || alias.number < 1 ||
      !IsResourceId(alias.into) || alias.into == alias.from) {
    return Unreadable(from.id);
  }
  return alias;
}

absl::StatusOr<PersonAlias> FromRecord(const PersonOpener& opener,
                                       const TextPlace& place,
                                       std::int64_t number,
                                       const storage::AliasRecord& record) {
  PT_ASSIGN_OR_RETURN(
      PersonAlias alias,
      LinkOf(keys::NumberedId{std::string(place.person), number}, record));
  alias.reason = record.reason();
  if (!record.sealed_reason().empty()) {
    PT_ASSIGN_OR_RETURN(alias.reason,
                        opener.Open(place, record.sealed_reason()));
  }
  if (!CheckRequiredText("reason", alias.reason, kNoteLengthMax).ok()) {
    return Unreadable(alias.from);
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

absl::StatusOr<storage::AliasRecord> ToRecord(PersonSealer& sealer,
                                              const TextPlace& place,
                                              const PersonAlias& alias) {
  storage::AliasRecord record;
  record.set_into(alias.into);
  PT_ASSIGN_OR_RETURN(*record.mutable_sealed_reason(),
                      sealer.Seal(place, alias.reason));
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

absl::StatusOr<PersonAlias> DecodeAlias(const PersonOpener& opener,
                                        absl::string_view key,
                                        const keys::NumberedId& from,
                                        absl::string_view value) {
  PT_ASSIGN_OR_RETURN(const auto record,
                      ParseRecord<storage::AliasRecord>(value, "an alias"));
  return FromRecord(opener, {from.id, keys::kPersonAliasesFamily, key},
                    from.number, record);
}

absl::StatusOr<PersonAlias> DecodeAliasLink(const keys::NumberedId& from,
                                            absl::string_view value) {
  PT_ASSIGN_OR_RETURN(const auto record,
                      ParseRecord<storage::AliasRecord>(value, "an alias"));
  return LinkOf(from, record);
}

absl::StatusOr<Withdrawal> DecodeWithdrawal(absl::string_view person,
                                            absl::string_view value) {
  PT_ASSIGN_OR_RETURN(const auto record, ParseRecord<storage::WithdrawalRecord>(
                                             value, "a withdrawal"));
  return FromRecord(person, record);
}

absl::Status SetResult(PersonSealer& sealer, absl::string_view key,
                       const PeopleResult& result,
                       storage::RequestRecord& record) {
  if (const auto* const opt_out = std::get_if<OptOut>(&result)) {
    record.mutable_opt_out()->set_person(opt_out->person);
    *record.mutable_opt_out()->mutable_opt_out() = ToRecord(*opt_out);
  } else if (const auto* const alias = std::get_if<PersonAlias>(&result)) {
    storage::RequestRecord::AliasResult& told = *record.mutable_alias();
    told.set_from(alias->from);
    told.set_number(alias->number);
    told.set_locality(sealer.locality().locality);
    PT_ASSIGN_OR_RETURN(
        *told.mutable_alias(),
        ToRecord(sealer, {alias->from, keys::kRequestIdsFamily, key}, *alias));
  } else if (const auto* const gone = std::get_if<Withdrawal>(&result)) {
    record.mutable_withdrawal()->set_person(gone->person);
    *record.mutable_withdrawal()->mutable_withdrawal() = ToRecord(*gone);
  } else if (const auto* const erasure = std::get_if<Erasure>(&result)) {
    record.mutable_erasure()->set_locality(erasure->locality.locality);
    record.mutable_erasure()->set_person(erasure->ids.front());
  } else if (const auto* const flagged =
                 std::get_if<FlaggedResponse>(&result)) {
    record.mutable_review()->set_person(flagged->person);
    PT_ASSIGN_OR_RETURN(
        *record.mutable_review()->mutable_flagged(),
        ToRecord(sealer, {flagged->person, keys::kRequestIdsFamily, key},
                 *flagged));
  } else {
    record.mutable_revoked();
  }
  return absl::OkStatus();
}

absl::StatusOr<PeopleResult> PeopleResultOf(
    const Tables& tables, const StoredReader& reader,
    const LocalityKey& locality, absl::string_view key,
    const storage::RequestRecord& record) {
  switch (record.result_case()) {
    case storage::RequestRecord::kOptOut:
      return FromRecord(record.opt_out().person(), record.opt_out().opt_out());
    case storage::RequestRecord::kRevoked:
      return Revoked();
    case storage::RequestRecord::kAlias: {
      const storage::RequestRecord::AliasResult& told = record.alias();
      const PersonOpener opener(
          tables, reader,
          told.locality().empty()
              ? locality
              : LocalityKey{locality.tenant, told.locality()});
      PT_ASSIGN_OR_RETURN(
          const PersonAlias alias,
          FromRecord(opener, {told.from(), keys::kRequestIdsFamily, key},
                     told.number(), told.alias()));
      return alias;
    }
    case storage::RequestRecord::kWithdrawal:
      return FromRecord(record.withdrawal().person(),
                        record.withdrawal().withdrawal());
    case storage::RequestRecord::kReview: {
      const PersonOpener opener(tables, reader, locality);
      PT_ASSIGN_OR_RETURN(
          const FlaggedResponse flagged,
          FromRecord(opener,
                     {record.review().person(), keys::kRequestIdsFamily, key},
                     record.review().flagged()));
      return flagged;
    }
    case storage::RequestRecord::kErasure: {
      PT_ASSIGN_OR_RETURN(
          std::optional<Erasure> erasure,
          FindErasure(tables, reader,
                      {locality.tenant, record.erasure().locality()},
                      record.erasure().person()));
      if (!erasure.has_value())
        return kv::UnreadableError("an erasure is gone");
      return *std::move(erasure);
    }
    default:
      return WrongKindOfRequest();
  }
}

}  // namespace pulsetaker::survey
