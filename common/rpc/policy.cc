#include "common/rpc/policy.h"

#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/strip.h"
#include "common/base/status.h"
#include "google/api/resource.pb.h"

namespace pulsetaker::rpc {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using policy::v1::Policy;

// No request has names further in.
constexpr std::size_t kNameDepthMax = 4;

bool IsName(const FieldDescriptor& field, bool is_outermost) {
  if (field.type() != FieldDescriptor::TYPE_STRING) return false;
  if (field.options().HasExtension(google::api::resource_reference)) {
    return true;
  }
  if (field.is_repeated()) return false;
  if (is_outermost) return field.name() == "name" || field.name() == "parent";
  return field.name() == "name" &&
         field.containing_type()->options().HasExtension(google::api::resource);
}

void FindNames(const Descriptor& message, NamePath& outer,
               std::vector<NamePath>& names) {
  for (int i = 0; i < message.field_count(); ++i) {
    const FieldDescriptor* const field = message.field(i);
    outer.push_back(field);
    if (IsName(*field, outer.size() == 1)) {
      names.push_back(outer);
    } else if (field->type() == FieldDescriptor::TYPE_MESSAGE &&
               !field->is_repeated() && outer.size() < kNameDepthMax) {
      FindNames(*field->message_type(), outer, names);
    }
    outer.pop_back();
  }
}

absl::StatusOr<const FieldDescriptor*> InvitationField(
    const google::protobuf::MethodDescriptor& method) {
  const FieldDescriptor* const field =
      method.input_type()->FindFieldByName("invitation_token");
  if (method.client_streaming() || field == nullptr || field->is_repeated() ||
      field->type() != FieldDescriptor::TYPE_STRING) {
    return absl::InvalidArgumentError(
        absl::StrCat("for ", method.full_name(),
                     " an invitation suffices, and its request is no single "
                     "message with a string invitation_token"));
  }
  return field;
}

MethodPolicy PolicyOfOperations(absl::string_view method) {
  const bool is_read = method == "GetOperation" || method == "ListOperations" ||
                       method == "WaitOperation";
  return {.permission = is_read ? policy::v1::PERMISSION_OPERATIONS_READ
                                : policy::v1::PERMISSION_OPERATIONS_WRITE,
          .reach = Policy::REACH_CALLER};
}

// "north", of "tenants/north/localities/leeds"; empty if it is of no tenant.
absl::string_view TenantIn(absl::string_view name) {
  if (!absl::ConsumePrefix(&name, "tenants/")) return "";
  return name.substr(0, name.find('/'));
}

absl::Status CheckName(const Caller& caller, absl::string_view name) {
  const absl::string_view tenant = TenantIn(name);
  return tenant.empty() ? absl::OkStatus() : CheckTenant(caller, tenant);
}

// Gives every name at `path` to `visit`, until one is an error.
absl::Status VisitNames(
    const NamePath& path, const Message& request,
    const std::function<absl::Status(absl::string_view name)>& visit) {
  const Message* message = &request;
  for (std::size_t i = 0; i + 1 < path.size(); ++i) {
    const auto& reflection = *message->GetReflection();
    if (!reflection.HasField(*message, path[i])) return absl::OkStatus();
    message = &reflection.GetMessage(*message, path[i]);
  }
  const FieldDescriptor* const field = path.back();
  const auto& reflection = *message->GetReflection();
  std::string scratch;
  if (!field->is_repeated()) {
    return visit(reflection.GetStringReference(*message, field, &scratch));
  }
  for (int i = 0; i < reflection.FieldSize(*message, field); ++i) {
    PT_RETURN_IF_ERROR(visit(
        reflection.GetRepeatedStringReference(*message, field, i, &scratch)));
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<MethodPolicy> PolicyOf(
    const google::protobuf::MethodDescriptor& method) {
  if (method.service()->full_name() == "google.longrunning.Operations") {
    MethodPolicy policy = PolicyOfOperations(method.name());
    NamePath path;
    FindNames(*method.input_type(), path, policy.names);
    return policy;
  }
  const Policy& option = method.options().GetExtension(policy::v1::policy);
  MethodPolicy policy = {.permission = option.permission(),
                         .reach = option.reach()};
  if (policy.permission == policy::v1::PERMISSION_UNSPECIFIED ||
      policy.reach == Policy::REACH_UNSPECIFIED) {
    return absl::NotFoundError(
        absl::StrCat(method.full_name(),
                     " has no option (pulsetaker.policy.v1.policy) with a "
                     "permission and a reach"));
  }
  NamePath path;
  FindNames(*method.input_type(), path, policy.names);
  if (policy.reach == Policy::REACH_TENANT && policy.names.empty()) {
    return absl::InvalidArgumentError(
        absl::StrCat(method.full_name(),
                     " is about one tenant, and no field of its request has "
                     "the name of a resource"));
  }
  if (option.invitation_suffices()) {
    PT_ASSIGN_OR_RETURN(policy.invitation, InvitationField(method));
  }
  return policy;
}

absl::StatusOr<const MethodPolicy*> Policies::Find(const char* path) {
  MutexLock lock(mutex_);
  const auto found = policies_.find(path);
  if (found != policies_.end()) return Get(found->second);
  return Get(policies_.emplace(path, Read(path)).first->second);
}

absl::StatusOr<const MethodPolicy*> Policies::Get(const Entry& entry) {
  if (!entry.ok()) return entry.status();
  return entry->has_value() ? &**entry : nullptr;
}

Policies::Entry Policies::Read(absl::string_view path) {
  absl::ConsumePrefix(&path, "/");
  if (IsOpenToAll(path)) return std::optional<MethodPolicy>();
  const auto* const method =
      google::protobuf::DescriptorPool::generated_pool()->FindMethodByName(
          absl::StrReplaceAll(path, {{"/", "."}}));
  if (method == nullptr) return absl::NotFoundError("no such method");
  PT_ASSIGN_OR_RETURN(MethodPolicy policy, PolicyOf(*method));
  return std::optional(std::move(policy));
}

bool IsAudited(policy::v1::Permission permission) {
  const auto* const value =
      policy::v1::Permission_descriptor()->FindValueByNumber(permission);
  return value != nullptr && value->options().GetExtension(policy::v1::audited);
}

std::string FirstName(const MethodPolicy& policy, const Message& request) {
  std::string first;
  for (const NamePath& path : policy.names) {
    (void)VisitNames(path, request, [&first](absl::string_view name) {
      if (first.empty()) first = std::string(name);
      return absl::OkStatus();
    });
  }
  return first;
}

bool IsOpenToAll(absl::string_view service) {
  return absl::StartsWith(service, "grpc.health.") ||
         absl::StartsWith(service, "grpc.reflection.");
}

absl::Status CheckPermission(const Caller& caller, const MethodPolicy& policy) {
  if (caller.permissions.Has(policy.permission)) {
    return policy.reach == Policy::REACH_SERVER && !caller.tenant.empty()
               ? MakeError(absl::StatusCode::kPermissionDenied,
                           "TENANT_FORBIDDEN",
                           "the method is not for callers of a tenant")
               : absl::OkStatus();
  }
  const std::string name(absl::StripPrefix(
      policy::v1::Permission_Name(policy.permission), "PERMISSION_"));
  return MakeError(absl::StatusCode::kPermissionDenied, "PERMISSION_MISSING",
                   absl::StrCat("no role of the caller has ", name),
                   {{"permission", name}});
}

absl::Status CheckInvitation(const MethodPolicy& policy,
                             const Message& request) {
  if (policy.invitation != nullptr &&
      request.GetReflection()->HasField(request, policy.invitation)) {
    return absl::OkStatus();
  }
  return MakeError(absl::StatusCode::kUnauthenticated, "CALLER_UNKNOWN",
                   "the call has neither authorization nor an invitation");
}

absl::Status CheckTenants(const Caller& caller, const MethodPolicy& policy,
                          const Message& request) {
  if (caller.any_tenant) return absl::OkStatus();
  for (const NamePath& path : policy.names) {
    PT_RETURN_IF_ERROR(VisitNames(
        path, request,
        [&caller](absl::string_view name) { return CheckName(caller, name); }));
  }
  return absl::OkStatus();
}

}  // namespace pulsetaker::rpc
