#include "services/assessment/rpc/national_operation.h"

#include <optional>
#include <utility>

#include "common/base/status.h"
#include "google/protobuf/timestamp.pb.h"
#include "google/protobuf/util/time_util.h"
#include "pulsetaker/assessment/v1/assessment_service.pb.h"
#include "services/assessment/rpc/assessment_codec.h"
#include "services/assessment/rpc/national_codec.h"

namespace pulsetaker::assessment {
namespace {

using google::protobuf::util::TimeUtil;
using Metadata = v1::RunNationalAssessmentMetadata;

google::protobuf::Timestamp ToTimestamp(absl::Time time) {
  return TimeUtil::MicrosecondsToTimestamp(absl::ToUnixMicros(time));
}

Metadata::Phase ToWire(NationalStep step) {
  switch (step) {
    case NationalStep::kListing:
      return Metadata::PHASE_LISTING;
    case NationalStep::kAssessing:
      return Metadata::PHASE_ASSESSING;
    case NationalStep::kAggregating:
      return Metadata::PHASE_AGGREGATING;
  }
  return Metadata::PHASE_UNSPECIFIED;
}

void PutProgress(const NationalProgress& progress, absl::Duration elapsed,
                 Metadata& metadata) {
  metadata.set_phase(ToWire(progress.step));
  metadata.set_total_count(progress.total_count);
  metadata.set_done_count(progress.done_count);
  metadata.set_failed_count(progress.failed_count);
  metadata.set_skipped_count(progress.skipped_count);
  metadata.set_computed_count(progress.computed_count);
  const std::optional<absl::Duration> remaining = RemainingTime(
      elapsed, progress.computed_place_count, progress.open_count());
  if (!remaining.has_value()) return;
  *metadata.mutable_remaining() =
      TimeUtil::MillisecondsToDuration(absl::ToInt64Milliseconds(*remaining));
}

class NationalWork {
 public:
  NationalWork(NationalAssessor& assessor, int concurrent_places,
               const Clock& clock)
      : assessor_(assessor),
        concurrent_places_(concurrent_places),
        clock_(clock) {}

  absl::StatusOr<google::protobuf::Any> Carry(
      const google::protobuf::Any& packed, rpc::OperationContext& context) {
    v1::RunNationalAssessmentRequest request;
    if (!packed.UnpackTo(&request)) {
      return MakeError(absl::StatusCode::kDataLoss, "STORED_DATA_UNREADABLE",
                       "a stored request is no RunNationalAssessmentRequest");
    }
    const absl::Time start_time = clock_();
    Metadata metadata;
    metadata.set_parent(request.parent());
    *metadata.mutable_create_time() = ToTimestamp(context.create_time());
    *metadata.mutable_start_time() = ToTimestamp(start_time);
    const NationalControl control = {
        .on_progress =
            [&](const NationalProgress& progress) {
              PutProgress(progress, clock_() - start_time, metadata);
              context.SetProgress(metadata);
            },
        .is_cancelled = [&] { return !context.CheckCancelled().ok(); }};
    const absl::StatusOr<StoredNational> national =
        assessor_.Run({.tenant = request.parent(),
                       .scope = FromProto(request.scope()),
                       .parameters = FromProto(request.parameters()),
                       .create_time = context.create_time(),
                       .concurrent_places = concurrent_places_},
                      control);
    if (absl::IsCancelled(national.status())) {
      // Whether that ends the operation is for the runner to say, which knows
      // its own answer again.
      PT_RETURN_IF_ERROR(context.CheckCancelled());
    }
    metadata.set_phase(Metadata::PHASE_DONE);
    metadata.clear_remaining();
    *metadata.mutable_end_time() = ToTimestamp(clock_());
    context.SetProgress(metadata);
    if (!national.ok()) return national.status();
    return Respond(*national);
  }

 private:
  static absl::StatusOr<google::protobuf::Any> Respond(
      const StoredNational& national) {
    PT_ASSIGN_OR_RETURN(const v1::NationalAssessment message,
                        ToProto(national));
    google::protobuf::Any response;
    response.PackFrom(message);
    return response;
  }

  NationalAssessor& assessor_;
  const int concurrent_places_;
  const Clock& clock_;
};

}  // namespace

rpc::OperationWorker MakeNationalWorker(NationalAssessor& assessor,
                                        int concurrent_places, Clock clock) {
  return [&assessor, concurrent_places, clock = std::move(clock)](
             const google::protobuf::Any& request,
             rpc::OperationContext& context) {
    return NationalWork(assessor, concurrent_places, clock)
        .Carry(request, context);
  };
}

google::protobuf::Any QueuedNationalMetadata(absl::string_view tenant,
                                             absl::Time create_time) {
  Metadata metadata;
  metadata.set_parent(std::string(tenant));
  metadata.set_phase(Metadata::PHASE_QUEUED);
  *metadata.mutable_create_time() = ToTimestamp(create_time);
  google::protobuf::Any packed;
  packed.PackFrom(metadata);
  return packed;
}

}  // namespace pulsetaker::assessment
