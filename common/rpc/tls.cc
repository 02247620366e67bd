#include "common/rpc/tls.h"

#include <cstdlib>

#include "common/base/fault.h"
#include "common/base/status.h"
#include "common/rpc/tls_reload.h"
#include "grpc/grpc_security_constants.h"
#include "grpcpp/security/tls_certificate_provider.h"
#include "grpcpp/security/tls_credentials_options.h"

namespace pulsetaker::rpc {
namespace {

// gRPC has no setting for the least version of TLS, but one for the cipher
// suites of TLS 1.2; those of TLS 1.3 are named apart, and stay as they are. A
// suite that needs a key shared beforehand can be agreed on with no
// certificate, so that no handshake of TLS 1.2 succeeds.
constexpr char kSuitesVariable[] = "GRPC_SSL_CIPHER_SUITES";
constexpr char kNoSuiteForCertificates[] = "PSK-AES256-GCM-SHA384";

// How often gRPC looks at the copies; its least.
constexpr unsigned int kRefreshSeconds = 1;

using grpc::experimental::FileWatcherCertificateProvider;

absl::StatusOr<std::shared_ptr<FileWatcherCertificateProvider>> MakeProvider(
    const TlsFiles& files, TlsRole role) {
  PT_ASSIGN_OR_RETURN(const ReloadedTlsFiles* const reloaded,
                      KeepReloading(files, role));
  const TlsFiles copies = reloaded->copies();
  return std::make_shared<FileWatcherCertificateProvider>(
      copies.key, copies.certificate, copies.ca, kRefreshSeconds);
}

}  // namespace

void UseTls13Only() {
  if (PT_PLANTED_BUG("tls_12_spoken")) return;
  if (setenv(kSuitesVariable, kNoSuiteForCertificates, /*overwrite=*/1) != 0) {
    FailStop(
        "the environment takes no variable, so that TLS 1.2 cannot be "
        "turned off");
  }
}

absl::StatusOr<std::shared_ptr<grpc::ServerCredentials>> MakeServerCredentials(
    const TlsFiles& files, bool request_client_certificates) {
  PT_ASSIGN_OR_RETURN(const auto provider,
                      MakeProvider(files, TlsRole::kServer));
  grpc::experimental::TlsServerCredentialsOptions options(provider);
  options.watch_identity_key_cert_pairs();
  if (request_client_certificates) {
    options.watch_root_certs();
    options.set_cert_request_type(
        PT_PLANTED_BUG("any_certificate_taken")
            ? GRPC_SSL_REQUEST_CLIENT_CERTIFICATE_BUT_DONT_VERIFY
            : GRPC_SSL_REQUEST_CLIENT_CERTIFICATE_AND_VERIFY);
  }
  return grpc::experimental::TlsServerCredentials(options);
}

absl::StatusOr<std::shared_ptr<grpc::ChannelCredentials>>
MakeChannelCredentials(const TlsFiles& files) {
  PT_ASSIGN_OR_RETURN(const auto provider,
                      MakeProvider(files, TlsRole::kClient));
  grpc::experimental::TlsChannelCredentialsOptions options;
  options.set_certificate_provider(provider);
  options.watch_root_certs();
  if (!files.certificate.empty()) options.watch_identity_key_cert_pairs();
  return grpc::experimental::TlsCredentials(options);
}

std::vector<std::string> PeerNames(const grpc::AuthContext& peer) {
  std::vector<std::string> names;
  for (const char* const property :
       {GRPC_PEER_DNS_PROPERTY_NAME, GRPC_PEER_URI_PROPERTY_NAME}) {
    for (const grpc::string_ref& value : peer.FindPropertyValues(property)) {
      names.emplace_back(value.data(), value.size());
    }
  }
  return names;
}

}  // namespace pulsetaker::rpc
