#include "services/survey/store/retention_rows.h"

#include <string>

#include "common/base/status.h"
#include "services/survey/store/keys.h"
#include "services/survey/store/records.h"

namespace pulsetaker::survey {

storage::RetentionRecord ToRecord(const RetentionPolicy& policy) {
  storage::RetentionRecord record;
  record.set_erase_after_days(policy.erase_after_days);
  record.set_revision(policy.revision);
  record.set_update_time_micros(
      absl::ToUnixMicros(policy.update_time.value_or(absl::UnixEpoch())));
  return record;
}

absl::StatusOr<RetentionPolicy> DecodeRetentionPolicy(absl::string_view tenant,
                                                      absl::string_view value) {
  PT_ASSIGN_OR_RETURN(const auto record, ParseRecord<storage::RetentionRecord>(
                                             value, "a policy of retention"));
  if (!CheckRetentionDays(record.erase_after_days()).ok() ||
      record.revision() < 2) {
    return kv::UnreadableError("a policy of retention");
  }
  return RetentionPolicy{
      .tenant = std::string(tenant),
      .erase_after_days = record.erase_after_days(),
      .revision = record.revision(),
      .update_time = absl::FromUnixMicros(record.update_time_micros())};
}

absl::StatusOr<RetentionPolicy> ReadRetentionPolicy(const Tables& tables,
                                                    const StoredReader& reader,
                                                    absl::string_view tenant) {
  std::string value;
  PT_ASSIGN_OR_RETURN(const bool found,
                      reader.Get(tables.retention_policies,
                                 keys::ForRetentionPolicy(tenant), value));
  if (!found) return RetentionPolicy{.tenant = std::string(tenant)};
  return DecodeRetentionPolicy(tenant, value);
}

}  // namespace pulsetaker::survey
