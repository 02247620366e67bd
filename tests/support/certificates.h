// Certificates for tests, made on the spot, and folders that change them as
// Kubernetes changes a secret. What goes wrong ends the process.

#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "openssl/evp.h"
#include "openssl/x509.h"

namespace pulsetaker::testing {

// A certificate with its key, both in PEM.
struct Identity {
  std::string certificate;
  std::string key;
  std::string serial;  // Hexadecimal, as SerialOf gives it; one of its own.
};

// Whom a certificate is for, and when it holds.
struct IdentityOptions {
  std::vector<std::string> dns_names = {};
  std::vector<std::string> uris = {};
  std::vector<std::string> ip_addresses = {};
  absl::Duration valid_from = -absl::Hours(1);  // From now.
  absl::Duration valid_until = absl::Hours(1);  // From now.
};

// Signs certificates. Keys are of P-256, which takes no time to make.
class CertificateAuthority {
 public:
  explicit CertificateAuthority(const std::string& name);

  const std::string& certificate() const { return certificate_pem_; }  // PEM.
  Identity Issue(const IdentityOptions& options) const;

 private:
  std::unique_ptr<EVP_PKEY, void (*)(EVP_PKEY*)> key_;
  std::unique_ptr<X509, void (*)(X509*)> certificate_;
  std::string certificate_pem_;
};

// The serial number of a certificate, hexadecimal.
std::string SerialOf(const X509& certificate);

// A folder with tls.crt, tls.key and ca.crt, which change all at once: they are
// links through `..data`, itself a link that is renamed into place.
class CertificateFolder {
 public:
  // Makes the folder, which must not be there.
  explicit CertificateFolder(std::filesystem::path folder);

  void Put(const Identity& identity, const std::string& ca);

  std::string certificate() const { return (folder_ / "tls.crt").string(); }
  std::string key() const { return (folder_ / "tls.key").string(); }
  std::string ca() const { return (folder_ / "ca.crt").string(); }

 private:
  const std::filesystem::path folder_;
  int version_ = 0;
};

}  // namespace pulsetaker::testing
