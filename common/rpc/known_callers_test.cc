#include "common/rpc/known_callers.h"

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/time/time.h"
#include "common/auth/jwk_set.h"
#include "common/auth/token_testing.h"
#include "common/base/status.h"
#include "gtest/gtest.h"

namespace pulsetaker::rpc {
namespace {

class OneKey final : public auth::KeyProvider {
 public:
  explicit OneKey(const auth::testing::SigningKey& key) {
    const std::vector<auth::testing::SigningKey> keys = {key};
    keys_.keys = std::make_shared<auth::JwkSet>(
        *auth::ParseJwkSet(auth::testing::ToJwkSetJson(keys)));
    keys_.generation = 1;
  }
  absl::StatusOr<auth::KeysInForce> Current() const override { return keys_; }
  void ReportUnknownKey() override {}

 private:
  auth::KeysInForce keys_;
};

class KnownCallersTest : public ::testing::Test {
 protected:
  std::string Token(const std::string& tenant,
                    const std::vector<std::string>& roles) const {
    nlohmann::json claims =
        auth::testing::GoodClaims("issuer", "pulsetaker", "someone", now_);
    if (!tenant.empty()) claims["tenant"] = tenant;
    claims["roles"] = roles;
    return key_.SignClaims(claims);
  }

  absl::StatusOr<Caller> Identify(
      const std::string& token,
      const std::vector<std::string>& names = {}) const {
    return callers_.Identify({.token = token, .certificate_names = names});
  }

  const absl::Time now_ = absl::FromUnixSeconds(1'800'000'000);
  const auth::testing::SigningKey key_ = auth::testing::SigningKey::P256("k1");
  OneKey keys_{key_};
  auth::TokenVerifier verifier_{
      keys_, {.issuers = {"issuer"}, .audience = "pulsetaker"}, [this] {
        return now_;
      }};
  const KnownCallers callers_{
      &verifier_, {"pulsetaker-network"}, {"survey-backup"}};
};

TEST_F(KnownCallersTest, ATokenSaysWhoForWhomAndWhat) {
  const auto caller = Identify(Token("north", {"viewer"}));
  ASSERT_TRUE(caller.ok()) << caller.status();
  EXPECT_EQ(caller->subject, "someone");
  EXPECT_EQ(caller->tenant, "north");
  EXPECT_FALSE(caller->any_tenant);
  EXPECT_EQ(caller->permissions, PermissionsOfRoles({"viewer"}));
}

TEST_F(KnownCallersTest, ATokenWithoutATenantIsOfNone) {
  const auto caller = Identify(Token("", {"operator"}));
  ASSERT_TRUE(caller.ok());
  EXPECT_FALSE(MayActFor(*caller, ""));
  EXPECT_FALSE(MayActFor(*caller, "north"));
}

TEST_F(KnownCallersTest, ACertificateOfAServiceActsForAnyTenant) {
  const auto caller = Identify("", {"localhost", "pulsetaker-network"});
  ASSERT_TRUE(caller.ok());
  EXPECT_EQ(caller->subject, "pulsetaker-network");
  EXPECT_TRUE(caller->any_tenant);
  EXPECT_EQ(caller->permissions, PermissionsOfServices());
}

TEST_F(KnownCallersTest, ACertificateOfAnOperatorReachesTheServerAlone) {
  const auto caller = Identify("", {"localhost", "survey-backup"});
  ASSERT_TRUE(caller.ok());
  EXPECT_EQ(caller->subject, "survey-backup");
  EXPECT_FALSE(MayActFor(*caller, "north"));
  EXPECT_EQ(caller->permissions, PermissionsOfRoles({"operator"}));
}

TEST_F(KnownCallersTest, OtherCertificatesAreNobodys) {
  for (const char* name : {"pulsetaker-networks", "pulsetaker-networ",
                           "PULSETAKER-NETWORK", "*", ""}) {
    EXPECT_EQ(ReasonOf(Identify("", {name}).status()), "CALLER_UNKNOWN")
        << name;
  }
  EXPECT_EQ(ReasonOf(Identify("", {}).status()), "CALLER_UNKNOWN");
}

TEST_F(KnownCallersTest, ABadTokenIsNotSavedByACertificate) {
  EXPECT_EQ(ReasonOf(Identify("a.b.c", {"pulsetaker-network"}).status()),
            "TOKEN_MALFORMED");
}

TEST_F(KnownCallersTest, ATokenBesideACertificateCounts) {
  const auto caller =
      Identify(Token("north", {"viewer"}), {"pulsetaker-network"});
  ASSERT_TRUE(caller.ok());
  EXPECT_FALSE(caller->any_tenant);
}

TEST_F(KnownCallersTest, NoTokenIsTakenWhereNoneCanBeVerified) {
  const KnownCallers callers(nullptr, {});
  EXPECT_EQ(ReasonOf(callers
                         .Identify({.token = Token("north", {"viewer"}),
                                    .certificate_names = {}})
                         .status()),
            "CALLER_UNKNOWN");
}

}  // namespace
}  // namespace pulsetaker::rpc
