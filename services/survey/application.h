// The survey service as a whole: the one place that knows every layer.

#pragma once

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "common/rpc/server_main.h"
#include "services/survey/domain/tenant_quota.h"

namespace pulsetaker::survey {

// What its operator may choose; main.cc has a flag for each.
struct SurveyOptions {
  // Streams of responses that are open at once; the next is turned away. 1 to
  // 1,000,000.
  int streams_max = 20'000;
  // Responses one by one that are in progress at once; the next is turned away.
  // 1 to 1,000,000.
  int submissions_max = 1'024;
  // What each tenant may bring in: 0 to 10^7 rows and 0 to 10^12 bytes a
  // second, where 0 is no limit, and a burst of 0 to an hour.
  QuotaLimits quota;
  // Folder that backups are kept in; made when it is needed. Empty: there are
  // none.
  std::string backup_dir = {};
  // From one look for people who are due to be erased to the next. 1 s to 24 h.
  absl::Duration retention_check_interval = absl::Hours(1);
  // As crypto::ReadRootKeyFile reads it. Empty: the root key is in the store,
  // of which the log warns.
  std::string root_key_file = {};
};

// Opens the database in parts.data_dir and puts the service on top of it.
// FlagError, or the errors of crypto::ReadRootKeyFile and OpenSurveyDatabase.
// `parts` must outlive what is returned.
absl::StatusOr<std::unique_ptr<rpc::Application>> MakeSurveyApplication(
    const SurveyOptions& options, rpc::ServerParts& parts);

}  // namespace pulsetaker::survey
