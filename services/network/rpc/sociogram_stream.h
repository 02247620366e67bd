// GetSociogram.

#pragma once

#include "grpcpp/server_context.h"
#include "grpcpp/support/server_callback.h"
#include "pulsetaker/network/v1/graphs.pb.h"
#include "services/network/rpc/held_stream.h"

namespace pulsetaker::network {

// Answers one call. `request` lives as long as the call.
grpc::ServerWriteReactor<v1::GetSociogramResponse>* NewSociogramStream(
    grpc::CallbackServerContext* context,
    const v1::GetSociogramRequest& request, const HeldStreamParts& parts);

}  // namespace pulsetaker::network
