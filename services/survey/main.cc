#include "absl/flags/flag.h"
#include "common/rpc/server_main.h"
#include "services/survey/application.h"

ABSL_FLAG(int, streams_max, pulsetaker::survey::SurveyOptions().streams_max,
          "Streams of responses that may be open at once, 1 to 1000000; the "
          "next is told UNAVAILABLE.");

int main(int argc, char** argv) {
  using pulsetaker::rpc::ServerParts;
  return pulsetaker::rpc::ServerMain(
      argc, argv,
      {.name = "pulsetaker-survey",
       .summary = "Takes in what people answer, keeps it, and hands out whole "
                  "waves of it.",
       .listen = "127.0.0.1:7401",
       .admin_listen = "127.0.0.1:7411"},
      [](ServerParts& parts) {
        const pulsetaker::survey::SurveyOptions options = {
            .streams_max = absl::GetFlag(FLAGS_streams_max)};
        return pulsetaker::survey::MakeSurveyApplication(options, parts);
      });
}
