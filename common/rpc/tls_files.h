// The files that a server or a client proves itself with in TLS: what they must
// be, and until when the certificate in them holds. Knows no gRPC.

#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"

namespace pulsetaker::rpc {

// Paths of files in PEM. They may be replaced at any time, as long as
// certificate and key change together: by a symbolic link to their folder that
// is renamed into place, as Kubernetes does.
struct TlsFiles {
  std::string certificate;  // The own one first, then those that signed it.
  std::string key;          // Of the certificate, not encrypted.
  std::string ca;           // Whose certificates are trusted; one or more.

  bool empty() const {
    return certificate.empty() && key.empty() && ca.empty();
  }
};

// What the files have in them.
struct TlsContent {
  std::string certificate;
  std::string key;
  std::string ca;

  bool operator==(const TlsContent&) const = default;
};

// A server needs all three files; a client may be without a certificate, then
// both `certificate` and `key` are not named.
enum class TlsRole { kServer, kClient };

// Reads the files of `role`. INVALID_ARGUMENT with the metadata `field`,
// "tls_certificate", "tls_key" or "tls_ca":
//   TLS_FILES_INCOMPLETE  a file is not named, and is needed
//   TLS_FILE_UNREADABLE   it cannot be read
//   TLS_FILE_MALFORMED    it has more than 4 MiB
absl::StatusOr<TlsContent> ReadTlsFiles(const TlsFiles& files, TlsRole role);

// Whether what was read from `files` can be used, and when the certificate ends
// to hold; never, where there is none. INVALID_ARGUMENT, with the same
// metadata:
//   TLS_FILE_MALFORMED    it is not PEM of what is wanted
//   TLS_KEY_MISMATCH      the key is not that of the certificate
absl::StatusOr<absl::Time> CheckTlsContent(const TlsContent& content,
                                           const TlsFiles& files);

// Writes a warning for what is no error, as it may be put right while the
// process runs: a certificate that has expired at `now`, and a key that others
// than its owner and its group may read.
void WarnOfTlsFiles(const TlsFiles& files, absl::Time expiry, absl::Time now);

}  // namespace pulsetaker::rpc
