#include "common/rpc/tls_files.h"

#include <sys/stat.h>

#include <cstddef>
#include <ctime>
#include <fstream>
#include <memory>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "common/base/log.h"
#include "common/base/status.h"
#include "openssl/bio.h"
#include "openssl/err.h"
#include "openssl/evp.h"
#include "openssl/pem.h"
#include "openssl/x509.h"

namespace pulsetaker::rpc {
namespace {

constexpr char kCertificateField[] = "tls_certificate";
constexpr char kKeyField[] = "tls_key";
constexpr char kCaField[] = "tls_ca";
// A bundle of all authorities of the web has 0.2 MB.
constexpr std::size_t kFileBytesMax = 4 << 20;

struct FreeBio {
  void operator()(BIO* bio) const { BIO_free(bio); }
};
struct FreeCertificate {
  void operator()(X509* certificate) const { X509_free(certificate); }
};
struct FreeKey {
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
};
using CertificatePtr = std::unique_ptr<X509, FreeCertificate>;
using KeyPtr = std::unique_ptr<EVP_PKEY, FreeKey>;

absl::Status Refuse(absl::string_view field, absl::string_view reason,
                    absl::string_view problem) {
  return MakeError(absl::StatusCode::kInvalidArgument, reason,
                   absl::StrCat("--", field, ": ", problem),
                   {{"field", std::string(field)}});
}

absl::StatusOr<std::string> ReadFile(absl::string_view field,
                                     const std::string& path) {
  if (path.empty()) {
    return Refuse(field, "TLS_FILES_INCOMPLETE",
                  "no file is named, and one is needed");
  }
  std::ifstream file(path, std::ios::binary);
  std::string content(kFileBytesMax + 1, '\0');
  file.read(content.data(), static_cast<std::streamsize>(content.size()));
  // A folder can be opened, and not read.
  if (!file.is_open() || file.bad()) {
    return Refuse(field, "TLS_FILE_UNREADABLE",
                  absl::StrCat("cannot read ", path));
  }
  content.resize(static_cast<std::size_t>(file.gcount()));
  if (content.size() > kFileBytesMax) {
    return Refuse(
        field, "TLS_FILE_MALFORMED",
        absl::StrCat(path, " has more than ", kFileBytesMax, " bytes"));
  }
  return content;
}

std::unique_ptr<BIO, FreeBio> Over(const std::string& content) {
  return std::unique_ptr<BIO, FreeBio>(
      BIO_new_mem_buf(content.data(), static_cast<int>(content.size())));
}

// What OpenSSL says when it has read all there was.
bool IsAtEnd() {
  const unsigned long error = ERR_peek_last_error();
  return ERR_GET_LIB(error) == ERR_LIB_PEM &&
         ERR_GET_REASON(error) == PEM_R_NO_START_LINE;
}

// All certificates of a file: one or more.
absl::StatusOr<std::vector<CertificatePtr>> ParseCertificates(
    absl::string_view field, const std::string& path,
    const std::string& content) {
  const auto bio = Over(content);
  std::vector<CertificatePtr> certificates;
  ERR_clear_error();
  while (true) {
    CertificatePtr next(
        PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr));
    if (next == nullptr) break;
    certificates.push_back(std::move(next));
  }
  const bool is_whole = IsAtEnd();
  ERR_clear_error();
  if (!is_whole || certificates.empty()) {
    return Refuse(field, "TLS_FILE_MALFORMED",
                  absl::StrCat("certificate ", certificates.size() + 1, " of ",
                               path, " cannot be read as PEM"));
  }
  return certificates;
}

// Nobody is there to be asked for a password.
int NoPassword(char* /*buffer*/, int /*size*/, int /*for_writing*/,
               void* /*context*/) {
  return -1;
}

absl::StatusOr<KeyPtr> ParseKey(const std::string& path,
                                const std::string& content) {
  const auto bio = Over(content);
  KeyPtr key(PEM_read_bio_PrivateKey(bio.get(), nullptr, NoPassword, nullptr));
  ERR_clear_error();
  if (key == nullptr) {
    return Refuse(kKeyField, "TLS_FILE_MALFORMED",
                  absl::StrCat(path,
                               " is not a private key in PEM without a "
                               "password"));
  }
  return key;
}

absl::Time ExpiryOf(const X509& certificate) {
  std::tm time{};
  if (ASN1_TIME_to_tm(X509_get0_notAfter(&certificate), &time) != 1) {
    return absl::UnixEpoch();  // Not a time: it does not hold.
  }
  return absl::FromTM(time, absl::UTCTimeZone());
}

}  // namespace

absl::StatusOr<TlsContent> ReadTlsFiles(const TlsFiles& files, TlsRole role) {
  TlsContent content;
  if (role == TlsRole::kServer || !files.certificate.empty() ||
      !files.key.empty()) {
    PT_ASSIGN_OR_RETURN(content.certificate,
                        ReadFile(kCertificateField, files.certificate));
    PT_ASSIGN_OR_RETURN(content.key, ReadFile(kKeyField, files.key));
  }
  PT_ASSIGN_OR_RETURN(content.ca, ReadFile(kCaField, files.ca));
  return content;
}

absl::StatusOr<absl::Time> CheckTlsContent(const TlsContent& content,
                                           const TlsFiles& files) {
  PT_RETURN_IF_ERROR(
      ParseCertificates(kCaField, files.ca, content.ca).status());
  if (files.certificate.empty()) return absl::InfiniteFuture();
  PT_ASSIGN_OR_RETURN(const std::vector<CertificatePtr> certificates,
                      ParseCertificates(kCertificateField, files.certificate,
                                        content.certificate));
  PT_ASSIGN_OR_RETURN(const KeyPtr key, ParseKey(files.key, content.key));
  const int matches =
      X509_check_private_key(certificates.front().get(), key.get());
  ERR_clear_error();
  if (matches != 1) {
    return Refuse(kKeyField, "TLS_KEY_MISMATCH",
                  absl::StrCat(files.key, " is not the key of the certificate ",
                               files.certificate));
  }
  return ExpiryOf(*certificates.front());
}

void WarnOfTlsFiles(const TlsFiles& files, absl::Time expiry, absl::Time now) {
  struct stat status{};
  if (!files.key.empty() && stat(files.key.c_str(), &status) == 0 &&
      (status.st_mode & S_IROTH) != 0) {
    log::Warning("tls_key_readable_by_others", {{"path", files.key}});
  }
  if (expiry <= now) {
    log::Warning("tls_certificate_expired",
                 {{"path", files.certificate},
                  {"expired", absl::FormatTime(absl::RFC3339_sec, expiry,
                                               absl::UTCTimeZone())}});
  }
}

}  // namespace pulsetaker::rpc
