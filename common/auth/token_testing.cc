#include "common/auth/token_testing.h"

#include <array>
#include <cstddef>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "common/base/status.h"
#include "openssl/bn.h"
#include "openssl/core_names.h"
#include "openssl/ecdsa.h"
#include "openssl/evp.h"
#include "openssl/pem.h"

namespace pulsetaker::auth::testing {
namespace {

using nlohmann::json;

void Require(bool holds) {
  if (!holds) FailStop("a key of a test cannot be made or used");
}

const unsigned char* BytesOf(absl::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

std::string Base64Url(absl::string_view bytes) {
  return absl::WebSafeBase64Escape(bytes);
}

Algorithm AlgorithmOf(EVP_PKEY* key) {
  Require(key != nullptr);
  if (EVP_PKEY_is_a(key, "RSA") == 1) return Algorithm::kRs256;
  if (EVP_PKEY_is_a(key, "EC") == 1) return Algorithm::kEs256;
  Require(EVP_PKEY_is_a(key, "ED25519") == 1);
  return Algorithm::kEdDsa;
}

// A number of the key, in `size` bytes, or as few as it needs if that is 0.
std::string NumberOf(EVP_PKEY* key, const char* name, std::size_t size) {
  BIGNUM* number = nullptr;
  Require(EVP_PKEY_get_bn_param(key, name, &number) == 1);
  if (size == 0) size = static_cast<std::size_t>(BN_num_bytes(number));
  std::string bytes(size, '\0');
  Require(BN_bn2binpad(number, reinterpret_cast<unsigned char*>(bytes.data()),
                       static_cast<int>(size)) == static_cast<int>(size));
  BN_free(number);
  return bytes;
}

std::string Ed25519Point(EVP_PKEY* key) {
  std::string bytes(32, '\0');
  std::size_t size = bytes.size();
  Require(EVP_PKEY_get_raw_public_key(
              key, reinterpret_cast<unsigned char*>(bytes.data()), &size) == 1);
  return bytes;
}

// r and s of a signature in DER, 32 bytes each.
std::string FromDer(absl::string_view der) {
  const unsigned char* at = BytesOf(der);
  ECDSA_SIG* const both =
      d2i_ECDSA_SIG(nullptr, &at, static_cast<long>(der.size()));
  Require(both != nullptr);
  std::string bytes(64, '\0');
  auto* const out = reinterpret_cast<unsigned char*>(bytes.data());
  Require(BN_bn2binpad(ECDSA_SIG_get0_r(both), out, 32) == 32 &&
          BN_bn2binpad(ECDSA_SIG_get0_s(both), out + 32, 32) == 32);
  ECDSA_SIG_free(both);
  return bytes;
}

}  // namespace

SigningKey::SigningKey(absl::string_view key_id, EVP_PKEY* key)
    : key_id_(key_id), key_(key, EVP_PKEY_free), algorithm_(AlgorithmOf(key)) {}

SigningKey SigningKey::Rsa(absl::string_view key_id, int bits) {
  return {key_id, EVP_PKEY_Q_keygen(nullptr, nullptr, "RSA",
                                    static_cast<std::size_t>(bits))};
}

SigningKey SigningKey::P256(absl::string_view key_id) {
  return {key_id, EVP_PKEY_Q_keygen(nullptr, nullptr, "EC", "P-256")};
}

SigningKey SigningKey::Ed25519(absl::string_view key_id) {
  return {key_id, EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519")};
}

SigningKey SigningKey::FromPem(absl::string_view key_id,
                               absl::string_view pem) {
  BIO* const bio = BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size()));
  EVP_PKEY* const key = PEM_read_bio_PrivateKey(bio, nullptr, nullptr, nullptr);
  BIO_free(bio);
  return {key_id, key};
}

std::string SigningKey::ToPem() const {
  BIO* const bio = BIO_new(BIO_s_mem());
  Require(PEM_write_bio_PrivateKey(bio, key_.get(), nullptr, nullptr, 0,
                                   nullptr, nullptr) == 1);
  char* text = nullptr;
  const long size = BIO_get_mem_data(bio, &text);
  std::string pem(text, static_cast<std::size_t>(size));
  BIO_free(bio);
  return pem;
}

json SigningKey::PublicJwk() const {
  json jwk = {{"use", "sig"}, {"alg", std::string(NameOf(algorithm_))}};
  if (!key_id_.empty()) jwk["kid"] = key_id_;
  EVP_PKEY* const key = key_.get();
  switch (algorithm_) {
    case Algorithm::kRs256:
      jwk["kty"] = "RSA";
      jwk["n"] = Base64Url(NumberOf(key, OSSL_PKEY_PARAM_RSA_N, 0));
      jwk["e"] = Base64Url(NumberOf(key, OSSL_PKEY_PARAM_RSA_E, 0));
      break;
    case Algorithm::kEs256:
      jwk["kty"] = "EC";
      jwk["crv"] = "P-256";
      jwk["x"] = Base64Url(NumberOf(key, OSSL_PKEY_PARAM_EC_PUB_X, 32));
      jwk["y"] = Base64Url(NumberOf(key, OSSL_PKEY_PARAM_EC_PUB_Y, 32));
      break;
    case Algorithm::kEdDsa:
      jwk["kty"] = "OKP";
      jwk["crv"] = "Ed25519";
      jwk["x"] = Base64Url(Ed25519Point(key));
      break;
  }
  return jwk;
}

std::string SigningKey::Sign(absl::string_view text) const {
  EVP_MD_CTX* const context = EVP_MD_CTX_new();
  const EVP_MD* const digest =
      algorithm_ == Algorithm::kEdDsa ? nullptr : EVP_sha256();
  Require(EVP_DigestSignInit(context, nullptr, digest, nullptr, key_.get()) ==
          1);
  std::size_t size = 0;
  Require(EVP_DigestSign(context, nullptr, &size, BytesOf(text), text.size()) ==
          1);
  std::string bytes(size, '\0');
  Require(EVP_DigestSign(context,
                         reinterpret_cast<unsigned char*>(bytes.data()), &size,
                         BytesOf(text), text.size()) == 1);
  bytes.resize(size);
  EVP_MD_CTX_free(context);
  return algorithm_ == Algorithm::kEs256 ? FromDer(bytes) : bytes;
}

std::string SigningKey::SignToken(absl::string_view header,
                                  absl::string_view claims) const {
  const std::string text = SignedText(header, claims);
  return absl::StrCat(text, ".", Base64Url(Sign(text)));
}

std::string SigningKey::SignClaims(const json& claims) const {
  json header = {{"alg", std::string(NameOf(algorithm_))}, {"typ", "JWT"}};
  if (!key_id_.empty()) header["kid"] = key_id_;
  return SignToken(header.dump(), claims.dump());
}

std::string ToJwkSetJson(absl::Span<const SigningKey> keys) {
  json set = {{"keys", json::array()}};
  for (const SigningKey& key : keys) set["keys"].push_back(key.PublicJwk());
  return set.dump();
}

json GoodClaims(absl::string_view issuer, absl::string_view audience,
                absl::string_view subject, absl::Time now) {
  return {{"iss", std::string(issuer)},
          {"aud", std::string(audience)},
          {"sub", std::string(subject)},
          {"iat", absl::ToUnixSeconds(now)},
          {"exp", absl::ToUnixSeconds(now + absl::Hours(1))}};
}

std::string SignedText(absl::string_view header, absl::string_view claims) {
  return absl::StrCat(Base64Url(header), ".", Base64Url(claims));
}

}  // namespace pulsetaker::auth::testing
