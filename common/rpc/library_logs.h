#pragma once

namespace pulsetaker::rpc {

// Sends what gRPC and protobuf write about themselves through our log, at most
// 10 lines a second: a caller can make them write a line for each bad message.
void RedirectLibraryLogs();

}  // namespace pulsetaker::rpc
