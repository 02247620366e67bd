#include "common/rpc/server.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "common/base/fault.h"
#include "common/base/status.h"
#include "common/rpc/address.h"
#include "common/rpc/call_audit.h"
#include "common/rpc/call_log.h"
#include "common/rpc/call_rates.h"
#include "grpcpp/ext/proto_server_reflection_plugin.h"
#include "grpcpp/impl/server_builder_option.h"
#include "grpcpp/impl/server_builder_plugin.h"
#include "grpcpp/impl/server_initializer.h"
#include "grpcpp/security/server_credentials.h"
#include "grpcpp/server_builder.h"
#include "grpcpp/support/channel_arguments.h"

namespace pulsetaker::rpc {
namespace {

constexpr int kMetadataBytesMax = 16 << 10;
constexpr int kPingIntervalMillisMin = 10'000;
constexpr absl::Duration kRecently = absl::Seconds(10);

// Takes down the names of all services of the server, which only gRPC knows.
class ServiceNames final : public grpc::ServerBuilderPlugin {
 public:
  explicit ServiceNames(std::vector<std::string>& names) : names_(names) {}
  std::string name() override { return "pulsetaker_service_names"; }
  void InitServer(grpc::ServerInitializer* /*server*/) override {}
  void Finish(grpc::ServerInitializer* server) override {
    for (const std::string& service : *server->GetServiceList()) {
      names_.push_back(service);
    }
  }
  void ChangeArguments(const std::string& /*name*/, void* /*value*/) override {}

 private:
  std::vector<std::string>& names_;
};

class AddServiceNames final : public grpc::ServerBuilderOption {
 public:
  explicit AddServiceNames(std::vector<std::string>& names) : names_(names) {}
  void UpdateArguments(grpc::ChannelArguments* /*arguments*/) override {}
  void UpdatePlugins(std::vector<std::unique_ptr<grpc::ServerBuilderPlugin>>*
                         plugins) override {
    plugins->push_back(std::make_unique<ServiceNames>(names_));
  }

 private:
  std::vector<std::string>& names_;
};

void SetLimits(grpc::ServerBuilder& builder, const ServerOptions& options) {
  builder.SetMaxReceiveMessageSize(options.message_bytes_max);
  builder.SetMaxSendMessageSize(options.message_bytes_max);
  builder.AddChannelArgument(GRPC_ARG_MAX_METADATA_SIZE, kMetadataBytesMax);
  builder.AddChannelArgument(
      GRPC_ARG_HTTP2_MIN_RECV_PING_INTERVAL_WITHOUT_DATA_MS,
      kPingIntervalMillisMin);
  if (options.connection_age_max > absl::ZeroDuration()) {
    builder.AddChannelArgument(GRPC_ARG_MAX_CONNECTION_AGE_MS,
                               static_cast<int>(absl::ToInt64Milliseconds(
                                   options.connection_age_max)));
  }
  // Else a second server on the port would start, and take half of the calls.
  builder.AddChannelArgument(GRPC_ARG_ALLOW_REUSEPORT, 0);
}

void AddInterceptors(grpc::ServerBuilder& builder,
                     const ServerSecurity& security, Metrics& metrics) {
  std::vector<
      std::unique_ptr<grpc::experimental::ServerInterceptorFactoryInterface>>
      factories;
  // The last one is the first to see what is received, and the last to see what
  // is sent: the log sees every call, and the audit only what was admitted.
  if (security.audit != nullptr) {
    factories.push_back(MakeCallAudit(*security.audit));
  }
  if (security.rates != nullptr) {
    factories.push_back(MakeCallRateInterceptors(*security.rates, metrics));
  }
  if (security.callers != nullptr) {
    factories.push_back(MakeAccessInterceptors(*security.callers));
    SetAccessContexts(builder);
  }
  factories.push_back(MakeCallLog(metrics));
  builder.experimental().SetInterceptorCreators(std::move(factories));
}

}  // namespace

absl::StatusOr<std::unique_ptr<Server>> Server::Start(
    const ServerOptions& options, const std::vector<grpc::Service*>& services,
    Metrics& metrics) {
  PT_RETURN_IF_ERROR(CheckAddress(options.listen));
  std::unique_ptr<Server> server(new Server(options, metrics));
  server->health_ = MakeHealthService();
  grpc::reflection::InitProtoReflectionServerBuilderPlugin();
  grpc::ServerBuilder builder;
  const ServerSecurity& security = options.security;
  builder.AddListeningPort(options.listen,
                           options.credentials == nullptr
                               ? grpc::InsecureServerCredentials()
                               : options.credentials,
                           &server->grpc_port_);
  builder.RegisterService(&server->health_->service());
  for (grpc::Service* service : services) builder.RegisterService(service);
  std::vector<std::string> names;
  builder.SetOption(std::make_unique<AddServiceNames>(names));
  SetLimits(builder, options);
  AddInterceptors(builder, security, metrics);
  server->server_ = builder.BuildAndStart();
  if (server->server_ == nullptr || server->grpc_port_ == 0) {
    return absl::UnavailableError(
        absl::StrCat("cannot listen on ", options.listen));
  }
  for (const std::string& name : names) {
    server->health_->AddService(name);
    if (security.callers != nullptr) PT_RETURN_IF_ERROR(CheckPolicies(name));
  }
  if (!options.admin_listen.empty()) {
    PT_ASSIGN_OR_RETURN(server->admin_,
                        StartAdminServer(options.admin_listen,
                                         {.service = options.service,
                                          .start_time = options.start_time,
                                          .log_level = options.log_level,
                                          .metrics = metrics,
                                          .health = *server->health_,
                                          .store = options.store}));
  }
  server->health_->SetServing(true);
  return server;
}

Server::~Server() { Shutdown(); }

int Server::admin_port() const {
  return admin_ == nullptr ? 0 : admin_->port();
}

std::shared_ptr<grpc::Channel> Server::InProcessChannel() {
  grpc::ChannelArguments arguments;
  arguments.SetMaxReceiveMessageSize(options_.message_bytes_max);
  arguments.SetMaxSendMessageSize(options_.message_bytes_max);
  return server_->InProcessChannel(arguments);
}

void Server::Shutdown(const std::function<void()>& begin_stop) {
  if (server_ == nullptr) return;
  health_->SetServing(false);
  const absl::Time last_call = absl::FromUnixSeconds(
      metrics_.GetGauge({"pulsetaker_last_call_timestamp_seconds", ""})
          .value());
  if (absl::Now() - last_call < kRecently) absl::SleepFor(options_.drain);
  if (begin_stop != nullptr) begin_stop();
  PT_KILL_POINT("stop.streams_told");
  health_->Shutdown();
  server_->Shutdown(absl::ToChronoTime(absl::Now() + options_.grace));
  server_->Wait();
  server_.reset();
}

}  // namespace pulsetaker::rpc
