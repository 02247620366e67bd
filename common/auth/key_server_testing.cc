#include "common/auth/key_server_testing.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <cstddef>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/auth/token_testing.h"
#include "common/base/status.h"
#include "openssl/pem.h"
#include "openssl/ssl.h"
#include "openssl/x509v3.h"

namespace pulsetaker::auth::testing {
namespace {

constexpr int kPollMillis = 20;

void Require(bool holds) {
  if (!holds) FailStop("the server of a test cannot be made");
}

template <auto kFree>
struct Free {
  template <typename T>
  void operator()(T* object) const {
    kFree(object);
  }
};
using Bio = std::unique_ptr<BIO, Free<BIO_free>>;
using X509Owner = std::unique_ptr<X509, Free<X509_free>>;
using KeyOwner = std::unique_ptr<EVP_PKEY, Free<EVP_PKEY_free>>;
using SslContext = std::unique_ptr<SSL_CTX, Free<SSL_CTX_free>>;
using Ssl = std::unique_ptr<SSL, Free<SSL_free>>;

Bio BioOf(const std::string& text) {
  return Bio(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
}

KeyOwner KeyOf(const std::string& pem) {
  return KeyOwner(
      PEM_read_bio_PrivateKey(BioOf(pem).get(), nullptr, nullptr, nullptr));
}

void AddExtension(X509* certificate, int id, const std::string& value) {
  X509_EXTENSION* const extension =
      X509V3_EXT_conf_nid(nullptr, nullptr, id, value.c_str());
  Require(extension != nullptr &&
          X509_add_ext(certificate, extension, -1) == 1);
  X509_EXTENSION_free(extension);
}

}  // namespace

Certificate MakeCertificate(absl::string_view name) {
  const std::string key_pem = SigningKey::P256("").ToPem();
  const KeyOwner key = KeyOf(key_pem);
  const X509Owner made(X509_new());
  X509_set_version(made.get(), 2);
  ASN1_INTEGER_set(X509_get_serialNumber(made.get()), 1);
  X509_gmtime_adj(X509_getm_notBefore(made.get()), -3600);
  X509_gmtime_adj(X509_getm_notAfter(made.get()), 3600);
  X509_set_pubkey(made.get(), key.get());
  X509_NAME* const subject = X509_get_subject_name(made.get());
  X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_ASC,
                             reinterpret_cast<const unsigned char*>("test"), -1,
                             -1, 0);
  X509_set_issuer_name(made.get(), subject);
  AddExtension(made.get(), NID_basic_constraints, "critical,CA:TRUE");
  AddExtension(made.get(), NID_subject_alt_name, absl::StrCat("DNS:", name));
  Require(X509_sign(made.get(), key.get(), EVP_sha256()) > 0);
  const Bio bio(BIO_new(BIO_s_mem()));
  Require(PEM_write_bio_X509(bio.get(), made.get()) == 1);
  char* text = nullptr;
  const long size = BIO_get_mem_data(bio.get(), &text);
  return {std::string(text, static_cast<std::size_t>(size)), key_pem};
}

struct KeyServer::Tls {
  SslContext context;
};

KeyServer::KeyServer() : KeyServer(std::unique_ptr<Tls>()) {}

KeyServer::KeyServer(const Certificate& certificate)
    : KeyServer([&] {
        auto tls = std::make_unique<Tls>();
        tls->context.reset(SSL_CTX_new(TLS_server_method()));
        const X509Owner parsed(
            PEM_read_bio_X509(BioOf(certificate.certificate_pem).get(), nullptr,
                              nullptr, nullptr));
        const KeyOwner key = KeyOf(certificate.key_pem);
        Require(SSL_CTX_use_certificate(tls->context.get(), parsed.get()) ==
                    1 &&
                SSL_CTX_use_PrivateKey(tls->context.get(), key.get()) == 1);
        return tls;
      }()) {}

KeyServer::KeyServer(std::unique_ptr<Tls> tls) : tls_(std::move(tls)) {
  std::signal(SIGPIPE, SIG_IGN);  // OpenSSL writes to who has gone.
  listener_ = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address = {};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof(address);
  auto* const any = reinterpret_cast<sockaddr*>(&address);
  Require(bind(listener_, any, size) == 0 && listen(listener_, 16) == 0 &&
          getsockname(listener_, any, &size) == 0);
  port_ = ntohs(address.sin_port);
  thread_ = std::thread([this] { Run(); });
}

KeyServer::~KeyServer() {
  stop_ = true;
  thread_.join();
  close(listener_);
}

void KeyServer::Publish(absl::string_view body) {
  Answer(absl::StrCat("HTTP/1.1 200 OK\r\nContent-Length: ", body.size(),
                      "\r\nConnection: close\r\n\r\n", body));
}

void KeyServer::Answer(absl::string_view answer) {
  MutexLock lock(mutex_);
  answer_ = std::string(answer);
}

std::string KeyServer::CurrentAnswer() const {
  MutexLock lock(mutex_);
  return answer_;
}

void KeyServer::Run() {
  while (!stop_) {
    pollfd waiting = {.fd = listener_, .events = POLLIN, .revents = 0};
    if (poll(&waiting, 1, kPollMillis) <= 0) continue;
    const int connection = accept(listener_, nullptr, nullptr);
    if (connection < 0) continue;
    // Who says nothing must not keep a test waiting.
    const timeval second = {.tv_sec = 1, .tv_usec = 0};
    setsockopt(connection, SOL_SOCKET, SO_RCVTIMEO, &second, sizeof(second));
    Serve(connection);
    close(connection);
  }
}

void KeyServer::Serve(int connection) {
  Ssl ssl;
  if (tls_ != nullptr) {
    ssl.reset(SSL_new(tls_->context.get()));
    SSL_set_fd(ssl.get(), connection);
    if (SSL_accept(ssl.get()) != 1) return;
  }
  std::array<char, 4096> request;
  const auto read = ssl == nullptr
                        ? recv(connection, request.data(), request.size(), 0)
                        : SSL_read(ssl.get(), request.data(),
                                   static_cast<int>(request.size()));
  if (read <= 0) return;
  ++requests_;
  std::string answer = CurrentAnswer();
  while (answer.empty() && !stop_) {
    poll(nullptr, 0, kPollMillis);
    answer = CurrentAnswer();
  }
  std::size_t sent = 0;
  while (sent < answer.size() && !stop_) {
    const auto now =
        ssl == nullptr
            ? send(connection, answer.data() + sent, answer.size() - sent, 0)
            : SSL_write(ssl.get(), answer.data() + sent,
                        static_cast<int>(answer.size() - sent));
    if (now <= 0) return;
    sent += static_cast<std::size_t>(now);
  }
  if (ssl != nullptr) SSL_shutdown(ssl.get());
}

}  // namespace pulsetaker::auth::testing
