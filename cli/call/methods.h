// Which methods there are, and who answers them.

#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "cli/rpc/connection.h"
#include "google/protobuf/descriptor.h"

namespace pulsetaker::cli {

struct Method {
  const google::protobuf::MethodDescriptor* descriptor = nullptr;
  Service server = Service::kSurvey;

  // "/pulsetaker.survey.v1.SurveyService/GetWave"
  std::string path() const;
};

// All methods of our services, in the order of the contracts.
std::vector<Method> AllMethods();

// "SurveyService.GetWave", as FindMethod takes it.
std::string ShortName(const google::protobuf::MethodDescriptor& method);

// The method with this short name. INVALID_ARGUMENT: there is none.
absl::StatusOr<Method> FindMethod(const std::string& name);

}  // namespace pulsetaker::cli
