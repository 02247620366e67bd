// Where the services are, and how long to wait for them: the flags that all
// subcommands share.

#pragma once

#include <memory>
#include <string>

#include "CLI/CLI.hpp"
#include "absl/status/status.h"
#include "absl/time/time.h"
#include "cli/command.h"
#include "grpcpp/channel.h"

namespace pulsetaker::cli {

struct ConnectionOptions {
  std::string survey_address = "127.0.0.1:7401";
  std::string network_address = "127.0.0.1:7402";
  std::string assessment_address = "127.0.0.1:7403";
  std::string tenant = "local";
  // The longest that one call, or an upload without progress, may take.
  absl::Duration deadline = absl::Seconds(60);
};

enum class Service { kSurvey, kNetwork, kAssessment };

// Adds --tenant, --deadline and the address of each service that `sub` talks
// to, each also from the environment.
void AddConnectionOptions(CLI::App& sub, std::vector<Service> services,
                          ConnectionOptions& options);

// Adds an option that takes a duration such as 500ms, 30s, 2m or 1h.
CLI::Option* AddDurationOption(CLI::App& sub, const std::string& name,
                               absl::Duration& value,
                               const std::string& description);

std::shared_ptr<grpc::Channel> ChannelTo(Service service,
                                         const ConnectionOptions& options);

const std::string& AddressOf(Service service, const ConnectionOptions& options);

// "survey", "network", "assessment".
const char* NameOf(Service service);

// What a failed call means for the exit code: kUnreachable, kRefused or
// kFailed.
ExitCode ExitCodeOf(const absl::Status& status);

// "the survey service at 127.0.0.1:7401 cannot be reached: ..." or "... says:
// WAVE_NOT_CLOSED: ...".
std::string FailureText(const absl::Status& status, Service service,
                        const ConnectionOptions& options);

// Whether the same call may succeed if it is made again.
bool IsTransient(const absl::Status& status);

// Waits between attempts: 100 ms, doubled each time up to 5 s, with jitter so
// that many clients do not come back at once. After `failure`, at least as long
// as the service asked for.
class Backoff {
 public:
  void Wait(const absl::Status& failure = absl::OkStatus());
  void Reset() { attempt_ = 0; }

 private:
  int attempt_ = 0;
};

}  // namespace pulsetaker::cli
