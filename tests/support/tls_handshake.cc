#include "tests/support/tls_handshake.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <cstdint>
#include <memory>

#include "absl/status/status.h"
#include "openssl/err.h"
#include "openssl/ssl.h"
#include "tests/support/certificates.h"

namespace pulsetaker::testing {
namespace {

constexpr unsigned char kHttp2[] = {2, 'h', '2'};

absl::Status Failure(const char* step) {
  std::array<char, 256> text{};
  ERR_error_string_n(ERR_get_error(), text.data(), text.size());
  return absl::UnavailableError(std::string(step) + ": " + text.data());
}

// A connection, or -1.
int Connect(int port) {
  const int fd = socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (connect(fd, reinterpret_cast<sockaddr*>(&address), sizeof(address)) ==
      0) {
    return fd;
  }
  close(fd);
  return -1;
}

absl::StatusOr<Handshake> ShakeHandsOver(int fd, int version) {
  const std::unique_ptr<SSL_CTX, void (*)(SSL_CTX*)> context(
      SSL_CTX_new(TLS_client_method()), SSL_CTX_free);
  SSL_CTX_set_min_proto_version(context.get(), version);
  SSL_CTX_set_max_proto_version(context.get(), version);
  SSL_CTX_set_alpn_protos(context.get(), kHttp2, sizeof(kHttp2));
  const std::unique_ptr<SSL, void (*)(SSL*)> connection(SSL_new(context.get()),
                                                        SSL_free);
  SSL_set_fd(connection.get(), fd);
  ERR_clear_error();
  if (SSL_connect(connection.get()) != 1) return Failure("handshake");
  const std::unique_ptr<X509, void (*)(X509*)> certificate(
      SSL_get1_peer_certificate(connection.get()), X509_free);
  if (certificate == nullptr) return Failure("certificate");
  return Handshake{.version = SSL_get_version(connection.get()),
                   .serial = SerialOf(*certificate)};
}

}  // namespace

absl::StatusOr<Handshake> ShakeHands(int port, TlsVersion version) {
  std::signal(SIGPIPE, SIG_IGN);  // A server may close at any time.
  const int fd = Connect(port);
  if (fd < 0) return absl::UnavailableError("cannot connect");
  absl::StatusOr<Handshake> handshake = ShakeHandsOver(
      fd, version == TlsVersion::k12 ? TLS1_2_VERSION : TLS1_3_VERSION);
  close(fd);
  return handshake;
}

}  // namespace pulsetaker::testing
