#include "common/audit/signing_key.h"

#include <string>

#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/base/status.h"
#include "gtest/gtest.h"

namespace pulsetaker::audit {
namespace {

// RFC 8032, section 7.1, TEST 2: a PKCS #8 file is this head and the seed.
constexpr char kPkcs8Head[] = "302e020100300506032b657004220420";
constexpr char kSeed[] =
    "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb";
constexpr char kPublicKey[] =
    "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c";
constexpr char kSignature[] =
    "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
    "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00";

TEST(SigningKeyTest, SignsAsTheRfcDoes) {
  const std::string pem =
      absl::StrCat("-----BEGIN PRIVATE KEY-----\n",
                   absl::Base64Escape(
                       absl::HexStringToBytes(absl::StrCat(kPkcs8Head, kSeed))),
                   "\n-----END PRIVATE KEY-----\n");
  const auto key = SigningKey::FromPem(pem);
  ASSERT_TRUE(key.ok()) << key.status();
  EXPECT_EQ(absl::BytesToHexString(key->public_key()), kPublicKey);
  EXPECT_EQ(absl::BytesToHexString(key->Sign("\x72")), kSignature);
  EXPECT_EQ(key->ToPem(), pem);
  EXPECT_TRUE(IsSignedBy(key->public_key(), "\x72",
                         absl::HexStringToBytes(kSignature)));
}

TEST(SigningKeyTest, ComesBackFromItsFile) {
  const SigningKey key = SigningKey::Generate();
  const auto again = SigningKey::FromPem(key.ToPem());
  ASSERT_TRUE(again.ok()) << again.status();
  EXPECT_EQ(again->public_key(), key.public_key());
  EXPECT_EQ(again->Sign("message"), key.Sign("message"));
  EXPECT_NE(SigningKey::Generate().public_key(), key.public_key());
}

TEST(SigningKeyTest, RefusesWhatIsNoKey) {
  const std::string pem = SigningKey::Generate().ToPem();
  const std::string bad[] = {
      "", "-----BEGIN PRIVATE KEY-----\n", pem.substr(0, pem.size() / 2),
      // P-256.
      "-----BEGIN PRIVATE KEY-----\n"
      "MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgevZzL1gdAFr88hb2\n"
      "OF/2NxApJCzGCEDdfSp6VQO30hyhRANCAAQRWz+jn65BtOMvdyHKcvjBeBSDZH2r\n"
      "1RTwjmYSi9R/zpBnuQ4EiMnCqfMPWiZqB4QdbAd0E7oH50VpuZ1P087G\n"
      "-----END PRIVATE KEY-----\n",
      // Of a passphrase that nobody gives.
      "-----BEGIN ENCRYPTED PRIVATE KEY-----\nMIGbMFcGCSqGSIb3DQEFDTBKMCkG\n"
      "-----END ENCRYPTED PRIVATE KEY-----\n"};
  for (const std::string& text : bad) {
    EXPECT_EQ(ReasonOf(SigningKey::FromPem(text).status()),
              "AUDIT_KEY_UNREADABLE")
        << text;
  }
}

TEST(SigningKeyTest, KnowsOtherSignatures) {
  const SigningKey key = SigningKey::Generate();
  const std::string signature = key.Sign("message");
  EXPECT_TRUE(IsSignedBy(key.public_key(), "message", signature));
  EXPECT_FALSE(IsSignedBy(key.public_key(), "messages", signature));
  EXPECT_FALSE(
      IsSignedBy(SigningKey::Generate().public_key(), "message", signature));
  EXPECT_FALSE(IsSignedBy(key.public_key(), "message", ""));
  EXPECT_FALSE(IsSignedBy("", "message", signature));
  for (std::size_t i = 0; i < signature.size(); ++i) {
    std::string other = signature;
    other[i] = static_cast<char>(other[i] ^ 1);
    EXPECT_FALSE(IsSignedBy(key.public_key(), "message", other)) << i;
  }
}

}  // namespace
}  // namespace pulsetaker::audit
