// A client of TLS that is not gRPC's: it says what a server agrees to.

#pragma once

#include <string>

#include "absl/status/statusor.h"

namespace pulsetaker::testing {

enum class TlsVersion { k12, k13 };

struct Handshake {
  std::string version;  // "TLSv1.3".
  std::string serial;   // Of the server's certificate: SerialOf.
};

// Connects to the port on loopback with this version of TLS and no other,
// verifies nothing, and presents no certificate. UNAVAILABLE says why there was
// no handshake.
absl::StatusOr<Handshake> ShakeHands(int port, TlsVersion version);

}  // namespace pulsetaker::testing
