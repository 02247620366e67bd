// The token that a caller proves itself with, for each call of a channel.

#pragma once

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "grpcpp/security/credentials.h"

namespace pulsetaker::rpc {

// A token longer than this, in bytes, would not fit into the metadata that
// servers take.
inline constexpr int kTokenBytesMax = 12 << 10;

// Sends `authorization: Bearer <token>` with each call. gRPC itself refuses to
// send it over plain text.
//
// INVALID_ARGUMENT, TOKEN_MALFORMED: it is empty, too long, or has other
// characters than those of a token (RFC 6750, b64token).
absl::StatusOr<std::shared_ptr<grpc::CallCredentials>> TokenCredentials(
    const std::string& token);

// The same with the token in a file, white space around it left out. It is read
// again for each call once the file has changed, so that a token can be renewed
// while a long job runs. A call fails with UNAVAILABLE, and says why, while
// there is no token in the file.
//
// INVALID_ARGUMENT, TOKEN_UNREADABLE: the file cannot be read; and as above.
absl::StatusOr<std::shared_ptr<grpc::CallCredentials>> TokenFileCredentials(
    const std::string& path);

}  // namespace pulsetaker::rpc
