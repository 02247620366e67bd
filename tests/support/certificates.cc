#include "tests/support/certificates.h"

#include <sys/stat.h>

#include <fstream>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/time/clock.h"
#include "common/base/status.h"
#include "openssl/bio.h"
#include "openssl/bn.h"
#include "openssl/ec.h"
#include "openssl/pem.h"
#include "openssl/x509v3.h"

namespace pulsetaker::testing {
namespace {

constexpr int kSerialBits = 127;

void Require(bool holds, absl::string_view what) {
  if (!holds) FailStop(absl::StrCat("cannot make a certificate: ", what));
}

template <typename Write>
std::string ToPem(const Write& write) {
  BIO* const bio = BIO_new(BIO_s_mem());
  Require(bio != nullptr && write(bio) == 1, "PEM");
  char* data = nullptr;
  const long size = BIO_get_mem_data(bio, &data);
  std::string text(data, static_cast<std::size_t>(size));
  BIO_free(bio);
  return text;
}

std::string ToPem(X509* certificate) {
  return ToPem([=](BIO* bio) { return PEM_write_bio_X509(bio, certificate); });
}

std::string ToPem(EVP_PKEY* key) {
  return ToPem([=](BIO* bio) {
    return PEM_write_bio_PKCS8PrivateKey(bio, key, nullptr, nullptr, 0, nullptr,
                                         nullptr);
  });
}

std::unique_ptr<EVP_PKEY, void (*)(EVP_PKEY*)> NewKey() {
  EVP_PKEY* const key = EVP_EC_gen("P-256");
  Require(key != nullptr, "key");
  return {key, EVP_PKEY_free};
}

void SetTime(ASN1_TIME* time, absl::Duration from_now) {
  Require(ASN1_TIME_set(time, absl::ToTimeT(absl::Now() + from_now)) != nullptr,
          "time");
}

void Extend(X509* certificate, X509* issuer, int extension,
            const std::string& value) {
  X509V3_CTX context;
  X509V3_set_ctx_nodb(&context);
  X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
  X509_EXTENSION* const made =
      X509V3_EXT_conf_nid(nullptr, &context, extension, value.c_str());
  Require(made != nullptr && X509_add_ext(certificate, made, -1) == 1, value);
  X509_EXTENSION_free(made);
}

std::unique_ptr<X509, void (*)(X509*)> NewCertificate(const std::string& name,
                                                      EVP_PKEY* key) {
  std::unique_ptr<X509, void (*)(X509*)> made(X509_new(), X509_free);
  BIGNUM* const serial = BN_new();
  Require(
      BN_rand(serial, kSerialBits, BN_RAND_TOP_ONE, BN_RAND_BOTTOM_ANY) == 1 &&
          BN_to_ASN1_INTEGER(serial, X509_get_serialNumber(made.get())) !=
              nullptr,
      "serial");
  BN_free(serial);
  Require(X509_set_version(made.get(), X509_VERSION_3) == 1 &&
              X509_set_pubkey(made.get(), key) == 1 &&
              X509_NAME_add_entry_by_txt(
                  X509_get_subject_name(made.get()), "CN", MBSTRING_UTF8,
                  reinterpret_cast<const unsigned char*>(name.c_str()), -1, -1,
                  0) == 1,
          name);
  return made;
}

void Write(const std::filesystem::path& path, const std::string& content,
           mode_t mode) {
  std::ofstream file(path, std::ios::binary);
  file << content;
  file.close();
  Require(file.good() && chmod(path.c_str(), mode) == 0, path.string());
}

}  // namespace

CertificateAuthority::CertificateAuthority(const std::string& name)
    : key_(NewKey()), certificate_(NewCertificate(name, key_.get())) {
  X509* const own = certificate_.get();
  SetTime(X509_getm_notBefore(own), -absl::Hours(24));
  SetTime(X509_getm_notAfter(own), absl::Hours(24));
  Require(X509_set_issuer_name(own, X509_get_subject_name(own)) == 1, "issuer");
  Extend(own, own, NID_basic_constraints, "critical,CA:TRUE");
  Extend(own, own, NID_key_usage, "critical,keyCertSign,cRLSign");
  Extend(own, own, NID_subject_key_identifier, "hash");
  Require(X509_sign(own, key_.get(), EVP_sha256()) > 0, "signature");
  certificate_pem_ = ToPem(own);
}

Identity CertificateAuthority::Issue(const IdentityOptions& options) const {
  const auto key = NewKey();
  const auto made = NewCertificate("test", key.get());
  SetTime(X509_getm_notBefore(made.get()), options.valid_from);
  SetTime(X509_getm_notAfter(made.get()), options.valid_until);
  X509* const issuer = certificate_.get();
  Require(X509_set_issuer_name(made.get(), X509_get_subject_name(issuer)) == 1,
          "issuer");
  std::string names;
  const auto add = [&](const char* kind, const std::string& name) {
    absl::StrAppend(&names, names.empty() ? "" : ",", kind, ":", name);
  };
  for (const std::string& name : options.dns_names) add("DNS", name);
  for (const std::string& uri : options.uris) add("URI", uri);
  for (const std::string& address : options.ip_addresses) add("IP", address);
  Extend(made.get(), issuer, NID_basic_constraints, "critical,CA:FALSE");
  Extend(made.get(), issuer, NID_ext_key_usage, "serverAuth,clientAuth");
  Extend(made.get(), issuer, NID_authority_key_identifier, "keyid");
  if (!names.empty()) {
    Extend(made.get(), issuer, NID_subject_alt_name, names);
  }
  Require(X509_sign(made.get(), key_.get(), EVP_sha256()) > 0, "signature");
  return {.certificate = ToPem(made.get()),
          .key = ToPem(key.get()),
          .serial = SerialOf(*made)};
}

std::string SerialOf(const X509& certificate) {
  BIGNUM* const number =
      ASN1_INTEGER_to_BN(X509_get0_serialNumber(&certificate), nullptr);
  Require(number != nullptr, "serial");
  char* const text = BN_bn2hex(number);
  std::string serial(text);
  OPENSSL_free(text);
  BN_free(number);
  return serial;
}

CertificateFolder::CertificateFolder(std::filesystem::path folder)
    : folder_(std::move(folder)) {
  Require(std::filesystem::create_directory(folder_), folder_.string());
  for (const char* const name : {"tls.crt", "tls.key", "ca.crt"}) {
    std::filesystem::create_symlink(std::filesystem::path("..data") / name,
                                    folder_ / name);
  }
}

void CertificateFolder::Put(const Identity& identity, const std::string& ca) {
  const std::string fresh = absl::StrCat("..", ++version_);
  Require(std::filesystem::create_directory(folder_ / fresh), fresh);
  Write(folder_ / fresh / "tls.crt", identity.certificate, 0644);
  Write(folder_ / fresh / "tls.key", identity.key, 0600);
  Write(folder_ / fresh / "ca.crt", ca, 0644);
  std::filesystem::create_symlink(fresh, folder_ / "..data_tmp");
  std::filesystem::rename(folder_ / "..data_tmp", folder_ / "..data");
  if (version_ > 1) {
    std::filesystem::remove_all(folder_ / absl::StrCat("..", version_ - 1));
  }
}

}  // namespace pulsetaker::testing
