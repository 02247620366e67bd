// Any bytes as a set of keys: refused with the place of what is wrong, or keys
// that can be asked whether they verify something.

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "common/auth/jwk_set.h"
#include "common/base/status.h"
#include "tests/fuzz/fuzz_target.h"

namespace auth = pulsetaker::auth;
using pulsetaker::testing::Require;

std::vector<std::string> pulsetaker::testing::Seeds() {
  // The keys of the examples of RFC 7515 and RFC 8037.
  const std::string rsa =
      R"({"kty":"RSA","kid":"r1","use":"sig","n":")"
      "ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-4qP"
      "CJrcS2mJPMEzP1Pt0Bm4d4QlL-yRT-SFd2lZS-pCgNMsD1W_YpRPEwOWvG6b32690r2jZ47s"
      "oMZo9wGzjb_7OMg0LOL-bSf63kpaSHSXndS5z5rexMdbBYUsLA9e-KXBdQOS-UTo7WTBEMa2"
      "R2CapHg665xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9kG4LT6_I5IhlJH7aGhyxXFvUK-DWNmoud"
      "F8NAco9_h9iaGNj8q2ethFkMLs91kzk2PAcDTW9gb54h4FRWyuXpoQ"
      R"(","e":"AQAB"})";
  const std::string p256 =
      R"({"kty":"EC","kid":"p1","crv":"P-256","key_ops":["verify"],)"
      R"("x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",)"
      R"("y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"})";
  const std::string ed25519 =
      R"({"kty":"OKP","kid":"d1","crv":"Ed25519","alg":"EdDSA",)"
      R"("x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"})";
  const std::string other = R"({"kty":"oct","k":"AAAA","kid":"o1"})";
  const auto set = [](absl::string_view keys) {
    return absl::StrCat(R"({"keys":[)", keys, "]}");
  };
  return {set(""),
          set(rsa),
          set(p256),
          set(ed25519),
          set(absl::StrCat(ed25519, ",", other, ",", p256)),
          set(absl::StrCat(rsa, ",", p256, ",", ed25519))};
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size) {
  const absl::string_view text(reinterpret_cast<const char*>(data), size);
  const auto set = auth::ParseJwkSet(text);
  if (!set.ok()) {
    Require(pulsetaker::ReasonOf(set.status()) == "KEY_SET_INVALID");
    Require(pulsetaker::MetadataOf(set.status()).size() == 1);
    return 0;
  }
  Require(set->size() + set->passed_over() <= auth::kJwkSetKeysMax);
  for (const char* key_id : {"r1", "p1", "d1"}) {
    const auth::VerifyingKey* const key = set->Find(key_id);
    Require(key == nullptr || !key->Verifies(text, "no signature"));
  }
  return 0;
}
