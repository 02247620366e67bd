#include "common/rpc/caller.h"

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "common/base/status.h"

namespace pulsetaker::rpc {
namespace {

constexpr absl::string_view kServiceRole = "service";

Permissions PermissionsOf(const google::protobuf::EnumValueDescriptor& role) {
  Permissions permissions;
  for (const int permission :
       role.options().GetExtension(policy::v1::grants).permissions()) {
    permissions.Add(static_cast<policy::v1::Permission>(permission));
  }
  return permissions;
}

Permissions PermissionsOf(absl::string_view role) {
  const auto* const value = policy::v1::Role_descriptor()->FindValueByName(
      absl::StrCat("ROLE_", absl::AsciiStrToUpper(role)));
  // One name for a role, so that no reader of a token takes another.
  const bool is_spelled_so = role == absl::AsciiStrToLower(role);
  return value == nullptr || !is_spelled_so ? Permissions()
                                            : PermissionsOf(*value);
}

Caller MakeLocalCaller() {
  Caller caller = {.subject = "local", .any_tenant = true};
  for (int i = 0; i < policy::v1::Permission_ARRAYSIZE; ++i) {
    caller.permissions.Add(static_cast<policy::v1::Permission>(i));
  }
  return caller;
}

}  // namespace

Permissions PermissionsOfRoles(const std::vector<std::string>& roles) {
  Permissions permissions;
  for (const std::string& role : roles) {
    if (role != kServiceRole) permissions.Add(PermissionsOf(role));
  }
  return permissions;
}

Permissions PermissionsOfServices() { return PermissionsOf(kServiceRole); }

const Caller& LocalCaller() {
  static const Caller* const caller = new Caller(MakeLocalCaller());
  return *caller;
}

Caller RespondentCaller() {
  return {.subject = "respondent", .is_respondent = true};
}

bool MayActFor(const Caller& caller, absl::string_view tenant) {
  return caller.any_tenant || (!tenant.empty() && tenant == caller.tenant);
}

absl::Status CheckTenant(const Caller& caller, absl::string_view tenant) {
  if (MayActFor(caller, tenant)) return absl::OkStatus();
  return MakeError(absl::StatusCode::kPermissionDenied, "TENANT_FORBIDDEN",
                   "the caller does not act for the tenant of the request");
}

}  // namespace pulsetaker::rpc
