// Translation and nothing else: wire message in, domain call, wire message out.

#include "services/network/rpc/network_service.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/base/status.h"
#include "common/rpc/access.h"
#include "common/rpc/field_checks.h"
#include "common/rpc/page_token.h"
#include "common/rpc/resource_name.h"
#include "common/rpc/unary.h"
#include "pulsetaker/network/v1/network_service.grpc.pb.h"
#include "services/network/rpc/analysis_encoder.h"
#include "services/network/rpc/analyze_operation.h"
#include "services/network/rpc/call_work.h"
#include "services/network/rpc/comparison_handlers.h"
#include "services/network/rpc/graph_stream.h"
#include "services/network/rpc/held_stream.h"
#include "services/network/rpc/open_graphs.h"
#include "services/network/rpc/sociogram_stream.h"
#include "services/network/rpc/what_if_handlers.h"

namespace pulsetaker::network {
namespace {

// Clients of gRPC take 4 MiB a message unless they ask for more.
constexpr std::size_t kPageBytesMax = std::size_t{2} << 20;

struct PageSizes {
  int otherwise;  // For 0.
  int max;
};
constexpr PageSizes kAnalysesPage = {10, 50};
constexpr PageSizes kPersonsPage = {100, 1'000};

absl::StatusOr<int> PageSize(std::int32_t requested, const PageSizes& sizes) {
  if (requested < 0) {
    return rpc::InvalidField("PAGE_SIZE_NEGATIVE", "page_size", "is negative");
  }
  return requested == 0 ? sizes.otherwise : std::min(requested, sizes.max);
}

template <typename Message>
absl::Status Parse(const std::string& bytes, Message& message) {
  if (message.ParseFromString(bytes)) return absl::OkStatus();
  return MakeError(absl::StatusCode::kDataLoss, "STORED_DATA_UNREADABLE",
                   absl::StrCat("not a ", Message::descriptor()->full_name()));
}

// How many of `sizes`, at least one if there is any, fit a page.
std::size_t CountThatFits(const std::vector<std::size_t>& sizes) {
  std::size_t bytes = 0;
  for (std::size_t i = 0; i < sizes.size(); ++i) {
    bytes += sizes[i];
    if (bytes > kPageBytesMax) return std::max(i, std::size_t{1});
  }
  return sizes.size();
}

class NetworkServiceImpl final : public v1::NetworkService::CallbackService {
 public:
  explicit NetworkServiceImpl(NetworkServiceParts parts)
      : parts_(std::move(parts)), open_graphs_(parts_.open_graphs_max) {}

  grpc::ServerUnaryReactor* AnalyzeWave(
      grpc::CallbackServerContext* context,
      const v1::AnalyzeWaveRequest* request,
      google::longrunning::Operation* response) override {
    return rpc::RunUnary(context, parts_.executor, kErrorDomain,
                         [=, this] { return Analyze(*request, *response); });
  }

  grpc::ServerUnaryReactor* GetAnalysis(grpc::CallbackServerContext* context,
                                        const v1::GetAnalysisRequest* request,
                                        v1::Analysis* response) override {
    return rpc::RunUnary(context, parts_.executor, kErrorDomain,
                         [=, this]() -> absl::Status {
                           PT_RETURN_IF_ERROR(Get(*request, *response));
                           LeaveOutPeople(*context, *response);
                           return absl::OkStatus();
                         });
  }

  grpc::ServerUnaryReactor* ListAnalyses(
      grpc::CallbackServerContext* context,
      const v1::ListAnalysesRequest* request,
      v1::ListAnalysesResponse* response) override {
    return rpc::RunUnary(
        context, parts_.executor, kErrorDomain, [=, this]() -> absl::Status {
          PT_RETURN_IF_ERROR(List(*request, *response));
          for (v1::Analysis& analysis : *response->mutable_analyses()) {
            LeaveOutPeople(*context, analysis);
          }
          return absl::OkStatus();
        });
  }

  grpc::ServerUnaryReactor* ListPersonRoles(
      grpc::CallbackServerContext* context,
      const v1::ListPersonRolesRequest* request,
      v1::ListPersonRolesResponse* response) override {
    return rpc::RunUnary(context, parts_.executor, kErrorDomain, [=, this] {
      return ListPersons(*request, *response);
    });
  }

  grpc::ServerUnaryReactor* GetCliqueRisk(
      grpc::CallbackServerContext* context,
      const v1::GetCliqueRiskRequest* request,
      v1::CliqueRisk* response) override {
    return rpc::RunUnary(context, parts_.executor, kErrorDomain,
                         [=, this] { return GetRisk(*request, *response); });
  }

  grpc::ServerUnaryReactor* GetLayerLinks(
      grpc::CallbackServerContext* context,
      const v1::GetLayerLinksRequest* request,
      v1::LayerLinks* response) override {
    return rpc::RunUnary(context, parts_.executor, kErrorDomain,
                         [=, this] { return GetLinks(*request, *response); });
  }

  grpc::ServerWriteReactor<v1::ExportGraphResponse>* ExportGraph(
      grpc::CallbackServerContext* context,
      const v1::ExportGraphRequest* request) override {
    return NewGraphStream(context, *request, StreamParts());
  }

  grpc::ServerWriteReactor<v1::GetSociogramResponse>* GetSociogram(
      grpc::CallbackServerContext* context,
      const v1::GetSociogramRequest* request) override {
    return NewSociogramStream(context, *request, StreamParts());
  }

  grpc::ServerUnaryReactor* SimulateDepartures(
      grpc::CallbackServerContext* context,
      const v1::SimulateDeparturesRequest* request,
      v1::SimulateDeparturesResponse* response) override {
    return Compute(context, &HandleSimulateDepartures, *request, *response);
  }

  grpc::ServerUnaryReactor* SimulateTies(
      grpc::CallbackServerContext* context,
      const v1::SimulateTiesRequest* request,
      v1::SimulateTiesResponse* response) override {
    return Compute(context, &HandleSimulateTies, *request, *response);
  }

  grpc::ServerUnaryReactor* CompareWaves(
      grpc::CallbackServerContext* context,
      const v1::CompareWavesRequest* request,
      v1::CompareWavesResponse* response) override {
    return Compute(context, &HandleCompareWaves, *request, *response);
  }

  grpc::ServerUnaryReactor* SuggestIntroductions(
      grpc::CallbackServerContext* context,
      const v1::SuggestIntroductionsRequest* request,
      v1::SuggestIntroductionsResponse* response) override {
    return Compute(context, &HandleSuggestIntroductions, *request, *response);
  }

 private:
  template <typename Request, typename Response>
  grpc::ServerUnaryReactor* Compute(
      grpc::CallbackServerContext* context,
      absl::Status (*handle)(const AnalysisReader&, const rpc::CallContext&,
                             const Request&, Response&),
      const Request& request, Response& response) {
    return rpc::RunUnary(
        context, parts_.graph_executor, kErrorDomain,
        [this, handle, &request, &response](const rpc::CallContext& call) {
          return handle(parts_.reader, call, request, response);
        });
  }

  absl::Status Analyze(const v1::AnalyzeWaveRequest& request,
                       google::longrunning::Operation& response) {
    PT_ASSIGN_OR_RETURN(const rpc::WaveName wave,
                        rpc::ParseWaveName(request.parent(), "parent"));
    PT_RETURN_IF_ERROR(rpc::CheckRequestId(request.request_id()));
    const auto canonical = Canonical(FromProto(request.parameters()));
    if (!canonical.ok()) return WithinField(canonical.status(), "parameters");
    rpc::NewOperation operation;
    operation.kind = kAnalyzeWaveKind;
    operation.scope = rpc::FormatName(rpc::TenantName{wave.tenant});
    operation.request_id = request.request_id();
    operation.request.PackFrom(request);
    operation.metadata = QueuedMetadata(request.parent(), parts_.clock());
    PT_ASSIGN_OR_RETURN(response, parts_.runner.Submit(operation));
    return absl::OkStatus();
  }

  // What is said of single people is for those who may read it.
  static void LeaveOutPeople(const grpc::CallbackServerContext& context,
                             v1::Analysis& analysis) {
    if (rpc::CallerOf(context).permissions.Has(
            policy::v1::PERMISSION_ROLES_READ)) {
      return;
    }
    for (v1::NetworkFindings& network : *analysis.mutable_networks()) {
      network.clear_roles();
    }
  }

  absl::Status Get(const v1::GetAnalysisRequest& request,
                   v1::Analysis& response) const {
    return GetNamed(request.name(), response);
  }

  absl::Status GetNamed(absl::string_view name, v1::Analysis& analysis) const {
    PT_ASSIGN_OR_RETURN(const rpc::WaveChildName parsed,
                        ParseAnalysisName(name, "name"));
    PT_ASSIGN_OR_RETURN(const std::string bytes,
                        parts_.store.Get(ToKey(parsed.wave), parsed.id));
    return Parse(bytes, analysis);
  }

  absl::Status GetRisk(const v1::GetCliqueRiskRequest& request,
                       v1::CliqueRisk& response) const {
    v1::Analysis analysis;
    PT_RETURN_IF_ERROR(GetNamed(request.name(), analysis));
    response = std::move(*analysis.mutable_clique_risk());
    return absl::OkStatus();
  }

  absl::Status GetLinks(const v1::GetLayerLinksRequest& request,
                        v1::LayerLinks& response) const {
    v1::Analysis analysis;
    PT_RETURN_IF_ERROR(GetNamed(request.name(), analysis));
    if (request.network_id().empty()) {
      response = std::move(*analysis.mutable_layer_links());
      return absl::OkStatus();
    }
    for (v1::NetworkFindings& network : *analysis.mutable_networks()) {
      if (network.network_id() != request.network_id()) continue;
      response = std::move(*network.mutable_layer_links());
      return absl::OkStatus();
    }
    return MakeError(absl::StatusCode::kNotFound, "NETWORK_NOT_FOUND",
                     absl::StrCat("no network ", request.network_id()),
                     {{"network", request.network_id()}});
  }

  absl::Status List(const v1::ListAnalysesRequest& request,
                    v1::ListAnalysesResponse& response) const {
    PT_ASSIGN_OR_RETURN(const rpc::WaveName wave,
                        rpc::ParseWaveName(request.parent(), "parent"));
    PT_ASSIGN_OR_RETURN(const int page_size,
                        PageSize(request.page_size(), kAnalysesPage));
    const std::string scope = absl::StrCat("ListAnalyses ", request.parent());
    PT_ASSIGN_OR_RETURN(const std::string after,
                        rpc::ReadPageToken(request.page_token(), scope));
    // One more than asked tells whether this page is the last.
    PT_ASSIGN_OR_RETURN(std::vector<EncodedAnalysis> page,
                        parts_.store.List(ToKey(wave), after, page_size + 1));
    const bool cut = static_cast<int>(page.size()) > page_size;
    if (cut) page.pop_back();
    std::vector<std::size_t> sizes;
    for (const auto& entry : page) sizes.push_back(entry.analysis.size());
    const std::size_t fit = CountThatFits(sizes);
    for (std::size_t i = 0; i < fit; ++i) {
      PT_RETURN_IF_ERROR(Parse(page[i].analysis, *response.add_analyses()));
    }
    if (cut || fit < page.size()) {
      response.set_next_page_token(rpc::MakePageToken(scope, page[fit - 1].id));
    }
    return absl::OkStatus();
  }

  absl::Status ListPersons(const v1::ListPersonRolesRequest& request,
                           v1::ListPersonRolesResponse& response) const {
    PT_ASSIGN_OR_RETURN(
        const rpc::WaveChildName name,
        rpc::ParseWaveChildName(request.parent(), rpc::kAnalyses, "parent"));
    PT_ASSIGN_OR_RETURN(const int page_size,
                        PageSize(request.page_size(), kPersonsPage));
    const std::string scope =
        absl::StrCat("ListPersonRoles ", request.parent());
    PT_ASSIGN_OR_RETURN(const std::string after,
                        rpc::ReadPageToken(request.page_token(), scope));
    PT_ASSIGN_OR_RETURN(std::vector<EncodedPerson> page,
                        parts_.store.ListPersons(ToKey(name.wave), name.id,
                                                 after, page_size + 1));
    const bool cut = static_cast<int>(page.size()) > page_size;
    if (cut) page.pop_back();
    std::vector<std::size_t> sizes;
    for (const auto& entry : page) sizes.push_back(entry.roles.size());
    const std::size_t fit = CountThatFits(sizes);
    for (std::size_t i = 0; i < fit; ++i) {
      PT_RETURN_IF_ERROR(Parse(page[i].roles, *response.add_person_roles()));
    }
    if (cut || fit < page.size()) {
      response.set_next_page_token(
          rpc::MakePageToken(scope, page[fit - 1].person));
    }
    return absl::OkStatus();
  }

  HeldStreamParts StreamParts() {
    return {parts_.reader, parts_.graph_executor, open_graphs_};
  }

  const NetworkServiceParts parts_;
  OpenGraphs open_graphs_;
};

}  // namespace

std::unique_ptr<grpc::Service> MakeNetworkService(NetworkServiceParts parts) {
  return std::make_unique<NetworkServiceImpl>(std::move(parts));
}

}  // namespace pulsetaker::network
