// Callers that show a token or the certificate of a service of ours.

#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "common/auth/token_verifier.h"
#include "common/rpc/access.h"

namespace pulsetaker::rpc {

// A token counts before a certificate: whoever shows one wants to be taken for
// the one it names.
class KnownCallers final : public CallerSource {
 public:
  // `tokens` may be none, and must outlive this. `services` are the names in
  // the certificates of our services.
  KnownCallers(auth::TokenVerifier* tokens, std::vector<std::string> services);

  // The errors of TokenVerifier::Verify. UNAUTHENTICATED, CALLER_UNKNOWN:
  // neither a token nor the certificate of a service, or a token where none can
  // be verified.
  absl::StatusOr<Caller> Identify(
      const Credentials& credentials) const override;

 private:
  auth::TokenVerifier* const tokens_;
  const std::vector<std::string> services_;
};

}  // namespace pulsetaker::rpc
