// Callers that show a token, or the certificate of a service of ours or of an
// operator's program.

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
  // `tokens` may be none, and must outlive this. `services` and `operators` are
  // the names in the certificates of our services, which have the role
  // `service` for every tenant, and of operators' programs, which have the role
  // `operator`. A name in both is a service's.
  KnownCallers(auth::TokenVerifier* tokens, std::vector<std::string> services,
               std::vector<std::string> operators = {});

  // The errors of TokenVerifier::Verify. UNAUTHENTICATED, CALLER_UNKNOWN:
  // neither a token nor a certificate with one of the names, or a token where
  // none can be verified.
  absl::StatusOr<Caller> Identify(
      const Credentials& credentials) const override;

 private:
  auth::TokenVerifier* const tokens_;
  const std::vector<std::string> services_;
  const std::vector<std::string> operators_;
};

}  // namespace pulsetaker::rpc
