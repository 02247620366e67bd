#include "services/assessment/rpc/assess_operation.h"

#include <utility>

#include "common/base/status.h"
#include "google/protobuf/timestamp.pb.h"
#include "google/protobuf/util/time_util.h"
#include "pulsetaker/assessment/v1/assessment_service.pb.h"
#include "services/assessment/rpc/assessment_codec.h"

namespace pulsetaker::assessment {
namespace {

using Metadata = v1::AssessWaveMetadata;

constexpr char kAssessmentType[] =
    "type.googleapis.com/pulsetaker.assessment.v1.Assessment";

google::protobuf::Timestamp ToTimestamp(absl::Time time) {
  return google::protobuf::util::TimeUtil::MicrosecondsToTimestamp(
      absl::ToUnixMicros(time));
}

Metadata::Phase ToWire(AssessStep step) {
  switch (step) {
    case AssessStep::kReading:
      return Metadata::PHASE_READING;
    case AssessStep::kAnalyzing:
      return Metadata::PHASE_ANALYZING;
    case AssessStep::kAssessing:
      return Metadata::PHASE_ASSESSING;
  }
  return Metadata::PHASE_UNSPECIFIED;
}

absl::StatusOr<google::protobuf::Any> Carry(Assessor& assessor,
                                            const Clock& clock,
                                            const google::protobuf::Any& packed,
                                            rpc::OperationContext& context) {
  v1::AssessWaveRequest request;
  if (!packed.UnpackTo(&request)) {
    return MakeError(absl::StatusCode::kDataLoss, "STORED_DATA_UNREADABLE",
                     "a stored request is no AssessWaveRequest");
  }
  Metadata metadata;
  metadata.set_wave(request.parent());
  *metadata.mutable_create_time() = ToTimestamp(context.create_time());
  *metadata.mutable_start_time() = ToTimestamp(clock());

  AssessControl control;
  control.on_progress = [&](const AssessProgress& progress) {
    metadata.set_phase(ToWire(progress.step));
    metadata.set_done_count(progress.done_count);
    metadata.set_total_count(progress.total_count);
    context.SetProgress(metadata);
  };
  control.is_cancelled = [&] { return !context.CheckCancelled().ok(); };
  absl::StatusOr<StoredAssessment> assessment =
      assessor.Assess({.wave = request.parent(),
                       .analysis = request.analysis(),
                       .parameters = FromProto(request.parameters())},
                      control);
  if (absl::IsCancelled(assessment.status())) {
    // Whether that ends the operation is for the runner to say, which knows
    // its own answer again.
    PT_RETURN_IF_ERROR(context.CheckCancelled());
  }
  if (assessment.ok()) metadata.set_done_count(metadata.total_count());
  metadata.set_phase(Metadata::PHASE_DONE);
  *metadata.mutable_end_time() = ToTimestamp(clock());
  context.SetProgress(metadata);
  if (!assessment.ok()) return assessment.status();
  google::protobuf::Any response;
  response.set_type_url(kAssessmentType);
  response.set_value(std::move(assessment->message));
  return response;
}

}  // namespace

rpc::OperationWorker MakeAssessWorker(Assessor& assessor, Clock clock) {
  return [&assessor, clock = std::move(clock)](
             const google::protobuf::Any& request,
             rpc::OperationContext& context) {
    return Carry(assessor, clock, request, context);
  };
}

google::protobuf::Any QueuedMetadata(absl::string_view wave,
                                     absl::Time create_time) {
  Metadata metadata;
  metadata.set_wave(std::string(wave));
  metadata.set_phase(Metadata::PHASE_QUEUED);
  *metadata.mutable_create_time() = ToTimestamp(create_time);
  google::protobuf::Any packed;
  packed.PackFrom(metadata);
  return packed;
}

}  // namespace pulsetaker::assessment
