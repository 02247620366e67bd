// Who makes a call, and what they may do.

#pragma once

#include <bitset>
#include <cstddef>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "pulsetaker/policy/v1/policy.pb.h"

namespace pulsetaker::rpc {

// A set of permissions.
class Permissions {
 public:
  void Add(policy::v1::Permission permission) { set_.set(Index(permission)); }
  void Add(const Permissions& others) { set_ |= others.set_; }
  bool Has(policy::v1::Permission permission) const {
    return set_.test(Index(permission));
  }
  friend bool operator==(const Permissions&, const Permissions&) = default;

 private:
  static std::size_t Index(policy::v1::Permission permission) {
    return static_cast<std::size_t>(permission);
  }

  std::bitset<policy::v1::Permission_ARRAYSIZE> set_;
};

struct Caller {
  // An opaque id: of a token its subject, of a service the name in its
  // certificate, "local" where nobody is asked who they are.
  std::string subject;
  // The one tenant that they act for; empty if it is none.
  std::string tenant = {};
  // Acts for whatever tenant a request is about: a service of ours.
  bool any_tenant = false;
  // Shows no authorization, only the invitation in the request. `tenant` is
  // empty until that is verified.
  bool is_respondent = false;
  Permissions permissions = {};

  friend bool operator==(const Caller&, const Caller&) = default;
};

// What the roles of a token, such as "data_protection", permit together. Roles
// that there are not, and that of services, permit nothing.
Permissions PermissionsOfRoles(const std::vector<std::string>& roles);

// What a service of ours may do.
Permissions PermissionsOfServices();

// Whoever calls a server that asks nobody who they are: all that there is.
const Caller& LocalCaller();

// Whoever shows an invitation alone.
Caller RespondentCaller();

bool MayActFor(const Caller& caller, absl::string_view tenant);

// PERMISSION_DENIED, TENANT_FORBIDDEN: another tenant than the caller's, or one
// that there is not: the answer is the same.
absl::Status CheckTenant(const Caller& caller, absl::string_view tenant);

}  // namespace pulsetaker::rpc
