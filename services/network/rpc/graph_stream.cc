#include "services/network/rpc/graph_stream.h"

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "common/base/digest.h"
#include "common/base/status.h"
#include "common/rpc/field_checks.h"
#include "services/network/domain/graph_pieces.h"
#include "services/network/domain/told_networks.h"
#include "services/network/domain/wave_graph.h"
#include "services/network/rpc/call_work.h"

namespace pulsetaker::network {
namespace {

absl::StatusOr<GraphFormat> ReadFormat(v1::GraphFormat format) {
  switch (format) {
    case v1::GRAPH_FORMAT_GRAPHML:
      return GraphFormat::kGraphMl;
    case v1::GRAPH_FORMAT_GEXF:
      return GraphFormat::kGexf;
    case v1::GRAPH_FORMAT_PAJEK:
      // The nodes have no labels, so the text beside a vertex is its id.
      return GraphFormat::kPajek;
    case v1::GRAPH_FORMAT_NODE_CSV:
      return GraphFormat::kNodeCsv;
    case v1::GRAPH_FORMAT_EDGE_CSV:
      return GraphFormat::kEdgeCsv;
    default:
      return rpc::InvalidField("EXPORT_FORMAT_UNKNOWN", "format",
                               "is unset or unknown");
  }
}

class GraphExporter {
 public:
  GraphExporter(grpc::CallbackServerContext* context,
                const v1::ExportGraphRequest& request,
                const AnalysisReader& reader)
      : context_(context),
        call_(*context, rpc::DeadlineOf(*context)),
        request_(request),
        reader_(reader) {}

  // False after the summary.
  absl::StatusOr<bool> Read(v1::ExportGraphResponse& message) {
    if (ended_) return false;
    if (!pieces_.has_value()) {
      PT_RETURN_IF_ERROR(RunLongWork(call_, [this](IsCancelled is_cancelled) {
        return Begin(is_cancelled);
      }));
    }
    const std::int64_t offset = pieces_->offset();
    PT_ASSIGN_OR_RETURN(std::string data, pieces_->Next([this] {
      return context_->IsCancelled();
    }));
    if (data.empty()) {
      ended_ = true;
      Summarise(*message.mutable_summary());
      return true;
    }
    digest_.Update(data);
    message.mutable_piece()->set_offset(offset);
    message.mutable_piece()->set_data(std::move(data));
    return true;
  }

 private:
  absl::Status Begin(IsCancelled is_cancelled) {
    PT_ASSIGN_OR_RETURN(const rpc::WaveChildName name,
                        ParseAnalysisName(request_.name(), "name"));
    PT_ASSIGN_OR_RETURN(const GraphFormat format,
                        ReadFormat(request_.format()));
    PT_ASSIGN_OR_RETURN(analyzed_, ReadAnalyzed(reader_, name, is_cancelled));
    const std::vector<std::string> ids(request_.network_ids().begin(),
                                       request_.network_ids().end());
    PT_ASSIGN_OR_RETURN(networks_, NetworksTold(analyzed_.wave, ids));
    graph_.emplace(analyzed_, networks_.told);
    pieces_.emplace(*graph_, format);
    return absl::OkStatus();
  }

  void Summarise(v1::GraphSummary& summary) {
    summary.set_byte_count(pieces_->offset());
    summary.set_digest(digest_.Finish());
    summary.set_node_count(static_cast<std::int32_t>(graph_->node_count()));
    summary.set_arc_count(graph_->arc_count());
    const auto& networks = analyzed_.wave.networks;
    for (const std::size_t number : networks_.told) {
      summary.add_network_ids(networks[number].definition.id);
    }
    for (const std::size_t number : networks_.withheld) {
      summary.add_withheld_network_ids(networks[number].definition.id);
    }
    summary.set_snapshot_digest(analyzed_.wave.snapshot_digest);
  }

  grpc::CallbackServerContext* const context_;
  const rpc::CallContext call_;
  const v1::ExportGraphRequest& request_;
  const AnalysisReader& reader_;

  AnalyzedSnapshot analyzed_;
  ToldNetworks networks_;
  std::optional<WaveGraph> graph_;
  std::optional<GraphPieces> pieces_;
  Sha256 digest_;
  bool ended_ = false;
};

}  // namespace

grpc::ServerWriteReactor<v1::ExportGraphResponse>* NewGraphStream(
    grpc::CallbackServerContext* context, const v1::ExportGraphRequest& request,
    const HeldStreamParts& parts) {
  return NewHeldStream<GraphExporter, v1::ExportGraphResponse>(context, request,
                                                               parts);
}

}  // namespace pulsetaker::network
