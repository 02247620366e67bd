#include "services/survey/rpc/retention_handlers.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "common/base/status.h"
#include "common/rpc/field_checks.h"
#include "common/rpc/resource_name.h"
#include "services/survey/rpc/convert.h"

namespace pulsetaker::survey {
namespace {

constexpr absl::string_view kPolicyPattern = "tenants/{tenant}/retentionPolicy";

// The tenant of the name of a policy. NAME_MALFORMED.
absl::StatusOr<std::string> ParsePolicyName(absl::string_view name,
                                            absl::string_view field) {
  PT_ASSIGN_OR_RETURN(const auto ids,
                      rpc::ParseName(name, kPolicyPattern, field));
  return ids[0];
}

void ToProto(const RetentionPolicy& policy, v1::RetentionPolicy& message) {
  message.set_name(absl::StrCat(rpc::FormatName(rpc::TenantName{policy.tenant}),
                                "/retentionPolicy"));
  message.set_erase_after_days(policy.erase_after_days);
  if (const auto since = EffectiveTimeOf(policy); since.has_value()) {
    *message.mutable_effective_time() = ToTimestamp(*since);
  }
  if (policy.update_time.has_value()) {
    *message.mutable_update_time() = ToTimestamp(*policy.update_time);
  }
  message.set_etag(EtagOf(policy.revision));
}

}  // namespace

absl::Status RetentionHandlers::Handle(
    const v1::GetRetentionPolicyRequest& request,
    v1::RetentionPolicy& response) const {
  PT_ASSIGN_OR_RETURN(const std::string tenant,
                      ParsePolicyName(request.name(), "name"));
  PT_ASSIGN_OR_RETURN(const RetentionPolicy policy,
                      retentions_.GetPolicy(tenant));
  ToProto(policy, response);
  return absl::OkStatus();
}

absl::Status RetentionHandlers::Handle(
    const v1::UpdateRetentionPolicyRequest& request,
    v1::RetentionPolicy& response) const {
  if (!request.has_retention_policy()) {
    return rpc::InvalidField("FIELD_REQUIRED", "retention_policy", "is empty");
  }
  const v1::RetentionPolicy& asked = request.retention_policy();
  PT_ASSIGN_OR_RETURN(const std::string tenant,
                      ParsePolicyName(asked.name(), "retention_policy.name"));
  PT_ASSIGN_OR_RETURN(const RetentionPolicy policy,
                      retentions_.UpdatePolicy(tenant, asked.erase_after_days(),
                                               ExpectedRevision(asked.etag())));
  ToProto(policy, response);
  return absl::OkStatus();
}

}  // namespace pulsetaker::survey
