#include "services/network/clients/survey_snapshot_source.h"

#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "common/base/status.h"
#include "common/rpc/client_call.h"
#include "common/rpc/resource_name.h"
#include "pulsetaker/survey/v1/survey_service.grpc.pb.h"
#include "services/network/clients/snapshot_builder.h"

namespace pulsetaker::network {
namespace {

namespace wire = survey::v1;

// What a failed read of the survey service means to whoever asked for an
// analysis.
absl::Status FromSurveyError(const absl::Status& error) {
  switch (error.code()) {
    case absl::StatusCode::kUnavailable:
    case absl::StatusCode::kDeadlineExceeded:
      return MakeError(
          absl::StatusCode::kUnavailable, "SURVEY_UNAVAILABLE",
          absl::StrCat("the survey service did not answer: ", error.message()));
    case absl::StatusCode::kNotFound:
    case absl::StatusCode::kFailedPrecondition:
    case absl::StatusCode::kDataLoss:
    case absl::StatusCode::kCancelled:
      return error;  // With the reason that the survey service gave.
    default:
      return absl::InternalError(absl::StrCat(
          "the survey service refused the snapshot: ", error.ToString()));
  }
}

class SurveySnapshotSource final : public SnapshotSource {
 public:
  SurveySnapshotSource(std::shared_ptr<grpc::Channel> survey,
                       const SurveySnapshotOptions& options)
      : options_(options),
        stub_(wire::SurveyService::NewStub(std::move(survey))) {}

  absl::StatusOr<WaveSnapshot> Read(
      const WaveKey& wave, absl::FunctionRef<bool()> is_cancelled) override {
    const std::string name = rpc::FormatName(
        rpc::WaveName{wave.tenant, wave.locality, wave.survey, wave.wave});
    WaveSnapshot snapshot;
    const absl::Status status = rpc::RetryUnavailable(
        options_.retry, is_cancelled, [&]() -> absl::Status {
          PT_ASSIGN_OR_RETURN(snapshot, ReadOnce(name, is_cancelled));
          return absl::OkStatus();
        });
    if (!status.ok()) return FromSurveyError(status);
    return snapshot;
  }

 private:
  absl::StatusOr<WaveSnapshot> ReadOnce(
      const std::string& name, absl::FunctionRef<bool()> is_cancelled) {
    grpc::ClientContext context;
    rpc::SetDeadline(context, absl::Now() + options_.attempt_timeout);
    const rpc::CancelWatch watch(context,
                                 [is_cancelled] { return is_cancelled(); });
    wire::StreamWaveSnapshotRequest request;
    request.set_name(name);
    SnapshotBuilder builder(name);
    const auto reader = stub_->StreamWaveSnapshot(&context, request);
    PT_RETURN_IF_ERROR(rpc::ReadStream<wire::StreamWaveSnapshotResponse>(
        context, *reader, [&](wire::StreamWaveSnapshotResponse& message) {
          return builder.Take(message);
        }));
    return builder.Finish();
  }

  const SurveySnapshotOptions options_;
  const std::unique_ptr<wire::SurveyService::Stub> stub_;
};

}  // namespace

std::unique_ptr<SnapshotSource> MakeSurveySnapshotSource(
    std::shared_ptr<grpc::Channel> survey,
    const SurveySnapshotOptions& options) {
  return std::make_unique<SurveySnapshotSource>(std::move(survey), options);
}

}  // namespace pulsetaker::network
