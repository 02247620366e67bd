#include "common/base/digest.h"

#include <array>
#include <utility>

#include "absl/strings/escaping.h"
#include "common/base/big_endian.h"
#include "common/base/status.h"
#include "openssl/evp.h"

namespace pulsetaker {
namespace {

// OpenSSL fails here only when it has no memory or no SHA-256, and a digest
// that is wrong would be taken for another content.
void Require(int succeeded) {
  if (succeeded != 1) FailStop("OpenSSL cannot compute SHA-256");
}

}  // namespace

struct Sha256::State {
  State() : context(EVP_MD_CTX_new()) {
    Require(context != nullptr ? 1 : 0);
    Require(EVP_DigestInit_ex(context, EVP_sha256(), nullptr));
  }
  ~State() { EVP_MD_CTX_free(context); }
  State(const State&) = delete;
  State& operator=(const State&) = delete;

  EVP_MD_CTX* const context;
};

Sha256::Sha256() : state_(std::make_unique<State>()) {}
Sha256::~Sha256() = default;
Sha256::Sha256(Sha256&&) noexcept = default;
Sha256& Sha256::operator=(Sha256&&) noexcept = default;

Sha256& Sha256::Update(absl::string_view bytes) {
  if (state_ == nullptr) FailStop("a digest that was finished is added to");
  Require(EVP_DigestUpdate(state_->context, bytes.data(), bytes.size()));
  return *this;
}

Sha256& Sha256::UpdateNumber(std::uint64_t number) {
  std::string bytes;
  AppendBigEndian64(number, bytes);
  return Update(bytes);
}

Sha256& Sha256::UpdateText(absl::string_view text) {
  return UpdateNumber(text.size()).Update(text);
}

std::string Sha256::Finish() {
  if (state_ == nullptr) FailStop("a digest is finished twice");
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest;
  unsigned int size = 0;
  Require(EVP_DigestFinal_ex(state_->context, digest.data(), &size));
  state_.reset();
  return std::string(digest.begin(), digest.begin() + size);
}

std::string Sha256::FinishHex() { return absl::BytesToHexString(Finish()); }

std::string Sha256Hex(absl::string_view bytes) {
  return Sha256().Update(bytes).FinishHex();
}

}  // namespace pulsetaker
