// Policies of retention as rows.

#pragma once

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "services/survey/domain/retention.h"
#include "services/survey/store/record.pb.h"
#include "services/survey/store/stored_reader.h"

namespace pulsetaker::survey {

// Of one that was changed at least once.
storage::RetentionRecord ToRecord(const RetentionPolicy& policy);

// The policy that a value says. DATA_LOSS, STORED_DATA_UNREADABLE.
absl::StatusOr<RetentionPolicy> DecodeRetentionPolicy(absl::string_view tenant,
                                                      absl::string_view value);

// The tenant's policy; to keep people, if there is no row.
absl::StatusOr<RetentionPolicy> ReadRetentionPolicy(const Tables& tables,
                                                    const StoredReader& reader,
                                                    absl::string_view tenant);

}  // namespace pulsetaker::survey
