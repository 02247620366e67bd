// A gRPC server with what every service of ours has: health, reflection, call
// log, metrics, limits, an admin port, and an orderly end. server_main.h puts
// flags and signals around it.

#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "common/audit/audit_trail.h"
#include "common/base/log.h"
#include "common/base/maintained_store.h"
#include "common/base/metrics.h"
#include "common/rpc/access.h"
#include "common/rpc/admin.h"
#include "common/rpc/call_rates.h"
#include "common/rpc/health.h"
#include "grpcpp/impl/service_type.h"
#include "grpcpp/security/server_credentials.h"
#include "grpcpp/server.h"

namespace pulsetaker::rpc {

// Who may call and how often, and where that is written down.
struct ServerSecurity {
  // Knows callers; nullptr: every call is admitted, also of methods without a
  // policy. Must outlive the server.
  const CallerSource* callers = nullptr;
  // Where calls are written down before they are answered; nullptr: nowhere.
  // Needs `callers`. Must outlive the server.
  audit::AuditTrail* audit = nullptr;
  // How often callers of a tenant may call; nullptr: as often as they like.
  // Needs `callers`. Must outlive the server.
  CallRates* rates = nullptr;
};

struct ServerOptions {
  std::string listen;             // host:port; port 0 is a free one.
  std::string admin_listen = {};  // The same; empty is no admin port.
  // Bytes of one message, both ways. Larger ones get RESOURCE_EXHAUSTED.
  int message_bytes_max = 16 << 20;
  // How long to stay reachable but not ready before stopping, so that load
  // balancers look away; skipped if no call has come within the last 10 s.
  absl::Duration drain = absl::Seconds(2);
  // How long calls in progress may take to end while stopping.
  absl::Duration grace = absl::Seconds(20);
  // Connections that are older are ended, once their calls are, so that clients
  // look again where servers are. Zero: they live as long as they like.
  absl::Duration connection_age_max = absl::ZeroDuration();
  ServerSecurity security = {};
  // How calls are protected on their way; nullptr is plain text.
  std::shared_ptr<grpc::ServerCredentials> credentials = {};
  // What the admin port tells and changes beside the above.
  std::string service = {};
  absl::Time start_time = absl::Now();
  log::Level log_level = log::Level::kInfo;
  MaintainedStore* store = nullptr;  // Must outlive the server.
};

class Server {
 public:
  // Serves `services`, by their full names. They and `metrics` must outlive the
  // server.
  //
  // INVALID_ARGUMENT, UNAVAILABLE: it cannot listen there; nothing is served.
  // NOT_FOUND: a method of them has no policy (policy.h).
  static absl::StatusOr<std::unique_ptr<Server>> Start(
      const ServerOptions& options, const std::vector<grpc::Service*>& services,
      Metrics& metrics);

  // Shuts down, if that has not been done.
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  int grpc_port() const { return grpc_port_; }
  int admin_port() const;  // 0 if there is none.

  // A channel to this server that needs no network. For tests. Unlike one over
  // the network it cuts calls in progress when the server begins to shut down.
  std::shared_ptr<grpc::Channel> InProcessChannel();

  // Says that it does not serve, waits until no one sends more, calls
  // `begin_stop`, lets calls in progress end, cancels those that take too long.
  // Returns when no handler runs. The admin port answers until this object is
  // destroyed.
  void Shutdown(const std::function<void()>& begin_stop = nullptr);

 private:
  explicit Server(const ServerOptions& options, Metrics& metrics)
      : options_(options), metrics_(metrics) {}

  const ServerOptions options_;
  Metrics& metrics_;
  std::unique_ptr<HealthService> health_;
  std::unique_ptr<AdminServer> admin_;
  std::unique_ptr<grpc::Server> server_;
  int grpc_port_ = 0;
};

}  // namespace pulsetaker::rpc
