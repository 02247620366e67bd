#include "common/rpc/policy.h"

#include <set>
#include <string>

#include "absl/strings/str_cat.h"
#include "common/base/status.h"
#include "common/rpc/access_test.pb.h"
#include "google/longrunning/operations.pb.h"
#include "google/protobuf/text_format.h"
#include "gtest/gtest.h"

namespace pulsetaker::rpc {
namespace {

using policy::v1::Policy;

const google::protobuf::MethodDescriptor& Method(const std::string& name) {
  return *google::protobuf::DescriptorPool::generated_pool()->FindMethodByName(
      name);
}

Caller Of(const std::string& tenant, const std::vector<std::string>& roles) {
  return {.subject = "s",
          .tenant = tenant,
          .permissions = PermissionsOfRoles(roles)};
}

std::set<std::string> Paths(const MethodPolicy& policy) {
  std::set<std::string> paths;
  for (const NamePath& path : policy.names) {
    std::string text;
    for (const auto* field : path) text += "/" + field->name();
    paths.insert(text);
  }
  return paths;
}

testing::ReadRequest Request(const std::string& text) {
  testing::ReadRequest request;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, &request));
  return request;
}

TEST(PolicyTest, IsWhatTheContractSays) {
  const auto policy = PolicyOf(Method("pulsetaker.testing.Guarded.Read"));
  ASSERT_TRUE(policy.ok()) << policy.status();
  EXPECT_EQ(policy->permission, policy::v1::PERMISSION_SURVEYS_READ);
  EXPECT_EQ(policy->reach, Policy::REACH_TENANT);
  EXPECT_EQ(Paths(*policy),
            (std::set<std::string>{"/name", "/others", "/place/name",
                                   "/place/source"}));
}

TEST(PolicyTest, AMethodWithoutOneIsAnError) {
  const auto policy = PolicyOf(Method("pulsetaker.testing.Unguarded.Leak"));
  EXPECT_EQ(policy.status().code(), absl::StatusCode::kNotFound);
  EXPECT_NE(policy.status().message().find("pulsetaker.testing.Unguarded.Leak"),
            std::string::npos);
}

TEST(PolicyTest, OneTenantsNeedsAName) {
  EXPECT_EQ(
      PolicyOf(Method("pulsetaker.testing.Nameless.Read")).status().code(),
      absl::StatusCode::kInvalidArgument);
}

TEST(PolicyTest, AnInvitationNeedsAPlaceInOneRequest) {
  const auto policy = PolicyOf(Method("pulsetaker.testing.Guarded.Respond"));
  ASSERT_TRUE(policy.ok()) << policy.status();
  EXPECT_EQ(policy->invitation->name(), "invitation_token");
  EXPECT_EQ(PolicyOf(Method("pulsetaker.testing.Guarded.Read"))->invitation,
            nullptr);
  for (const char* method : {"Read", "Send"}) {
    EXPECT_EQ(PolicyOf(Method(absl::StrCat("pulsetaker.testing.Uninvitable.",
                                           method)))
                  .status()
                  .code(),
              absl::StatusCode::kInvalidArgument)
        << method;
  }
}

TEST(PolicyTest, OperationsHaveOneOfOurs) {
  const auto read =
      PolicyOf(Method("google.longrunning.Operations.WaitOperation"));
  const auto write =
      PolicyOf(Method("google.longrunning.Operations.CancelOperation"));
  ASSERT_TRUE(read.ok() && write.ok());
  EXPECT_EQ(read->permission, policy::v1::PERMISSION_OPERATIONS_READ);
  EXPECT_EQ(write->permission, policy::v1::PERMISSION_OPERATIONS_WRITE);
  EXPECT_EQ(read->reach, Policy::REACH_CALLER);
}

TEST(PermissionsTest, RolesGrantWhatTheContractSays) {
  const Permissions analyst = PermissionsOfRoles({"analyst"});
  EXPECT_TRUE(analyst.Has(policy::v1::PERMISSION_SNAPSHOTS_READ));
  EXPECT_FALSE(analyst.Has(policy::v1::PERMISSION_ROSTERS_READ));
  const Permissions both = PermissionsOfRoles({"analyst", "name_reader"});
  EXPECT_TRUE(both.Has(policy::v1::PERMISSION_SNAPSHOTS_READ));
  EXPECT_TRUE(both.Has(policy::v1::PERMISSION_ROSTERS_READ));
}

TEST(PermissionsTest, OtherNamesGrantNothing) {
  for (const char* role : {"", "admin", "ANALYST", "Analyst", "role_analyst",
                           "analyst ", "unspecified", "service"}) {
    EXPECT_EQ(PermissionsOfRoles({role}), Permissions()) << role;
  }
  EXPECT_NE(PermissionsOfServices(), Permissions());
}

TEST(PermissionsTest, NoRoleHasAllAndOnlyDataProtectionErases) {
  const auto* const roles = policy::v1::Role_descriptor();
  for (int i = 0; i < roles->value_count(); ++i) {
    std::string name = roles->value(i)->name().substr(5);
    for (char& c : name) c = static_cast<char>(std::tolower(c));
    EXPECT_EQ(
        PermissionsOfRoles({name}).Has(policy::v1::PERMISSION_PEOPLE_ERASE),
        name == "data_protection");
  }
}

TEST(CheckPermissionTest, SaysWhichIsMissing) {
  const MethodPolicy policy = {
      .permission = policy::v1::PERMISSION_ROSTERS_READ,
      .reach = Policy::REACH_TENANT};
  EXPECT_TRUE(CheckPermission(Of("north", {"name_reader"}), policy).ok());
  const absl::Status missing = CheckPermission(Of("north", {"viewer"}), policy);
  EXPECT_EQ(ReasonOf(missing), "PERMISSION_MISSING");
  EXPECT_EQ(MetadataOf(missing),
            (ErrorMetadata{{"permission", "ROSTERS_READ"}}));
}

TEST(CheckPermissionTest, CallersOfATenantDoNotReachTheServer) {
  const MethodPolicy policy = {
      .permission = policy::v1::PERMISSION_BACKUPS_READ,
      .reach = Policy::REACH_SERVER};
  EXPECT_TRUE(CheckPermission(Of("", {"operator"}), policy).ok());
  EXPECT_EQ(ReasonOf(CheckPermission(Of("north", {"operator"}), policy)),
            "TENANT_FORBIDDEN");
}

TEST(CheckTenantsTest, LooksAtEveryName) {
  const auto policy = *PolicyOf(Method("pulsetaker.testing.Guarded.Read"));
  const Caller caller = Of("north", {"viewer"});
  const struct {
    const char* request;
    bool allowed;
  } kCases[] = {
      {R"(name: "tenants/north/places/a")", true},
      {R"(name: "tenants/north")", true},
      {R"(name: "tenants/south/places/a")", false},
      {R"(name: "tenants/south")", false},
      {R"(name: "tenants/nort/places/a")", false},
      {R"(name: "tenants/northern/places/a")", false},
      {R"(name: "tenants/North/places/a")", false},
      // Of no tenant: the method says what is wrong.
      {R"(name: "")", true},
      {R"(name: "places/a")", true},
      {R"(name: "tenants/")", true},
      {R"(name: "tenants//places/a")", true},
      {R"(name: "tenants/north" others: "tenants/south/places/a")", false},
      {R"(name: "tenants/north" others: "tenants/north/places/a"
          others: "tenants/south/places/b")",
       false},
      {R"(name: "tenants/north" place { name: "tenants/south/places/a" })",
       false},
      {R"(name: "tenants/north" place { source: "tenants/south/places/a" })",
       false},
      // Texts are no names.
      {R"(name: "tenants/north" text: "tenants/south"
          place { title: "tenants/south" })",
       true},
  };
  for (const auto& c : kCases) {
    const absl::Status status =
        CheckTenants(caller, policy, Request(c.request));
    EXPECT_EQ(status.ok(), c.allowed) << c.request;
    EXPECT_EQ(ReasonOf(status), c.allowed ? "" : "TENANT_FORBIDDEN");
    Caller service = caller;
    service.any_tenant = true;
    EXPECT_TRUE(CheckTenants(service, policy, Request(c.request)).ok());
    // One without a tenant names nobody's.
    EXPECT_EQ(CheckTenants(Of("", {"viewer"}), policy,
                           Request(R"(name: "tenants/north")"))
                  .ok(),
              false);
  }
}

}  // namespace
}  // namespace pulsetaker::rpc
