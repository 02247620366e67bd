#include "services/network/rpc/analyze_operation.h"

#include <atomic>
#include <cstdint>
#include <utility>

#include "common/base/status.h"
#include "common/rpc/resource_name.h"
#include "google/protobuf/timestamp.pb.h"
#include "google/protobuf/util/time_util.h"
#include "pulsetaker/network/v1/network_service.pb.h"
#include "services/network/rpc/analysis_encoder.h"
#include "services/network/rpc/measure_to_proto.h"

namespace pulsetaker::network {
namespace {

using Metadata = v1::AnalyzeWaveMetadata;

constexpr char kAnalysisType[] =
    "type.googleapis.com/pulsetaker.network.v1.Analysis";

static_assert(static_cast<int>(AnalysisPhase::kDone) == Metadata::PHASE_DONE);
static_assert(static_cast<int>(AnalysisPhase::kMissingRows) ==
              Metadata::PHASE_MISSING_ROWS);
static_assert(static_cast<int>(AnalysisPhase::kMissingRows) ==
              Metadata::Phase_MAX);

google::protobuf::Timestamp ToTimestamp(absl::Time time) {
  return google::protobuf::util::TimeUtil::MicrosecondsToTimestamp(
      absl::ToUnixMicros(time));
}

// Passes progress on, and the wish to stop back.
class RunObserver final : public AnalysisObserver {
 public:
  RunObserver(rpc::OperationContext& context, Metadata base)
      : context_(context), base_(std::move(base)) {}

  void OnProgress(AnalysisPhase phase, std::int64_t done,
                  std::int64_t total) override {
    Metadata metadata = base_;
    metadata.set_phase(ToWire<Metadata::Phase>(phase));
    metadata.set_done_count(done);
    metadata.set_total_count(total);
    context_.SetProgress(metadata);
  }

  bool cancelled() override {
    if (cancelled_) return true;
    if (context_.CheckCancelled().ok()) return false;
    cancelled_ = true;
    return true;
  }

 private:
  rpc::OperationContext& context_;
  const Metadata base_;
  std::atomic<bool> cancelled_ = false;
};

absl::StatusOr<google::protobuf::Any> Carry(Analyzer& analyzer,
                                            const Clock& clock,
                                            const google::protobuf::Any& packed,
                                            rpc::OperationContext& context) {
  v1::AnalyzeWaveRequest request;
  if (!packed.UnpackTo(&request)) {
    return MakeError(absl::StatusCode::kDataLoss, "STORED_DATA_UNREADABLE",
                     "a stored request is no AnalyzeWaveRequest");
  }
  PT_ASSIGN_OR_RETURN(const rpc::WaveName wave,
                      rpc::ParseWaveName(request.parent(), "parent"));
  Metadata metadata;
  metadata.set_wave(request.parent());
  *metadata.mutable_create_time() = ToTimestamp(context.create_time());
  *metadata.mutable_start_time() = ToTimestamp(clock());

  RunObserver observer(context, metadata);
  absl::StatusOr<std::string> analysis =
      analyzer.Analyze({wave.tenant, wave.locality, wave.survey, wave.wave},
                       FromProto(request.parameters()), observer);
  if (absl::IsCancelled(analysis.status())) {
    // Whether that ends the operation is for the runner to say, which knows
    // its own answer again.
    PT_RETURN_IF_ERROR(context.CheckCancelled());
  }
  metadata.set_phase(Metadata::PHASE_DONE);
  *metadata.mutable_end_time() = ToTimestamp(clock());
  context.SetProgress(metadata);
  if (!analysis.ok()) return analysis.status();
  google::protobuf::Any response;
  response.set_type_url(kAnalysisType);
  response.set_value(*std::move(analysis));
  return response;
}

}  // namespace

rpc::OperationWorker MakeAnalyzeWorker(Analyzer& analyzer, Clock clock) {
  return [&analyzer, clock = std::move(clock)](
             const google::protobuf::Any& request,
             rpc::OperationContext& context) {
    return Carry(analyzer, clock, request, context);
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

}  // namespace pulsetaker::network
