// Sends the responses of a wave by the stream, and goes on after a broken
// connection from where the survey service says that it is.

#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "cli/import/plan.h"
#include "pulsetaker/survey/v1/response.pb.h"
#include "pulsetaker/survey/v1/survey_service.grpc.pb.h"

namespace pulsetaker::cli {

struct UploadOptions {
  // Gives up after this long without progress.
  absl::Duration patience = absl::Seconds(60);
  int frame_rows_max = 250;
  std::size_t frame_bytes_max = std::size_t{1} << 20;
  // Rows sent and not yet acknowledged. The server holds at most 8 MiB.
  std::int64_t window_rows = 4'000;
};

struct UploadResult {
  survey::v1::Upload upload;  // All rows committed, and what became of them.
  std::vector<survey::v1::RowProblem> problems;  // The first 50 rejected rows.
};

class Uploader {
 public:
  using Stub = survey::v1::SurveyService::StubInterface;
  // Called with the number of rows that are on disk.
  using OnProgress = std::function<void(std::int64_t)>;

  // What it is given must outlive it.
  Uploader(Stub& stub, UploadOptions options)
      : stub_(stub), options_(options) {}

  // Sends `responses` as the upload `name`, from the row that the service has
  // not yet committed. The service may have part of them from an earlier run:
  // what came of those is in the counts all the same.
  //
  // UNAVAILABLE, DEADLINE_EXCEEDED: no progress for `patience`. Other errors:
  // what the service says.
  absl::StatusOr<UploadResult> Send(
      const std::string& name, const std::vector<PlannedResponse>& responses,
      const OnProgress& on_progress);

  // The upload as the service knows it; one without rows if it does not.
  absl::StatusOr<survey::v1::Upload> Get(const std::string& name);

 private:
  Stub& stub_;
  const UploadOptions options_;
};

}  // namespace pulsetaker::cli
