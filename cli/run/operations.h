// Long-running operations: starts one for each wave, a few at a time, and waits
// until they are done.

#pragma once

#include <functional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "cli/command.h"
#include "cli/rpc/connection.h"
#include "cli/run/places.h"
#include "google/longrunning/operations.grpc.pb.h"
#include "google/longrunning/operations.pb.h"

namespace pulsetaker::cli {

struct WaitOptions {
  absl::Duration call_deadline = absl::Seconds(60);
  absl::Duration wait = absl::Hours(2);  // For one operation.
};

// Waits until `operation` is done; `on_step` is called with its metadata from
// time to time. Connections that break meanwhile are made again.
//
// DEADLINE_EXCEEDED: it is not done after `options.wait`. Otherwise the error
// that the operation ended with.
absl::StatusOr<google::longrunning::Operation> WaitForOperation(
    google::longrunning::Operations::StubInterface& stub,
    google::longrunning::Operation operation, const WaitOptions& options,
    const std::function<void(const google::protobuf::Any&)>& on_step);

// What `analyze` and `assess` differ in.
struct WaveJob {
  std::string command;  // "analyze"
  Service service = Service::kNetwork;
  // Starts the operation for a wave.
  std::function<absl::StatusOr<google::longrunning::Operation>(
      const std::string& wave, const std::string& request_id)>
      start;
  // The name of what a finished operation made.
  std::function<std::string(const google::protobuf::Any&)> result_name;
  // "measuring 3/7", from the metadata of a running one; "" if unknown.
  std::function<std::string(const google::protobuf::Any&)> step_text;
};

struct JobOptions {
  ConnectionOptions connection;
  Selection selection;
  absl::Duration wait = absl::Hours(2);
  int parallelism = 4;
  std::string output = "text";
};

// Adds the selection, --wait, --parallel, --output and the connection.
void AddJobOptions(CLI::App& sub, Service service, JobOptions& options);

// Runs the job for every selected wave and reports on each.
ExitCode RunWaveJob(const WaveJob& job, const JobOptions& options);

}  // namespace pulsetaker::cli
