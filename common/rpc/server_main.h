// The main of a service: flags, signals, composition, an orderly end.
//
//   int main(int argc, char** argv) {
//     return pulsetaker::rpc::ServerMain(
//         argc, argv, {.name = "pulsetaker-survey", ...},
//         pulsetaker::survey::MakeApplication);
//   }
//
// Flags, each also as PULSETAKER_<FLAG>: --listen, --admin_listen, --data_dir,
// --worker_threads, --queue_length_max, --drain, --grace,
// --default_call_deadline, --connection_age_max, --otlp_endpoint,
// --trace_share, --log_level, and those of server_security.h. A service
// declares more in its main.cc and hands their values to what it makes, as
// options, whose error is FlagError if one cannot have its value.
//
// When the service is ready it writes one line of log, which tests and scripts
// wait for: {"event":"serving","grpc_port":N,"admin_port":M,...}.
//
// SIGTERM and SIGINT end it with status 0; a second one changes nothing.
// 1: it could not start, the log says why. 2: a flag is wrong.

#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "common/audit/audit_trail.h"
#include "common/base/bounded_executor.h"
#include "common/base/clock.h"
#include "common/base/maintained_store.h"
#include "common/base/metrics.h"
#include "grpcpp/impl/service_type.h"
#include "grpcpp/security/credentials.h"

namespace pulsetaker::rpc {

// What a service is called, and where it is if no flag says otherwise.
struct ServerDefaults {
  std::string name;          // "pulsetaker-survey".
  std::string summary;       // The text at the top of --help.
  std::string listen;        // "127.0.0.1:7401".
  std::string admin_listen;  // "127.0.0.1:7411".
};

// What a service is built from. Outlives the application.
struct ServerParts {
  std::string data_dir;  // Not empty. Whoever uses it makes it.
  BoundedExecutor& executor;
  Metrics& metrics;
  Clock clock;
  // For channels to our other services (client_call.h).
  std::shared_ptr<grpc::ChannelCredentials> channel_credentials =
      grpc::InsecureChannelCredentials();
};

// A composed service: stores, use cases and gRPC services, which it owns.
class Application {
 public:
  virtual ~Application() = default;

  // What to serve.
  virtual std::vector<grpc::Service*> services() = 0;

  // The store, for its operator; nullptr if there is none.
  virtual MaintainedStore* store() { return nullptr; }

  // Where calls are written down before they are answered; nullptr if nowhere.
  virtual audit::AuditTrail* audit() { return nullptr; }

  // Begins work of its own, such as unfinished operations. Called before the
  // server listens. An error ends the process.
  virtual absl::Status Start() { return absl::OkStatus(); }

  // Ends calls that would wait for long, such as WaitOperation. Called when the
  // server stops, while handlers run.
  virtual void BeginStop() {}

  // Ends work of its own. Called when no handler runs any more and the executor
  // is empty; stores are closed by the destructor, right after.
  virtual void Stop() {}
};

using MakeApplication =
    std::function<absl::StatusOr<std::unique_ptr<Application>>(ServerParts&)>;

// The whole of a main. Returns the status to exit with.
int ServerMain(int argc, char** argv, const ServerDefaults& defaults,
               const MakeApplication& make_application);

}  // namespace pulsetaker::rpc
