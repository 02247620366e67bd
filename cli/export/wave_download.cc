#include "cli/export/wave_download.h"

#include <memory>
#include <optional>

#include "absl/time/clock.h"
#include "cli/rpc/connection.h"
#include "common/base/digest.h"
#include "common/base/status.h"
#include "common/rpc/client_call.h"
#include "grpcpp/client_context.h"

namespace pulsetaker::cli {
namespace {

namespace v1 = survey::v1;

absl::Status Damaged(absl::string_view problem) {
  return absl::DataLossError(problem);
}

class Download {
 public:
  Download(v1::SurveyService::StubInterface& stub, const DownloadPlan& plan,
           const std::function<absl::Status(absl::string_view)>& write)
      : stub_(stub), plan_(plan), write_(write) {}

  absl::StatusOr<v1::ExportSummary> Run() {
    absl::Time give_up = absl::Now() + plan_.patience;
    Backoff backoff;
    for (;;) {
      const std::int64_t before = bytes_;
      const absl::Status status = ReadOnce();
      if (status.ok()) break;
      if (bytes_ > before) {
        give_up = absl::Now() + plan_.patience;
        backoff.Reset();
      }
      if (!IsTransient(status) || absl::Now() > give_up) return status;
      backoff.Wait(status);
    }
    if (!summary_.has_value()) return Damaged("the export ended too early");
    if (summary_->byte_count() != bytes_ || summary_->digest() != digest_) {
      return Damaged("the export does not have the digest that it ends with");
    }
    return *std::move(summary_);
  }

 private:
  absl::Status ReadOnce() {
    grpc::ClientContext context;
    rpc::SetDeadline(context, absl::Now() + absl::Hours(24));
    v1::ExportWaveRequest request;
    request.set_name(plan_.wave);
    request.set_format(plan_.format);
    request.set_resume_token(resume_token_);
    const auto reader = stub_.ExportWave(&context, request);
    return rpc::ReadStream<v1::ExportWaveResponse>(
        context, *reader,
        [this](v1::ExportWaveResponse& message) { return Take(message); });
  }

  absl::Status Take(v1::ExportWaveResponse& message) {
    if (message.has_summary()) {
      summary_ = std::move(*message.mutable_summary());
      return absl::OkStatus();
    }
    const v1::ExportPiece& piece = message.piece();
    const std::string digest =
        Sha256().Update(digest_).Update(piece.data()).Finish();
    if (piece.offset() != bytes_ || piece.digest() != digest) {
      return Damaged("a piece of the export is not the one that was sent");
    }
    PT_RETURN_IF_ERROR(write_(piece.data()));
    digest_ = digest;
    bytes_ += static_cast<std::int64_t>(piece.data().size());
    resume_token_ = piece.resume_token();
    return absl::OkStatus();
  }

  v1::SurveyService::StubInterface& stub_;
  const DownloadPlan& plan_;
  const std::function<absl::Status(absl::string_view)>& write_;
  std::int64_t bytes_ = 0;
  std::string digest_ = std::string(32, '\0');
  std::string resume_token_;
  std::optional<v1::ExportSummary> summary_;
};

}  // namespace

absl::StatusOr<v1::ExportSummary> DownloadWave(
    v1::SurveyService::StubInterface& stub, const DownloadPlan& plan,
    const std::function<absl::Status(absl::string_view bytes)>& write) {
  return Download(stub, plan, write).Run();
}

}  // namespace pulsetaker::cli
