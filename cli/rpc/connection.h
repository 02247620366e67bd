// Where the services are, and how long to wait for them: the flags that all
// subcommands share.

#pragma once

#include <memory>
#include <string>
#include <vector>

#include "CLI/CLI.hpp"
#include "absl/status/status.h"
#include "absl/time/time.h"
#include "cli/command.h"
#include "grpcpp/channel.h"
#include "grpcpp/security/credentials.h"

namespace pulsetaker::cli {

struct ConnectionOptions {
  std::string survey_address = "127.0.0.1:7401";
  std::string network_address = "127.0.0.1:7402";
  std::string assessment_address = "127.0.0.1:7403";
  std::string tenant = "local";
  // Paths; see cli/context/contexts.h for what they are. Empty is none.
  std::string ca_file = {};
  std::string token_file = {};
  std::string client_certificate = {};
  std::string client_key = {};
  // The longest that one call, or an upload without progress, may take.
  absl::Duration deadline = absl::Seconds(60);
  // What channels are made with: SetCredentials. Plain text if there are none.
  std::shared_ptr<grpc::ChannelCredentials> credentials = nullptr;
};

enum class Service { kSurvey, kNetwork, kAssessment };

// Adds --tenant, --deadline, --ca, --token-file, --client-certificate,
// --client-key and the address of each service that `sub` talks to, each also
// from the environment, and --context. What neither says is taken from the
// context, and else from `options` as it is. Then does SetCredentials; what
// goes wrong is an error of the command line.
void AddConnectionOptions(CLI::App& sub, std::vector<Service> services,
                          ConnectionOptions& options);

// The same without --context, and without SetCredentials: for those who make
// contexts.
void AddEndpointOptions(CLI::App& sub, const std::vector<Service>& services,
                        ConnectionOptions& options);

// Sets `credentials`: TLS if there is a file of authorities, with the client's
// own certificate if there is one, and with a token for each call. The token is
// `token`, or is read from the file, again whenever that has changed.
//
// INVALID_ARGUMENT, with the metadata `field`:
//   TOKEN_IN_PLAIN_TEXT  there is a token and no TLS, over which alone it may
//   go and those of rpc::MakeChannelCredentials, TokenCredentials and
//   TokenFileCredentials
absl::Status SetCredentials(ConnectionOptions& options,
                            const std::string& token);

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
