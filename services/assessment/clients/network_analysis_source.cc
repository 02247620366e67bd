#include "services/assessment/clients/network_analysis_source.h"

#include <functional>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "common/base/status.h"
#include "common/base/uuid.h"
#include "common/rpc/client_call.h"
#include "google/longrunning/operations.grpc.pb.h"
#include "google/protobuf/util/time_util.h"
#include "pulsetaker/network/v1/network_service.grpc.pb.h"
#include "services/assessment/clients/findings_from_proto.h"

namespace pulsetaker::assessment {
namespace {

namespace wire = network::v1;
using google::longrunning::Operation;
using google::longrunning::Operations;
using IsCancelled = std::function<bool()>;

// Errors of the network service are ours as they are, but for those that only a
// mistake of ours, or somebody else, can cause.
absl::Status FromNetworkError(const absl::Status& error) {
  switch (error.code()) {
    case absl::StatusCode::kUnavailable:
    case absl::StatusCode::kDeadlineExceeded:
    case absl::StatusCode::kNotFound:
    case absl::StatusCode::kFailedPrecondition:
    case absl::StatusCode::kResourceExhausted:
    case absl::StatusCode::kDataLoss:
      return error;
    case absl::StatusCode::kCancelled:
    case absl::StatusCode::kAborted:
      return absl::UnavailableError(absl::StrCat(
          "the network service gave the analysis up: ", error.message()));
    default:
      return absl::InternalError(absl::StrCat(
          "the network service refused a call: ", error.ToString()));
  }
}

bool Asked(const IsCancelled& is_cancelled) {
  return is_cancelled && is_cancelled();
}

class NetworkAnalysisSource final : public AnalysisSource {
 public:
  NetworkAnalysisSource(std::shared_ptr<grpc::Channel> network,
                        const NetworkAnalysisOptions& options)
      : options_(options),
        stub_(wire::NetworkService::NewStub(network)),
        operations_(Operations::NewStub(network)) {}

  absl::StatusOr<NetworkAnalysis> GetAnalysis(absl::string_view name) override {
    wire::GetAnalysisRequest request;
    request.set_name(std::string(name));
    wire::Analysis analysis;
    PT_RETURN_IF_ERROR(Call(*stub_, &wire::NetworkService::Stub::GetAnalysis,
                            request, analysis, {}));
    if (analysis.name() != name) return Invalid("is not the one asked for");
    return FromProto(analysis);
  }

  absl::StatusOr<NetworkAnalysis> AnalyzeWave(
      absl::string_view wave, const IsCancelled& is_cancelled) override {
    const absl::Time deadline = absl::Now() + options_.analysis_timeout;
    wire::AnalyzeWaveRequest request;
    request.set_parent(std::string(wave));
    request.set_request_id(NewUuid());  // The same for repeats of this call.
    Operation operation;
    PT_RETURN_IF_ERROR(Call(*stub_, &wire::NetworkService::Stub::AnalyzeWave,
                            request, operation, is_cancelled));
    while (!operation.done()) {
      if (Asked(is_cancelled)) {
        return absl::CancelledError("cancelled while waiting for an analysis");
      }
      if (absl::Now() >= deadline) {
        return absl::DeadlineExceededError(
            absl::StrCat("no analysis of ", wave, " within ",
                         absl::FormatDuration(options_.analysis_timeout)));
      }
      PT_RETURN_IF_ERROR(Wait(operation, is_cancelled));
    }
    if (operation.has_error()) {
      return FromNetworkError(rpc::FromRpcStatus(operation.error()));
    }
    wire::Analysis analysis;
    if (!operation.response().UnpackTo(&analysis)) {
      return Invalid("is none");
    }
    if (!InWave(analysis.name(), wave)) return Invalid("is of another wave");
    return FromProto(analysis);
  }

 private:
  // Makes a call, again if the service is away, until is_cancelled says yes.
  template <typename Stub, typename Interface, typename Request,
            typename Response>
  absl::Status Call(Stub& stub,
                    grpc::Status (Interface::*method)(grpc::ClientContext*,
                                                      const Request&,
                                                      Response*),
                    const Request& request, Response& response,
                    const IsCancelled& is_cancelled) {
    const absl::Status status = rpc::RetryUnavailable(
        options_.retry, [&] { return Asked(is_cancelled); },
        [&]() -> absl::Status {
          PT_ASSIGN_OR_RETURN(response,
                              rpc::Call(stub, method, request,
                                        absl::Now() + options_.call_timeout));
          return absl::OkStatus();
        });
    if (absl::IsCancelled(status) && Asked(is_cancelled)) return status;
    return status.ok() ? status : FromNetworkError(status);
  }

  // Asks for the operation, and waits a while for it to be done.
  absl::Status Wait(Operation& operation, const IsCancelled& is_cancelled) {
    google::longrunning::WaitOperationRequest request;
    request.set_name(operation.name());
    *request.mutable_timeout() =
        google::protobuf::util::TimeUtil::MillisecondsToDuration(
            absl::ToInt64Milliseconds(options_.poll_interval));
    return Call(*operations_, &Operations::Stub::WaitOperation, request,
                operation, is_cancelled);
  }

  static bool InWave(const std::string& analysis, absl::string_view wave) {
    return analysis.rfind(absl::StrCat(wave, "/analyses/"), 0) == 0;
  }

  static absl::Status Invalid(absl::string_view problem) {
    return MakeError(absl::StatusCode::kDataLoss, "SNAPSHOT_INVALID",
                     absl::StrCat("the network service's analysis ", problem),
                     {{"field", "analysis"}});
  }

  const NetworkAnalysisOptions options_;
  const std::unique_ptr<wire::NetworkService::Stub> stub_;
  const std::unique_ptr<Operations::Stub> operations_;
};

}  // namespace

std::unique_ptr<AnalysisSource> MakeNetworkAnalysisSource(
    std::shared_ptr<grpc::Channel> network,
    const NetworkAnalysisOptions& options) {
  return std::make_unique<NetworkAnalysisSource>(std::move(network), options);
}

}  // namespace pulsetaker::assessment
