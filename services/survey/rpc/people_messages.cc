#include "services/survey/rpc/people_messages.h"

#include "absl/strings/str_cat.h"
#include "common/base/status.h"
#include "services/survey/rpc/convert.h"

namespace pulsetaker::survey {
namespace {

constexpr absl::string_view kPersonPattern =
    "tenants/{tenant}/localities/{locality}/people/{person}";

}  // namespace

absl::StatusOr<PersonKey> ParsePersonName(absl::string_view name,
                                          absl::string_view field) {
  PT_ASSIGN_OR_RETURN(const auto ids,
                      rpc::ParseName(name, kPersonPattern, field));
  return PersonKey{{ids[0], ids[1]}, ids[2]};
}

std::string NameOf(const PersonKey& key) {
  return absl::StrCat(NameOf(key.locality), "/people/", key.person);
}

void ToProto(const LocalityKey& locality, const OptOut& opt_out,
             v1::OptOut& message) {
  message.set_name(NameOf(PersonKey{locality, opt_out.person}));
  *message.mutable_opt_out_time() = ToTimestamp(opt_out.opt_out_time);
}

void ToProto(const LocalityKey& locality, const PersonAlias& alias,
             v1::PersonAlias& message) {
  message.set_from_person(NameOf(PersonKey{locality, alias.from}));
  message.set_into_person(NameOf(PersonKey{locality, alias.into}));
  message.set_reason(alias.reason);
  *message.mutable_merge_time() = ToTimestamp(alias.merge_time);
  if (alias.split_time.has_value()) {
    *message.mutable_split_time() = ToTimestamp(*alias.split_time);
  }
}

void ToProto(const LocalityKey& locality, const LikelyDuplicate& pair,
             v1::LikelyDuplicate& message) {
  message.set_first_person(NameOf(PersonKey{locality, pair.first}));
  message.set_second_person(NameOf(PersonKey{locality, pair.second}));
  message.set_likeness(static_cast<v1::LikelyDuplicate::Likeness>(
      static_cast<int>(pair.likeness)));
}

void ToProto(const ResponseKey& key, const Withdrawal& withdrawal,
             v1::Withdrawal& message) {
  message.set_name(NameOf(key.wave, rpc::kResponses, key.person));
  *message.mutable_withdraw_time() = ToTimestamp(withdrawal.withdraw_time);
}

}  // namespace pulsetaker::survey
