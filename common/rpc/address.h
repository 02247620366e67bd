#pragma once

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace pulsetaker::rpc {

// Whether `address` is something to listen on: host:port or [host]:port, with a
// port of 0 to 65535. gRPC itself takes 99999 for 34463.
//
// INVALID_ARGUMENT, ADDRESS_MALFORMED: it is not.
absl::Status CheckAddress(absl::string_view address);

// Whether only this machine can reach what listens there.
bool IsLoopback(absl::string_view address);

}  // namespace pulsetaker::rpc
