#include <cstdint>
#include <string>

#include "absl/flags/flag.h"
#include "absl/time/time.h"
#include "common/rpc/server_main.h"
#include "services/survey/application.h"
#include "services/survey/store_commands.h"

ABSL_FLAG(int, streams_max, pulsetaker::survey::SurveyOptions().streams_max,
          "Streams of responses that may be open at once, 1 to 1000000; the "
          "next is told UNAVAILABLE.");
ABSL_FLAG(int, submissions_max,
          pulsetaker::survey::SurveyOptions().submissions_max,
          "Responses one by one that may be in progress at once, 1 to 1000000; "
          "the next is told UNAVAILABLE.");
ABSL_FLAG(std::int64_t, tenant_rows_per_second, 0,
          "Responses that each tenant may bring in, 0 to 10000000 a second; 0 "
          "is as many as come.");
ABSL_FLAG(std::int64_t, tenant_bytes_per_second, 0,
          "Bytes of responses that each tenant may bring in, 0 to "
          "1000000000000 a second; 0 is as many as come.");
ABSL_FLAG(absl::Duration, tenant_burst, pulsetaker::survey::QuotaLimits().burst,
          "A tenant that brought nothing for so long, 0s to 1h, may bring at "
          "once what it may bring in so long.");
ABSL_FLAG(std::string, backup_dir, "",
          "Folder that backups are kept in, made when it is needed; empty is "
          "none. For this server alone.");
ABSL_FLAG(absl::Duration, retention_check_interval,
          pulsetaker::survey::SurveyOptions().retention_check_interval,
          "From one look for people who are due to be erased to the next, 1s "
          "to 24h. The first is at the start.");
ABSL_FLAG(
    std::string, root_key_file, "",
    "File of the root key, which wraps the keys of all that is written of "
    "people: a line of 64 hexadecimal digits, readable by this server "
    "alone. More lines are former keys, which are needed at one start "
    "more. Empty: a key is kept in the store, and whoever has a backup "
    "has it, too.");

int main(int argc, char** argv) {
  if (const auto status = pulsetaker::survey::RunStoreCommand(argc, argv)) {
    return *status;
  }
  using pulsetaker::rpc::ServerParts;
  return pulsetaker::rpc::ServerMain(
      argc, argv,
      {.name = "pulsetaker-survey",
       .summary = "Takes in what people answer, keeps it, and hands out whole "
                  "waves of it. \"pulsetaker-survey restore --help\", "
                  "\"... prove --help\" and \"... verify --help\" are for its "
                  "backups and for when it does not run.",
       .listen = "127.0.0.1:7401",
       .admin_listen = "127.0.0.1:7411"},
      [](ServerParts& parts) {
        const pulsetaker::survey::SurveyOptions options = {
            .streams_max = absl::GetFlag(FLAGS_streams_max),
            .submissions_max = absl::GetFlag(FLAGS_submissions_max),
            .quota = {.rows_per_second =
                          absl::GetFlag(FLAGS_tenant_rows_per_second),
                      .bytes_per_second =
                          absl::GetFlag(FLAGS_tenant_bytes_per_second),
                      .burst = absl::GetFlag(FLAGS_tenant_burst)},
            .backup_dir = absl::GetFlag(FLAGS_backup_dir),
            .retention_check_interval =
                absl::GetFlag(FLAGS_retention_check_interval),
            .root_key_file = absl::GetFlag(FLAGS_root_key_file)};
        return pulsetaker::survey::MakeSurveyApplication(options, parts);
      });
}
