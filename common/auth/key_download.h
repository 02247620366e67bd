// Gets a small document by HTTPS, with libcurl.

#pragma once

#include <atomic>
#include <cstddef>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace pulsetaker::auth {

struct DownloadOptions {
  std::string url;
  // Certificates of the authorities to trust, in PEM; "" for the system's.
  std::string ca_file;
  absl::Duration timeout = absl::Seconds(5);  // Of all of it.
  std::size_t bytes_max = 0;
};

// INVALID_ARGUMENT, KEY_SOURCE_INVALID, with `field` "key_url": not an https
// URL with a host, nor an http one of this host (127.0.0.1, [::1], localhost);
// one with a user, a password or a fragment.
absl::Status CheckDownloadUrl(const std::string& url);

// The document. The certificate and its name are verified, TLS is 1.2 or later.
// A redirection is not followed: who may publish keys is the operator's choice,
// not the server's.
//
// UNAVAILABLE, TOKEN_KEYS_UNAVAILABLE, with what went wrong: no answer in time,
// one that is not 200, one that is longer than bytes_max, or soon after `stop`
// is set.
absl::StatusOr<std::string> Download(const DownloadOptions& options,
                                     const std::atomic<bool>& stop);

}  // namespace pulsetaker::auth
