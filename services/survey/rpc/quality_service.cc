#include "services/survey/rpc/quality_service.h"

#include <string>
#include <utility>
#include <vector>

#include "common/base/status.h"
#include "common/rpc/field_checks.h"
#include "common/rpc/resource_name.h"
#include "common/rpc/unary.h"
#include "pulsetaker/survey/v1/quality_service.grpc.pb.h"
#include "services/survey/domain/quality_check.h"
#include "services/survey/rpc/convert.h"
#include "services/survey/rpc/page.h"

namespace pulsetaker::survey {
namespace {

using Context = grpc::CallbackServerContext;
using Reactor = grpc::ServerUnaryReactor;

void ToProto(const WaveKey& wave, const FlaggedResponse& flagged,
             v1::FlaggedResponse& message) {
  message.set_response(NameOf(wave, rpc::kResponses, flagged.person));
  message.set_revision(flagged.revision);
  for (const QualityFinding& finding : flagged.findings) {
    v1::QualityFinding& added = *message.add_findings();
    added.set_kind(static_cast<v1::QualityFinding::Kind>(finding.flag));
    added.set_quarantines(finding.quarantines);
    added.set_subject(finding.subject);
    added.set_count(finding.count);
  }
  message.set_state(static_cast<v1::FlaggedResponse::State>(flagged.state));
  *message.mutable_check_time() = ToTimestamp(flagged.check_time);
  if (flagged.review_time.has_value()) {
    *message.mutable_review_time() = ToTimestamp(*flagged.review_time);
  }
  message.set_note(flagged.note);
}

absl::StatusOr<ReviewState> ReadDecision(
    const v1::ReviewResponseRequest& request) {
  switch (request.decision()) {
    case v1::ReviewResponseRequest::DECISION_KEEP:
      return ReviewState::kKept;
    case v1::ReviewResponseRequest::DECISION_EXCLUDE:
      return ReviewState::kExcluded;
    default:
      return rpc::InvalidField("REVIEW_DECISION_UNKNOWN", "decision",
                               "is unset or unknown");
  }
}

class QualityServiceImpl final : public v1::QualityService::CallbackService {
 public:
  explicit QualityServiceImpl(QualityServiceParts parts)
      : parts_(std::move(parts)) {}

  Reactor* CheckQuality(Context* context,
                        const v1::CheckQualityRequest* request,
                        v1::CheckQualityResponse* response) override {
    return Run(context, request, response);
  }

  Reactor* ListFlaggedResponses(
      Context* context, const v1::ListFlaggedResponsesRequest* request,
      v1::ListFlaggedResponsesResponse* response) override {
    return Run(context, request, response);
  }

  Reactor* ReviewResponse(Context* context,
                          const v1::ReviewResponseRequest* request,
                          v1::FlaggedResponse* response) override {
    return Run(context, request, response);
  }

 private:
  template <typename Request, typename Response>
  Reactor* Run(Context* context, const Request* request, Response* response) {
    return rpc::RunUnary(
        context, parts_.executor, kErrorDomain,
        [this, request, response] { return Handle(*request, *response); });
  }

  absl::Status Handle(const v1::CheckQualityRequest& request,
                      v1::CheckQualityResponse& response) const {
    PT_ASSIGN_OR_RETURN(const rpc::WaveName name,
                        rpc::ParseWaveName(request.name(), "name"));
    const WaveKey key = ToKey(name);
    PT_ASSIGN_OR_RETURN(const Wave wave, parts_.store.GetWave(key));
    PT_RETURN_IF_ERROR(CheckOpen(wave));
    const absl::Time now =
        absl::FromUnixMicros(absl::ToUnixMicros(parts_.clock()));
    PT_ASSIGN_OR_RETURN(
        const QualityCounts counts,
        survey::CheckQuality(parts_.store, parts_.qualities, key, now));
    response.set_checked_count(counts.checked);
    response.set_flagged_count(counts.flags.flagged);
    response.set_left_out_count(counts.flags.left_out);
    return absl::OkStatus();
  }

  absl::Status Handle(const v1::ListFlaggedResponsesRequest& request,
                      v1::ListFlaggedResponsesResponse& response) const {
    PT_ASSIGN_OR_RETURN(const rpc::WaveName parent,
                        rpc::ParseWaveName(request.parent(), "parent"));
    PT_ASSIGN_OR_RETURN(const Page page,
                        ReadPage(request, "ListFlaggedResponses"));
    const WaveKey wave = ToKey(parent);
    PT_ASSIGN_OR_RETURN(
        const std::vector<FlaggedResponse> found,
        parts_.qualities.ListFlagged(wave, page.after, page.read_limit()));
    response.set_next_page_token(FillPage(
        page, found, *response.mutable_flagged_responses(),
        [&](const FlaggedResponse& flagged, v1::FlaggedResponse& message) {
          ToProto(wave, flagged, message);
        },
        [](const FlaggedResponse& flagged) { return flagged.person; }));
    return absl::OkStatus();
  }

  absl::Status Handle(const v1::ReviewResponseRequest& request,
                      v1::FlaggedResponse& response) const {
    PT_ASSIGN_OR_RETURN(
        const rpc::WaveChildName name,
        rpc::ParseWaveChildName(request.name(), rpc::kResponses, "name"));
    PT_RETURN_IF_ERROR(rpc::CheckRequestId(request.request_id()));
    Review review;
    review.response = {ToKey(name.wave), name.id};
    review.revision = request.revision();
    PT_ASSIGN_OR_RETURN(review.decision, ReadDecision(request));
    review.note = request.note();
    PT_ASSIGN_OR_RETURN(
        const FlaggedResponse reviewed,
        parts_.people.ReviewResponse(review, request.request_id()));
    ToProto(review.response.wave, reviewed, response);
    return absl::OkStatus();
  }

  const QualityServiceParts parts_;
};

}  // namespace

std::unique_ptr<grpc::Service> MakeQualityService(QualityServiceParts parts) {
  return std::make_unique<QualityServiceImpl>(std::move(parts));
}

}  // namespace pulsetaker::survey
