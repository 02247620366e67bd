#include "common/rpc/known_callers.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <utility>

#include "common/base/status.h"

namespace pulsetaker::rpc {
namespace {

absl::Status UnknownCaller(absl::string_view message) {
  return MakeError(absl::StatusCode::kUnauthenticated, "CALLER_UNKNOWN",
                   message);
}

// The first of `names` that is in `known`.
std::optional<std::string> FirstIn(const std::vector<std::string>& known,
                                   const std::vector<std::string>& names) {
  const auto found = std::find_first_of(names.begin(), names.end(),
                                        known.begin(), known.end());
  return found == names.end() ? std::nullopt : std::optional(*found);
}

}  // namespace

KnownCallers::KnownCallers(auth::TokenVerifier* tokens,
                           std::vector<std::string> services,
                           std::vector<std::string> operators)
    : tokens_(tokens),
      services_(std::move(services)),
      operators_(std::move(operators)) {}

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
  if (const auto name = FirstIn(services_, credentials.certificate_names)) {
    return Caller{.subject = *name,
                  .any_tenant = true,
                  .permissions = PermissionsOfServices()};
  }
  if (const auto name = FirstIn(operators_, credentials.certificate_names)) {
    return Caller{.subject = *name,
                  .permissions = PermissionsOfRoles({"operator"})};
  }
  return UnknownCaller(
      "the call has neither a token nor a certificate of a known name");
}

}  // namespace pulsetaker::rpc
