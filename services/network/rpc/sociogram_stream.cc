#include "services/network/rpc/sociogram_stream.h"

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

#include "common/base/status.h"
#include "services/network/domain/sociogram.h"
#include "services/network/domain/told_networks.h"
#include "services/network/rpc/call_work.h"
#include "services/network/rpc/measure_to_proto.h"

namespace pulsetaker::network {
namespace {

constexpr NodeId kNodesAtOnce = 1'000;
constexpr int kTiesAtOnce = 20'000;

// The ties of one network, from number to number; undirected ones once.
class TieCursor {
 public:
  explicit TieCursor(const WaveNetwork& network) : network_(network) {}

  // Adds ties while they are fewer than kTiesAtOnce.
  void Fill(v1::SociogramTies& ties) {
    const Digraph& graph = network_.graph;
    for (; from_ < graph.node_count(); ++from_, next_ = 0) {
      const auto row = graph.out(from_);
      for (; next_ < row.size(); ++next_) {
        if (!network_.definition.directed && row[next_] < from_) continue;
        if (ties.ties_size() == kTiesAtOnce) return;
        v1::SociogramTie& tie = *ties.add_ties();
        tie.set_source(static_cast<std::int32_t>(from_));
        tie.set_target(static_cast<std::int32_t>(row[next_]));
      }
    }
  }

 private:
  const WaveNetwork& network_;
  NodeId from_ = 0;
  std::size_t next_ = 0;  // In its row.
};

std::int64_t TieCountOf(const WaveNetwork& network) {
  const auto arcs = static_cast<std::int64_t>(network.graph.arc_count());
  return network.definition.directed ? arcs : arcs / 2;
}

class SociogramReader {
 public:
  SociogramReader(grpc::CallbackServerContext* context,
                  const v1::GetSociogramRequest& request,
                  const AnalysisReader& reader)
      : call_(*context, rpc::DeadlineOf(*context)),
        request_(request),
        reader_(reader) {}

  // False at the end.
  absl::StatusOr<bool> Read(v1::GetSociogramResponse& message) {
    if (!has_begun_) {
      PT_RETURN_IF_ERROR(RunLongWork(call_, [this](IsCancelled is_cancelled) {
        return Begin(is_cancelled);
      }));
      has_begun_ = true;
      PutHeader(*message.mutable_header());
      return true;
    }
    if (next_node_ < places_.size()) {
      PutNodes(*message.mutable_nodes());
      return true;
    }
    for (; next_network_ < cursors_.size(); ++next_network_) {
      v1::SociogramTies& ties = *message.mutable_ties();
      cursors_[next_network_].Fill(ties);
      if (ties.ties().empty()) continue;
      ties.set_network_id(
          NetworkAt(networks_.told[next_network_]).definition.id);
      return true;
    }
    message.clear_payload();
    return false;
  }

 private:
  absl::Status Begin(IsCancelled is_cancelled) {
    PT_ASSIGN_OR_RETURN(const rpc::WaveChildName name,
                        ParseAnalysisName(request_.name(), "name"));
    PT_ASSIGN_OR_RETURN(analyzed_, ReadAnalyzed(reader_, name, is_cancelled));
    const std::vector<std::string> ids(request_.network_ids().begin(),
                                       request_.network_ids().end());
    PT_ASSIGN_OR_RETURN(networks_, NetworksTold(analyzed_.wave, ids));
    std::vector<PreviousPlace> previous;
    for (const v1::PersonPlace& place : request_.previous_places()) {
      previous.push_back({place.person(), {place.x(), place.y()}});
    }
    PT_ASSIGN_OR_RETURN(places_, PlacePeople(analyzed_.wave, networks_.told,
                                             previous, is_cancelled));
    for (const std::size_t number : networks_.told) {
      cursors_.emplace_back(NetworkAt(number));
    }
    return absl::OkStatus();
  }

  const WaveNetwork& NetworkAt(std::size_t number) const {
    return analyzed_.wave.networks[number];
  }

  void PutHeader(v1::SociogramHeader& header) const {
    for (const std::size_t number : networks_.told) {
      const WaveNetwork& network = NetworkAt(number);
      v1::SociogramNetwork& added = *header.add_networks();
      added.set_network_id(network.definition.id);
      added.set_directed(network.definition.directed);
      added.set_gate(ToWire<v1::Gate>(network.gate));
      added.set_tie_count(TieCountOf(network));
    }
    for (const std::size_t number : networks_.withheld) {
      header.add_withheld_network_ids(NetworkAt(number).definition.id);
    }
    header.set_node_count(static_cast<std::int32_t>(places_.size()));
    header.set_snapshot_digest(analyzed_.wave.snapshot_digest);
  }

  void PutNodes(v1::SociogramNodes& nodes) {
    nodes.set_first_number(static_cast<std::int32_t>(next_node_));
    const NodeId end = std::min(next_node_ + kNodesAtOnce,
                                static_cast<NodeId>(places_.size()));
    for (; next_node_ < end; ++next_node_) PutNode(*nodes.add_nodes());
  }

  // The next one.
  void PutNode(v1::SociogramNode& node) const {
    const Participant& person = analyzed_.wave.people[next_node_];
    node.set_person(person.id);
    node.set_organisation(person.organisation);
    node.set_sector(person.sector);
    node.set_layer(ToWire<v1::Layer>(person.layer));
    node.set_x(places_[next_node_].x);
    node.set_y(places_[next_node_].y);
    for (const std::size_t number : networks_.told) {
      const PersonNetworkMeasures& measures =
          analyzed_.result.persons[next_node_].networks[number];
      v1::SociogramNodeNetwork& added = *node.add_networks();
      added.set_answered(NetworkAt(number).answered[next_node_] != 0);
      for (const Role role : measures.roles) {
        added.add_roles(ToWire<v1::Role>(role));
      }
      if (measures.in_core.has_value()) added.set_in_core(*measures.in_core);
    }
  }

  const rpc::CallContext call_;
  const v1::GetSociogramRequest& request_;
  const AnalysisReader& reader_;

  AnalyzedSnapshot analyzed_;
  ToldNetworks networks_;
  std::vector<Point> places_;
  std::vector<TieCursor> cursors_;  // Parallel to networks_.told.
  bool has_begun_ = false;
  NodeId next_node_ = 0;
  std::size_t next_network_ = 0;
};

}  // namespace

grpc::ServerWriteReactor<v1::GetSociogramResponse>* NewSociogramStream(
    grpc::CallbackServerContext* context,
    const v1::GetSociogramRequest& request, const HeldStreamParts& parts) {
  return NewHeldStream<SociogramReader, v1::GetSociogramResponse>(
      context, request, parts);
}

}  // namespace pulsetaker::network
