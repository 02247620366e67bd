// The client's half of ExportWave: checks each piece, and goes on after a
// broken connection.

#pragma once

#include <functional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "pulsetaker/survey/v1/export.pb.h"
#include "pulsetaker/survey/v1/survey_service.grpc.pb.h"

namespace pulsetaker::cli {

struct DownloadPlan {
  std::string wave;  // Its name.
  survey::v1::ExportFormat format = survey::v1::EXPORT_FORMAT_UNSPECIFIED;
  // The longest that a download may go without a piece.
  absl::Duration patience = absl::Seconds(60);
};

// Gives the bytes of the export to `write`, in order and each once. Returns
// what the server says they are, which was found to be true. An error of
// `write` ends it. DATA_LOSS: what came is not what was sent, or not all of it.
absl::StatusOr<survey::v1::ExportSummary> DownloadWave(
    survey::v1::SurveyService::StubInterface& stub, const DownloadPlan& plan,
    const std::function<absl::Status(absl::string_view bytes)>& write);

}  // namespace pulsetaker::cli
