#include "common/rpc/server_security.h"

#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "absl/flags/flag.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "common/auth/key_source.h"
#include "common/auth/token_verifier.h"
#include "common/base/env_flags.h"
#include "common/base/log.h"
#include "common/base/status.h"
#include "common/rpc/address.h"
#include "common/rpc/call_rates.h"
#include "common/rpc/known_callers.h"
#include "common/rpc/tls.h"
#include "common/rpc/tls_reload.h"

ABSL_FLAG(std::string, tls_certificate, "",
          "File with the certificate of the server, in PEM; read again when it "
          "changes. Empty is plain text.");
ABSL_FLAG(std::string, tls_key, "",
          "File with the private key of the certificate, in PEM.");
ABSL_FLAG(std::string, tls_ca, "",
          "File with the certificates of the authorities that callers and our "
          "other services are trusted by, in PEM.");
ABSL_FLAG(
    std::string, token_keys, "",
    "Where the keys of callers' tokens are, as a JSON Web Key Set: a file "
    "or an https URL; read again and again.");
ABSL_FLAG(std::vector<std::string>, token_issuer, {},
          "Whose tokens are taken: their `iss`; several with commas between.");
ABSL_FLAG(std::string, token_audience, "",
          "What tokens for this server have in their `aud`.");
ABSL_FLAG(std::vector<std::string>, trusted_services, {},
          "Names in the certificates of our services, which act for every "
          "tenant; several with commas between.");
ABSL_FLAG(std::vector<std::string>, trusted_operators, {},
          "Names in the certificates of operators' programs, such as the one "
          "that makes backups; several with commas between.");
ABSL_FLAG(bool, allow_plain_text, false,
          "Listens beyond loopback without TLS. For networks that encrypt by "
          "themselves.");
ABSL_FLAG(std::int64_t, tenant_calls_per_second, 0,
          "Calls that each tenant may make, 0 to 1000000 a second; 0 is as "
          "many as come. Services and operators have no limit.");
ABSL_FLAG(absl::Duration, tenant_call_burst,
          pulsetaker::rpc::CallLimits().burst,
          "A tenant that did not call for so long, 0s to 1h, may make at once "
          "as many calls as it may make in so long.");

namespace pulsetaker::rpc {
namespace {

constexpr std::int64_t kCallsPerSecondMax = 1'000'000;
constexpr absl::Duration kCallBurstMax = absl::Hours(1);

struct SecurityOptions {
  TlsFiles tls;
  std::string token_keys;
  auth::TokenRules token_rules;
  std::vector<std::string> trusted_services;
  std::vector<std::string> trusted_operators;
  CallLimits call_limits;
};

absl::StatusOr<CallLimits> ReadCallLimits() {
  const CallLimits limits = {
      .calls_per_second = absl::GetFlag(FLAGS_tenant_calls_per_second),
      .burst = absl::GetFlag(FLAGS_tenant_call_burst)};
  if (limits.calls_per_second < 0 ||
      limits.calls_per_second > kCallsPerSecondMax) {
    return FlagError("--tenant_calls_per_second is not 0 to 1000000");
  }
  if (limits.burst < absl::ZeroDuration() || limits.burst > kCallBurstMax) {
    return FlagError("--tenant_call_burst is not 0s to 1h");
  }
  return limits;
}

absl::StatusOr<SecurityOptions> ReadFlags(const std::string& listen) {
  SecurityOptions options;
  options.tls = {.certificate = absl::GetFlag(FLAGS_tls_certificate),
                 .key = absl::GetFlag(FLAGS_tls_key),
                 .ca = absl::GetFlag(FLAGS_tls_ca)};
  options.token_keys = absl::GetFlag(FLAGS_token_keys);
  options.token_rules.issuers = absl::GetFlag(FLAGS_token_issuer);
  options.token_rules.audience = absl::GetFlag(FLAGS_token_audience);
  options.trusted_services = absl::GetFlag(FLAGS_trusted_services);
  options.trusted_operators = absl::GetFlag(FLAGS_trusted_operators);
  PT_ASSIGN_OR_RETURN(options.call_limits, ReadCallLimits());
  if (options.tls.empty() && !IsLoopback(listen) &&
      !absl::GetFlag(FLAGS_allow_plain_text)) {
    return FlagError(
        absl::StrCat("--listen ", listen,
                     " is beyond loopback: give --tls_certificate, --tls_key "
                     "and --tls_ca, or --allow_plain_text"));
  }
  const int given = (options.token_keys.empty() ? 0 : 1) +
                    (options.token_rules.issuers.empty() ? 0 : 1) +
                    (options.token_rules.audience.empty() ? 0 : 1);
  if (given != 0 && given != 3) {
    return FlagError(
        "--token_keys, --token_issuer and --token_audience go together");
  }
  if (!options.trusted_services.empty() && options.tls.empty()) {
    return FlagError("--trusted_services needs --tls_certificate");
  }
  if (!options.trusted_operators.empty() && options.tls.empty()) {
    return FlagError("--trusted_operators needs --tls_certificate");
  }
  return options;
}

bool IsUrl(const std::string& place) {
  return absl::StartsWith(place, "https://") ||
         absl::StartsWith(place, "http://");
}

class SecurityOfFlags final : public Security {
 public:
  explicit SecurityOfFlags(SecurityOptions options)
      : options_(std::move(options)) {
    if (options_.call_limits.calls_per_second > 0) {
      rates_.emplace(options_.call_limits);
    }
  }

  absl::Status Open(Metrics& metrics) {
    if (!options_.tls.empty()) PT_RETURN_IF_ERROR(OpenTls(metrics));
    if (!options_.token_keys.empty()) PT_RETURN_IF_ERROR(OpenTokens(metrics));
    if (!options_.tls.empty() || !options_.token_keys.empty()) {
      callers_.emplace(tokens_.has_value() ? &*tokens_ : nullptr,
                       options_.trusted_services, options_.trusted_operators);
    }
    return absl::OkStatus();
  }

  const CallerSource& callers() const override {
    if (callers_.has_value()) return *callers_;
    return local_callers_;
  }

  CallRates* call_rates() override {
    return rates_.has_value() ? &*rates_ : nullptr;
  }

  std::shared_ptr<grpc::ServerCredentials> server_credentials() const override {
    return server_credentials_;
  }

  std::shared_ptr<grpc::ChannelCredentials> channel_credentials()
      const override {
    return channel_credentials_;
  }

  std::string summary() const override {
    if (!callers_.has_value()) {
      return "plain text, no authentication: for loopback only";
    }
    return absl::StrCat(
        options_.tls.empty() ? "plain text" : "TLS 1.3",
        tokens_.has_value() ? ", tokens" : ", no tokens",
        options_.trusted_services.empty() ? ", no services"
                                          : ", services by certificate",
        options_.trusted_operators.empty() ? "" : ", operators by certificate");
  }

 private:
  absl::Status OpenTls(Metrics& metrics) {
    auto server = MakeServerCredentials(options_.tls, true);
    if (!server.ok()) return FlagError(server.status().message());
    server_credentials_ = *std::move(server);
    auto channel = MakeChannelCredentials(options_.tls);
    if (!channel.ok()) return FlagError(channel.status().message());
    channel_credentials_ = *std::move(channel);
    PT_ASSIGN_OR_RETURN(const ReloadedTlsFiles* const files,
                        KeepReloading(options_.tls, TlsRole::kServer));
    tls_metrics_ = AddTlsMetrics(metrics, *files);
    return absl::OkStatus();
  }

  absl::Status OpenTokens(Metrics& metrics) {
    auth::KeySourceOptions source;
    (IsUrl(options_.token_keys) ? source.url : source.file) =
        options_.token_keys;
    auto keys = auth::KeySource::Open(source);
    if (absl::IsUnavailable(keys.status())) return keys.status();
    if (!keys.ok()) {
      return FlagError(absl::StrCat("--token_keys: ", keys.status().message()));
    }
    keys_ = *std::move(keys);
    tokens_.emplace(*keys_, options_.token_rules, [] { return absl::Now(); });
    key_metrics_ =
        metrics.AddCollector([keys = keys_.get()] { return keys->Samples(); });
    return absl::OkStatus();
  }

  const SecurityOptions options_;
  std::shared_ptr<grpc::ServerCredentials> server_credentials_;
  std::shared_ptr<grpc::ChannelCredentials> channel_credentials_ =
      grpc::InsecureChannelCredentials();
  std::unique_ptr<auth::KeySource> keys_;
  std::optional<auth::TokenVerifier> tokens_;
  std::optional<KnownCallers> callers_;
  const LocalCallers local_callers_;
  std::optional<CallRates> rates_;
  std::unique_ptr<Metrics::Registration> tls_metrics_;
  std::unique_ptr<Metrics::Registration> key_metrics_;
};

void WarnOfOpenness(const std::string& listen, const SecurityOptions& options) {
  if (options.tls.empty()) {
    log::Warning("open_to_the_network",
                 {{"listen", listen}, {"problem", "calls are in plain text"}});
  }
  if (options.tls.empty() && options.token_keys.empty()) {
    log::Warning("open_to_the_network",
                 {{"listen", listen},
                  {"problem", "callers are not asked who they are"}});
  }
}

}  // namespace

absl::StatusOr<std::unique_ptr<Security>> MakeSecurity(
    const std::string& listen, Metrics& metrics) {
  PT_ASSIGN_OR_RETURN(SecurityOptions options, ReadFlags(listen));
  if (!IsLoopback(listen)) WarnOfOpenness(listen, options);
  auto security = std::make_unique<SecurityOfFlags>(std::move(options));
  PT_RETURN_IF_ERROR(security->Open(metrics));
  return security;
}

}  // namespace pulsetaker::rpc
