#include <string>

#include "absl/flags/flag.h"
#include "absl/time/time.h"
#include "common/rpc/server_main.h"
#include "services/assessment/application.h"

ABSL_FLAG(std::string, survey_address, "127.0.0.1:7401",
          "Where the survey service is, host:port.");
ABSL_FLAG(std::string, network_address, "127.0.0.1:7402",
          "Where the network service is, host:port.");
ABSL_FLAG(int, concurrent_assessments, 2,
          "Assessments that run at once; the others wait.");
ABSL_FLAG(int, concurrent_places, 2,
          "Places of a national assessment that are assessed at once, besides "
          "the single assessments; one national assessment runs at a time.");
ABSL_FLAG(absl::Duration, survey_timeout, absl::Minutes(2),
          "How long the survey service may take to send one wave.");
ABSL_FLAG(absl::Duration, analysis_timeout, absl::Hours(1),
          "How long the network service may take for one analysis, its turn "
          "in the queue included.");
ABSL_FLAG(absl::Duration, erasure_check_interval, absl::Seconds(5),
          "How often the survey service is asked where people were erased, so "
          "that what was made of them is withdrawn.");

int main(int argc, char** argv) {
  using pulsetaker::rpc::ServerParts;
  return pulsetaker::rpc::ServerMain(
      argc, argv,
      {.name = "pulsetaker-assessment",
       .summary = "Assesses innovations in places against the strategic "
                  "triangle: which phase they are in, what changed, which "
                  "risks they run and what is recommended.",
       .listen = "127.0.0.1:7403",
       .admin_listen = "127.0.0.1:7413"},
      [](ServerParts& parts) {
        pulsetaker::assessment::AssessmentOptions options;
        options.survey_address = absl::GetFlag(FLAGS_survey_address);
        options.network_address = absl::GetFlag(FLAGS_network_address);
        options.concurrent_assessments =
            absl::GetFlag(FLAGS_concurrent_assessments);
        options.concurrent_places = absl::GetFlag(FLAGS_concurrent_places);
        options.survey_timeout = absl::GetFlag(FLAGS_survey_timeout);
        options.analysis_timeout = absl::GetFlag(FLAGS_analysis_timeout);
        options.erasure_interval = absl::GetFlag(FLAGS_erasure_check_interval);
        return pulsetaker::assessment::MakeAssessmentApplication(options,
                                                                 parts);
      });
}
