#include <string>

#include "absl/flags/flag.h"
#include "common/rpc/server_main.h"
#include "services/survey/application.h"
#include "services/survey/store_commands.h"

ABSL_FLAG(int, streams_max, pulsetaker::survey::SurveyOptions().streams_max,
          "Streams of responses that may be open at once, 1 to 1000000; the "
          "next is told UNAVAILABLE.");

ABSL_FLAG(std::string, backup_dir, "",
          "Folder that backups are kept in, made when it is needed; empty is "
          "none. For this server alone.");

int main(int argc, char** argv) {
  if (const auto status = pulsetaker::survey::RunStoreCommand(argc, argv)) {
    return *status;
  }
  using pulsetaker::rpc::ServerParts;
  return pulsetaker::rpc::ServerMain(
      argc, argv,
      {.name = "pulsetaker-survey",
       .summary = "Takes in what people answer, keeps it, and hands out whole "
                  "waves of it. \"pulsetaker-survey restore --help\" and "
                  "\"... verify --help\" are for when it does not run.",
       .listen = "127.0.0.1:7401",
       .admin_listen = "127.0.0.1:7411"},
      [](ServerParts& parts) {
        const pulsetaker::survey::SurveyOptions options = {
            .streams_max = absl::GetFlag(FLAGS_streams_max),
            .backup_dir = absl::GetFlag(FLAGS_backup_dir)};
        return pulsetaker::survey::MakeSurveyApplication(options, parts);
      });
}
