// The survey service as a whole: the one place that knows every layer.

#pragma once

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "common/rpc/server_main.h"

namespace pulsetaker::survey {

// What its operator may choose; main.cc has a flag for each.
struct SurveyOptions {
  // Streams of responses that are open at once; the next is turned away. 1 to
  // 1,000,000.
  int streams_max = 20'000;
  // Folder that backups are kept in; made when it is needed. Empty: there are
  // none.
  std::string backup_dir = {};
};

// Opens the database in parts.data_dir and puts the service on top of it.
// FlagError, or the errors of OpenSurveyDatabase. `parts` must outlive what is
// returned.
absl::StatusOr<std::unique_ptr<rpc::Application>> MakeSurveyApplication(
    const SurveyOptions& options, rpc::ServerParts& parts);

}  // namespace pulsetaker::survey
