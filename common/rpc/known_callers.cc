#include "common/rpc/known_callers.h"

#include <algorithm>
#include <memory>
#include <utility>

#include "common/base/status.h"

namespace pulsetaker::rpc {
namespace {

absl::Status UnknownCaller(absl::string_view message) {
  return MakeError(absl::StatusCode::kUnauthenticated, "CALLER_UNKNOWN",
                   message);
}

}  // namespace

KnownCallers::KnownCallers(auth::TokenVerifier* tokens,
                           std::vector<std::string> services)
    : tokens_(tokens), services_(std::move(services)) {}

absl::StatusOr<Caller> KnownCallers::Identify(
    const Credentials& credentials) const {
  if (!credentials.token.empty()) {
    if (tokens_ == nullptr) {
      return UnknownCaller("this server takes no tokens");
    }
    PT_ASSIGN_OR_RETURN(const std::shared_ptr<const auth::TokenClaims> claims,
                        tokens_->Verify(credentials.token));
    return Caller{.subject = claims->subject,
                  .tenant = claims->tenant.value_or(""),
                  .any_tenant = false,
                  .permissions = PermissionsOfRoles(claims->roles)};
  }
  for (const std::string& name : credentials.certificate_names) {
    if (std::find(services_.begin(), services_.end(), name) !=
        services_.end()) {
      return Caller{.subject = name,
                    .any_tenant = true,
                    .permissions = PermissionsOfServices()};
    }
  }
  return UnknownCaller(
      "the call has neither a token nor the certificate of a known service");
}

}  // namespace pulsetaker::rpc
