#include "common/erasure/survey_erasures.h"

#include <cstdint>
#include <string>

#include "absl/time/clock.h"
#include "common/base/status.h"
#include "common/rpc/client_call.h"
#include "pulsetaker/survey/v1/people_service.grpc.pb.h"
#include "pulsetaker/survey/v1/survey_service.grpc.pb.h"

namespace pulsetaker::erasure {
namespace {

namespace wire = survey::v1;

constexpr std::int32_t kPageSize = 1'000;

class SurveyErasureSource final : public ErasureSource {
 public:
  SurveyErasureSource(const std::shared_ptr<grpc::Channel>& survey,
                      absl::Duration timeout)
      : timeout_(timeout), stub_(wire::PeopleService::NewStub(survey)) {}

  absl::StatusOr<ErasurePage> Read(const FeedPosition& after) override {
    wire::ListErasuresRequest request;
    request.set_feed(after.feed);
    request.set_offset(after.offset);
    request.set_page_size(kPageSize);
    PT_ASSIGN_OR_RETURN(
        const wire::ListErasuresResponse response,
        rpc::Call(*stub_, &wire::PeopleService::Stub::ListErasures, request,
                  absl::Now() + timeout_));
    ErasurePage page;
    for (const wire::Erasure& erasure : response.erasures()) {
      page.localities.push_back(erasure.locality());
    }
    page.next = {response.feed(), response.next_offset()};
    return page;
  }

 private:
  const absl::Duration timeout_;
  const std::unique_ptr<wire::PeopleService::Stub> stub_;
};

class SurveyWaveDigests final : public WaveDigests {
 public:
  SurveyWaveDigests(const std::shared_ptr<grpc::Channel>& survey,
                    absl::Duration timeout)
      : timeout_(timeout), stub_(wire::SurveyService::NewStub(survey)) {}

  absl::StatusOr<std::string> CurrentDigest(absl::string_view wave) override {
    wire::GetWaveRequest request;
    request.set_name(std::string(wave));
    const absl::StatusOr<wire::Wave> found =
        rpc::Call(*stub_, &wire::SurveyService::Stub::GetWave, request,
                  absl::Now() + timeout_);
    if (absl::IsNotFound(found.status())) return std::string();
    PT_RETURN_IF_ERROR(found.status());
    if (found->state() != wire::Wave::STATE_CLOSED) return std::string();
    return found->snapshot_digest();
  }

 private:
  const absl::Duration timeout_;
  const std::unique_ptr<wire::SurveyService::Stub> stub_;
};

}  // namespace

std::unique_ptr<ErasureSource> MakeSurveyErasureSource(
    const std::shared_ptr<grpc::Channel>& survey, absl::Duration timeout) {
  return std::make_unique<SurveyErasureSource>(survey, timeout);
}

std::unique_ptr<WaveDigests> MakeSurveyWaveDigests(
    const std::shared_ptr<grpc::Channel>& survey, absl::Duration timeout) {
  return std::make_unique<SurveyWaveDigests>(survey, timeout);
}

}  // namespace pulsetaker::erasure
