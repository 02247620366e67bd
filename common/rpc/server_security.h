// How a server is protected, as its operator says with flags, each also as
// PULSETAKER_<FLAG>:
//
//   --tls_certificate, --tls_key, --tls_ca  all three or none
//   --token_keys, --token_issuer, --token_audience  all three or none
//   --trusted_services  names in the certificates of our services
//   --trusted_operators  names in the certificates of operators' programs
//   --allow_plain_text  beyond loopback without TLS
//   --tenant_calls_per_second, --tenant_call_burst  how often a tenant may call
//
// Without the first six nobody is asked who they are, which is for loopback.

#pragma once

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "common/base/metrics.h"
#include "common/rpc/call_rates.h"
#include "common/rpc/server.h"
#include "grpcpp/security/credentials.h"

namespace pulsetaker::rpc {

class Security {
 public:
  virtual ~Security() = default;

  // Who knows the callers of the server. Lives as long as this.
  virtual const CallerSource& callers() const = 0;

  // How often callers of a tenant may call; nullptr: as often as they like.
  // Lives as long as this.
  virtual CallRates* call_rates() = 0;

  // Of the server; nullptr is plain text.
  virtual std::shared_ptr<grpc::ServerCredentials> server_credentials()
      const = 0;

  // For channels to our other services.
  virtual std::shared_ptr<grpc::ChannelCredentials> channel_credentials()
      const = 0;

  // "TLS, tokens": in a few words, for the log.
  virtual std::string summary() const = 0;
};

// From the flags, for a server that is to listen on `listen`. `metrics` must
// outlive it. FlagError (env_flags.h): they do not fit together, a file cannot
// be used, or keys of tokens cannot be read. UNAVAILABLE: keys of tokens cannot
// be fetched.
absl::StatusOr<std::unique_ptr<Security>> MakeSecurity(
    const std::string& listen, Metrics& metrics);

}  // namespace pulsetaker::rpc
