#include "common/auth/verifying_key.h"

#include <cstddef>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/base/status.h"
#include "openssl/bn.h"
#include "openssl/core_names.h"
#include "openssl/ecdsa.h"
#include "openssl/err.h"
#include "openssl/evp.h"
#include "openssl/param_build.h"

namespace pulsetaker::auth {
namespace {

constexpr std::size_t kP256Bytes = 32;
constexpr std::size_t kEd25519Bytes = 32;
constexpr int kExponentBitsMax = 64;

template <auto kFree>
struct Free {
  template <typename T>
  void operator()(T* object) const {
    kFree(object);
  }
};
using BigNumber = std::unique_ptr<BIGNUM, Free<BN_free>>;
using ParamBuild = std::unique_ptr<OSSL_PARAM_BLD, Free<OSSL_PARAM_BLD_free>>;
using Params = std::unique_ptr<OSSL_PARAM, Free<OSSL_PARAM_free>>;
using KeyContext = std::unique_ptr<EVP_PKEY_CTX, Free<EVP_PKEY_CTX_free>>;
using DigestContext = std::unique_ptr<EVP_MD_CTX, Free<EVP_MD_CTX_free>>;
using EcdsaSignature = std::unique_ptr<ECDSA_SIG, Free<ECDSA_SIG_free>>;

const unsigned char* BytesOf(absl::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

// Where OpenSSL has no memory there is no answer to give.
template <typename Owner>
Owner Required(Owner owner) {
  if (owner == nullptr) FailStop("OpenSSL has no memory");
  return owner;
}

BigNumber NumberOf(absl::string_view bytes) {
  return Required(BigNumber(
      BN_bin2bn(BytesOf(bytes), static_cast<int>(bytes.size()), nullptr)));
}

absl::Status KeyError(absl::string_view field, absl::string_view problem) {
  return MakeError(absl::StatusCode::kInvalidArgument, "KEY_SET_INVALID",
                   absl::StrCat(field, " ", problem),
                   {{"field", std::string(field)}});
}

// The key of these parameters, or nullptr.
std::shared_ptr<EVP_PKEY> FromParameters(const char* type,
                                         OSSL_PARAM_BLD& build) {
  const auto params = Required(Params(OSSL_PARAM_BLD_to_param(&build)));
  const auto context =
      Required(KeyContext(EVP_PKEY_CTX_new_from_name(nullptr, type, nullptr)));
  EVP_PKEY* key = nullptr;
  if (EVP_PKEY_fromdata_init(context.get()) != 1 ||
      EVP_PKEY_fromdata(context.get(), &key, EVP_PKEY_PUBLIC_KEY,
                        params.get()) != 1) {
    ERR_clear_error();
    return nullptr;
  }
  return {key, EVP_PKEY_free};
}

bool IsPointOnCurve(EVP_PKEY* key) {
  const auto context =
      Required(KeyContext(EVP_PKEY_CTX_new_from_pkey(nullptr, key, nullptr)));
  const bool is_on_curve = EVP_PKEY_public_check(context.get()) == 1;
  ERR_clear_error();
  return is_on_curve;
}

// r and s as OpenSSL wants them, in DER; "" if they are not of 64 bytes.
std::string ToDer(absl::string_view signature) {
  if (signature.size() != 2 * kP256Bytes) return "";
  BigNumber r = NumberOf(signature.substr(0, kP256Bytes));
  BigNumber s = NumberOf(signature.substr(kP256Bytes));
  const auto both = Required(EcdsaSignature(ECDSA_SIG_new()));
  ECDSA_SIG_set0(both.get(), r.release(), s.release());
  unsigned char* der = nullptr;
  const int size = i2d_ECDSA_SIG(both.get(), &der);
  if (size <= 0) FailStop("OpenSSL has no memory");
  std::string text(reinterpret_cast<const char*>(der),
                   static_cast<std::size_t>(size));
  OPENSSL_free(der);
  return text;
}

}  // namespace

absl::string_view NameOf(Algorithm algorithm) {
  switch (algorithm) {
    case Algorithm::kRs256:
      return "RS256";
    case Algorithm::kEs256:
      return "ES256";
    case Algorithm::kEdDsa:
      return "EdDSA";
  }
  FailStop("an algorithm has no name");
}

VerifyingKey::VerifyingKey(Algorithm algorithm, std::shared_ptr<EVP_PKEY> key)
    : algorithm_(algorithm), key_(std::move(key)) {}

absl::StatusOr<VerifyingKey> VerifyingKey::Rsa(absl::string_view modulus,
                                               absl::string_view exponent) {
  // Before numbers are made of them: what is much too long costs nothing.
  if (modulus.size() > kRsaBitsMax / 8 + 1) return KeyError("n", "is too long");
  if (exponent.size() > kExponentBitsMax / 8 + 1) {
    return KeyError("e", "is too long");
  }
  const BigNumber n = NumberOf(modulus);
  const BigNumber e = NumberOf(exponent);
  const int bits = BN_num_bits(n.get());
  if (bits < kRsaBitsMin || bits > kRsaBitsMax) {
    return KeyError("n", absl::StrCat("has ", bits, " bits, not ", kRsaBitsMin,
                                      " to ", kRsaBitsMax));
  }
  if (!BN_is_odd(n.get())) return KeyError("n", "is even");
  // With an exponent of 1 everyone can sign.
  if (!BN_is_odd(e.get()) || BN_is_one(e.get()) ||
      BN_num_bits(e.get()) > kExponentBitsMax) {
    return KeyError("e", "is not an odd number of 3 or more, below 2^64");
  }
  const auto build = Required(ParamBuild(OSSL_PARAM_BLD_new()));
  if (OSSL_PARAM_BLD_push_BN(build.get(), OSSL_PKEY_PARAM_RSA_N, n.get()) !=
          1 ||
      OSSL_PARAM_BLD_push_BN(build.get(), OSSL_PKEY_PARAM_RSA_E, e.get()) !=
          1) {
    FailStop("OpenSSL has no memory");
  }
  auto key = FromParameters("RSA", *build);
  if (key == nullptr) return KeyError("n", "is not of an RSA key");
  return VerifyingKey(Algorithm::kRs256, std::move(key));
}

absl::StatusOr<VerifyingKey> VerifyingKey::P256(absl::string_view x,
                                                absl::string_view y) {
  if (x.size() != kP256Bytes) return KeyError("x", "does not have 32 bytes");
  if (y.size() != kP256Bytes) return KeyError("y", "does not have 32 bytes");
  const std::string point = absl::StrCat("\x04", x, y);  // Not compressed.
  const auto build = Required(ParamBuild(OSSL_PARAM_BLD_new()));
  if (OSSL_PARAM_BLD_push_utf8_string(build.get(), OSSL_PKEY_PARAM_GROUP_NAME,
                                      "P-256", 0) != 1 ||
      OSSL_PARAM_BLD_push_octet_string(build.get(), OSSL_PKEY_PARAM_PUB_KEY,
                                       point.data(), point.size()) != 1) {
    FailStop("OpenSSL has no memory");
  }
  auto key = FromParameters("EC", *build);
  if (key == nullptr || !IsPointOnCurve(key.get())) {
    return KeyError("x", "is not of a point of P-256");
  }
  return VerifyingKey(Algorithm::kEs256, std::move(key));
}

absl::StatusOr<VerifyingKey> VerifyingKey::Ed25519(absl::string_view x) {
  if (x.size() != kEd25519Bytes) return KeyError("x", "does not have 32 bytes");
  std::shared_ptr<EVP_PKEY> key(
      EVP_PKEY_new_raw_public_key_ex(nullptr, "ED25519", nullptr, BytesOf(x),
                                     x.size()),
      EVP_PKEY_free);
  if (key == nullptr) FailStop("OpenSSL has no Ed25519");
  return VerifyingKey(Algorithm::kEdDsa, std::move(key));
}

bool VerifyingKey::Verifies(absl::string_view message,
                            absl::string_view signature) const {
  std::string der;
  if (algorithm_ == Algorithm::kEs256) {
    der = ToDer(signature);
    if (der.empty()) return false;
    signature = der;
  }
  const auto context = Required(DigestContext(EVP_MD_CTX_new()));
  const char* const digest =
      algorithm_ == Algorithm::kEdDsa ? nullptr : "SHA256";
  // OpenSSL pads by PKCS #1 v1.5 where it is not told otherwise.
  const bool is_valid =
      EVP_DigestVerifyInit_ex(context.get(), nullptr, digest, nullptr, nullptr,
                              key_.get(), nullptr) == 1 &&
      EVP_DigestVerify(context.get(), BytesOf(signature), signature.size(),
                       BytesOf(message), message.size()) == 1;
  // Else the queue of errors of this thread would tell the next one who asks.
  if (!is_valid) ERR_clear_error();
  return is_valid;
}

}  // namespace pulsetaker::auth
