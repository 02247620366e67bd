// One call of a method that is known by its descriptor only.

#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "google/protobuf/descriptor.h"
#include "google/protobuf/message.h"
#include "grpcpp/channel.h"

namespace pulsetaker::cli {

struct GenericCall {
  // "/pulsetaker.survey.v1.SurveyService/GetWave"
  std::string path;
  // One, or any number where the client streams.
  std::vector<std::unique_ptr<google::protobuf::Message>> requests;
  const google::protobuf::Descriptor* response_type = nullptr;
  absl::Time deadline;
};

// Sends the requests while it reads, and gives each answer to `take` as it
// comes. Returns how the call ended, or an error of `take`, which ends it.
absl::Status Run(
    const std::shared_ptr<grpc::Channel>& channel, const GenericCall& call,
    const std::function<absl::Status(const google::protobuf::Message&)>& take);

}  // namespace pulsetaker::cli
