// Streams that hold a wave while they are sent.

#pragma once

#include <functional>
#include <memory>
#include <utility>

#include "common/base/bounded_executor.h"
#include "common/rpc/pulled_stream.h"
#include "common/rpc/unary.h"
#include "grpcpp/server_context.h"
#include "grpcpp/support/server_callback.h"
#include "services/network/domain/analysis_reader.h"
#include "services/network/rpc/network_service.h"
#include "services/network/rpc/open_graphs.h"

namespace pulsetaker::network {

// What they are made of. All must outlive them.
struct HeldStreamParts {
  const AnalysisReader& reader;
  BoundedExecutor& executor;
  OpenGraphs& open_graphs;
};

// Answers one call with the messages of a `Source`, which is made of context,
// request and reader, and has Read(message) as PulledStream::Next. `request`
// lives as long as the call.
//
// UNAVAILABLE, OVERLOADED: there is no room for one more.
template <typename Source, typename Message, typename Request>
grpc::ServerWriteReactor<Message>* NewHeldStream(
    grpc::CallbackServerContext* context, const Request& request,
    const HeldStreamParts& parts) {
  typename rpc::PulledStream<Message>::Next next =
      [](Message&) -> absl::StatusOr<bool> { return rpc::OverloadedError(); };
  if (auto place = parts.open_graphs.TryOpen(); place != nullptr) {
    const auto source =
        std::make_shared<Source>(context, request, parts.reader);
    next = [place = std::move(place), source](Message& message) {
      return source->Read(message);
    };
  }
  return new rpc::PulledStream<Message>(context, parts.executor, kErrorDomain,
                                        std::move(next));
}

}  // namespace pulsetaker::network
