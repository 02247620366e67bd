#include "common/crypto/aead.h"

#include <set>
#include <string>
#include <type_traits>

#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/base/status.h"
#include "gtest/gtest.h"

namespace pulsetaker::crypto {
namespace {

SecretKey KeyOf(absl::string_view hex) {
  return *SecretKey::FromBytes(absl::HexStringToBytes(hex));
}

constexpr char kZeroKey[] =
    "0000000000000000000000000000000000000000000000000000000000000000";
constexpr char kKey[] =
    "feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308";

// Test cases 13 to 16 of the submission of GCM to NIST (McGrew and Viega),
// those with 256-bit keys and 96-bit nonces. For each key, nonce, associated
// data and text there is one ciphertext: who opens these right, and opens what
// Seal made, seals right.
TEST(AeadTest, OpensWhatIsPublished) {
  const struct {
    const char* key;
    const char* nonce;
    const char* text;
    const char* associated;
    const char* encrypted;
    const char* tag;
  } cases[] = {
      {kZeroKey, "000000000000000000000000", "", "", "",
       "530f8afbc74536b9a963b4f1c4cb738b"},
      {kZeroKey, "000000000000000000000000", "00000000000000000000000000000000",
       "", "cea7403d4d606b6e074ec5d3baf39d18",
       "d0d1c8a799996bf0265b98b5d48ab919"},
      {kKey, "cafebabefacedbaddecaf888",
       "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a72"
       "1c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b391aafd255",
       "",
       "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa"
       "8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662898015ad",
       "b094dac5d93471bdec1a502270e3cc6c"},
      {kKey, "cafebabefacedbaddecaf888",
       "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a72"
       "1c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39",
       "feedfacedeadbeeffeedfacedeadbeefabaddad2",
       "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa"
       "8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662",
       "76fc6ece0f4e1768cddf8853bb2d551b"},
  };
  for (const auto& c : cases) {
    const std::string sealed =
        absl::HexStringToBytes(absl::StrCat("01", c.nonce, c.encrypted, c.tag));
    const auto opened =
        Open(KeyOf(c.key), sealed, absl::HexStringToBytes(c.associated));
    ASSERT_TRUE(opened.ok()) << opened.status();
    EXPECT_EQ(absl::BytesToHexString(*opened), c.text);
  }
}

TEST(AeadTest, OpensWhatItSealed) {
  const SecretKey key = SecretKey::Random();
  for (const std::string& text :
       {std::string(), std::string("Ann"), std::string(1, '\0'),
        std::string(100'000, 'x')}) {
    for (const char* const place : {"", "row 1"}) {
      const std::string sealed = Seal(key, text, place);
      EXPECT_EQ(sealed.size(), text.size() + kSealBytes);
      const auto opened = Open(key, sealed, place);
      ASSERT_TRUE(opened.ok()) << opened.status();
      EXPECT_EQ(*opened, text);
    }
  }
}

TEST(AeadTest, SealsTheSameTextDifferentlyEachTime) {
  const SecretKey key = SecretKey::Random();
  std::set<std::string> nonces;
  for (int i = 0; i < 10'000; ++i) {
    nonces.insert(Seal(key, "Ann", "").substr(1, kNonceBytes));
  }
  EXPECT_EQ(nonces.size(), 10'000u);
}

TEST(AeadTest, OpensNothingElse) {
  const SecretKey key = SecretKey::Random();
  const std::string sealed = Seal(key, "Ann Example", "row 1");
  const auto refuses = [&](const SecretKey& with, absl::string_view value,
                           absl::string_view place, absl::string_view what) {
    const auto opened = Open(with, value, place);
    EXPECT_EQ(ReasonOf(opened.status()), "STORED_DATA_UNREADABLE") << what;
    EXPECT_TRUE(absl::IsDataLoss(opened.status())) << what;
  };
  for (std::size_t i = 0; i < sealed.size() * 8; ++i) {
    std::string changed = sealed;
    changed[i / 8] = static_cast<char>(changed[i / 8] ^ (1 << (i % 8)));
    refuses(key, changed, "row 1", absl::StrCat("bit ", i, " flipped"));
  }
  for (std::size_t size = 0; size < sealed.size(); ++size) {
    refuses(key, sealed.substr(0, size), "row 1", absl::StrCat(size, " bytes"));
  }
  refuses(key, sealed + "x", "row 1", "a byte more");
  refuses(key, "x" + sealed, "row 1", "a byte before");
  refuses(key, sealed, "row 2", "another place");
  refuses(key, sealed, "", "no place");
  refuses(SecretKey::Random(), sealed, "row 1", "another key");
}

TEST(AeadTest, WrapsKeys) {
  const SecretKey wrapping = SecretKey::Random();
  const SecretKey key = SecretKey::Random();
  const std::string wrapped = WrapKey(wrapping, key, "ann");
  const auto unwrapped = UnwrapKey(wrapping, wrapped, "ann");
  ASSERT_TRUE(unwrapped.ok()) << unwrapped.status();
  EXPECT_EQ(unwrapped->bytes(), key.bytes());
  EXPECT_FALSE(absl::StrContains(wrapped, key.bytes()));
  EXPECT_FALSE(UnwrapKey(wrapping, wrapped, "bob").ok());
  EXPECT_FALSE(UnwrapKey(key, wrapped, "ann").ok());
  // Sealed in the right way, and not a key.
  EXPECT_FALSE(UnwrapKey(wrapping, Seal(wrapping, "short", ""), "").ok());
}

TEST(SecretKeyTest, IsWipedWhenItIsMovedFrom) {
  SecretKey key = SecretKey::Random();
  const std::string bytes(key.bytes());
  const SecretKey moved = std::move(key);
  EXPECT_EQ(moved.bytes(), bytes);
  EXPECT_EQ(key.bytes(), std::string(SecretKey::kBytes, '\0'));  // NOLINT
}

TEST(SecretKeyTest, IsWipedWhenItGoes) {
  alignas(SecretKey) unsigned char room[sizeof(SecretKey)];
  auto* const key = new (room) SecretKey(SecretKey::Random());
  const volatile unsigned char* const seen = room;
  key->~SecretKey();
  for (std::size_t i = 0; i < SecretKey::kBytes; ++i) EXPECT_EQ(seen[i], 0);
}

TEST(SecretKeyTest, IsNotCopiedAndHas32Bytes) {
  static_assert(!std::is_copy_constructible_v<SecretKey>);
  static_assert(!std::is_copy_assignable_v<SecretKey>);
  EXPECT_EQ(SecretKey::FromBytes(std::string(31, 'x')).status().code(),
            absl::StatusCode::kInvalidArgument);
  EXPECT_FALSE(SecretKey::FromBytes(std::string(33, 'x')).ok());
}

}  // namespace
}  // namespace pulsetaker::crypto
