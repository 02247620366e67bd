#include <algorithm>
#include <string>
#include <thread>

#include "absl/flags/flag.h"
#include "absl/time/time.h"
#include "common/rpc/server_main.h"
#include "services/network/application.h"

ABSL_FLAG(std::string, survey_address, "127.0.0.1:7401",
          "Where the survey service is, host:port.");
ABSL_FLAG(int, analysis_threads, 0,
          "Threads of each analysis; 0 is one a processor. The result does "
          "not depend on it.");
ABSL_FLAG(int, concurrent_analyses, 1,
          "Analyses that run at once; the others wait.");
ABSL_FLAG(absl::Duration, survey_timeout, absl::Minutes(2),
          "How long the survey service may take to send one snapshot.");
ABSL_FLAG(absl::Duration, erasure_check_interval, absl::Seconds(5),
          "How often the survey service is asked where people were erased, so "
          "that what was made of them is withdrawn.");

int main(int argc, char** argv) {
  using pulsetaker::rpc::ServerParts;
  return pulsetaker::rpc::ServerMain(
      argc, argv,
      {.name = "pulsetaker-network",
       .summary = "Finds out, from who names whom in a wave, who holds which "
                  "role, whether one group dominates, and how layers are "
                  "linked.",
       .listen = "127.0.0.1:7402",
       .admin_listen = "127.0.0.1:7412"},
      [](ServerParts& parts) {
        pulsetaker::network::NetworkOptions options;
        options.survey_address = absl::GetFlag(FLAGS_survey_address);
        options.analysis_threads = absl::GetFlag(FLAGS_analysis_threads);
        if (options.analysis_threads == 0) {
          options.analysis_threads = std::clamp(
              static_cast<int>(std::thread::hardware_concurrency()), 1, 64);
        }
        options.concurrent_analyses = absl::GetFlag(FLAGS_concurrent_analyses);
        options.survey_timeout = absl::GetFlag(FLAGS_survey_timeout);
        options.erasure_interval = absl::GetFlag(FLAGS_erasure_check_interval);
        return pulsetaker::network::MakeNetworkApplication(options, parts);
      });
}
