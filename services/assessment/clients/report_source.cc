#include "services/assessment/clients/report_source.h"

#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/base/status.h"
#include "common/rpc/client_call.h"
#include "common/rpc/resource_name.h"
#include "pulsetaker/network/v1/network_service.grpc.pb.h"
#include "pulsetaker/survey/v1/survey_service.grpc.pb.h"
#include "services/assessment/clients/picture_from_proto.h"
#include "services/assessment/clients/sociogram_builder.h"

namespace pulsetaker::assessment {
namespace {

namespace surveypb = survey::v1;
namespace networkpb = network::v1;
using SurveyStub = surveypb::SurveyService::Stub;
using NetworkStub = networkpb::NetworkService::Stub;

bool Never() { return false; }

// Errors of the other services are ours as they are, but for those that only a
// mistake of ours can cause.
absl::Status FromPeerError(const absl::Status& error) {
  switch (error.code()) {
    case absl::StatusCode::kOk:
    case absl::StatusCode::kUnavailable:
    case absl::StatusCode::kDeadlineExceeded:
    case absl::StatusCode::kNotFound:
    case absl::StatusCode::kDataLoss:
      return error;
    default:
      return absl::InternalError(
          absl::StrCat("a service refused a call: ", error.ToString()));
  }
}

// What the report is about is gone, whichever part of its name it was.
absl::Status FromSurveyError(const absl::Status& error) {
  if (!absl::IsNotFound(error)) return FromPeerError(error);
  return MakeError(absl::StatusCode::kNotFound, "WAVE_NOT_FOUND",
                   error.message());
}

bool IsFor(networkpb::ErrorReason reason, const absl::Status& status) {
  return absl::StrCat("ERROR_REASON_", ReasonOf(status)) ==
         networkpb::ErrorReason_Name(reason);
}

// Why people are not drawn, if that is an answer and no failure.
std::string WhyNotDrawn(const absl::Status& status) {
  switch (status.code()) {
    case absl::StatusCode::kFailedPrecondition:
      return IsFor(networkpb::ERROR_REASON_RESPONSE_TOO_LOW, status)
                 ? "withheld: too few people answered in every network"
                 : "the wave was opened again, or people have withdrawn, since "
                   "it was analysed";
    case absl::StatusCode::kNotFound:
      return "the wave is not kept any more";
    case absl::StatusCode::kResourceExhausted:
      return "the networks are too large to be drawn";
    default:
      return "";
  }
}

class PeerReportSource final : public report::ReportSource {
 public:
  PeerReportSource(std::shared_ptr<grpc::Channel> survey,
                   std::shared_ptr<grpc::Channel> network,
                   const rpc::RetryOptions& retry)
      : retry_(retry),
        survey_(surveypb::SurveyService::NewStub(std::move(survey))),
        network_(networkpb::NetworkService::NewStub(std::move(network))) {}

  absl::StatusOr<report::Titles> ReadTitles(absl::string_view wave,
                                            absl::Time deadline) override {
    report::Titles titles;
    const absl::Status status =
        rpc::RetryUnavailable(retry_, Never, [&]() -> absl::Status {
          PT_ASSIGN_OR_RETURN(titles, TitlesOnce(wave, deadline));
          return absl::OkStatus();
        });
    PT_RETURN_IF_ERROR(FromSurveyError(status));
    return titles;
  }

  absl::StatusOr<report::NetworkPicture> ReadNetworks(
      absl::string_view analysis, absl::Time deadline) override {
    report::NetworkPicture picture;
    const absl::Status status =
        rpc::RetryUnavailable(retry_, Never, [&]() -> absl::Status {
          PT_ASSIGN_OR_RETURN(picture, NetworksOnce(analysis, deadline));
          return absl::OkStatus();
        });
    PT_RETURN_IF_ERROR(FromPeerError(status));
    return picture;
  }

 private:
  absl::StatusOr<report::Titles> TitlesOnce(absl::string_view wave_name,
                                            absl::Time deadline) {
    PT_ASSIGN_OR_RETURN(const rpc::WaveName id,
                        rpc::ParseWaveName(wave_name, "wave"));
    surveypb::GetLocalityRequest locality_request;
    locality_request.set_name(
        rpc::FormatName(rpc::LocalityName{id.tenant, id.locality}));
    PT_ASSIGN_OR_RETURN(const surveypb::Locality locality,
                        rpc::Call(*survey_, &SurveyStub::GetLocality,
                                  locality_request, deadline));
    surveypb::GetSurveyRequest survey_request;
    survey_request.set_name(
        rpc::FormatName(rpc::SurveyName{id.tenant, id.locality, id.survey}));
    PT_ASSIGN_OR_RETURN(
        const surveypb::Survey survey,
        rpc::Call(*survey_, &SurveyStub::GetSurvey, survey_request, deadline));
    surveypb::GetWaveRequest wave_request;
    wave_request.set_name(std::string(wave_name));
    PT_ASSIGN_OR_RETURN(
        const surveypb::Wave wave,
        rpc::Call(*survey_, &SurveyStub::GetWave, wave_request, deadline));
    surveypb::GetInstrumentRequest instrument_request;
    instrument_request.set_name(wave.instrument());
    instrument_request.set_revision(wave.instrument_revision());
    PT_ASSIGN_OR_RETURN(const surveypb::Instrument instrument,
                        rpc::Call(*survey_, &SurveyStub::GetInstrument,
                                  instrument_request, deadline));
    report::Titles titles = {locality.display_name(), locality.region(),
                             survey.innovation(),     survey.service_field(),
                             survey.display_name(),   {}};
    for (const surveypb::Network& network : instrument.networks()) {
      titles.network_labels[network.network_id()] = network.label();
    }
    return titles;
  }

  absl::StatusOr<report::NetworkPicture> NetworksOnce(absl::string_view name,
                                                      absl::Time deadline) {
    networkpb::GetAnalysisRequest request;
    request.set_name(std::string(name));
    PT_ASSIGN_OR_RETURN(
        const networkpb::Analysis analysis,
        rpc::Call(*network_, &NetworkStub::GetAnalysis, request, deadline));
    if (analysis.name() != name) {
      return MakeError(absl::StatusCode::kDataLoss, "SNAPSHOT_INVALID",
                       "the network service's analysis is not the one asked "
                       "for",
                       {{"field", "analysis"}});
    }
    report::NetworkPicture picture = PictureFromProto(analysis);
    PT_RETURN_IF_ERROR(Draw(analysis, deadline, picture.sociogram));
    return picture;
  }

  absl::Status Draw(const networkpb::Analysis& analysis, absl::Time deadline,
                    report::SociogramPicture& sociogram) {
    if (analysis.participants().invited() > report::kDotsMax) {
      sociogram.why_not =
          absl::StrCat("a drawing of more than ", report::kDotsMax,
                       " people is left out: nobody could read it");
      return absl::OkStatus();
    }
    grpc::ClientContext context;
    rpc::SetDeadline(context, deadline);
    networkpb::GetSociogramRequest request;
    request.set_name(analysis.name());
    SociogramBuilder builder(analysis);
    const auto reader = network_->GetSociogram(&context, request);
    const absl::Status status =
        rpc::ReadStream<networkpb::GetSociogramResponse>(
            context, *reader, [&](networkpb::GetSociogramResponse& message) {
              return builder.Take(message);
            });
    if (std::string why = WhyNotDrawn(status); !why.empty()) {
      sociogram.why_not = std::move(why);
      return absl::OkStatus();
    }
    PT_RETURN_IF_ERROR(status);
    PT_ASSIGN_OR_RETURN(sociogram, builder.Finish());
    return absl::OkStatus();
  }

  const rpc::RetryOptions retry_;
  const std::unique_ptr<SurveyStub> survey_;
  const std::unique_ptr<NetworkStub> network_;
};

}  // namespace

std::unique_ptr<report::ReportSource> MakeReportSource(
    std::shared_ptr<grpc::Channel> survey,
    std::shared_ptr<grpc::Channel> network, const rpc::RetryOptions& retry) {
  return std::make_unique<PeerReportSource>(std::move(survey),
                                            std::move(network), retry);
}

}  // namespace pulsetaker::assessment
