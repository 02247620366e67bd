// What each method asks of its caller, as its contract says with the option
// pulsetaker.policy.v1.policy.

#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "common/base/mutex.h"
#include "common/rpc/caller.h"
#include "google/protobuf/descriptor.h"
#include "google/protobuf/message.h"
#include "pulsetaker/policy/v1/policy.pb.h"

namespace pulsetaker::rpc {

// Where in a request the name of a resource is: fields from the outermost
// message inwards. The last one is a string, or several; the others are single
// messages.
using NamePath = std::vector<const google::protobuf::FieldDescriptor*>;

struct MethodPolicy {
  policy::v1::Permission permission = policy::v1::PERMISSION_UNSPECIFIED;
  policy::v1::Policy::Reach reach = policy::v1::Policy::REACH_UNSPECIFIED;
  // Of requests that come as one message. Those of a stream of requests are
  // looked at by the method.
  std::vector<NamePath> names = {};
  // Of a method for which an invitation suffices: where that is in the request.
  const google::protobuf::FieldDescriptor* invitation = nullptr;
};

// The policy of a method of ours, or of google.longrunning.Operations, whose
// contract is not ours to say.
//
// NOT_FOUND: it has none, or half of one. INVALID_ARGUMENT: it is about one
// tenant, and no field of the request has a name; or an invitation suffices,
// and its request is no single message with an `invitation_token`.
absl::StatusOr<MethodPolicy> PolicyOf(
    const google::protobuf::MethodDescriptor& method);

// The policies of the methods of a server, each found once. Safe for use by any
// number of threads at once.
class Policies {
 public:
  // Of "/pulsetaker.survey.v1.SurveyService/GetWave". Lives as long as this.
  // nullptr: of a service that is open to all. The errors of PolicyOf.
  absl::StatusOr<const MethodPolicy*> Find(const char* path);

 private:
  using Entry = absl::StatusOr<std::optional<MethodPolicy>>;

  static absl::StatusOr<const MethodPolicy*> Get(const Entry& entry);
  static Entry Read(absl::string_view path);

  Mutex mutex_;
  // Of methods that the server has, so it has a bound; what is in it stays.
  std::map<std::string, Entry, std::less<>> policies_ ABSL_GUARDED_BY(mutex_);
};

// Whether calls that need this permission are written to the audit log.
bool IsAudited(policy::v1::Permission permission);

// The first name in the request; empty if it has none.
std::string FirstName(const MethodPolicy& policy,
                      const google::protobuf::Message& request);

// Whether anyone may call it: health and reflection tell nothing of anybody.
bool IsOpenToAll(absl::string_view service);

// Before the request is looked at. PERMISSION_DENIED: PERMISSION_MISSING, with
// the metadata `permission`; TENANT_FORBIDDEN, if the method is about the
// server as a whole and the caller is of a tenant.
absl::Status CheckPermission(const Caller& caller, const MethodPolicy& policy);

// Of a respondent. UNAUTHENTICATED, CALLER_UNKNOWN: there is no invitation in
// the request. Whether it is one is for the method to say.
absl::Status CheckInvitation(const MethodPolicy& policy,
                             const google::protobuf::Message& request);

// PERMISSION_DENIED, TENANT_FORBIDDEN: a name in the request is of another
// tenant than the caller's. Names that are not of any tenant pass: the method
// says what is wrong with them.
absl::Status CheckTenants(const Caller& caller, const MethodPolicy& policy,
                          const google::protobuf::Message& request);

}  // namespace pulsetaker::rpc
