#include "cli/call/methods.h"

#include <array>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "pulsetaker/assessment/v1/assessment_service.pb.h"
#include "pulsetaker/audit/v1/audit_service.pb.h"
#include "pulsetaker/network/v1/network_service.pb.h"
#include "pulsetaker/survey/v1/survey_service.pb.h"

namespace pulsetaker::cli {
namespace {

using google::protobuf::DescriptorPool;
using google::protobuf::FileDescriptor;
using google::protobuf::ServiceDescriptor;

// The files that declare services, by the server that implements them.
constexpr std::array<std::pair<const char*, Service>, 7> kServiceFiles = {{
    {"pulsetaker/survey/v1/survey_service.proto", Service::kSurvey},
    {"pulsetaker/survey/v1/people_service.proto", Service::kSurvey},
    {"pulsetaker/survey/v1/invitation_service.proto", Service::kSurvey},
    {"pulsetaker/survey/v1/quality_service.proto", Service::kSurvey},
    {"pulsetaker/survey/v1/backup_service.proto", Service::kSurvey},
    {"pulsetaker/network/v1/network_service.proto", Service::kNetwork},
    {"pulsetaker/assessment/v1/assessment_service.proto", Service::kAssessment},
}};
// Every server has these; --at says which one is meant.
constexpr std::array<const char*, 2> kFilesOfEveryServer = {
    "pulsetaker/audit/v1/audit_service.proto",
    "google/longrunning/operations.proto"};

void AddMethods(const char* path, Service server,
                std::vector<Method>& methods) {
  const FileDescriptor* const file =
      DescriptorPool::generated_pool()->FindFileByName(path);
  if (file == nullptr) return;
  for (int i = 0; i < file->service_count(); ++i) {
    const ServiceDescriptor& service = *file->service(i);
    for (int j = 0; j < service.method_count(); ++j) {
      methods.push_back({.descriptor = service.method(j), .server = server});
    }
  }
}

}  // namespace

std::string Method::path() const {
  return absl::StrCat("/", descriptor->service()->full_name(), "/",
                      descriptor->name());
}

std::string ShortName(const google::protobuf::MethodDescriptor& method) {
  return absl::StrCat(method.service()->name(), ".", method.name());
}

std::vector<Method> AllMethods() {
  std::vector<Method> methods;
  for (const auto& [path, server] : kServiceFiles) {
    AddMethods(path, server, methods);
  }
  for (const char* const path : kFilesOfEveryServer) {
    AddMethods(path, Service::kSurvey, methods);
  }
  return methods;
}

absl::StatusOr<Method> FindMethod(const std::string& name) {
  for (const Method& method : AllMethods()) {
    if (ShortName(*method.descriptor) == name) return method;
  }
  return absl::InvalidArgumentError(
      absl::StrCat("\"", name,
                   "\" is no method; want one such as SurveyService.GetWave, "
                   "see pulsetaker call --list"));
}

}  // namespace pulsetaker::cli
