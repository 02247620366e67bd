// Translation and nothing else: wire message in, domain call, wire message out.

#include "services/assessment/rpc/assessment_service.h"

#include <algorithm>
#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/base/status.h"
#include "common/rpc/field_checks.h"
#include "common/rpc/page_token.h"
#include "common/rpc/resource_name.h"
#include "common/rpc/unary.h"
#include "pulsetaker/assessment/v1/assessment_service.grpc.pb.h"
#include "services/assessment/rpc/assess_operation.h"
#include "services/assessment/rpc/assessment_codec.h"
#include "services/assessment/rpc/comparison_requests.h"
#include "services/assessment/rpc/explain_finding.h"
#include "services/assessment/rpc/export_report.h"
#include "services/assessment/rpc/local_system_methods.h"
#include "services/assessment/rpc/national_methods.h"
#include "services/assessment/rpc/read_assessment.h"

namespace pulsetaker::assessment {
namespace {

// Clients of gRPC take 4 MiB a message unless they ask for more.
constexpr std::size_t kPageBytesMax = std::size_t{2} << 20;
constexpr std::size_t kAssessmentIdLength = 32;

class AssessmentServiceImpl final
    : public v1::AssessmentService::CallbackService {
 public:
  explicit AssessmentServiceImpl(AssessmentServiceParts parts)
      : store_(parts.store),
        comparer_(parts.comparer),
        reporter_(parts.reporter),
        runner_(parts.runner),
        executor_(parts.executor),
        clock_(std::move(parts.clock)),
        national_(parts.nationals, parts.runner, clock_) {}

  grpc::ServerUnaryReactor* AssessWave(
      grpc::CallbackServerContext* context,
      const v1::AssessWaveRequest* request,
      google::longrunning::Operation* response) override {
    return rpc::RunUnary(context, executor_, kErrorDomain,
                         [=, this] { return Assess(*request, *response); });
  }

  grpc::ServerUnaryReactor* GetAssessment(
      grpc::CallbackServerContext* context,
      const v1::GetAssessmentRequest* request,
      v1::Assessment* response) override {
    return rpc::RunUnary(context, executor_, kErrorDomain, [=, this] {
      return ReadAssessment(store_, request->name(), *response);
    });
  }

  grpc::ServerUnaryReactor* ListAssessments(
      grpc::CallbackServerContext* context,
      const v1::ListAssessmentsRequest* request,
      v1::ListAssessmentsResponse* response) override {
    return rpc::RunUnary(context, executor_, kErrorDomain,
                         [=, this] { return List(*request, *response); });
  }

  grpc::ServerUnaryReactor* ExplainFinding(
      grpc::CallbackServerContext* context,
      const v1::ExplainFindingRequest* request,
      v1::Explanation* response) override {
    return rpc::RunUnary(context, executor_, kErrorDomain,
                         [=, this] { return Explain(*request, *response); });
  }

  grpc::ServerUnaryReactor* RunNationalAssessment(
      grpc::CallbackServerContext* context,
      const v1::RunNationalAssessmentRequest* request,
      google::longrunning::Operation* response) override {
    return rpc::RunUnary(context, executor_, kErrorDomain, [=, this] {
      return national_.Run(*request, *response);
    });
  }

  grpc::ServerUnaryReactor* GetNationalAssessment(
      grpc::CallbackServerContext* context,
      const v1::GetNationalAssessmentRequest* request,
      v1::NationalAssessment* response) override {
    return rpc::RunUnary(context, executor_, kErrorDomain, [=, this] {
      return national_.Get(*request, *response);
    });
  }

  grpc::ServerUnaryReactor* ListNationalAssessments(
      grpc::CallbackServerContext* context,
      const v1::ListNationalAssessmentsRequest* request,
      v1::ListNationalAssessmentsResponse* response) override {
    return rpc::RunUnary(context, executor_, kErrorDomain, [=, this] {
      return national_.List(*request, *response);
    });
  }

  grpc::ServerUnaryReactor* GetBenchmark(grpc::CallbackServerContext* context,
                                         const v1::GetBenchmarkRequest* request,
                                         v1::Benchmark* response) override {
    return rpc::RunUnary(context, executor_, kErrorDomain, [=, this] {
      return assessment::GetBenchmark(comparer_, *request, *response);
    });
  }

  grpc::ServerUnaryReactor* CompareLocalities(
      grpc::CallbackServerContext* context,
      const v1::CompareLocalitiesRequest* request,
      v1::LocalityComparison* response) override {
    return rpc::RunUnary(context, executor_, kErrorDomain, [=, this] {
      return assessment::CompareLocalities(comparer_, *request, *response);
    });
  }

  grpc::ServerUnaryReactor* GetLocalSystem(
      grpc::CallbackServerContext* context,
      const v1::GetLocalSystemRequest* request,
      v1::LocalSystem* response) override {
    return rpc::RunUnary(context, executor_, kErrorDomain, [=, this] {
      return assessment::GetLocalSystem(store_, *request, *response);
    });
  }

  grpc::ServerUnaryReactor* GetLocalityOverview(
      grpc::CallbackServerContext* context,
      const v1::GetLocalityOverviewRequest* request,
      v1::LocalityOverview* response) override {
    return rpc::RunUnary(context, executor_, kErrorDomain, [=, this] {
      return assessment::GetLocalityOverview(store_, *request, *response);
    });
  }

  grpc::ServerUnaryReactor* ExportReport(
      grpc::CallbackServerContext* context,
      const v1::ExportReportRequest* request,
      v1::ExportReportResponse* response) override {
    return rpc::RunUnary(context, executor_, kErrorDomain,
                         [=, this](const rpc::CallContext& call) {
                           return assessment::ExportReport(
                               reporter_, *request, call.deadline(), *response);
                         });
  }

 private:
  absl::Status Assess(const v1::AssessWaveRequest& request,
                      google::longrunning::Operation& response) {
    PT_ASSIGN_OR_RETURN(const rpc::WaveName wave,
                        rpc::ParseWaveName(request.parent(), "parent"));
    if (!request.analysis().empty()) {
      PT_RETURN_IF_ERROR(rpc::ParseWaveChildName(request.analysis(),
                                                 rpc::kAnalyses, "analysis")
                             .status());
    }
    PT_RETURN_IF_ERROR(rpc::CheckRequestId(request.request_id()));
    PT_RETURN_IF_ERROR(WithDefaults(FromProto(request.parameters())).status());
    rpc::NewOperation operation;
    operation.kind = kAssessWaveKind;
    operation.scope = rpc::FormatName(rpc::TenantName{wave.tenant});
    operation.request_id = request.request_id();
    operation.request.PackFrom(request);
    operation.metadata = QueuedMetadata(request.parent(), clock_());
    PT_ASSIGN_OR_RETURN(response, runner_.Submit(operation));
    return absl::OkStatus();
  }

  absl::Status Explain(const v1::ExplainFindingRequest& request,
                       v1::Explanation& response) const {
    PT_RETURN_IF_ERROR(
        rpc::ParseWaveChildName(request.name(), rpc::kAssessments, "name")
            .status());
    PT_ASSIGN_OR_RETURN(const Language language,
                        ReadLanguage(request.language_code()));
    v1::Assessment assessment;
    PT_RETURN_IF_ERROR(ReadAssessment(store_, request.name(), assessment));
    return assessment::ExplainFinding(assessment, request.finding_id(),
                                      language, response);
  }

  absl::Status List(const v1::ListAssessmentsRequest& request,
                    v1::ListAssessmentsResponse& response) const {
    PT_RETURN_IF_ERROR(rpc::ParseWaveName(request.parent(), "parent").status());
    PT_ASSIGN_OR_RETURN(const int page_size,
                        rpc::PageSizeOf(request.page_size()));
    const std::string scope =
        absl::StrCat("ListAssessments ", request.parent());
    PT_ASSIGN_OR_RETURN(const std::string after,
                        rpc::ReadPageToken(request.page_token(), scope));
    // One more than asked tells whether this page is the last.
    PT_ASSIGN_OR_RETURN(const std::vector<StoredAssessment> page,
                        store_.List(request.parent(), after, page_size + 1));
    std::size_t bytes = 0;
    for (const StoredAssessment& stored : page) {
      bytes += stored.message.size();
      const int taken = response.assessments_size();
      if (taken == page_size || (taken > 0 && bytes > kPageBytesMax)) {
        const std::string& last =
            page[static_cast<std::size_t>(taken) - 1].name;
        response.set_next_page_token(rpc::MakePageToken(
            scope, last.substr(last.size() - kAssessmentIdLength)));
        break;
      }
      PT_RETURN_IF_ERROR(ParseStored(stored, *response.add_assessments()));
    }
    return absl::OkStatus();
  }

  const AssessmentStore& store_;
  Comparer& comparer_;
  const report::Reporter& reporter_;
  rpc::OperationRunner& runner_;
  BoundedExecutor& executor_;
  const Clock clock_;
  NationalMethods national_;
};

}  // namespace

std::unique_ptr<grpc::Service> MakeAssessmentService(
    AssessmentServiceParts parts) {
  return std::make_unique<AssessmentServiceImpl>(std::move(parts));
}

}  // namespace pulsetaker::assessment
