// TLS 1.3 for servers and channels, with certificates that are read again when
// their files change: no restart, and no connection that exists is cut.
//
// A server asks its callers for a certificate. One that is presented must be
// signed by the authority, or there is no connection; but none is needed:
// people and partner systems have a token in its place. Who a caller is, and
// what it may do, is decided above this layer.

#pragma once

#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "common/rpc/tls_files.h"
#include "grpcpp/security/auth_context.h"
#include "grpcpp/security/credentials.h"
#include "grpcpp/security/server_credentials.h"

namespace pulsetaker::rpc {

// Makes TLS 1.3 the least that gRPC speaks in this process, in both roles. To
// be called at the start of main, before there are threads and before gRPC
// makes its first credentials: it reads the setting once.
void UseTls13Only();

// Files that have changed are in use at most this later. Those that cannot be
// used are not, and a warning is written: tls_reload.h.
inline constexpr absl::Duration kTlsReloadMax = absl::Seconds(3);

// For a server with this certificate. With `request_client_certificates`,
// callers may present one, and PeerNames tells whose it was.
//
// The errors of ReloadedTlsFiles::Open, for a server.
absl::StatusOr<std::shared_ptr<grpc::ServerCredentials>> MakeServerCredentials(
    const TlsFiles& files, bool request_client_certificates);

// For a channel to servers whose certificate `files.ca` signed, and that has
// the name or IP address by which they were called. Presents the certificate of
// `files` if there is one.
//
// The errors of ReloadedTlsFiles::Open, for a client.
absl::StatusOr<std::shared_ptr<grpc::ChannelCredentials>>
MakeChannelCredentials(const TlsFiles& files);

// The DNS names and URIs of the certificate that the caller presented and that
// was verified, in the order in which it has them, DNS names first. Empty
// without a certificate, and in plain text.
std::vector<std::string> PeerNames(const grpc::AuthContext& peer);

}  // namespace pulsetaker::rpc
