// Makes keys and tokens, for tests that are not in C++:
//
//   test_token key RSA|P-256|Ed25519                  a private key, in PEM
//   test_token set KID=FILE...                        their public keys, as a
//   set test_token sign KID=FILE < claims                 a token test_token
//   verify SET ISSUER AUDIENCE SECONDS < tokens
//     Of each line one line of JSON: {"reason": ""} and the claims, or the
//     reason of the refusal. SECONDS is the time, since 1970.
//
// Not for anything that is in use: keys are read and written as they are.

#include <cstdint>
#include <fstream>
#include <iostream>
#include <iterator>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_split.h"
#include "common/auth/token.h"
#include "common/auth/token_testing.h"
#include "common/base/status.h"

namespace pulsetaker::auth::testing {
namespace {

using nlohmann::json;

constexpr int kUsageError = 2;

std::string ReadAll(std::istream& in) {
  return {std::istreambuf_iterator<char>(in), {}};
}

std::string ReadFile(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file.is_open()) FailStop("a file cannot be opened");
  return ReadAll(file);
}

SigningKey KeyOf(const std::string& argument) {
  const std::pair<std::string, std::string> parts =
      absl::StrSplit(argument, absl::MaxSplits('=', 1));
  return SigningKey::FromPem(parts.first, ReadFile(parts.second));
}

int MakeKey(const std::string& kind) {
  if (kind == "RSA") {
    std::cout << SigningKey::Rsa("").ToPem();
  } else if (kind == "P-256") {
    std::cout << SigningKey::P256("").ToPem();
  } else if (kind == "Ed25519") {
    std::cout << SigningKey::Ed25519("").ToPem();
  } else {
    return kUsageError;
  }
  return 0;
}

json ToJson(const TokenClaims& claims) {
  json said = {{"reason", ""},
               {"iss", claims.issuer},
               {"aud", claims.audiences},
               {"sub", claims.subject},
               {"exp", absl::ToUnixMicros(claims.expire_time)},
               {"roles", claims.roles}};
  if (claims.not_before) said["nbf"] = absl::ToUnixMicros(*claims.not_before);
  if (claims.issue_time) said["iat"] = absl::ToUnixMicros(*claims.issue_time);
  if (claims.token_id) said["jti"] = *claims.token_id;
  if (claims.tenant) said["tenant"] = *claims.tenant;
  return said;
}

int Verify(const std::vector<std::string>& arguments) {
  std::int64_t seconds = 0;
  if (arguments.size() != 4 || !absl::SimpleAtoi(arguments[3], &seconds)) {
    return kUsageError;
  }
  const auto keys = ParseJwkSet(ReadFile(arguments[0]));
  if (!keys.ok()) {
    std::cerr << keys.status() << "\n";
    return 1;
  }
  const TokenRules rules = {.issuers = {arguments[1]},
                            .audience = arguments[2]};
  for (std::string token; std::getline(std::cin, token);) {
    const auto claims =
        VerifyToken(token, *keys, rules, absl::FromUnixSeconds(seconds));
    const json said = claims.ok() ? ToJson(*claims)
                                  : json{{"reason", ReasonOf(claims.status())}};
    std::cout << said.dump() << "\n";
  }
  return 0;
}

int Run(const std::vector<std::string>& arguments) {
  if (arguments.empty()) return kUsageError;
  const std::vector<std::string> rest(arguments.begin() + 1, arguments.end());
  if (arguments[0] == "key" && rest.size() == 1) return MakeKey(rest[0]);
  if (arguments[0] == "verify") return Verify(rest);
  if (arguments[0] == "set") {
    std::vector<SigningKey> keys;
    for (const std::string& key : rest) keys.push_back(KeyOf(key));
    std::cout << ToJwkSetJson(keys) << "\n";
    return 0;
  }
  if (arguments[0] != "sign" || rest.size() != 1) return kUsageError;
  const json claims = json::parse(ReadAll(std::cin), nullptr, false);
  if (!claims.is_object()) return kUsageError;
  std::cout << KeyOf(rest[0]).SignClaims(claims) << "\n";
  return 0;
}

}  // namespace
}  // namespace pulsetaker::auth::testing

int main(int argc, char** argv) {
  const int result = pulsetaker::auth::testing::Run({argv + 1, argv + argc});
  if (result == 2) std::cerr << "usage: see tests/support/test_token.cc\n";
  return result;
}
