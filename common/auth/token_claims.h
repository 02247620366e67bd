// Reading the claims of a token. Part of token.h.

#pragma once

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "common/auth/token.h"
#include "nlohmann/json.hpp"

namespace pulsetaker::auth {

// UNAUTHENTICATED with this reason. `message` has no part of a token.
absl::Status TokenError(absl::string_view reason, absl::string_view message);

// The claims of a token that is signed. UNAUTHENTICATED, TOKEN_CLAIM_INVALID:
// as VerifyToken says.
absl::StatusOr<TokenClaims> ReadClaims(const nlohmann::json& members);

}  // namespace pulsetaker::auth
