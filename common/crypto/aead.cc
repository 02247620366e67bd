#include "common/crypto/aead.h"

#include <limits>
#include <memory>
#include <utility>

#include "common/base/status.h"
#include "openssl/evp.h"
#include "openssl/rand.h"

namespace pulsetaker::crypto {
namespace {

constexpr char kLayout = '\x01';

struct ContextDeleter {
  void operator()(EVP_CIPHER_CTX* context) const {
    EVP_CIPHER_CTX_free(context);  // Wipes the key schedule.
  }
};
using Context = std::unique_ptr<EVP_CIPHER_CTX, ContextDeleter>;

// Looked up once: OpenSSL 3 takes locks and a microsecond for each look.
const EVP_CIPHER* Aes256Gcm() {
  static const EVP_CIPHER* const cipher =
      EVP_CIPHER_fetch(nullptr, "AES-256-GCM", nullptr);
  if (cipher == nullptr) FailStop("OpenSSL has no AES-256-GCM");
  return cipher;
}

Context NewContext() {
  Context context(EVP_CIPHER_CTX_new());
  if (context == nullptr) FailStop("OpenSSL has no memory for a cipher");
  return context;
}

unsigned char* BytesOf(char* bytes) {
  return reinterpret_cast<unsigned char*>(bytes);
}
const unsigned char* BytesOf(absl::string_view bytes) {
  return reinterpret_cast<const unsigned char*>(bytes.data());
}

int SizeOf(absl::string_view bytes) {
  if (bytes.size() > std::numeric_limits<int>::max()) {
    FailStop("a value is too long for AES-GCM");
  }
  return static_cast<int>(bytes.size());
}

void Encrypt(const SecretKey& key, absl::string_view text,
             absl::string_view associated, char* nonce, char* to, char* tag) {
  const Context context = NewContext();
  int count = 0;
  const bool done =
      RAND_bytes(BytesOf(nonce), kNonceBytes) == 1 &&
      EVP_EncryptInit_ex2(context.get(), Aes256Gcm(), BytesOf(key.bytes()),
                          BytesOf(nonce), nullptr) == 1 &&
      EVP_EncryptUpdate(context.get(), nullptr, &count, BytesOf(associated),
                        SizeOf(associated)) == 1 &&
      EVP_EncryptUpdate(context.get(), BytesOf(to), &count, BytesOf(text),
                        SizeOf(text)) == 1 &&
      EVP_EncryptFinal_ex(context.get(), BytesOf(tag), &count) == 1 &&
      EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_AEAD_GET_TAG, kTagBytes,
                          tag) == 1;
  if (!done) FailStop("OpenSSL cannot encrypt");
}

absl::Status DoesNotOpen() {
  return MakeError(absl::StatusCode::kDataLoss, "STORED_DATA_UNREADABLE",
                   "a sealed value does not open with its key and place");
}

}  // namespace

std::string Seal(const SecretKey& key, absl::string_view text,
                 absl::string_view associated) {
  std::string sealed(kSealBytes + text.size(), kLayout);
  char* const nonce = sealed.data() + 1;
  char* const encrypted = nonce + kNonceBytes;
  Encrypt(key, text, associated, nonce, encrypted, encrypted + text.size());
  return sealed;
}

absl::StatusOr<std::string> Open(const SecretKey& key, absl::string_view sealed,
                                 absl::string_view associated) {
  if (sealed.size() < kSealBytes || sealed[0] != kLayout) return DoesNotOpen();
  const absl::string_view nonce = sealed.substr(1, kNonceBytes);
  const absl::string_view encrypted =
      sealed.substr(1 + kNonceBytes, sealed.size() - kSealBytes);
  std::string tag(sealed.substr(sealed.size() - kTagBytes));
  // One byte more than the text, so that there is a place even for none.
  std::string text(encrypted.size() + 1, '\0');
  const Context context = NewContext();
  int count = 0;
  const bool opened =
      EVP_DecryptInit_ex2(context.get(), Aes256Gcm(), BytesOf(key.bytes()),
                          BytesOf(nonce), nullptr) == 1 &&
      EVP_DecryptUpdate(context.get(), nullptr, &count, BytesOf(associated),
                        SizeOf(associated)) == 1 &&
      EVP_DecryptUpdate(context.get(), BytesOf(text.data()), &count,
                        BytesOf(encrypted), SizeOf(encrypted)) == 1 &&
      EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_AEAD_SET_TAG, kTagBytes,
                          tag.data()) == 1 &&
      EVP_DecryptFinal_ex(context.get(), BytesOf(text.data()), &count) == 1;
  if (!opened) {
    // Of what is not authentic nothing is used.
    Wipe(text.data(), text.size());
    return DoesNotOpen();
  }
  text.pop_back();
  return text;
}

std::string WrapKey(const SecretKey& wrapping, const SecretKey& key,
                    absl::string_view associated) {
  return Seal(wrapping, key.bytes(), associated);
}

absl::StatusOr<SecretKey> UnwrapKey(const SecretKey& wrapping,
                                    absl::string_view wrapped,
                                    absl::string_view associated) {
  PT_ASSIGN_OR_RETURN(std::string bytes, Open(wrapping, wrapped, associated));
  absl::StatusOr<SecretKey> key = SecretKey::FromBytes(bytes);
  Wipe(bytes.data(), bytes.size());
  if (!key.ok()) return DoesNotOpen();
  return key;
}

}  // namespace pulsetaker::crypto
