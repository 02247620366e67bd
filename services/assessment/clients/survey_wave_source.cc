#include "services/assessment/clients/survey_wave_source.h"

#include <cstdint>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "common/base/status.h"
#include "common/rpc/client_call.h"
#include "common/rpc/resource_name.h"
#include "pulsetaker/survey/v1/survey_service.grpc.pb.h"
#include "services/assessment/clients/survey_error.h"
#include "services/assessment/clients/wave_builder.h"

namespace pulsetaker::assessment {
namespace {

namespace wire = survey::v1;

constexpr std::int32_t kPageSize = 1'000;

bool Never() { return false; }

absl::Status InvalidList(absl::string_view problem) {
  return MakeError(absl::StatusCode::kDataLoss, "SNAPSHOT_INVALID",
                   absl::StrCat("a list of waves ", problem),
                   {{"field", "waves"}});
}

class SurveyWaveSource final : public WaveSource {
 public:
  SurveyWaveSource(std::shared_ptr<grpc::Channel> survey,
                   const SurveyWaveOptions& options)
      : options_(options),
        stub_(wire::SurveyService::NewStub(std::move(survey))) {}

  absl::StatusOr<std::vector<ClosedWave>> ListClosedWaves(
      absl::string_view wave) override {
    PT_ASSIGN_OR_RETURN(const rpc::WaveName last,
                        rpc::ParseWaveName(wave, "wave"));
    wire::ListWavesRequest request;
    request.set_parent(rpc::FormatName(
        rpc::SurveyName{last.tenant, last.locality, last.survey}));
    request.set_page_size(kPageSize);
    std::vector<ClosedWave> closed;
    std::int32_t before = 0;  // Numbers ascend, so that a list has an end.
    do {
      PT_ASSIGN_OR_RETURN(const wire::ListWavesResponse page, List(request));
      if (page.waves().empty() && !page.next_page_token().empty()) {
        return InvalidList("has an empty page that is not its last");
      }
      for (const wire::Wave& listed : page.waves()) {
        PT_ASSIGN_OR_RETURN(const std::int32_t number, NumberOf(listed, last));
        if (number <= before) return InvalidList("does not ascend");
        before = number;
        if (number > last.wave) return NotFound(wave);
        PT_RETURN_IF_ERROR(Add(listed, number == last.wave, closed));
        if (number == last.wave) return closed;
      }
      request.set_page_token(page.next_page_token());
    } while (!request.page_token().empty());
    return NotFound(wave);
  }

  absl::StatusOr<WaveData> ReadWave(absl::string_view wave) override {
    WaveData data;
    const absl::Status status =
        rpc::RetryUnavailable(options_.retry, Never, [&]() -> absl::Status {
          PT_ASSIGN_OR_RETURN(data, ReadOnce(wave));
          return absl::OkStatus();
        });
    if (!status.ok()) return FromSurveyError(status);
    return data;
  }

 private:
  absl::StatusOr<wire::ListWavesResponse> List(
      const wire::ListWavesRequest& request) {
    wire::ListWavesResponse response;
    const absl::Status status =
        rpc::RetryUnavailable(options_.retry, Never, [&]() -> absl::Status {
          PT_ASSIGN_OR_RETURN(
              response,
              rpc::Call(*stub_, &wire::SurveyService::Stub::ListWaves, request,
                        absl::Now() + options_.call_timeout));
          return absl::OkStatus();
        });
    if (!status.ok()) return FromSurveyError(status);
    return response;
  }

  // The number of a listed wave, which must be of the same survey as `last`.
  static absl::StatusOr<std::int32_t> NumberOf(const wire::Wave& listed,
                                               const rpc::WaveName& last) {
    const auto name = rpc::ParseWaveName(listed.name(), "waves.name");
    if (!name.ok() || name->tenant != last.tenant ||
        name->locality != last.locality || name->survey != last.survey) {
      return InvalidList("has one of another survey");
    }
    return name->wave;
  }

  static absl::Status Add(const wire::Wave& listed, bool is_last,
                          std::vector<ClosedWave>& closed) {
    if (listed.state() == wire::Wave::STATE_CLOSED) {
      if (listed.snapshot_digest().empty()) {
        return InvalidList("has a closed one without a digest");
      }
      closed.push_back({listed.name(), listed.snapshot_digest()});
      return absl::OkStatus();
    }
    if (!is_last) return absl::OkStatus();
    return MakeError(absl::StatusCode::kFailedPrecondition, "WAVE_NOT_CLOSED",
                     absl::StrCat(listed.name(), " is not closed"));
  }

  static absl::Status NotFound(absl::string_view wave) {
    return MakeError(absl::StatusCode::kNotFound, "WAVE_NOT_FOUND",
                     absl::StrCat("there is no ", wave));
  }

  absl::StatusOr<WaveData> ReadOnce(absl::string_view wave) {
    grpc::ClientContext context;
    rpc::SetDeadline(context, absl::Now() + options_.stream_timeout);
    wire::StreamWaveSnapshotRequest request;
    request.set_name(std::string(wave));
    WaveBuilder builder(wave);
    const auto reader = stub_->StreamWaveSnapshot(&context, request);
    PT_RETURN_IF_ERROR(rpc::ReadStream<wire::StreamWaveSnapshotResponse>(
        context, *reader, [&](wire::StreamWaveSnapshotResponse& message) {
          return builder.Take(message);
        }));
    return builder.Finish();
  }

  const SurveyWaveOptions options_;
  const std::unique_ptr<wire::SurveyService::Stub> stub_;
};

}  // namespace

std::unique_ptr<WaveSource> MakeSurveyWaveSource(
    std::shared_ptr<grpc::Channel> survey, const SurveyWaveOptions& options) {
  return std::make_unique<SurveyWaveSource>(std::move(survey), options);
}

}  // namespace pulsetaker::assessment
